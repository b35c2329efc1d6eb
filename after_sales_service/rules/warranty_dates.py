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


def start_date(
    rule: str,
    events: dict,
    limit_days: int = 0,
    other: str = "",
    pick: str = "later",
) -> date | None:
    """Return the first covered day, or None while its event has not happened.

    Of two events, ``later`` waits for both; ``earlier`` starts with the first that
    is known. With a limit the term starts on the last day of the limit at the
    latest, also where the event is dated after it: what the customer was told once
    is not put off by a late signature.

    :param rule: the event that starts the term (``delivered``, ``installed`` …)
    :param events: the days known so far, ``{event: date or None}``
    :param limit_days: start no later than so many days after the delivery, even
        without the event; 0: wait for it
    :param other: a second event; empty: there is none
    :param pick: ``earlier`` or ``later`` of the two events
    :raise ValueError: if ``pick`` is unknown
    """
    start = _pick_event(events, [rule, other] if other else [rule], pick)
    delivered = events.get("delivered")
    if limit_days > 0 and delivered:
        limit = delivered + timedelta(days=limit_days)
        start = min(start, limit) if start else limit
    return start


def _pick_event(events, rules, pick):
    if pick not in ("earlier", "later"):
        raise ValueError(f"neither the earlier nor the later of two: {pick}")
    days = [events.get(rule) or None for rule in rules]
    known = [day for day in days if day]
    if pick == "earlier":
        return min(known, default=None)
    return max(known) if len(known) == len(days) else None


def replaced_part_end(
    rule: str, fitted: date, months: int, old_end: date | None, days: int = 0
) -> date | None:
    """Return the last covered day of a part fitted as a replacement.

    :param rule: ``fresh`` (a term of its own), ``rest`` (what is left of the old
        part's cover), ``longer`` (whichever ends later) or ``at_least`` (the rest,
        but so many days at least)
    :param fitted: the day the part was fitted
    :param months: the fresh term of ``fresh`` and ``longer``; 0: none
    :param old_end: last covered day of the part it replaces, None if it had none
    :param days: what ``at_least`` promises; 0: no more than the rest
    :return: None if the new part has no cover
    :raise ValueError: if ``rule`` is unknown
    """
    rest = old_end if old_end and old_end >= fitted else None
    fresh = add_term(fitted, months, "month") if months > 0 else None
    least = add_term(fitted, days, "day") if days > 0 else None
    choices = {
        "fresh": (fresh,),
        "rest": (rest,),
        "longer": (fresh, rest),
        "at_least": (rest, least),
    }
    if rule not in choices:
        raise ValueError(f"unknown rule for replaced parts: {rule}")
    return max((end for end in choices[rule] if end), default=None)


def paused_end(start: date, end: date, pauses) -> date:
    """Return the last covered day of a term whose clock stood still meanwhile.

    A pause reaches from the day the unit came to the day it left again; it adds the
    days between the two. Days before the start and a pause after the end add
    nothing; pauses that overlap count once; one that goes on adds nothing yet.

    :param start: the first covered day
    :param end: the last covered day without any pause
    :param pauses: ``[(came, left)]`` in any order; ``left`` is None while it is here
    """
    for came, left in merge_pauses(pauses):
        if came > end:
            break
        end += timedelta(days=max(0, (left - max(came, start)).days))
    return end


def merge_pauses(pauses) -> list[tuple[date, date]]:
    """Return the finished pauses in order, those that overlap or touch as one."""
    merged = []
    for came, left in sorted((came, left) for came, left in pauses if left):
        if left <= came:
            continue
        if merged and came <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(left, merged[-1][1]))
        else:
            merged.append((came, left))
    return merged
