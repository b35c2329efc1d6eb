from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...rules.clock import (
    AroundTheClock,
    Event,
    NeverOpen,
    WorkTime,
    get_moment,
    judge,
)
from .sla_clock import OPEN_CLOCK


class AfterSalesSlaClock(models.Model):
    """The ledger of a clock: what happened is added, what is shown follows from it."""

    _inherit = "after.sales.sla.clock"

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

    def _pause(self, reason, at=None, **vals):
        """Stop counting for a while; only running clocks change.

        :param str reason: what the clock waits for, as a sentence
        :param vals: further values of the row
        :raise UserError: if there is no reason
        """
        if not (reason or "").strip():
            raise UserError(
                self.env._(
                    "Promised times do not wait without a reason. Choose from the list "
                    "what %(name)s waits for.",
                    name=self[:1]._get_subject_name(),
                )
            )
        running = self.filtered(lambda clock: clock.state == "running")
        running._log("pause", at, reason=reason, **vals)

    def _resume(self, at=None):
        """Count again; only paused clocks change."""
        self.filtered(lambda clock: clock.state == "paused")._log("resume", at)

    def _stop(self, at=None):
        """Record that the promise was fulfilled at ``at``, in time or not."""
        self.filtered(lambda clock: clock.state in OPEN_CLOCK)._log("stop", at)

    def _reopen(self, reason, at=None):
        """Count on: what was thought fulfilled was not."""
        stopped = self.filtered(lambda clock: clock.state in ("kept", "broken"))
        stopped._log("reopen", at, reason=reason)

    def _cancel(self, reason=None, at=None):
        """End the clock without a verdict; a breach until now is kept."""
        open_clocks = self.filtered(lambda clock: clock.state in OPEN_CLOCK)
        open_clocks._log("cancel", at, reason=reason)

    def _replan(self, cause, **vals):
        """Give the clocks another promise, counted from their start.

        :param str cause: what changed, for the reader of the history
        :param vals: ``policy_id``, ``hours_promised``, ``calendar_id``; what is left
            out stays
        """
        open_clocks = self.filtered(lambda clock: clock.state in OPEN_CLOCK)
        # One UPDATE for all; _log reads the new promise from the clocks.
        before = {clock: clock.deadline for clock in open_clocks}
        open_clocks.write(vals)
        open_clocks._log("replan", None, reason=cause, before=before)

    def _refresh(self, cause):
        """Follow working hours that were changed; only what really moves is written.

        Hours that were emptied move nothing: whoever edits them must not be stopped
        by our clocks, and the next step of a clock will tell.

        :param str cause: what changed, for the reader of the history
        """
        open_clocks = self.filtered(lambda clock: clock.state in OPEN_CLOCK)
        if not open_clocks:
            return
        history = open_clocks._get_history([])
        works = open_clocks._get_works_of_rows(history)
        moved = open_clocks.filtered(
            lambda clock: clock._is_moved(history[clock.id], works)
        )
        moved._log("replan", None, reason=cause)

    def _resync(self):
        """Write anew what the rows come to, without a further row."""
        history = self._get_history([])
        works = self._get_works_of_rows(history)
        for clock in self.filtered(lambda clock: history[clock.id]):
            status = clock._try_judge(history[clock.id], works)
            if status:
                clock._sync(status, works[status.calendar])

    def _try_judge(self, rows, works):
        """Return the status, or None if the working hours were emptied."""
        try:
            return judge(rows, works)
        except NeverOpen:
            return None

    def _is_moved(self, rows, works):
        """Tell whether the rows come to something else than what is stored."""
        self.ensure_one()
        status = self._try_judge(rows, works)
        return status is not None and (
            (status.deadline or False) != self.deadline
            or (status.warning or False) != self.date_warning
            or status.seconds_used != round(self.hours_used * 3600)
        )

    def _mark_broken(self):
        """Note in the ledger that running clocks are past their deadline."""
        now = fields.Datetime.now()
        self.filtered(
            lambda clock: (
                clock.state == "running"
                and clock.deadline
                and clock.deadline < now
                and not clock.date_broken
            )
        )._log("breach", None)

    def _log(self, kind, at, reason=None, before=None, **vals):
        """Append one event to each clock and bring the clocks up to date.

        A breach that shows for the first time gets a row of its own: nothing that is
        changed later can take it back.
        """
        if not self:
            return
        before = before or {clock: clock.deadline for clock in self}
        rows = [clock._prepare_event_vals(kind, at, reason) | vals for clock in self]
        history = self._get_history(rows)
        works = self._get_works_of_rows(history)
        breaches = []
        for clock, row in zip(self, rows, strict=True):
            status = clock._judge_rows(history[clock.id], works)
            clock._sync(status, works[status.calendar])
            row.update(deadline_before=before[clock], deadline_after=clock.deadline)
            if status.date_broken and not any(
                event.kind == "breach" for event in history[clock.id]
            ):
                breaches.append(clock._prepare_breach_vals(status, before[clock]))
        self.env["after.sales.sla.event"].create(rows + breaches)
        if kind in ("stop", "cancel"):
            self._on_end()

    def _on_end(self):
        """Do what is due when clocks have ended. Meant to be extended."""

    def _get_subject_name(self):
        """Return what the clock is about, for sentences. Meant to be extended."""
        return self.display_name or ""

    def _prepare_breach_vals(self, status, deadline):
        self.ensure_one()
        return {
            "clock_id": self.id,
            "kind": "breach",
            "date": status.date_broken,
            "deadline_before": deadline,
            "deadline_after": self.deadline,
        }

    def _prepare_event_vals(self, kind, at, reason):
        self.ensure_one()
        now = fields.Datetime.now()
        date = _to_second(at or now)
        if kind in ("start", "breach"):
            date = self.date_start if kind == "start" else self.deadline
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

    def _sync(self, status, work):
        """Write what the events come to."""
        self.ensure_one()
        promised = status.seconds_promised
        self.write(
            {
                "state": status.state,
                "deadline": status.deadline,
                "date_half": status.half,
                "date_warning": status.warning,
                "date_running": status.running_since,
                "date_stop": status.date_stop,
                "date_broken": status.date_broken,
                "hours_used": status.seconds_used / 3600,
                "share_counted": 100.0 * status.seconds_used / promised
                if promised
                else 0.0,
                "date_rung": self._get_date_rung(
                    status.running_since, status.seconds_used, work, self.share_told
                ),
            }
        )

    def _get_date_rung(self, since, seconds_used, work, share_told):
        """Return when the rung after ``share_told`` is due.

        :return: a naive UTC datetime; False if the clock stands, no rung is left, or
            its moment does not come within three years
        """
        self.ensure_one()
        share = since and self.policy_id._get_next_share(share_told)
        if not share:
            return False
        try:
            return get_moment(
                share / 100,
                round(self.hours_promised * 3600),
                seconds_used,
                since,
                work,
            )
        except NeverOpen:
            return False

    def _get_works(self, events):
        return self._get_works_of_rows({0: [event._to_rule() for event in events]})

    def _get_works_of_rows(self, history):
        """Return the working time by calendar, shared by all clocks."""
        events = [event for rows in history.values() for event in rows]
        origin = min((event.date for event in events), default=datetime(2000, 1, 1))
        return self._get_works_since(
            origin,
            self.env["resource.calendar"].browse(
                {event.calendar for event in events if event.calendar}
            ),
        )

    @api.model
    def _get_works_since(self, origin, calendars):
        """Return the working time of ``calendars`` since ``origin``, by id.

        :return: ``{calendar id, or None for around the clock: working time}``
        """
        works = {None: AroundTheClock()}
        for calendar in calendars:
            works[calendar.id] = WorkTime(origin, calendar._after_sales_get_intervals)
        return works


def _to_second(moment):
    return fields.Datetime.to_datetime(moment).replace(microsecond=0)
