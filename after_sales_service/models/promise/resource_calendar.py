from datetime import timedelta

from pytz import timezone, utc

from odoo import api, fields, models
from odoo.fields import Domain

from .sla_clock import OPEN_CLOCK

QUIET = "after_sales_hours_quiet"
HOURS = {
    "attendance_ids",
    "attendance_ids_1st_week",
    "attendance_ids_2nd_week",
    "duration_based",
    "flexible_hours",
    "global_leave_ids",
    "leave_ids",
    "schedule_type",
    "two_weeks_calendar",
    "tz",
}
ATTENDANCE_HOURS = {
    "calendar_id",
    "dayofweek",
    "hour_from",
    "hour_to",
    "day_period",
    "week_type",
    "display_type",
}


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    # === CRUD === #
    def write(self, vals):
        if not HOURS & vals.keys():
            return super().write(vals)
        result = super(ResourceCalendar, self.with_context(**{QUIET: True})).write(vals)
        self._after_sales_hours_changed()
        return result

    # === BUSINESS === #
    def _after_sales_hours_changed(self):
        """Let the open clocks that count in these hours follow the change."""
        if not self or self.env.context.get(QUIET):
            return
        # The clocks are the server's: they follow from hours that may be changed.
        self.env["after.sales.sla.clock"].sudo()._refresh_calendars(self)

    def _after_sales_get_intervals(self, start, end):
        """Return the working intervals between two moments, public holidays left out.

        The native ``plan_hours`` is not used: it is one query and 4 ms per clock,
        drifts by microseconds on calendars around the clock and answers False where
        we need a sentence.

        :param datetime start: naive UTC
        :param datetime end: naive UTC
        :return: sorted pairs of naive UTC datetimes in whole seconds; none if the
            calendar is flexible, as it then has no fixed hours
        """
        self.ensure_one()
        if self.flexible_hours:
            return []
        found = self._work_intervals_batch(
            start.replace(tzinfo=utc), end.replace(tzinfo=utc)
        )[False]
        return [
            (_to_naive_second(first), _to_naive_second(last))
            for first, last, _attendance in found
        ]

    def _get_after_sales_holidays(self, first, last, zone, company):
        """Return the public holidays between two days, in the time zone ``zone``.

        A holiday is time off of the whole calendar, or of all calendars, that covers
        noon of the day.

        :rtype: frozenset[datetime.date]
        """
        midnight = fields.Datetime.to_datetime
        leaves = self.env["resource.calendar.leaves"].search(
            Domain("resource_id", "=", False)
            & Domain("calendar_id", "in", [*self.ids, False])
            & Domain("company_id", "in", [company.id, False])
            & Domain("date_from", "<=", midnight(last) + timedelta(days=1))
            & Domain("date_to", ">=", midnight(first) - timedelta(days=1))
        )
        tz, days, day = timezone(zone), set(), first
        while day <= last:
            noon = tz.localize(midnight(day) + timedelta(hours=12))
            noon = noon.astimezone(utc).replace(tzinfo=None)
            if any(leave.date_from <= noon <= leave.date_to for leave in leaves):
                days.add(day)
            day += timedelta(days=1)
        return frozenset(days)


class ResourceCalendarAttendance(models.Model):
    _inherit = "resource.calendar.attendance"

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        attendances = super().create(vals_list)
        attendances.calendar_id._after_sales_hours_changed()
        return attendances

    def write(self, vals):
        if not ATTENDANCE_HOURS & vals.keys():
            return super().write(vals)
        calendars = self.calendar_id
        result = super().write(vals)
        (calendars | self.calendar_id)._after_sales_hours_changed()
        return result

    def unlink(self):
        calendars = self.calendar_id
        result = super().unlink()
        calendars.exists()._after_sales_hours_changed()
        return result


class AfterSalesSlaClock(models.Model):
    _inherit = "after.sales.sla.clock"

    # === BUSINESS === #
    def _get_open_domain(self):
        return Domain("state", "in", OPEN_CLOCK)

    @api.model
    def _get_open_calendars(self):
        """Return the calendars in which open clocks count, in one query."""
        rows = self._read_group(
            self._get_open_domain() & Domain("calendar_id", "!=", False),
            ["calendar_id"],
        )
        return self.env["resource.calendar"].union(*(calendar for (calendar,) in rows))

    @api.model
    def _refresh_calendars(self, calendars):
        """Bring the open clocks of ``calendars`` in line with their working hours."""
        for calendar in calendars:
            clocks = self.search(
                self._get_open_domain() & Domain("calendar_id", "=", calendar.id)
            )
            clocks._mark_broken()
            clocks._refresh(
                self.env._("Changed: working hours “%(name)s”", name=calendar.name)
            )


def _to_naive_second(moment):
    """Round to the next full second: a day's end is 23:59:59.999999 in Odoo."""
    moment = moment.astimezone(utc).replace(tzinfo=None)
    if moment.microsecond:
        moment += timedelta(microseconds=1_000_000 - moment.microsecond)
    return moment
