"""When a term starts and ends: plain calendar arithmetic.

Both ends of a term are days that are covered. A 24-month term that starts on
2025-01-10 ends on 2027-01-09: the day before the same date two years later.
Where that date does not exist (31 January plus one month) the last day of the
month is the last covered day, so that the customer never loses a day to a short
month.
"""

from calendar import monthrange
from datetime import date, timedelta

MONTHS = {"month": 1, "year": 12}


def add_term(start: date, term: int, unit: str) -> date:
    """Return the last covered day of a term.

    :param start: the first covered day
    :param term: how many units, one or more
    :param unit: ``day``, ``month`` or ``year``
    :raise ValueError: if ``term`` is not positive or ``unit`` is unknown
    """
    if term <= 0:
        raise ValueError("a term lasts one day at least")
    if unit == "day":
        return start + timedelta(days=term - 1)
    if unit not in MONTHS:
        raise ValueError(f"unknown unit of a term: {unit}")
    month = start.month - 1 + term * MONTHS[unit]
    year, month = start.year + month // 12, month % 12 + 1
    last = monthrange(year, month)[1]
    if start.day > last:
        return date(year, month, last)
    return date(year, month, start.day) - timedelta(days=1)


def start_date(rule: str, events: dict, limit_days: int = 0) -> date | None:
    """Return the first covered day, or None while its event has not happened.

    :param rule: the event that starts the term (``delivered``, ``installed`` …)
    :param events: the days known so far, ``{event: date or None}``
    :param limit_days: start no later than so many days after the delivery, even
        without the event; 0: wait for it
    """
    start = events.get(rule) or None
    delivered = events.get("delivered")
    if limit_days > 0 and delivered:
        limit = delivered + timedelta(days=limit_days)
        start = min(start, limit) if start else limit
    return start


def replaced_part_end(
    rule: str, fitted: date, months: int, old_end: date | None
) -> date | None:
    """Return the last covered day of a part fitted as a replacement.

    :param rule: ``fresh`` (a term of its own), ``rest`` (what is left of the old
        part's cover) or ``longer`` (whichever ends later)
    :param fitted: the day the part was fitted
    :param months: the fresh term; 0: none
    :param old_end: last covered day of the part it replaces, None if it had none
    :return: None if the new part has no cover
    """
    fresh = add_term(fitted, months, "month") if months > 0 else None
    rest = old_end if old_end and old_end >= fitted else None
    if rule == "fresh":
        return fresh
    if rule == "rest":
        return rest
    if rule == "longer":
        return max((end for end in (fresh, rest) if end), default=None)
    raise ValueError(f"unknown rule for replaced parts: {rule}")
