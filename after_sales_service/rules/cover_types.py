"""What the cover rule speaks of: facts, candidates, reasons and decisions.

Plain values, comparable and without behaviour that could differ from day to day.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

COST_CLASSES = ("part", "labour", "travel", "freight", "third_party")
# A fee is the customer's, unless a cover names it: a repeat done free of charge.
FEE = "fee"
# What a quota counts: trips, hours of work, parts at list price.
QUOTAS = ("visits", "hours", "amount")

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
# What an order itself brings does not pay for that order.
EARNED_KINDS = frozenset({"repair", "replaced_part"})

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
    ``component_id`` the line concerns the whole unit. ``uses`` is what the line
    takes of a quota: ``{"amount": list price in company currency}``, ``{"hours":
    hours}`` or ``{"visits": 1}``. Lines with the same ``trip`` share one visit.
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
    order_id: int = 0
    order_name: str = ""
    uses: Mapping[str, float] = field(default_factory=dict)
    trip: int = 0


@dataclass(frozen=True)
class Candidate:
    """A cover that may pay. ``date_end`` is the last covered day.

    ``quota`` is what is left, ``{"visits", "hours", "amount"}``; a missing key is
    without limit. Covers with the same ``pool`` draw on the same quota.
    ``quota_total`` is only for the sentence. With ``order_id`` it was given for the
    fault of that order alone.
    """

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
    quota: Mapping[str, float] | None = None
    quota_total: Mapping[str, float] = field(default_factory=dict)
    pool: int = 0
    order_id: int = 0
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
class Line:
    """A line to be decided among others; lines draw on quotas in order of their id.

    ``parts`` has ``(standard hours, facts, component)`` for work that serves several
    components; else it is empty.
    """

    id: int
    facts: LineFacts
    parts: tuple[tuple[float, LineFacts, int], ...] = ()


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
    """The answer: ``share`` percent of the line is not the customer's to pay.

    ``ranking`` has all candidates as they were ranked: those that are no losers pay.
    ``draws`` is what the line takes of quotas, ``{cover: {kind of quota: quantity}}``.
    """

    category: str
    share: float
    cover_id: int = 0
    reasons: tuple[Reason, ...] = ()
    losers: tuple[Loser, ...] = ()
    ranking: tuple[int, ...] = ()
    draws: Mapping[int, Mapping[str, float]] = field(default_factory=dict)

    @property
    def payer(self) -> str:
        return get_payer(self.category, self.share)

    def to_vals(self) -> dict:
        """Return what ``after.sales.decision`` stores of it."""
        return {
            "category": self.category,
            "share": self.share,
            "cover_id": self.cover_id or False,
            "reasons": [reason.to_json() for reason in self.reasons],
            "losers": [loser.to_json() for loser in self.losers],
            "ranking": list(self.ranking),
            "draws": [
                {"cover_id": cover_id, **taken}
                for cover_id, taken in self.draws.items()
            ],
        }


def get_payer(category: str, share: float, is_backed: bool = False) -> str:
    """Return who pays: ``company``, ``contract``, ``customer`` or ``shared``.

    ``supplier`` pays for what he stands behind.

    :param is_backed: a supplier stands behind the cover that pays
    """
    if category == "D":
        return "company"
    if category == "A" or share <= 0:
        return "customer"
    if share < 100:
        return "shared"
    if is_backed:
        return "supplier"
    return "contract" if category == "B" else "company"
