from odoo import fields, models
from odoo.fields import Domain

# What a page of a unit shows of its past; the lists have the rest.
LAST = 10


class AfterSalesUnit(models.Model):
    """What was reported about a unit."""

    _inherit = "after.sales.unit"

    ticket_count = fields.Integer(string="Tickets", compute="_compute_ticket_count")

    # === COMPUTES === #
    def _compute_ticket_count(self):
        counts = dict(
            self.env["after.sales.ticket"]._read_group(
                Domain("unit_id", "in", self.ids), ["unit_id"], ["__count"]
            )
        )
        for unit in self:
            unit.ticket_count = counts.get(unit, 0)

    # === ACTIONS === #
    def action_create_ticket(self):
        """Open a new ticket with this unit and its customer filled in."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Ticket"),
            "res_model": "after.sales.ticket",
            "view_mode": "form",
            "context": {
                "default_unit_id": self.id,
                "default_partner_id": self.partner_id.id,
            },
        }

    def action_view_tickets(self):
        """Open what was reported about this unit."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Tickets of %(unit)s", unit=self.name),
            "res_model": "after.sales.ticket",
            "view_mode": "list,form",
            "domain": [("unit_id", "=", self.id)],
            "context": {"default_unit_id": self.id},
        }

    # === BUSINESS === #
    def _get_owner_domain(self):
        """Return what belongs to the owner of today; those before keep theirs."""
        self.ensure_one()
        owner = self.partner_id.commercial_partner_id
        if not owner:
            return Domain.FALSE
        return Domain("unit_id", "=", self.id) & Domain(
            "partner_id", "child_of", owner.id
        )

    def _get_owner_tickets(self):
        """Return the last tickets of the owner about this unit, for the unit's page."""
        return self.env["after.sales.ticket"].search(
            self._get_owner_domain(), order="date_reported desc, id desc", limit=LAST
        )
