from odoo import api, fields, models
from odoo.exceptions import UserError


class AfterSalesTicketRegister(models.TransientModel):
    """A unit that is not known yet: bought elsewhere, or before the system."""

    _name = "after.sales.ticket.register"
    _description = "Register Unit from Ticket"

    ticket_id = fields.Many2one("after.sales.ticket", required=True)
    name = fields.Char(string="Serial Number", required=True)
    product_id = fields.Many2one("product.product", required=True)
    date_delivered = fields.Date(string="Delivered")
    seller = fields.Char(string="Bought from")
    date_sold = fields.Date(string="Bought on")
    proof = fields.Binary(string="Proof of Purchase")
    proof_name = fields.Char(string="Name of the Proof")
    existing_id = fields.Many2one(
        "after.sales.unit", string="Registered Already", compute="_compute_existing_id"
    )
    known = fields.Char(string="What Is Known", compute="_compute_known")

    # === COMPUTES === #
    @api.depends("name", "product_id", "ticket_id")
    def _compute_existing_id(self):
        for register in self:
            register.existing_id = (
                self.env["after.sales.unit"]
                .with_context(active_test=False)
                .search(
                    [
                        ("name", "=ilike", (register.name or "").strip()),
                        ("product_id", "=", register.product_id.id),
                        ("company_id", "=", register.ticket_id.company_id.id),
                        ("has_serial", "=", True),
                    ],
                    limit=1,
                )
                if register.name and register.product_id
                else False
            )

    @api.depends("existing_id")
    def _compute_known(self):
        for register in self:
            unit = register.existing_id
            register.known = unit and self.env._(
                "%(unit)s is registered already for %(owner)s. It is put on the "
                "ticket as it is.",
                unit=unit.name,
                owner=unit.partner_id.display_name or self.env._("nobody"),
            )

    # === ACTIONS === #
    def action_apply(self):
        self.ensure_one()
        self.ticket_id.unit_id = self._get_unit()
        return {"type": "ir.actions.act_window_close"}

    # === BUSINESS === #
    def _get_unit(self):
        """Return the unit of this number: the registered one, else a new one.

        :raise UserError: if it is registered for another customer
        """
        unit = self.existing_id
        if not unit:
            unit = self.env["after.sales.unit"].create(self._prepare_unit_vals())
            self._attach_proof(unit)
            return unit
        customer = self.ticket_id.partner_id
        if not unit.partner_id:
            unit.partner_id = customer.commercial_partner_id
        elif unit.partner_id.commercial_partner_id != customer.commercial_partner_id:
            raise UserError(
                self.env._(
                    "%(unit)s is registered for %(owner)s. If it was sold to "
                    "%(customer)s, transfer it first: Installed Units → Change Owner.",
                    unit=unit.name,
                    owner=unit.partner_id.display_name,
                    customer=customer.display_name,
                )
            )
        unit.active = True
        return unit

    def _prepare_unit_vals(self):
        """Return the values of the new unit. Meant to be extended."""
        self.ensure_one()
        return {
            "name": self.name.strip(),
            "product_id": self.product_id.id,
            "partner_id": self.ticket_id.partner_id.id,
            "company_id": self.ticket_id.company_id.id,
            "date_delivered": self.date_delivered or self.date_sold,
            "date_sold": self.date_sold,
            "seller": self.seller,
        }

    def _attach_proof(self, unit):
        if not self.proof:
            return
        proof = self.env["ir.attachment"].create(
            {
                "name": self.proof_name or self.env._("Proof of purchase"),
                "datas": self.proof,
                "res_model": unit._name,
                "res_id": unit.id,
            }
        )
        unit.message_post(
            body=self.env._("Proof of purchase"), attachment_ids=proof.ids
        )
