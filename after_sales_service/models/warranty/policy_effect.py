"""What a customer gets when terms are applied to units already sold: better or less.

Terms are dictionaries of plain values, as ``after.sales.policy.application`` keeps
them: before and after. No record is read here.
"""

from datetime import date

from ...rules.warranty_dates import replaced_part_end
from .term import SHARES

# What a policy promises beside its terms. In the terms only where it changes.
PROMISES = (
    "repair_days",
    "repair_scope",
    "replaced_part_rule",
    "replaced_part_months",
    "replaced_part_days",
    "is_lifetime_service",
    "lifetime_surcharge",
)
FAR = date(9999, 12, 31)
# A part fitted with nothing left of the old one's term, and with very much left.
FITTED = date(2000, 1, 1)
RESTS = (None, date(2030, 1, 1))


def get_effect(before, after):
    """Return ``new``, ``same``, ``longer``, ``shorter`` or ``other``.

    Less in one thing is ``shorter``, even if another one gets better; ``other`` is
    the same for the customer, but another one pays us. Without a cover ``before`` has
    at most what was promised beside the terms.
    """
    promises = list(_get_promise_measures(before, after))
    if "is_excluded" not in before:
        is_less = any(new < old for old, new in promises)
        return "same" if after["is_excluded"] else "shorter" if is_less else "new"
    if before["is_excluded"] and after["is_excluded"]:
        return "same"
    if before["is_excluded"] != after["is_excluded"]:
        return "shorter" if after["is_excluded"] else "longer"
    measures = [*_get_measures(before, after), *promises]
    if any(new < old for old, new in measures):
        return "shorter"
    if any(new > old for old, new in measures):
        return "longer"
    return "other" if before["backer"] != after["backer"] else "same"


def _get_measures(before, after):
    """Yield ``(old, new)`` of all that counts; the greater, the better."""
    if before["date_start"] and after["date_start"]:
        # Without an end by the calendar the cover only ends by the meter.
        yield tuple((terms["date_end"] or FAR).toordinal() for terms in (before, after))
        yield tuple(-terms["date_start"].toordinal() for terms in (before, after))
    else:
        # What has not begun is compared by its length; to begin is better.
        yield tuple(_get_days(terms) for terms in (before, after))
        yield bool(before["date_start"]), bool(after["date_start"])
    yield tuple(terms["meter_limit"] or float("inf") for terms in (before, after))
    yield before["is_paused_in_workshop"], after["is_paused_in_workshop"]
    for fname in SHARES.values():
        yield before[fname] or 0.0, after[fname] or 0.0


def _get_promise_measures(before, after):
    """Yield ``(old, new)`` of what is promised beside the terms, if it changes."""
    if "repair_days" not in before:
        return
    both = before, after
    yield tuple(terms["repair_days"] for terms in both)
    if all(terms["repair_days"] for terms in both):
        yield tuple(terms["repair_scope"] == "component" for terms in both)
    for rest in RESTS:
        yield tuple(_get_replaced_end(terms, rest) for terms in both)
    yield tuple(terms["is_lifetime_service"] for terms in both)
    if all(terms["is_lifetime_service"] for terms in both):
        yield tuple(-terms["lifetime_surcharge"] for terms in both)


def _get_replaced_end(terms, rest):
    """Return until when a replaced part would be covered."""
    end = replaced_part_end(
        terms["replaced_part_rule"],
        FITTED,
        terms["replaced_part_months"],
        rest,
        terms["replaced_part_days"],
    )
    return end or date.min


def _get_days(terms):
    """Return the length of a term in days, to compare two of them."""
    days = {"day": 1, "month": 30.44, "year": 365.25}
    return terms["term"] * days[terms["term_unit"] or "month"] or float("inf")
