from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class AfterSalesPartAsk(models.TransientModel):
    """Asks a colleague for the part of one requisition line."""

    _name = "after.sales.part.ask"
    _description = "Ask a Colleague for a Part"

    requisition_line_id = fields.Many2one(
        "after.sales.requisition.line", required=True, readonly=True
    )
    product_id = fields.Many2one(related="requisition_line_id.product_id")
    availability = fields.Text(related="requisition_line_id.availability")
    # sudo: technicians read no employees; the names of who has the part are told.
    holder_ids = fields.Many2many(
        "hr.employee", compute="_compute_holder_ids", compute_sudo=True
    )
    holder_id = fields.Many2one(
        "hr.employee",
        string="From the Van of",
        compute="_compute_holder_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('id', 'in', holder_ids)]",
    )
    quantity = fields.Float(
        compute="_compute_quantity",
        store=True,
        readonly=False,
        precompute=True,
        digits="Product Unit",
    )
    note = fields.Char(string="Message")

    @api.depends("requisition_line_id")
    def _compute_holder_ids(self):
        for wizard in self:
            line = wizard.requisition_line_id
            rows = line.product_id._get_after_sales_availability(
                # The van is a location, which technicians may not read.
                line.requisition_id.sudo().van_id,
                line.company_id,
            )[line.product_id]
            wizard.holder_ids = self.env["hr.employee"].browse(
                row["employee"] for row in rows if row["place"] == "colleague"
            )

    @api.depends("holder_ids")
    def _compute_holder_id(self):
        for wizard in self:
            wizard.holder_id = wizard.holder_ids._origin[:1]

    @api.depends("requisition_line_id")
    def _compute_quantity(self):
        for wizard in self:
            line = wizard.requisition_line_id
            wizard.quantity = line.uom_id._compute_quantity(
                line.quantity, line.product_id.uom_id
            )

    def action_apply(self):
        """Ask the colleague, and ask the warehouse for that much less.

        :raise UserError: if nothing, or more than the line has, is asked for
        """
        self.ensure_one()
        line = self.requisition_line_id
        line._check_editable()
        uom = line.product_id.uom_id
        wanted = line.uom_id._compute_quantity(line.quantity, uom)
        if uom.compare(self.quantity, 0) <= 0 or uom.compare(self.quantity, wanted) > 0:
            raise UserError(
                self.env._(
                    "Ask your colleague for at least one and at most %(quantity)g "
                    "%(part)s.",
                    quantity=wanted,
                    part=line.product_id.display_name,
                )
            )
        transfer = self.env["after.sales.part.transfer"].create(
            self._prepare_transfer_vals()
        )
        transfer.action_ask()
        if uom.compare(self.quantity, wanted) == 0:
            line.unlink()
        else:
            line.write({"quantity": wanted - self.quantity, "uom_id": uom.id})
        return {
            "type": "ir.actions.act_window",
            "res_model": "after.sales.part.transfer",
            "res_id": transfer.id,
            "view_mode": "form",
        }

    def _prepare_transfer_vals(self):
        """Return the values of the transfer the colleague is asked for."""
        self.ensure_one()
        line = self.requisition_line_id
        return {
            "company_id": line.company_id.id,
            "technician_id": line.requisition_id.technician_id.id,
            "holder_id": self.holder_id.id,
            "order_id": line.order_id.id,
            "note": self.note,
            "line_ids": [
                Command.create(
                    {
                        "product_id": line.product_id.id,
                        "quantity": self.quantity,
                        "order_line_id": line.order_line_id.id,
                    }
                )
            ],
        }
