"""On which days a contract promises a preventive visit: plain calendar arithmetic."""

from calendar import monthrange
from datetime import date


def add_months(day: date, months: int) -> date:
    """Return the same day ``months`` later; the last of the month if there is none."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def get_due_dates(first: date, months: int, until: date) -> list[date]:
    """Return the days on which visits are due, from ``first`` to ``until``.

    Each is counted from the first one, so that the 31st comes back after February.

    :param months: months between two visits, one or more
    :raise ValueError: if ``months`` is not positive
    """
    if months <= 0:
        raise ValueError("visits are one month apart at least")
    dates, number = [], 0
    while (day := add_months(first, number * months)) <= until:
        dates.append(day)
        number += 1
    return dates
