"""Who pays for a line of a service order: facts and covers in, decision out.

``decide`` and ``decide_all`` look at nothing but their arguments: no database, no
clock, no order of the candidates or lines. The same facts give the same answer for
ever, and every candidate that lost keeps the reason why.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from .cover_quota import QuotaBook, round_down
from .cover_types import (
    CLASS,
    COMPONENT,
    COST_CLASSES,
    EARNED_KINDS,
    FEE,
    PRIORITY,
    QUOTAS,
    UNIT,
    VOIDABLE_KINDS,
    WEARING_KINDS,
    Candidate,
    Decision,
    Line,
    LineFacts,
    Loser,
    Reason,
    Settings,
    get_payer,
)

__all__ = [
    "CLASS",
    "COMPONENT",
    "COST_CLASSES",
    "EARNED_KINDS",
    "FEE",
    "PRIORITY",
    "QUOTAS",
    "UNIT",
    "VOIDABLE_KINDS",
    "WEARING_KINDS",
    "Candidate",
    "Decision",
    "Line",
    "LineFacts",
    "Loser",
    "QuotaBook",
    "Reason",
    "Settings",
    "decide",
    "decide_all",
    "get_payer",
    "split_share",
]


def decide(
    facts: LineFacts,
    candidates: Iterable[Candidate],
    settings: Settings | None = None,
    book: QuotaBook | None = None,
) -> Decision:
    """Decide who pays for one line.

    :param book: what earlier lines left of the quotas; all of it if not given
    :return: category D for the company's own work, B if a contract pays, C if any
        other cover pays, A if the customer does
    """
    settings, candidates = settings or Settings(), tuple(candidates)
    book = book or QuotaBook(candidates)
    ranked = sorted(
        candidates, key=lambda cover: _sort_key(facts, cover, settings, book)
    )
    ranking = tuple(cover.id for cover in ranked)
    if facts.is_internal:
        return _own_work(ranked, ranking)
    excluded = [cover for cover in ranked if _is_exclusion(facts, cover)]
    winner, losers = None, []
    for cover in ranked:
        reason = _why_not(facts, cover, excluded, settings, book)
        if not reason and winner:
            reason = _reason("lower_rank", facts, cover)
        if reason:
            losers.append(Loser(cover.id, reason))
        else:
            winner = cover
    if winner:
        return _covered(facts, winner, tuple(losers), ranking, book)
    reasons = _paid_reasons(facts, losers)
    return Decision("A", 0.0, reasons=reasons, losers=tuple(losers), ranking=ranking)


def decide_all(
    lines: Iterable[Line],
    candidates: Mapping[int, Iterable[Candidate]],
    settings: Settings | None = None,
) -> dict[int, Decision]:
    """Decide lines that share quotas: each draws on what the ones before it left.

    Lines come in order of their id, whatever order they are given in.

    :param candidates: the covers by unit
    :return: a decision by id of the line
    """
    settings = settings or Settings()
    pools = {unit: tuple(covers) for unit, covers in candidates.items()}
    book = QuotaBook(cover for covers in pools.values() for cover in covers)
    return {
        line.id: _decide_line(line, pools, settings, book)
        for line in sorted(lines, key=lambda line: line.id)
    }


def _decide_line(line, pools, settings, book):
    def one(facts):
        return decide(facts, pools.get(facts.unit_id, ()), settings, book)

    if not line.parts:
        return one(line.facts)
    # By component, so that the order in which they are named does not matter.
    parts = sorted(line.parts, key=lambda part: (str(part[2]), part[0]))
    return split_share((hours, one(facts), name) for hours, facts, name in parts)


def split_share(parts: Iterable[tuple[float, Decision, str]]) -> Decision:
    """Decide work that serves several components from the decisions of each.

    The share is the mean of the components' shares, weighted with their standard
    hours (equally, if none has any): 0.9 h covered, 0.3 h and 0.3 h paid give 60 %.

    :param parts: ``(standard hours, decision for labour, component's name or id)``
    :raise ValueError: if there is no part
    """
    parts = sorted(parts, key=lambda part: (str(part[2]), part[0], repr(part[1])))
    if not parts:
        raise ValueError("nothing to split")
    hours = [max(0.0, weight) for weight, _decision, _name in parts]
    weights = hours if any(hours) else [1.0] * len(parts)
    share = sum(
        weight * decision.share
        for weight, (_hours, decision, _name) in zip(weights, parts, strict=True)
    )
    share = round(min(100.0, max(0.0, share / sum(weights))), 2)
    paying = [
        (weight * decision.share, -decision.cover_id, decision)
        for weight, (_hours, decision, _name) in zip(weights, parts, strict=True)
        if decision.share and weight
    ]
    best = max(paying, key=lambda item: item[:2])[2] if paying else None
    reasons = [
        Reason(
            "split",
            {"component": name, "hours": weight, "share": decision.share},
        )
        for weight, (_hours, decision, name) in zip(weights, parts, strict=True)
    ]
    return Decision(
        best.category if best else "A",
        share,
        cover_id=best.cover_id if best else 0,
        reasons=tuple(
            reasons + [it for _h, decision, _n in parts for it in decision.reasons]
        ),
        losers=_split_losers(decision for _h, decision, _n in parts),
        ranking=tuple(
            _unique(it for _h, decision, _n in parts for it in decision.ranking)
        ),
        draws=_sum_draws(parts),
    )


def _split_losers(decisions):
    """Return each cover that pays for none of the components, with one reason."""
    decisions = list(decisions)
    lost = {}
    for decision in decisions:
        for loser in decision.losers:
            known = lost.get(loser.cover_id)
            if not known or known.reason.code == "other_component":
                lost[loser.cover_id] = loser
    for decision in decisions:
        lost.pop(decision.cover_id, None)
    return tuple(lost.values())


def _sum_draws(parts):
    """Return what all parts take, ``{cover: {kind of quota: quantity}}``."""
    total = {}
    for _hours, decision, _name in parts:
        for cover_id, draws in decision.draws.items():
            own = total.setdefault(cover_id, {})
            for key, taken in draws.items():
                own[key] = own.get(key, 0.0) + taken
    return total


def _sort_key(facts, cover, settings, book):
    """Order by rank, then the more specific, larger share, later end, lower id.

    The share is what the quota still allows.
    """
    return (
        settings.rank(cover.kind),
        cover.specificity,
        -_get_share(facts, cover, book),
        -(cover.date_end or date.max).toordinal(),
        cover.id,
    )


def _get_share(facts, cover, book):
    """Return what the cover pays of the line as far as its quota goes, in percent."""
    share = cover.share(facts.cost_class)
    if cover.quota is None:
        return share
    ratio, _limit = book.ratio(cover, facts)
    return share if ratio >= 1 else round_down(share * ratio)


def _is_match(facts, cover):
    if cover.unit_id != facts.unit_id:
        return False
    if cover.unit_component_id and facts.unit_component_id:
        return cover.unit_component_id == facts.unit_component_id
    if cover.component_id or cover.unit_component_id:
        return bool(cover.component_id) and cover.component_id == facts.component_id
    if cover.component_class:
        return cover.component_class == facts.component_class
    return True


def _is_exclusion(facts, cover):
    return cover.is_excluded and _is_match(facts, cover)


def _why_not(facts, cover, excluded, settings, book):
    """Return the first reason why the cover does not pay, None if it does."""
    if not _is_match(facts, cover):
        return _reason("other_component", facts, cover)
    if cover.order_id and cover.order_id != facts.order_id:
        return _reason("other_fault", facts, cover)
    if _is_earned_here(facts, cover):
        return _reason("own_repair", facts, cover)
    return (
        _why_not_in_general(facts, cover, excluded, settings)
        or _why_not_on_that_day(facts, cover)
        or _why_not_this_cost(facts, cover, book)
    )


def _why_not_in_general(facts, cover, excluded, settings):
    if cover.is_excluded:
        return _reason("wearing" if facts.is_wearing else "excluded", facts, cover)
    rank = settings.rank(cover.kind)
    if any(
        settings.rank(other.kind) == rank and other.specificity < cover.specificity
        for other in excluded
    ):
        return _reason("wearing" if facts.is_wearing else "excluded", facts, cover)
    if (
        facts.is_wearing
        and cover.specificity == UNIT
        and cover.kind in settings.wearing_kinds
    ):
        return _reason("wearing", facts, cover)
    if cover.is_void:
        return _reason("void", facts, cover)
    if cover.kind in settings.voidable_kinds:
        if facts.is_tampered:
            return _reason("tampered", facts, cover)
        if facts.cause_voids:
            return _reason("cause_voids", facts, cover, cause=facts.cause_id)
    return None


def _why_not_on_that_day(facts, cover):
    if not cover.date_start:
        return _reason("not_started", facts, cover)
    if facts.date < cover.date_start:
        return _reason("starts_later", facts, cover)
    if cover.date_end and facts.date > cover.date_end:
        return _reason("expired", facts, cover)
    if cover.meter_limit > 0 and facts.meter > cover.meter_limit:
        return _reason(
            "meter", facts, cover, meter=facts.meter, meter_limit=cover.meter_limit
        )
    # Where nobody has said what the fault is, it counts as the same.
    if cover.symptom_id and facts.symptom_id not in (0, cover.symptom_id):
        return _reason("other_symptom", facts, cover)
    return None


def _is_earned_here(facts, cover):
    """Tell if the order itself brought the cover: it does not pay for that order."""
    return (
        cover.kind in EARNED_KINDS
        and bool(facts.order_name)
        and cover.source == facts.order_name
    )


def _why_not_this_cost(facts, cover, book):
    if cover.share(facts.cost_class) <= 0:
        return _reason("cost_class", facts, cover, cost_class=facts.cost_class)
    if _get_share(facts, cover, book) <= 0:
        _ratio, limit = book.ratio(cover, facts)
        return _reason(
            "quota", facts, cover, **_quota_params(facts, cover, limit, book)
        )
    return None


def _quota_params(facts, cover, limit, book):
    """Return what the sentence about a quota needs; ``total`` may be None."""
    return {
        "quota": limit,
        "left": round(book.left(cover, limit), 2),
        "need": round(facts.uses[limit], 2),
        "total": cover.quota_total.get(limit),
    }


def _covered(facts, cover, losers, ranking, book):
    share = _get_share(facts, cover, book)
    ratio, limit = book.ratio(cover, facts)
    reasons = [_reason("covered", facts, cover)]
    if limit:
        params = _quota_params(facts, cover, limit, book)
        reasons.append(_reason("quota_partly", facts, cover, **params))
    if share < 100:
        rest = round(100.0 - share, 2)
        reasons.append(Reason("partly", {"share": share, "rest": rest}))
    draws = book.draw(cover, facts, ratio)
    return Decision(
        "B" if cover.kind == "contract" else "C",
        share,
        cover_id=cover.id,
        reasons=tuple(reasons),
        losers=losers,
        ranking=ranking,
        draws={cover.id: draws} if draws else {},
    )


def _own_work(ranked, ranking):
    reason = Reason("internal")
    losers = tuple(Loser(cover.id, reason) for cover in ranked)
    return Decision("D", 100.0, reasons=(reason,), losers=losers, ranking=ranking)


def _paid_reasons(facts, losers):
    """Return why nothing pays: the losers that concern the line, each thing once."""
    if facts.cost_class not in COST_CLASSES:
        return (Reason("never_covered", {"cost_class": facts.cost_class}),)
    foreign = ("other_component", "other_fault", "own_repair")
    own = [loser.reason for loser in losers if loser.reason.code not in foreign]
    wearing = [reason for reason in own if reason.code in ("wearing", "excluded")]
    # One sentence about the exclusion is enough; which terms it hit is no news.
    own = wearing[:1] + [reason for reason in own if reason not in wearing]
    if own:
        return tuple(_unique(own))
    return (Reason("no_cover", {"component": facts.component_id}),)


def _reason(code, facts, cover, **params):
    """Return the reason with what its sentence may name; JSON values only."""
    return Reason(
        code,
        {
            "component": facts.component_id
            if code != "other_component"
            else cover.component_id,
            "component_class": cover.component_class,
            "kind": cover.kind,
            "term": cover.term,
            "term_unit": cover.term_unit,
            "date_start": cover.date_start.isoformat() if cover.date_start else None,
            "date_end": cover.date_end.isoformat() if cover.date_end else None,
            "source": cover.source,
            **params,
        },
    )


def _unique(items):
    kept = []
    for item in items:
        if item not in kept:
            kept.append(item)
    return kept
