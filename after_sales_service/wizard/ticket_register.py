from odoo import fields, models


class AfterSalesTicketRegister(models.TransientModel):
    """A unit that is not known yet: bought elsewhere, or before the system."""

    _name = "after.sales.ticket.register"
    _description = "Register Unit from Ticket"

    ticket_id = fields.Many2one("after.sales.ticket", required=True)
    name = fields.Char(string="Serial Number", required=True)
    product_id = fields.Many2one("product.product", required=True)
    date_delivered = fields.Date(string="Delivered")

    # === ACTIONS === #
    def action_apply(self):
        self.ensure_one()
        unit = self.env["after.sales.unit"].create(self._prepare_unit_vals())
        self.ticket_id.unit_id = unit
        return {"type": "ir.actions.act_window_close"}

    # === BUSINESS === #
    def _prepare_unit_vals(self):
        """Return the values of the new unit. Meant to be extended."""
        self.ensure_one()
        return {
            "name": self.name.strip(),
            "product_id": self.product_id.id,
            "partner_id": self.ticket_id.partner_id.id,
            "company_id": self.ticket_id.company_id.id,
            "date_delivered": self.date_delivered,
        }
