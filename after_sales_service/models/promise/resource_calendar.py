from datetime import timedelta

from pytz import timezone, utc

from odoo import fields, models
from odoo.fields import Domain


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

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


def _to_naive_second(moment):
    """Round to the next full second: a day's end is 23:59:59.999999 in Odoo."""
    moment = moment.astimezone(utc).replace(tzinfo=None)
    if moment.microsecond:
        moment += timedelta(microseconds=1_000_000 - moment.microsecond)
    return moment
