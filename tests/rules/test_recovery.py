"""The verdict about what a supplier owes."""

import unittest
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.after_sales_service.rules.recovery import (
    Facts,
    Terms,
    get_amount,
    get_term,
    judge,
)

TERMS = Terms(months=24, share_labour=50.0, share_freight=100.0)
FACTS = Facts(
    kind="part",
    cost=700.0,
    cover_share=100.0,
    date_fault=date(2026, 3, 6),
    date_done=date(2026, 3, 9),
    date_asked=date(2026, 3, 9),
    date_receipt=date(2025, 1, 10),
    date_sale=date(2025, 6, 1),
    old_part="here",
)
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
PERCENT = st.integers(0, 100).map(float)
MONEY = st.integers(0, 10**8).map(lambda cents: cents / 100)


@st.composite
def all_terms(draw):
    return Terms(
        months=draw(st.integers(1, 120)),
        start_rule=draw(st.sampled_from(["receipt", "sale"])),
        share_part=draw(PERCENT),
        share_labour=draw(PERCENT),
        share_freight=draw(PERCENT),
        labour_rate=draw(MONEY),
        labour_cap=draw(MONEY),
        needs_return=draw(st.booleans()),
        claim_days=draw(st.integers(0, 90)),
    )


@st.composite
def all_facts(draw):
    done = draw(DAYS)
    return Facts(
        kind=draw(
            st.sampled_from(
                ["part", "labour", "travel", "freight", "third_party", "fee"]
            )
        ),
        cost=draw(MONEY),
        cover_share=draw(PERCENT),
        date_fault=draw(DAYS),
        date_done=done,
        date_asked=done + timedelta(days=draw(st.integers(0, 120))),
        date_receipt=draw(st.none() | DAYS),
        date_sale=draw(st.none() | DAYS),
        hours=draw(st.integers(0, 100).map(float)),
        labour_used=draw(MONEY),
        old_part=draw(st.sampled_from(["none", "here", "sent", "gone"])),
        has_supplier=draw(st.booleans()),
        is_misuse=draw(st.booleans()),
        is_no_fault=draw(st.booleans()),
    )


class TestRecovery(unittest.TestCase):
    def test_a_part_in_its_term_is_claimed_at_its_cost(self):
        verdict = judge(FACTS, TERMS)
        self.assertEqual((verdict.code, verdict.amount), ("claim", 700.0))
        self.assertEqual(
            (verdict.start, verdict.end), (date(2025, 1, 10), date(2027, 1, 9))
        )

    def test_the_last_day_counts(self):
        last = replace(FACTS, date_fault=date(2027, 1, 9))
        self.assertEqual(judge(last, TERMS).code, "claim")
        late = replace(FACTS, date_fault=date(2027, 1, 10))
        self.assertEqual(judge(late, TERMS).code, "expired")
        by_sale = replace(TERMS, start_rule="sale")
        self.assertEqual(judge(late, by_sale).code, "claim")

    def test_each_refusal_has_its_code(self):
        for facts, terms, code in (
            ({"has_supplier": False}, TERMS, "no_supplier"),
            ({}, None, "no_agreement"),
            ({"date_receipt": None}, TERMS, "unknown_start"),
            ({"date_fault": date(2025, 1, 9)}, TERMS, "not_begun"),
            ({"is_misuse": True}, TERMS, "misuse"),
            ({"is_no_fault": True}, TERMS, "no_fault"),
            ({"kind": "fee"}, TERMS, "not_agreed"),
            (
                {"date_asked": date(2026, 4, 9)},
                replace(TERMS, claim_days=30),
                "too_late",
            ),
            ({"old_part": "none"}, replace(TERMS, needs_return=True), "not_kept"),
            ({"old_part": "gone"}, replace(TERMS, needs_return=True), "part_gone"),
            ({"cost": 0.0}, TERMS, "no_amount"),
        ):
            with self.subTest(code=code):
                self.assertEqual(judge(replace(FACTS, **facts), terms).code, code)

    def test_labour_at_the_agreed_rate_up_to_the_limit(self):
        work = replace(FACTS, kind="labour", hours=3.0, cost=180.0)
        self.assertEqual(judge(work, TERMS).amount, 90.0)
        rate = replace(TERMS, labour_rate=100.0)
        self.assertEqual(judge(work, rate).amount, 150.0)
        capped = replace(rate, labour_cap=120.0)
        self.assertEqual(judge(work, capped).amount, 120.0)
        used = replace(work, labour_used=100.0)
        self.assertEqual(judge(used, capped).amount, 20.0)

    def test_half_goodwill_recovers_half(self):
        half = replace(FACTS, cover_share=50.0)
        self.assertEqual(judge(half, TERMS).amount, 350.0)

    @given(all_facts(), all_terms())
    def test_never_more_than_what_we_bear(self, facts, terms):
        amount = get_amount(facts, terms)
        base = facts.cost
        if facts.kind == "labour" and terms.labour_rate:
            base = facts.hours * terms.labour_rate
        self.assertGreaterEqual(amount, 0)
        self.assertLessEqual(amount, base * facts.cover_share / 100 + 0.006)
        if facts.kind == "labour" and terms.labour_cap:
            left = max(terms.labour_cap - facts.labour_used, 0)
            self.assertLessEqual(amount, left + 0.006)

    @given(all_facts(), all_terms())
    def test_a_claim_lies_in_the_term_and_in_time(self, facts, terms):
        verdict = judge(facts, terms)
        self.assertEqual(verdict.is_claim, verdict.amount > 0)
        self.assertEqual(verdict, judge(facts, terms))
        if verdict.is_claim:
            start, end = get_term(facts, terms)
            self.assertLessEqual(start, facts.date_fault)
            self.assertLessEqual(facts.date_fault, end)
            if verdict.last_day:
                self.assertLessEqual(facts.date_asked, verdict.last_day)
            if terms.needs_return:
                self.assertIn(facts.old_part, ("here", "sent"))

    @given(all_facts(), all_terms(), PERCENT)
    def test_a_smaller_cover_never_recovers_more(self, facts, terms, share):
        less = replace(facts, cover_share=min(share, facts.cover_share))
        self.assertLessEqual(get_amount(less, terms), get_amount(facts, terms))


if __name__ == "__main__":
    unittest.main()
