"""What the free repairs still to come will cost, from what they cost so far.

Pure functions, no database, no clock. Experience is cost per month that a unit stood
in its warranty, by product and age; it is applied to the months still promised.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

DAYS_A_MONTH = 365.25 / 12


@dataclass(frozen=True)
class Promise:
    """A unit in its warranty: both days are covered."""

    product: int
    start: date
    end: date


@dataclass(frozen=True)
class Expectation:
    """What is to be expected of the units of a product while they are of an age."""

    units: int
    unit_months: float
    rate: float  # company currency, a unit and month
    amount: float


def get_bucket(start: date, day: date, months: int) -> int:
    """Return the number of the age class of a unit on ``day``; the first is 0."""
    return max(0, int((day - start).days / DAYS_A_MONTH // months))


def split_ages(start: date, first: date, last: date, months: int) -> dict[int, float]:
    """Return the months from ``first`` to ``last`` by age class.

    :param start: the first day of the warranty, age zero
    :param months: length of an age class
    """
    parts = {}
    if last < first:
        return parts
    begin = max((first - start).days, 0)
    end = (last - start).days + 1
    size = DAYS_A_MONTH * months
    bucket = int(begin // size)
    while begin < end:
        until = min(end, size * (bucket + 1))
        if until > begin:
            parts[bucket] = (until - begin) / DAYS_A_MONTH
        begin, bucket = until, bucket + 1
    return parts


def get_rates(promises, costs, first: date, day: date, months: int) -> dict:
    """Return the cost a unit and month, ``{(product, age class): rate}``.

    :param promises: :class:`Promise`, also those that ended meanwhile
    :param dict costs: ``{(product, age class): cost from first to day}``
    :return: with ``(product, None)`` for all ages of the product together
    """
    exposed = defaultdict(float)
    for promise in promises:
        parts = split_ages(
            promise.start, max(promise.start, first), min(promise.end, day), months
        )
        for bucket, length in parts.items():
            exposed[promise.product, bucket] += length
            exposed[promise.product, None] += length
    spent = defaultdict(float)
    for (product, bucket), cost in costs.items():
        spent[product, bucket] += cost
        spent[product, None] += cost
    return {key: spent[key] / length for key, length in exposed.items() if length > 0}


def expect(promises, rates, day: date, months: int) -> dict:
    """Return what is to come after ``day``, ``{(product, age class): Expectation}``.

    An age that no unit of the product has reached yet costs as its ages so far.
    """
    units, left = defaultdict(int), defaultdict(float)
    for promise in promises:
        parts = split_ages(promise.start, max(promise.start, day), promise.end, months)
        for bucket, length in parts.items():
            units[promise.product, bucket] += 1
            left[promise.product, bucket] += length
    found = {}
    for key, length in sorted(left.items()):
        rate = rates.get(key, rates.get((key[0], None), 0.0))
        found[key] = Expectation(units[key], length, rate, length * rate)
    return found
