"""Who pays for a line of a service order: facts and covers in, decision out.

``decide`` looks at nothing but its arguments: no database, no clock, no order of
the candidates. The same facts give the same answer for ever, and every candidate
that lost keeps the reason why.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

COST_CLASSES = ("part", "labour", "travel", "freight", "third_party")

# Smaller goes first. Kinds of the same rank are told apart by how specific they are.
PRIORITY = {
    "campaign": 10,
    "repair": 20,
    "replaced_part": 20,
    "product": 30,
    "extension": 30,
    "contract": 40,
    "goodwill": 50,
}
# Misuse or opening by others ends these; a recall or a goodwill promise stays.
VOIDABLE_KINDS = frozenset({"product", "extension", "replaced_part", "repair"})
# A wearing part is outside these when they are given for the whole unit.
WEARING_KINDS = frozenset({"product", "extension"})

COMPONENT, CLASS, UNIT = 0, 1, 2


@dataclass(frozen=True)
class Settings:
    """What a company may set differently."""

    priority: Mapping[str, int] = field(default_factory=lambda: dict(PRIORITY))
    voidable_kinds: frozenset[str] = VOIDABLE_KINDS
    wearing_kinds: frozenset[str] = WEARING_KINDS

    def rank(self, kind: str) -> int:
        return self.priority.get(kind, max(self.priority.values(), default=0) + 1)


@dataclass(frozen=True)
class LineFacts:
    """What is known about one line when it is decided.

    ``date`` is the day the customer reported the fault, in his time zone. Without
    ``component_id`` the line concerns the whole unit.
    """

    cost_class: str
    date: date
    unit_id: int = 0
    component_id: int = 0
    component_class: str = ""
    unit_component_id: int = 0
    is_wearing: bool = False
    cause_id: int = 0
    cause_voids: bool = False
    is_tampered: bool = False
    meter: float = 0.0
    is_internal: bool = False
    symptom_id: int = 0


@dataclass(frozen=True)
class Candidate:
    """A cover that may pay. ``date_end`` is the last covered day."""

    id: int
    kind: str
    unit_id: int = 0
    component_id: int = 0
    component_class: str = ""
    unit_component_id: int = 0
    date_start: date | None = None
    date_end: date | None = None
    shares: Mapping[str, float] = field(default_factory=dict)
    meter_limit: float = 0.0
    quota_left: float | None = None
    is_excluded: bool = False
    is_void: bool = False
    term: int = 0
    term_unit: str = ""
    source: str = ""
    symptom_id: int = 0

    @property
    def specificity(self) -> int:
        if self.component_id or self.unit_component_id:
            return COMPONENT
        return CLASS if self.component_class else UNIT

    def share(self, cost_class: str) -> float:
        """Return the covered share in percent, never below 0 or above 100."""
        return min(100.0, max(0.0, self.shares.get(cost_class, 0.0)))


@dataclass(frozen=True)
class Reason:
    """A code and what the sentence needs: a language comes later."""

    code: str
    params: Mapping = field(default_factory=dict)

    def to_json(self) -> dict:
        return {"code": self.code, "params": dict(self.params)}


@dataclass(frozen=True)
class Loser:
    cover_id: int
    reason: Reason

    def to_json(self) -> dict:
        return {"cover_id": self.cover_id, **self.reason.to_json()}


@dataclass(frozen=True)
class Decision:
    """The answer: ``share`` percent of the line is not the customer's to pay."""

    category: str
    share: float
    cover_id: int = 0
    payer: str = "customer"
    reasons: tuple[Reason, ...] = ()
    losers: tuple[Loser, ...] = ()

    def to_vals(self) -> dict:
        """Return what ``after.sales.decision`` stores of it."""
        return {
            "category": self.category,
            "share": self.share,
            "cover_id": self.cover_id or False,
            "reasons": [reason.to_json() for reason in self.reasons],
            "losers": [loser.to_json() for loser in self.losers],
        }


def decide(
    facts: LineFacts,
    candidates: Iterable[Candidate],
    settings: Settings | None = None,
) -> Decision:
    """Decide who pays for one line.

    :return: category D for the company's own work, B if a contract pays, C if any
        other cover pays, A if the customer does
    """
    settings = settings or Settings()
    ranked = sorted(candidates, key=lambda cover: _sort_key(facts, cover, settings))
    if facts.is_internal:
        return Decision("D", 100.0, payer="company", reasons=(Reason("internal"),))
    if facts.cost_class not in COST_CLASSES:
        reason = Reason("never_covered", {"cost_class": facts.cost_class})
        return Decision("A", 0.0, reasons=(reason,))
    excluded = [cover for cover in ranked if _is_exclusion(facts, cover)]
    winner, losers = None, []
    for cover in ranked:
        reason = _why_not(facts, cover, excluded, settings)
        if not reason and winner:
            reason = _reason("lower_rank", facts, cover)
        if reason:
            losers.append(Loser(cover.id, reason))
        else:
            winner = cover
    if winner:
        return _covered(facts, winner, tuple(losers))
    return Decision(
        "A", 0.0, reasons=_paid_reasons(facts, losers), losers=tuple(losers)
    )


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
        payer=_payer(share),
        reasons=tuple(
            reasons + [it for _h, decision, _n in parts for it in decision.reasons]
        ),
        losers=tuple(
            _unique(it for _h, decision, _n in parts for it in decision.losers)
        ),
    )


def _sort_key(facts, cover, settings):
    """Order by rank, then the more specific, larger share, later end, lower id."""
    return (
        settings.rank(cover.kind),
        cover.specificity,
        -cover.share(facts.cost_class),
        -(cover.date_end or date.max).toordinal(),
        cover.id,
    )


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


def _why_not(facts, cover, excluded, settings):
    """Return the first reason why the cover does not pay, None if it does."""
    if not _is_match(facts, cover):
        return _reason("other_component", facts, cover)
    return (
        _why_not_in_general(facts, cover, excluded, settings)
        or _why_not_on_that_day(facts, cover)
        or _why_not_this_cost(facts, cover)
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
        return _reason("other_fault", facts, cover)
    return None


def _why_not_this_cost(facts, cover):
    if cover.share(facts.cost_class) <= 0:
        return _reason("cost_class", facts, cover, cost_class=facts.cost_class)
    if cover.quota_left is not None and cover.quota_left <= 0:
        return _reason("quota", facts, cover)
    return None


def _covered(facts, cover, losers):
    share = cover.share(facts.cost_class)
    reasons = [_reason("covered", facts, cover)]
    if share < 100:
        reasons.append(Reason("partly", {"share": share, "rest": 100.0 - share}))
    return Decision(
        "B" if cover.kind == "contract" else "C",
        share,
        cover_id=cover.id,
        payer=_payer(share),
        reasons=tuple(reasons),
        losers=losers,
    )


def _paid_reasons(facts, losers):
    """Return why nothing pays: the losers that concern the line, each thing once."""
    own = [loser.reason for loser in losers if loser.reason.code != "other_component"]
    wearing = [reason for reason in own if reason.code in ("wearing", "excluded")]
    # One sentence about the exclusion is enough; which terms it hit is no news.
    own = wearing[:1] + [reason for reason in own if reason not in wearing]
    if own:
        return tuple(_unique(own))
    return (Reason("no_cover", {"component": facts.component_id}),)


def _payer(share):
    if share >= 100:
        return "company"
    return "shared" if share > 0 else "customer"


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
