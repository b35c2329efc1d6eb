from odoo import models

from .ticket import OPEN_STATES


class AfterSalesUnit(models.Model):
    _inherit = "after.sales.unit"

    # === BUSINESS === #
    def _get_contained_hint(self):
        """Return a sentence that names what a system contains, or False."""
        self.ensure_one()
        contained = self._get_contained() - self
        if not contained:
            return False
        return self.env._(
            "%(unit)s contains %(contained)s. Choose the one that is meant, if it is "
            "not the whole.",
            unit=self.name,
            contained=", ".join(contained[:8].mapped("name")),
        )

    def _get_transfer_warnings(self):
        """Name the open tickets: they stay with who called."""
        tickets = self.env["after.sales.ticket"].search(
            [("unit_id", "in", self.ids), ("state", "in", OPEN_STATES)]
        )
        return super()._get_transfer_warnings() + [
            self.env._(
                "%(unit)s: ticket %(ticket)s of %(customer)s is still open.",
                unit=ticket.unit_id.name,
                ticket=ticket.name,
                customer=ticket.partner_id.display_name,
            )
            for ticket in tickets
        ]
