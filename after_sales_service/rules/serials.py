"""Serial numbers in their natural order: PX2-99 comes before PX2-100."""

import re


def natural_key(serial: str) -> tuple:
    """Return what serial numbers are ordered by.

    Digits count as numbers, so that leading zeros make no difference; letters count
    without their case; digits come before letters.
    """
    return tuple(
        (0, int(piece), "") if piece.isdecimal() else (1, 0, piece)
        for piece in re.findall(r"\d+|\D+", (serial or "").strip().casefold())
    )


def in_range(serial: str, first: str, last: str) -> bool:
    """Tell whether a serial lies in a range, both ends included; empty: open."""
    key = natural_key(serial)
    if first and key < natural_key(first):
        return False
    return not last or key <= natural_key(last)


def ranges_overlap(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Tell whether a serial may lie in both ranges; an empty end is open."""
    (first, last), (other_first, other_last) = one, other
    return not (
        (last and other_first and natural_key(last) < natural_key(other_first))
        or (other_last and first and natural_key(other_last) < natural_key(first))
    )
