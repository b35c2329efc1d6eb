from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...rules.clock import AroundTheClock, Event, NeverOpen, WorkTime, judge
from .sla_policy import PROMISES

OPEN_STATES = ("running", "paused")


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
    date_warning = fields.Datetime(
        string="Warning", help="Three quarters of the time are used then."
    )
    date_running = fields.Datetime(string="Running Since")
    date_stop = fields.Datetime(string="Stopped")
    date_broken = fields.Datetime(string="Broken On")
    hours_used = fields.Float(help="Working hours used until the last event.")
    share_used = fields.Float(
        string="Used (%)", compute="_compute_share_used", digits=(5, 0)
    )
    is_late = fields.Boolean(
        string="Promise Broken", compute="_compute_is_late", search="_search_is_late"
    )
    color = fields.Integer(compute="_compute_is_late")

    _open_deadline_idx = models.Index("(deadline) WHERE state = 'running'")

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

    @api.depends("state", "deadline", "date_warning", "date_broken")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for clock in self:
            running = clock.state == "running"
            clock.is_late = bool(clock.date_broken) or bool(
                running and clock.deadline and clock.deadline < now
            )
            soon = running and clock.date_warning and clock.date_warning < now
            clock.color = clock._get_color(clock.is_late, soon)

    def _search_is_late(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        late = Domain("date_broken", "!=", False) | (
            Domain("state", "=", "running")
            & Domain("deadline", "<", fields.Datetime.now())
        )
        return late if (True in value) == (operator == "in") else ~late

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
    @api.model
    def _start(self, vals_list):
        """Start clocks, all in one batch.

        :param list[dict] vals_list: values of the clocks with ``policy_id``,
            ``promise``, ``hours_promised``, ``calendar_id`` (False: around the clock),
            ``company_id`` and ``date_start``
        :raise UserError: if a calendar has no working hours
        """
        clocks = self.create(
            [
                {**vals, "date_start": _to_second(vals["date_start"])}
                for vals in vals_list
            ]
        )
        clocks._log("start", None)
        return clocks

    def _pause(self, reason, at=None):
        """Stop counting for a while; only running clocks change."""
        running = self.filtered(lambda clock: clock.state == "running")
        running._log("pause", at, reason=reason)

    def _resume(self, at=None):
        """Count again; only paused clocks change."""
        self.filtered(lambda clock: clock.state == "paused")._log("resume", at)

    def _stop(self, at=None):
        """Record that the promise was fulfilled at ``at``, in time or not."""
        self.filtered(lambda clock: clock.state in OPEN_STATES)._log("stop", at)

    def _reopen(self, reason, at=None):
        """Count on: what was thought fulfilled was not."""
        stopped = self.filtered(lambda clock: clock.state in ("kept", "broken"))
        stopped._log("reopen", at, reason=reason)

    def _cancel(self, reason=None, at=None):
        """End the clock without a verdict; a breach until now is kept."""
        open_clocks = self.filtered(lambda clock: clock.state in OPEN_STATES)
        open_clocks._log("cancel", at, reason=reason)

    def _replan(self, cause, **vals):
        """Give the clocks another promise, counted from their start.

        :param str cause: what changed, for the reader of the history
        :param vals: ``policy_id``, ``hours_promised``, ``calendar_id``; what is left
            out stays
        """
        open_clocks = self.filtered(lambda clock: clock.state in OPEN_STATES)
        # One UPDATE for all; _log reads the new promise from the clocks.
        before = {clock: clock.deadline for clock in open_clocks}
        open_clocks.write(vals)
        open_clocks._log("replan", None, reason=cause, before=before)

    def _log(self, kind, at, reason=None, before=None):
        """Append one event to each clock and bring the clocks up to date."""
        if not self:
            return
        before = before or {clock: clock.deadline for clock in self}
        rows = [clock._prepare_event_vals(kind, at, reason) for clock in self]
        history = self._get_history(rows)
        works = self._get_works_of_rows(history)
        for clock, vals in zip(self, rows, strict=True):
            status = clock._judge_rows(history[clock.id], works)
            clock._sync(status)
            vals.update(deadline_before=before[clock], deadline_after=clock.deadline)
        self.env["after.sales.sla.event"].create(rows)

    def _prepare_event_vals(self, kind, at, reason):
        self.ensure_one()
        now = fields.Datetime.now()
        date = self.date_start if kind == "start" else _to_second(at or now)
        vals = {
            "clock_id": self.id,
            "kind": kind,
            # Facts come late, never before the promise nor from the future.
            "date": max(self.date_start, min(date, max(now, self.date_start))),
            "reason": reason,
        }
        if kind in ("start", "replan"):
            vals.update(
                policy_id=self.policy_id.id,
                hours_promised=self.hours_promised,
                calendar_id=self.calendar_id.id,
            )
        return vals

    def _get_history(self, rows):
        """Return stored rows and the new ones, by clock, in the ledger's order."""
        names = ["kind", "date", "hours_promised", "calendar_id"]
        events = self.env["after.sales.sla.event"].search_fetch(
            Domain("clock_id", "in", self.ids), [*names, "clock_id"]
        )
        history = {clock.id: [] for clock in self}
        for event in events:
            history[event.clock_id.id].append(event._to_rule())
        for vals in rows:
            history[vals["clock_id"]].append(
                Event(
                    vals["kind"],
                    vals["date"],
                    vals.get("hours_promised", 0.0),
                    vals.get("calendar_id") or None,
                )
            )
        return history

    def _judge(self, events, works):
        """Return the status by stored events, or None if there are none."""
        self.ensure_one()
        rows = [event._to_rule() for event in events]
        return self._judge_rows(rows, works) if rows else None

    def _judge_rows(self, rows, works):
        try:
            return judge(rows, works)
        except NeverOpen as error:
            raise UserError(
                self.env._(
                    "The working hours “%(calendar)s” have no fixed hours within the "
                    "next years. Give them working times, or choose others for the "
                    "contract, the customer, the team or the company.",
                    calendar=self.calendar_id.display_name,
                )
            ) from error

    def _sync(self, status):
        """Write what the events come to."""
        self.ensure_one()
        self.write(
            {
                "state": status.state,
                "deadline": status.deadline,
                "date_warning": status.warning,
                "date_running": status.running_since,
                "date_stop": status.date_stop,
                "date_broken": status.date_broken,
                "hours_used": status.seconds_used / 3600,
            }
        )

    def _get_works(self, events):
        return self._get_works_of_rows({0: [event._to_rule() for event in events]})

    def _get_works_of_rows(self, history):
        """Return the working time by calendar, shared by all clocks."""
        events = [event for rows in history.values() for event in rows]
        origin = min((event.date for event in events), default=datetime(2000, 1, 1))
        works = {None: AroundTheClock()}
        for calendar in self.env["resource.calendar"].browse(
            {event.calendar for event in events if event.calendar}
        ):
            works[calendar.id] = WorkTime(origin, calendar._after_sales_get_intervals)
        return works

    @api.model
    def _get_color(self, late, soon):
        """Return the colour of a chip: red, orange or green of Odoo's palette."""
        return 1 if late else 2 if soon else 10


def _to_second(moment):
    return fields.Datetime.to_datetime(moment).replace(microsecond=0)


def format_left(env, delta):
    """Return a time span as ``3:05`` or, from two days on, as ``5 d``."""
    minutes = round(abs(delta) / timedelta(minutes=1))
    sign = "−" if delta < timedelta(0) else ""
    if minutes >= 48 * 60:
        return env._("%(days)s d", days=f"{sign}{minutes // 1440}")
    return f"{sign}{minutes // 60}:{minutes % 60:02d}"
