"""Which parts matter, how steadily they are used, how many to keep, which to count.

Plain functions without database and without a clock. Quantities are in the product's
unit of measure, demands per day, shares and service levels in per cent.

This is the rule in words. The analysis of thousands of parts applies the same rule by
set operations in the database; ``tests/parts/test_stocking.py`` compares every column.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from math import ceil, fsum, sqrt
from statistics import NormalDist

DAYS_OF_MONTH = 365.25 / 12
# A quantity this little above a whole number is that number.
TOLERANCE = 1e-9
# How much more a class or a critical part weighs when parts are chosen for a count.
CLASS_WEIGHT = {"a": 3.0, "b": 2.0, "c": 1.0}
CRITICALITY_WEIGHT = {"vital": 2.0, "essential": 1.0, "desirable": 0.7}


@dataclass(frozen=True)
class Rank:
    """Place of one product in the analysis; shares in per cent of the whole value."""

    position: int
    share: float
    cumulative: float
    abc: str


def classify(
    values: Mapping[Hashable, float], limit_a: float, limit_b: float
) -> dict[Hashable, Rank]:
    """Return the rank of each product: the most valuable first.

    A product belongs to A as long as those before it have not reached ``limit_a``
    per cent of the whole value, so that the first one always does; to B up to
    ``limit_b``. What was not used at all is C. Equal values keep the order of the
    keys.

    :param values: value used in the period by product, in one currency; a negative
        one (more came back than went out) counts as zero
    :raise ValueError: if the limits are not in order
    """
    if not 0 <= limit_a <= limit_b <= 100:
        raise ValueError(f"limits out of order: {limit_a}, {limit_b}")
    clean = {key: max(0.0, value) for key, value in values.items()}
    total = fsum(clean.values())
    ranks, before = {}, 0.0
    order = sorted(clean, key=lambda key: (-clean[key], key))
    for position, key in enumerate(order, start=1):
        share = clean[key] / total * 100 if total else 0.0
        ranks[key] = Rank(
            position,
            share,
            min(before + share, 100.0),
            _get_class(share, before, limit_a, limit_b),
        )
        before += share
    return ranks


def _get_class(share: float, before: float, limit_a: float, limit_b: float) -> str:
    if share <= 0:
        return "c"
    if before < limit_a:
        return "a"
    return "b" if before < limit_b else "c"


def deviation(total: float, squares: float, months: int) -> float:
    """Return the standard deviation of the monthly use, of the whole population.

    :param total: sum of the months
    :param squares: sum of their squares; months without use need not be known
    :param months: how many months the period has, those without use, too
    :raise ValueError: if there is no month
    """
    if months <= 0:
        raise ValueError("a period has at least one month")
    return sqrt(max(squares / months - (total / months) ** 2, 0.0))


def variability(total: float, squares: float, months: int) -> float | None:
    """Return the coefficient of variation in per cent; ``None`` without use."""
    if total <= 0:
        return None
    return deviation(total, squares, months) / (total / months) * 100


def xyz(variation: float | None, limit_x: float, limit_y: float) -> str:
    """Return how steadily a part is used: x steadily, y unsteadily, z by chance."""
    if variation is None or variation > limit_y:
        return "z"
    return "x" if variation <= limit_x else "y"


def certainty(service_level: float) -> float:
    """Return how many standard deviations above the mean give ``service_level``.

    :param service_level: per cent, 50 to below 100
    :raise ValueError: if the service level is outside of that
    """
    if not 50 <= service_level < 100:
        raise ValueError(f"no service level: {service_level}")
    return NormalDist().inv_cdf(service_level / 100)


def minimum(
    demand: float, spread: float, lead_days: float, service_level: float
) -> int:
    """Return the stock at which to order again: ``d·L + z·s·√L``, rounded up.

    The reorder point of a continuously watched stock with normally distributed
    demand: E. A. Silver, D. F. Pyke, D. J. Thomas, "Inventory and Production
    Management in Supply Chains", 4th edition, CRC Press 2017, section 6.7
    (decision rule for a specified probability of no stockout per cycle).

    :param demand: mean demand a day
    :param spread: standard deviation of the demand of a day
    :param lead_days: days from the order to the arrival
    :param service_level: probability in per cent, 50 to below 100, that the stock
        lasts until the goods arrive
    :raise ValueError: if the service level is outside of that
    """
    days = max(lead_days, 0.0)
    return _round_up(demand * days + certainty(service_level) * spread * sqrt(days))


def maximum(low: float, demand: float, cover_days: float) -> int:
    """Return the stock to order up to: the minimum and the use of ``cover_days``.

    Never below the minimum; one more piece at least where there is any demand.
    """
    extra = _round_up(demand * max(cover_days, 0.0))
    if demand > 0:
        extra = max(extra, 1)
    return _round_up(low) + extra


def _round_up(quantity: float) -> int:
    return max(0, ceil(quantity - TOLERANCE))


@dataclass(frozen=True)
class CountCandidate:
    """A part at a place that may be counted."""

    key: Hashable
    abc: str
    criticality: str
    value: float  # of what the book says is there
    days_since: float  # since the last count
    count_days: float  # how often its class is counted, 0 = no rule
    had_difference: bool


def risk(candidate: CountCandidate) -> float:
    """Return how urgently a part should be counted; higher is more urgent.

    How far its turn has passed, times class, criticality and whether the last count
    was wrong. Value decides between equals only: it is in the class already.
    """
    turn = candidate.days_since / (candidate.count_days or 180.0)
    return (
        turn
        * CLASS_WEIGHT.get(candidate.abc, 1.0)
        * CRITICALITY_WEIGHT.get(candidate.criticality, 1.0)
        * (2.0 if candidate.had_difference else 1.0)
    )


def choose_counts(
    candidates: Iterable[CountCandidate], number: int
) -> list[CountCandidate]:
    """Return the ``number`` most urgent candidates, the most urgent first."""
    order = sorted(
        candidates,
        key=lambda candidate: (-risk(candidate), -candidate.value, candidate.key),
    )
    return order[: max(number, 0)]
