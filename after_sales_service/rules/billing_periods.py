"""The periods a contract is billed for, and what each of them costs.

Plain calendar arithmetic: no database, no clock. Both ends of a period are days
that belong to it. A full period is cut at the ends of the contract; what is cut costs
its days' part of the price. Amounts are counted up from the first day of the full
period and rounded there, so that parts of one period, cut anywhere, always come to
its price to the cent.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from .visit_plan import add_months

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """Days to bill, and the full period that they are a part of."""

    start: date
    end: date
    full_start: date
    full_end: date

    @property
    def is_full(self) -> bool:
        return (self.start, self.end) == (self.full_start, self.full_end)

    def until(self, day: date) -> "Period":
        """Return the part that ends on ``day``."""
        return Period(self.start, min(day, self.end), self.full_start, self.full_end)

    def after(self, day: date) -> "Period | None":
        """Return the part that begins after ``day``; None if nothing is left."""
        start = max(self.start, day + DAY)
        if start > self.end:
            return None
        return Period(start, self.end, self.full_start, self.full_end)


def get_anchor(start: date, months: int, is_calendar: bool) -> date:
    """Return the day from which full periods are counted.

    :param start: the first day of the contract
    :param months: length of a full period: 1, 3, 6 or 12
    :param is_calendar: count calendar months, quarters … instead of from ``start``
    """
    if not is_calendar:
        return start
    return date(start.year, (start.month - 1) // months * months + 1, 1)


def get_full_period(anchor: date, months: int, day: date) -> tuple[date, date]:
    """Return first and last day of the full period that ``day`` lies in.

    :raise ValueError: if ``months`` is not positive or ``day`` lies before ``anchor``
    """
    if months <= 0:
        raise ValueError("a period lasts one month at least")
    if day < anchor:
        raise ValueError("no period begins before the first one")
    number = ((day.year - anchor.year) * 12 + day.month - anchor.month) // months
    if add_months(anchor, number * months) > day:
        number -= 1
    return (
        add_months(anchor, number * months),
        add_months(anchor, (number + 1) * months) - DAY,
    )


def get_periods(
    start: date,
    end: date,
    months: int,
    is_calendar: bool = False,
    done_until: date | None = None,
) -> list[Period]:
    """Return what is to bill from ``start`` to ``end``, without gap or overlap.

    :param done_until: the last day that is billed already
    """
    anchor = get_anchor(start, months, is_calendar)
    day = max(start, done_until + DAY) if done_until else start
    periods = []
    while day <= end:
        full_start, full_end = get_full_period(anchor, months, day)
        periods.append(Period(day, min(full_end, end), full_start, full_end))
        day = full_end + DAY
    return periods


def get_amount(price: float, period: Period, step: float = 0.01) -> float:
    """Return what ``period`` costs if its full period costs ``price``.

    :param price: in any currency
    :param step: the smallest amount of that currency
    """
    days = (period.full_end - period.full_start).days + 1
    before = (period.start - period.full_start).days
    until = (period.end - period.full_start).days + 1
    whole, unit = Decimal(str(price)), Decimal(str(step))

    def counted(part):
        return (whole * part / days / unit).quantize(Decimal(1), ROUND_HALF_UP) * unit

    return float(counted(until) - counted(before))


def get_bill_date(period: Period, is_advance: bool) -> date:
    """Return the day on which the period is invoiced: its first, or after its last."""
    return period.start if is_advance else period.end + DAY
