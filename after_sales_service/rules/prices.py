"""What service work costs: rules and facts in, charges out. No database, no "now".

Of the rules of one kind that fit, the most specific counts, whatever their order; among
equals the first in the list does. A flat job takes the place of the hours. Surcharges
are charges of their own, in percent of the price of the hour they come upon: whoever
worked three hours, one of them at night, is charged three hours and, for one, the
surcharge. A surcharge that holds on travel, too, is due for the trips that arrive at
its time. Times are local and naive: they are what the clock at the customer's says.
"""

import math
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

DAY = timedelta(days=1)
PER_TIME = ("night", "weekend", "holiday")
# What makes a rule special, the more telling first.
SCOPES = ("product_id", "categ_id", "fault_id", "zone_id", "skill_id", "order_kind")


@dataclass(frozen=True)
class Rule:
    """One row of the price list; what is None or 0 is no condition.

    ``kind`` is labour, job, travel, fee or surcharge, ``per`` trip or km for travel,
    ``when`` night, weekend, holiday or emergency for surcharges. ``minimum`` and
    ``step`` are quantities; ``hour_from`` and ``hour_to`` hours of the day.
    """

    rule_id: int
    kind: str
    sequence: int = 10
    date_from: date | None = None
    date_to: date | None = None
    order_kind: str | None = None
    skill_id: int | None = None
    zone_id: int | None = None
    product_id: int | None = None
    categ_id: int | None = None
    fault_id: int | None = None
    per: str = "trip"
    minimum: float = 0.0
    step: float = 0.0
    when: str | None = None
    hour_from: float = 0.0
    hour_to: float = 0.0
    percent: float = 0.0
    on_travel: bool = False


@dataclass(frozen=True)
class Work:
    """Hours of one technician in a row; ``start`` is None if not known."""

    hours: float
    start: datetime | None = None
    skill_ids: frozenset = frozenset()


@dataclass(frozen=True)
class Facts:
    """What a job is priced by.

    ``categ_ids`` are the product's category and those above it, the nearest first;
    ``arrivals`` are when the trips reached the customer, as far as known;
    ``weekend`` are weekdays (Monday is 0) on which nobody works.
    """

    date: date
    order_kind: str | None = None
    product_id: int | None = None
    categ_ids: tuple = ()
    fault_ids: frozenset = frozenset()
    zone_id: int | None = None
    work: tuple = ()
    trips: int = 0
    arrivals: tuple = ()
    km: float = 0.0
    is_emergency: bool = False
    is_refused: bool = False
    weekend: frozenset = frozenset({5, 6})
    holidays: frozenset = frozenset()


@dataclass(frozen=True)
class Charge:
    """One line: ``quantity`` times ``percent`` of the price of ``base``.

    ``notes`` say why, as ``(code, params)``.
    """

    rule: Rule
    quantity: float
    base: Rule
    percent: float = 100.0
    notes: tuple = field(default=(), compare=False)


def round_to(value, rounding):
    """Return ``value`` rounded half up to a multiple of ``rounding``."""
    unit = Decimal(str(rounding))
    steps = (Decimal(str(value)) / unit).quantize(Decimal(1), ROUND_HALF_UP)
    return float(steps * unit)


def get_unit_price(price, percent, rounding):
    """Return ``percent`` of ``price``, rounded; never below zero."""
    share = Decimal(str(price)) * Decimal(str(percent)) / 100
    return max(0.0, round_to(share, rounding))


def get_billed(quantity, minimum=0.0, step=0.0):
    """Return what is charged for ``quantity``: full steps, at least the minimum.

    Nothing stays nothing.

    :raise ValueError: if a number is negative
    """
    if min(quantity, minimum, step) < 0:
        raise ValueError("quantities of a price cannot be negative")
    if not quantity:
        return 0.0
    billed = max(quantity, minimum)
    if step:
        # A hair above a step, as sums of floats are, is not another step.
        billed = math.ceil(round(billed / step, 6)) * step
    return round(billed, 4)


def get_best(rules, facts, kind, skill_ids=frozenset()):
    """Return the rule of ``kind`` that counts, or None.

    :param skill_ids: what the technician can do; only asked for where a rule wants it
    """
    fitting = [
        rule
        for rule in rules
        if rule.kind == kind and not get_obstacles(rule, facts, skill_ids)
    ]
    return min(fitting, key=lambda rule: _get_rank(rule, facts), default=None)


def get_obstacles(rule, facts, skill_ids=frozenset()):
    """Return the names of the conditions that the facts do not meet."""
    wanted = {
        "date_from": rule.date_from is None or rule.date_from <= facts.date,
        "date_to": rule.date_to is None or facts.date <= rule.date_to,
        "order_kind": rule.order_kind in (None, facts.order_kind),
        "skill_id": rule.skill_id is None or rule.skill_id in skill_ids,
        "zone_id": rule.zone_id in (None, facts.zone_id),
        "product_id": rule.product_id in (None, facts.product_id),
        "categ_id": rule.categ_id is None or rule.categ_id in facts.categ_ids,
        "fault_id": rule.fault_id is None or rule.fault_id in facts.fault_ids,
    }
    return [name for name, is_met in wanted.items() if not is_met]


def get_charges(rules, facts):
    """Return the charges of a job, in the order of the voucher.

    Of a job that was refused, the check fee alone is due.

    :return: ``(charges, problems)``; problems are ``(code, rule)``
    """
    rules = sorted(rules, key=lambda rule: rule.rule_id)
    if facts.is_refused:
        fee = get_best(rules, facts, "fee")
        return ([Charge(fee, 1.0, fee, notes=(("refused", {}),))] if fee else []), []
    charges = _get_work_charges(rules, facts)
    problems = []
    travel = get_best(rules, facts, "travel") if facts.trips else None
    if travel and travel.per == "km" and not facts.km:
        problems.append(("km_unknown", travel))
    elif travel:
        charge = _get_travel_charge(travel, facts)
        charges += [charge, *get_travel_surcharges(rules, facts, charge)]
    return charges, problems


def get_travel_surcharges(rules, facts, charge):
    """Return what comes upon the ``charge`` of the travel, one for each kind of time.

    Due in the share of the trips that arrive at that time; of a trip whose arrival is
    not known, when the work begins.
    """
    charges = []
    for when, rule in _get_due_rules(rules, facts, _get_skills(facts.work)):
        trips = rule.on_travel and _get_surcharged_trips(rule, facts)
        if trips:
            quantity = round(charge.quantity * trips / facts.trips, 4)
            note = (f"travel_{when}", {"trips": trips, "percent": rule.percent})
            charges.append(Charge(rule, quantity, charge.rule, rule.percent, (note,)))
    return charges


def get_hours_within(work, rule, facts):
    """Return the hours of ``work`` at which a surcharge by time is due."""
    if work.start is None:
        return 0.0
    end = work.start + timedelta(hours=work.hours)
    day, seconds = work.start.date() - DAY, 0.0
    while day <= end.date():
        first, last = _get_window(rule, facts, day)
        overlap = min(end, last) - max(work.start, first)
        seconds += max(0.0, overlap.total_seconds())
        day += DAY
    return seconds / 3600


def _get_rank(rule, facts):
    general = [not getattr(rule, scope) for scope in SCOPES]
    distance = facts.categ_ids.index(rule.categ_id) if rule.categ_id else 0
    return (general, distance, rule.sequence, rule.rule_id)


def _get_work_charges(rules, facts):
    """Return hours or flat jobs with what comes upon them, rule by rule."""
    by_rule = {}
    for work in facts.work:
        base = get_best(rules, facts, "job", work.skill_ids) or get_best(
            rules, facts, "labour", work.skill_ids
        )
        if base and work.hours:
            by_rule.setdefault(base, []).append(work)
    charges = []
    for base in sorted(by_rule, key=lambda it: (it.sequence, it.rule_id)):
        works = by_rule[base]
        charge = _get_base_charge(base, works)
        charges.append(charge)
        charges += _get_surcharges(rules, facts, charge, works)
    return charges


def _get_base_charge(base, works):
    hours = round(sum(work.hours for work in works), 4)
    if base.kind == "job":
        return Charge(base, 1.0, base, notes=(("flat", {"hours": hours}),))
    billed = get_billed(hours, base.minimum, base.step)
    notes = [("hours", {"hours": hours, "billed": billed})]
    if hours < base.minimum:
        notes.append(("minimum", {"minimum": base.minimum}))
    elif billed > hours:
        notes.append(("step", {"step": base.step}))
    return Charge(base, billed, base, notes=tuple(notes))


def _get_surcharges(rules, facts, charge, works):
    """Return one charge for each kind of time that is due; they add up."""
    charges = []
    for when, rule in _get_due_rules(rules, facts, _get_skills(works)):
        hours = _get_surcharged(rule, facts, charge, works)
        if hours:
            quantity = 1.0 if charge.rule.kind == "job" else hours
            note = (when, {"hours": hours, "percent": rule.percent})
            charges.append(Charge(rule, quantity, charge.rule, rule.percent, (note,)))
    return charges


def _get_skills(works):
    return frozenset().union(*(work.skill_ids for work in works))


def _get_due_rules(rules, facts, skill_ids):
    """Yield the surcharge that counts for each kind of time, if there is one."""
    for when in (*PER_TIME, "emergency"):
        found = [rule for rule in rules if rule.when == when]
        rule = get_best(found, facts, "surcharge", skill_ids)
        if rule:
            yield when, rule


def _get_surcharged_trips(rule, facts):
    """Return of how many trips a surcharge is due."""
    if rule.when == "emergency":
        return facts.trips if facts.is_emergency else 0
    begins = sorted(work.start for work in facts.work if work.start)[:1]
    arrivals = [*facts.arrivals, *(begins * facts.trips)][: facts.trips]
    moments = [Work(1 / 60, arrival) for arrival in arrivals]
    return sum(bool(get_hours_within(moment, rule, facts)) for moment in moments)


def _get_surcharged(rule, facts, charge, works):
    """Return the hours for which a surcharge is due; of a flat job only its begin."""
    if rule.when == "emergency":
        return charge.quantity if facts.is_emergency else 0.0
    if charge.rule.kind == "job":
        # The price does not depend on the hours, so neither does what comes upon it.
        works = [Work(1 / 60, work.start) for work in works[:1]]
    return round(sum(get_hours_within(work, rule, facts) for work in works), 2)


def _get_window(rule, facts, day):
    """Return from when until when the surcharge is due that begins on ``day``."""
    midnight = datetime.combine(day, time.min)
    if rule.when == "night":
        end = rule.hour_to if rule.hour_to > rule.hour_from else rule.hour_to + 24
        return (
            midnight + timedelta(hours=rule.hour_from),
            midnight + timedelta(hours=end),
        )
    is_holiday = day in facts.holidays
    is_due = (
        is_holiday
        if rule.when == "holiday"
        # A holiday on a Sunday is a holiday, not both.
        else day.weekday() in facts.weekend and not is_holiday
    )
    return midnight, midnight + DAY if is_due else midnight


def _get_travel_charge(rule, facts):
    if rule.per == "km":
        billed = get_billed(facts.km, rule.minimum, rule.step)
        note = ("km", {"km": facts.km, "billed": billed})
    else:
        billed = get_billed(facts.trips, rule.minimum, rule.step)
        note = ("trips", {"trips": facts.trips})
    return Charge(rule, billed, rule, notes=(note,))
