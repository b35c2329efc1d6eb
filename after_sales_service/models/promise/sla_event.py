from odoo import fields, models


class AfterSalesSlaEvent(models.Model):
    """What happened to a clock. Rows are added, never changed or removed."""

    _name = "after.sales.sla.event"
    _description = "After-Sales Clock Event"
    _order = "date, id"

    clock_id = fields.Many2one(
        "after.sales.sla.clock", required=True, ondelete="cascade", index=True
    )
    kind = fields.Selection(
        [
            ("start", "Start"),
            ("pause", "Pause"),
            ("resume", "Resume"),
            ("stop", "Stop"),
            ("replan", "Replan"),
            ("reopen", "Reopen"),
            ("cancel", "Cancel"),
        ],
        required=True,
    )
    date = fields.Datetime(required=True)
    user_id = fields.Many2one("res.users", default=lambda self: self.env.user)
    reason = fields.Char()
    deadline_before = fields.Datetime()
    deadline_after = fields.Datetime()
