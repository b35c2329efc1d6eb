"""Revenue of a contract's period, month by month.

Plain calendar arithmetic: no database, no clock. Days count; amounts are counted up
from the first day and rounded there, so that the months always come to the whole.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True)
class Month:
    """What is earned in the days of one calendar month."""

    last_day: date  # of the calendar month
    days: int
    amount: float


def get_month_end(day: date) -> date:
    """Return the last day of the month of ``day``."""
    first_of_next = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return first_of_next - timedelta(days=1)


def spread(amount: float, start: date, end: date, step: float = 0.01) -> list[Month]:
    """Return ``amount`` month by month, by days; both ends belong to the period.

    :param float amount: may be negative: a credit
    :param float step: the smallest amount of the currency
    :raise ValueError: if the period ends before it starts
    """
    if end < start:
        raise ValueError(f"a period from {start} cannot end on {end}")
    unit, whole = Decimal(str(step)), Decimal(str(amount))
    total = (end - start).days + 1
    months, counted, day = [], Decimal(0), start
    while day <= end:
        last = min(get_month_end(day), end)
        share = whole * ((last - start).days + 1) / total
        until = (share / unit).quantize(Decimal(1), ROUND_HALF_UP) * unit
        if last == end:
            until = whole
        months.append(
            Month(get_month_end(day), (last - day).days + 1, float(until - counted))
        )
        counted, day = until, last + timedelta(days=1)
    return months
