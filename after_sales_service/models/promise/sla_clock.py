from odoo import fields, models

from .sla_policy import PROMISES


class AfterSalesSlaClock(models.Model):
    """One promise that runs, pauses, is kept or broken; all told by its events."""

    _name = "after.sales.sla.clock"
    _description = "After-Sales Clock"
    _order = "deadline, id"

    company_id = fields.Many2one("res.company", required=True, index=True)
    policy_id = fields.Many2one("after.sales.sla.policy", ondelete="restrict")
    promise = fields.Selection(PROMISES, required=True)
    hours_promised = fields.Float(required=True)
    calendar_id = fields.Many2one("resource.calendar", string="Working Hours")
    event_ids = fields.One2many("after.sales.sla.event", "clock_id")
    state = fields.Selection(
        [
            ("running", "Running"),
            ("paused", "Paused"),
            ("kept", "Kept"),
            ("broken", "Broken"),
            ("cancel", "Cancelled"),
        ],
        required=True,
        default="running",
        index=True,
    )
    date_start = fields.Datetime(required=True)
    deadline = fields.Datetime(index=True)
    date_stop = fields.Datetime()
