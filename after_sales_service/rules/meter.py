"""What a meter will show, from what it showed: plain arithmetic.

A meter (hours, kilometres, cycles) only counts up, unless it was exchanged: the
reading that says so starts the count anew. How much a unit is used a day is what it
counted between its readings, divided by the days between them; what an exchange
jumped over is not usage.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

WINDOW_DAYS = 365
FAR_DAYS = 36500  # a unit that hardly runs needs no date in a hundred years


@dataclass(frozen=True, order=True)
class Reading:
    """One reading; readings of a unit sort by day, then by their number."""

    day: date
    number: int
    value: float
    is_reset: bool = False


def usage_per_day(readings, window_days=WINDOW_DAYS):
    """Return how much a unit counts a day, or None while nobody can know.

    Readings older than ``window_days`` before the last one do not count, as long as
    two younger ones are there: a unit may be used otherwise than it was.

    :param readings: the ``Reading`` of one unit, in any order
    """
    rows = sorted(readings)
    if not rows:
        return None
    first_day = rows[-1].day - timedelta(days=window_days)
    young = [row for row in rows if row.day >= first_day]
    if young[0].day < young[-1].day:
        rows = young
    days = (rows[-1].day - rows[0].day).days
    if days <= 0:
        return None
    counted = sum(
        max(0.0, after.value - before.value)
        for before, after in zip(rows, rows[1:], strict=False)
        if not after.is_reset
    )
    return counted / days


def forecast_day(readings, value):
    """Return the day on which the meter reaches ``value``, or None.

    That is the day of the first reading that was there already (since the meter was
    exchanged last), else the day the average usage leads to. None if no usage is
    known, or if the unit hardly runs.

    :param readings: the ``Reading`` of one unit, in any order
    :param float value: what the meter shows on the day asked for
    """
    rows = sorted(readings)
    resets = [number for number, row in enumerate(rows) if row.is_reset]
    current = rows[resets[-1] :] if resets else rows
    for row in current:
        if row.value >= value:
            return row.day
    usage = usage_per_day(rows)
    if not usage:
        return None
    days = (value - rows[-1].value) / usage
    # Asked before it is rounded: next to no usage leads to an infinite number.
    return rows[-1].day + timedelta(days=ceil(days)) if days <= FAR_DAYS else None


def order_problem(readings):
    """Return the first pair of readings that counts down, or None.

    :return: ``(before, after)``, two ``Reading`` one after the other
    """
    rows = sorted(readings)
    for before, after in zip(rows, rows[1:], strict=False):
        if after.value < before.value and not after.is_reset:
            return before, after
    return None
