from odoo import fields, models

from ...rules.clock import Event


class AfterSalesSlaEvent(models.Model):
    """What happened to a clock. Rows are added, never changed or removed."""

    _name = "after.sales.sla.event"
    _description = "After-Sales Clock Event"
    _inherit = "after.sales.ledger.mixin"
    _order = "date, id"

    clock_id = fields.Many2one(
        "after.sales.sla.clock", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="clock_id.company_id")
    kind = fields.Selection(
        [
            ("start", "Start"),
            ("pause", "Pause"),
            ("resume", "Resume"),
            ("stop", "Stop"),
            ("replan", "Replan"),
            ("breach", "Broken"),
            ("reopen", "Reopen"),
            ("cancel", "Cancel"),
        ],
        required=True,
    )
    date = fields.Datetime(required=True)
    user_id = fields.Many2one("res.users", default=lambda self: self.env.user)
    reason = fields.Char()
    # What was promised from here on; on the rows of kind start and replan.
    policy_id = fields.Many2one("after.sales.sla.policy", string="Promised Time")
    hours_promised = fields.Float()
    calendar_id = fields.Many2one(
        "resource.calendar", string="Working Hours", help="Empty: around the clock."
    )
    deadline_before = fields.Datetime()
    deadline_after = fields.Datetime()

    # === BUSINESS === #
    def _get_change_refusal(self):
        return self.env._(
            "The history of a clock is not changed. Correct it by a further event."
        )

    def _get_removal_refusal(self):
        return self.env._(
            "The history of a clock is not deleted. Cancel the clock instead."
        )

    def _to_rule(self):
        """Return this row as the rules read it."""
        self.ensure_one()
        return Event(
            self.kind, self.date, self.hours_promised, self.calendar_id.id or None
        )
