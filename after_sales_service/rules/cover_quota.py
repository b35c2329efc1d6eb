"""Quotas of covers: what is left of them while the lines of an order are decided."""

import math

# A visit is made or not; hours and amounts can be covered in part.
WHOLE = frozenset({"visits"})


class QuotaBook:
    """What is left in each pool while lines draw on it, one after the other.

    Covers of one pool should say the same; if not, the smallest counts. Nothing is
    taken beyond that: what is left never falls below zero.
    """

    def __init__(self, candidates):
        self._left = {}
        self._trips = set()
        for cover in candidates:
            own = self._left.setdefault(_get_pool(cover), {})
            for key, left in (cover.quota or {}).items():
                own[key] = max(0.0, min(left, own.get(key, left)))

    def left(self, cover, key):
        """Return what is left for ``cover``: visits, hours or an amount."""
        return self._left[_get_pool(cover)][key]

    def ratio(self, cover, facts):
        """Return which part of the line the quota still pays, and what limits it.

        :return: ``(ratio between 0 and 1, kind of quota or "")``
        """
        ratio, limit = 1.0, ""
        for key, need in self._needs(cover, facts).items():
            left = self.left(cover, key)
            part = min(1.0, left / need)
            if key in WHOLE:
                part = float(left >= need)
            if part < ratio:
                ratio, limit = part, key
        return ratio, limit

    def draw(self, cover, facts, ratio):
        """Take from the quota what the line needs; return what was taken."""
        draws, pool = {}, _get_pool(cover)
        for key, need in self._needs(cover, facts).items():
            taken = min(self._left[pool][key], need * ratio)
            self._left[pool][key] -= taken
            draws[key] = taken
        if "visits" in draws:
            self._trips.add((pool, facts.trip))
        return draws

    def _needs(self, cover, facts):
        is_paid = facts.trip and (_get_pool(cover), facts.trip) in self._trips
        return {
            key: need
            for key, need in facts.uses.items()
            if key in (cover.quota or {}) and need > 0
            if not (key == "visits" and is_paid)
        }


def _get_pool(cover):
    return ("pool", cover.pool) if cover.pool else ("cover", cover.id)


def round_down(share):
    """Return a share rounded down to 2 decimals: a quota is never over-drawn.

    >>> round_down(33.3399)
    33.33
    """
    # 29.0 * 100 must not become 2899.9999…: what is nearly whole is whole.
    return math.floor(round(share * 100, 9)) / 100
