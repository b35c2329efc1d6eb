"""What is left of a contract's quota: counted from rows, never stored."""

from datetime import date

from .visit_plan import add_months


def get_year(start: date, day: date) -> int:
    """Return in which year of the contract ``day`` lies; the first one is 0."""
    years = day.year - start.year
    return years - 1 if add_months(start, 12 * years) > day else years


def get_left(
    quota: float,
    rows: list,
    day: date,
    start: date,
    is_yearly: bool = False,
    is_carried: bool = False,
) -> float:
    """Return what may still be used on ``day``; never less than zero.

    :param quota: how much there is, for the contract or for each of its years
    :param rows: ``(date, quantity)`` of what was used or is reserved; a reversal is
        negative
    :param start: first day of the contract
    :param is_yearly: a fresh quota begins with each year of the contract
    :param is_carried: what a year leaves is added to the next one
    """
    if not is_yearly:
        return max(0.0, quota - sum(quantity for _day, quantity in rows))
    used = {}
    for used_on, quantity in rows:
        year = get_year(start, used_on)
        used[year] = used.get(year, 0.0) + quantity
    year = get_year(start, day)
    if not is_carried:
        return max(0.0, quota - used.get(year, 0.0))
    left = 0.0
    for number in range(max(year, 0) + 1):
        left = max(0.0, left + quota - used.get(number, 0.0))
    return left
