"""Marks of an evaluation: from cases to points, from points to one score.

Plain functions without database. Points and scores run from 0 to 100, weights are
any numbers of zero or more. ``None`` means that there was nothing to measure.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import fsum

FULL = 100.0


def clamp(points: float) -> float:
    """Return ``points`` brought into 0 to 100."""
    return min(FULL, max(0.0, points))


def average_of_levels(
    counts: Mapping[int, int], points: Mapping[int, float]
) -> float | None:
    """Return the mean points of marks given in levels.

    :param counts: how often each level was given
    :param points: what each level is worth; levels that are not in it do not count
    """
    total = sum(counts[level] for level in points if counts.get(level))
    if total <= 0:
        return None
    earned = fsum(
        clamp(worth) * counts.get(level, 0) for level, worth in points.items()
    )
    return clamp(earned / total)


def against_target(value: float, target: float) -> float:
    """Return the points of a counted ``value``; the ``target`` earns all of them.

    Without a target the value counts as it is, as a percentage does.
    """
    if target <= 0:
        return clamp(value)
    return clamp(value / target * FULL)


def spread_weights(marks: Sequence[tuple[float, float | None]]) -> list[float]:
    """Return the weights that really count, in per cent, in the order of ``marks``.

    What could not be measured weighs nothing; its weight goes to the others in
    proportion to theirs. The result sums up to 100, or to 0 if nothing counts.

    :param marks: pairs of weight and points, points ``None`` where not measured
    """
    counting = [
        max(0.0, weight) if points is not None else 0.0 for weight, points in marks
    ]
    total = fsum(counting)
    if total <= 0:
        return [0.0] * len(counting)
    return [weight / total * FULL for weight in counting]


def score(marks: Iterable[tuple[float, float | None]]) -> float | None:
    """Return the weighted score of ``marks``, whatever their order.

    :param marks: pairs of weight and points, points ``None`` where not measured
    :return: 0 to 100, or ``None`` if nothing with a weight was measured
    """
    marks = list(marks)
    weights = spread_weights(marks)
    if not any(weights):
        return None
    return clamp(
        fsum(
            weight * clamp(points)
            for weight, (_weight, points) in zip(weights, marks, strict=True)
            if points is not None
        )
        / FULL
    )


def grade(value: float | None, limits: Mapping[str, float], lowest: str) -> str | None:
    """Return the best grade whose limit ``value`` reaches.

    :param limits: the least score of each grade
    :param lowest: the grade below all limits
    """
    if value is None:
        return None
    reached = [
        (limit, name) for name, limit in limits.items() if round(value, 2) >= limit
    ]
    if not reached:
        return lowest
    best = max(limit for limit, _name in reached)
    return min(name for limit, name in reached if limit == best)
