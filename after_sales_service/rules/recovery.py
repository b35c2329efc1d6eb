"""What a supplier owes us for work that was free for our customer.

Pure functions: facts and terms in, verdict out; no database, no clock. A verdict
is a code that everybody reads as a sentence in the own language.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from .prices import round_to
from .warranty_dates import add_term

# Which share of an agreement speaks about which kind of line; the others none does.
SHARE_OF = {
    "part": "part",
    "labour": "labour",
    "travel": "freight",
    "freight": "freight",
}
CLAIM = "claim"


@dataclass(frozen=True)
class Terms:
    """What a supplier agreed to pay. Shares are percent, money company currency."""

    months: int
    start_rule: str = "receipt"  # or "sale": to the customer
    share_part: float = 100.0
    share_labour: float = 0.0
    share_freight: float = 0.0
    labour_rate: float = 0.0  # an hour; zero: our own cost
    labour_cap: float = 0.0  # an order; zero: no limit
    needs_return: bool = False
    claim_days: int = 0  # after completion; zero: no limit


@dataclass(frozen=True)
class Facts:
    """What is known about one line and the part that failed.

    ``cost`` is what the whole line cost us, ``cover_share`` the percentage of it that
    we bear, ``old_part`` where the failed part is: ``none`` (nobody kept it),
    ``here``, ``sent`` (to the supplier) or ``gone`` (scrapped, lost, with the
    customer).
    """

    kind: str
    cost: float
    cover_share: float
    date_fault: date
    date_done: date
    date_asked: date
    date_receipt: date | None = None
    date_sale: date | None = None
    hours: float = 0.0
    labour_used: float = 0.0  # claimed already of the cap of this order
    old_part: str = "none"
    has_supplier: bool = True
    is_misuse: bool = False
    is_no_fault: bool = False


@dataclass(frozen=True)
class Verdict:
    """What to do with a line: claim ``amount``, or nothing, and why."""

    code: str
    amount: float = 0.0
    start: date | None = None
    end: date | None = None
    last_day: date | None = None  # to ask for it; None: no limit

    @property
    def is_claim(self) -> bool:
        return self.code == CLAIM


def get_term(facts: Facts, terms: Terms) -> tuple[date | None, date | None]:
    """Return first and last day of the supplier's warranty; None where unknown."""
    start = facts.date_sale if terms.start_rule == "sale" else facts.date_receipt
    return (start, add_term(start, terms.months, "month")) if start else (None, None)


def judge(facts: Facts, terms: Terms | None, step: float = 0.01) -> Verdict:
    """Return the verdict about one covered line.

    :param step: the smallest amount of the currency
    """
    if not facts.has_supplier:
        return Verdict("no_supplier")
    if terms is None:
        return Verdict("no_agreement")
    start, end = get_term(facts, terms)
    last_day = (
        facts.date_done + timedelta(days=terms.claim_days) if terms.claim_days else None
    )
    code = _get_refusal(facts, terms, start, end, last_day)
    amount = 0.0 if code else get_amount(facts, terms, step)
    if not code:
        code = CLAIM if amount > 0 else "no_amount"
    return Verdict(code, amount, start, end, last_day)


def _get_refusal(facts, terms, start, end, last_day):
    """Return the first reason why nothing can be claimed; empty if there is none."""
    refusals = (
        ("unknown_start", not start),
        ("not_begun", start and facts.date_fault < start),
        ("expired", end and facts.date_fault > end),
        ("misuse", facts.is_misuse),
        ("no_fault", facts.is_no_fault),
        ("not_agreed", not get_share(facts.kind, terms)),
        ("too_late", last_day and facts.date_asked > last_day),
        ("not_kept", terms.needs_return and facts.old_part == "none"),
        ("part_gone", terms.needs_return and facts.old_part == "gone"),
    )
    return next((code for code, holds in refusals if holds), "")


def get_share(kind: str, terms: Terms) -> float:
    """Return the percentage that the supplier pays for a kind of line."""
    name = SHARE_OF.get(kind)
    return getattr(terms, f"share_{name}") if name else 0.0


def get_amount(facts: Facts, terms: Terms, step: float = 0.01) -> float:
    """Return what to claim: the supplier's share of what we bear, never more.

    Labour counts at the agreed rate, up to what is left of the order's limit.
    """
    cost = facts.cost
    if facts.kind == "labour" and terms.labour_rate:
        cost = facts.hours * terms.labour_rate
    amount = (
        Decimal(str(cost))
        * Decimal(str(facts.cover_share))
        * Decimal(str(get_share(facts.kind, terms)))
        / 10000
    )
    if facts.kind == "labour" and terms.labour_cap:
        left = Decimal(str(terms.labour_cap)) - Decimal(str(facts.labour_used))
        amount = min(amount, left)
    return round_to(max(amount, Decimal(0)), step)
