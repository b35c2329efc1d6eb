from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...rules.clock import HALF, WARNING
from .sla_policy import PROMISES

OPEN_CLOCK = ("running", "paused")
STAGES = [
    ("green", "Green: in time"),
    ("yellow", "Yellow: half is used"),
    ("orange", "Orange: three quarters are used"),
    ("red", "Red: broken"),
]


class AfterSalesSlaClock(models.Model):
    """One promise that runs, pauses, is kept or broken; all told by its events."""

    _name = "after.sales.sla.clock"
    _description = "After-Sales Clock"
    _order = "deadline, id"

    company_id = fields.Many2one("res.company", required=True, index=True)
    policy_id = fields.Many2one("after.sales.sla.policy", ondelete="restrict")
    promise = fields.Selection(PROMISES, required=True)
    promise_label = fields.Char(
        compute="_compute_promise_label", export_string_translation=False
    )
    hours_promised = fields.Float(required=True)
    calendar_id = fields.Many2one(
        "resource.calendar", string="Working Hours", help="Empty: around the clock."
    )
    event_ids = fields.One2many("after.sales.sla.event", "clock_id")
    # From here on everything is written by _sync alone, out of the events.
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
    date_start = fields.Datetime(string="Started", required=True)
    deadline = fields.Datetime(
        index=True, help="A paused clock has none until it goes on."
    )
    date_half = fields.Datetime(
        string="Half Used", help="Half of the time is used then."
    )
    date_warning = fields.Datetime(
        string="Warning", help="Three quarters of the time are used then."
    )
    date_running = fields.Datetime(string="Running Since")
    date_stop = fields.Datetime(string="Stopped")
    date_broken = fields.Datetime(string="Broken On")
    hours_used = fields.Float(help="Working hours used until the last event.")
    share_counted = fields.Float(
        string="Used at Last Event (%)",
        help="Share of the promised time used until the last event.",
    )
    share_used = fields.Float(
        string="Used (%)", compute="_compute_share_used", digits=(5, 0)
    )
    share_told = fields.Integer(
        string="Told at (%)", help="The last rung of the ladder that was told."
    )
    date_rung = fields.Datetime(
        string="Next Rung", help="When the next rung of the ladder is told."
    )
    stage = fields.Selection(
        STAGES,
        string="Colour",
        compute="_compute_is_late",
        search="_search_stage",
        help="By the share of the time that is used; none once the clock has stopped.",
    )
    is_late = fields.Boolean(
        string="Promise Broken", compute="_compute_is_late", search="_search_is_late"
    )

    _open_deadline_idx = models.Index("(deadline) WHERE state = 'running'")
    _rung_idx = models.Index("(date_rung, id) WHERE state = 'running'")

    # === COMPUTES === #
    @api.depends("promise")
    def _compute_promise_label(self):
        promises = dict(self._fields["promise"]._description_selection(self.env))
        for clock in self:
            clock.promise_label = promises.get(clock.promise)

    @api.depends("promise", "state", "deadline", "hours_used", "hours_promised")
    def _compute_display_name(self):
        promises = dict(self._fields["promise"]._description_selection(self.env))
        states = dict(self._fields["state"]._description_selection(self.env))
        now = fields.Datetime.now()
        for clock in self:
            name = promises.get(clock.promise, "")
            if clock.state == "running" and clock.deadline:
                left = format_left(self.env, clock.deadline - now)
                clock.display_name = f"{name} {left}"
            else:
                clock.display_name = f"{name}: {states.get(clock.state, '')}"

    @api.depends(
        "state", "deadline", "date_half", "date_warning", "date_broken", "share_counted"
    )
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for clock in self:
            clock.is_late = bool(clock.date_broken) or bool(
                clock.state == "running" and clock.deadline and clock.deadline < now
            )
            clock.stage = clock._get_stage(now)

    def _search_is_late(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        late = self._get_late_domain(fields.Datetime.now())
        return late if (True in value) == (operator == "in") else ~late

    def _search_stage(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        domains = self._get_stage_domains(fields.Datetime.now())
        closed = Domain("state", "not in", OPEN_CLOCK)
        found = Domain.OR(domains.get(stage, closed) for stage in value)
        return found if operator == "in" else ~found

    @api.depends("event_ids", "hours_promised")
    def _compute_share_used(self):
        now = fields.Datetime.now()
        works = self._get_works(self.event_ids)
        for clock in self:
            status = clock._judge(clock.event_ids, works)
            used = status.get_seconds_used(now, works[status.calendar]) if status else 0
            promised = status.seconds_promised if status else 0
            clock.share_used = 100.0 * used / promised if promised else 0.0

    # === CRUD === #
    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_history(self):
        if self.event_ids:
            raise UserError(
                self.env._(
                    "A clock with a history is not deleted. Cancel the ticket instead."
                )
            )

    # === BUSINESS === #
    def _get_stage(self, now):
        """Return the colour of an open clock; the same answer as its domain below."""
        self.ensure_one()
        if self.state not in OPEN_CLOCK:
            return False
        if self.is_late:
            return "red"
        if self.state == "paused":
            used = self.share_counted
            return (
                "orange"
                if used >= 100 * WARNING
                else "yellow"
                if used >= 100 * HALF
                else "green"
            )
        if self.date_warning and self.date_warning <= now:
            return "orange"
        return "yellow" if self.date_half and self.date_half <= now else "green"

    @api.model
    def _get_late_domain(self, now):
        return Domain("date_broken", "!=", False) | (
            Domain("state", "=", "running") & Domain("deadline", "<", now)
        )

    @api.model
    def _get_stage_domains(self, now):
        """Return what makes a clock green, yellow, orange or red, for SQL."""
        running, paused = (
            Domain("state", "=", "running"),
            Domain("state", "=", "paused"),
        )
        late = self._get_late_domain(now)
        warned = (running & Domain("date_warning", "<=", now)) | (
            paused & Domain("share_counted", ">=", 100 * WARNING)
        )
        half = (running & Domain("date_half", "<=", now)) | (
            paused & Domain("share_counted", ">=", 100 * HALF)
        )
        is_open = running | paused
        return {
            "red": is_open & late,
            "orange": is_open & ~late & warned,
            "yellow": is_open & ~late & ~warned & half,
            "green": is_open & ~late & ~warned & ~half,
        }


def format_left(env, delta):
    """Return a time span as ``3:05`` or, from two days on, as ``5 d``."""
    minutes = round(abs(delta) / timedelta(minutes=1))
    sign = "−" if delta < timedelta(0) else ""
    if minutes >= 48 * 60:
        return env._("%(days)s d", days=f"{sign}{minutes // 1440}")
    return f"{sign}{minutes // 60}:{minutes % 60:02d}"
