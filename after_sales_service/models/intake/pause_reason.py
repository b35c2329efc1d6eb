from odoo import fields, models
from odoo.exceptions import UserError


class AfterSalesPauseReason(models.Model):
    """Why a ticket waits, and whether the promised times wait with it."""

    _name = "after.sales.pause.reason"
    _description = "Reason to Wait"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True)
    is_clock_paused = fields.Boolean(
        string="Promised Times Wait Too",
        help="Tick it for reasons on the customer's side only.",
    )

    # === BUSINESS === #
    def _check_for(self, records):
        """Make sure that ``records``, tickets or orders, may wait for this reason.

        :raise UserError: if there is no reason, or one of another company
        """
        foreign = self.company_id and records.company_id - self.company_id
        if self and not foreign:
            return
        raise UserError(
            self.env._(
                "%(name)s waits for a reason only: choose one of the list of its own "
                "company. It says whether the promised times wait too.",
                name=records[:1].display_name,
            )
        )

    def _get_text(self, note=None):
        """Return the reason and what the reader should know besides."""
        self.ensure_one()
        return ": ".join(part for part in (self.name, note) if part)
