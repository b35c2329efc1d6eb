from dataclasses import replace
from datetime import date
from unittest import TestCase

from odoo.addons.after_sales_service.rules.coverage import (
    Settings,
    decide,
    split_share,
)

from .coverage_cases import FRAME, MOTOR, SEAL, codes, cover, facts


class TestCoverage(TestCase):
    def test_a_running_cover_of_the_component_pays(self):
        decision = decide(facts(component_id=MOTOR), [cover(component_id=MOTOR)])
        self.assertEqual((decision.category, decision.share), ("C", 100.0))
        self.assertEqual(decision.payer, "company")
        self.assertEqual(decision.reasons[0].code, "covered")
        self.assertEqual(decision.reasons[0].params["date_end"], "2027-01-09")

    def test_both_ends_are_covered_days(self):
        term = cover(component_id=MOTOR)
        for day, share in (
            (date(2025, 1, 9), 0),
            (date(2025, 1, 10), 100),
            (date(2027, 1, 9), 100),
            (date(2027, 1, 10), 0),
        ):
            decision = decide(facts(component_id=MOTOR, date=day), [term])
            self.assertEqual(decision.share, share, day)

    def test_why_a_cover_lost(self):
        for expected, fact, vals in (
            ("expired", {}, {"date_end": date(2026, 1, 9)}),
            ("starts_later", {}, {"date_start": date(2026, 4, 1)}),
            ("not_started", {}, {"date_start": None, "date_end": None}),
            ("void", {}, {"is_void": True}),
            ("tampered", {"is_tampered": True}, {}),
            ("cause_voids", {"cause_voids": True, "cause_id": 5}, {}),
            ("meter", {"meter": 501}, {"meter_limit": 500}),
            ("cost_class", {"cost_class": "travel"}, {"shares": {"part": 100}}),
            ("quota", {"uses": {"amount": 5}}, {"quota": {"amount": 0.0}}),
            ("excluded", {}, {"is_excluded": True}),
            ("wearing", {"is_wearing": True}, {"is_excluded": True}),
        ):
            with self.subTest(expected=expected):
                decision = decide(
                    facts(component_id=MOTOR, **fact),
                    [cover(component_id=MOTOR, **vals)],
                )
                self.assertEqual((decision.category, decision.share), ("A", 0.0))
                self.assertEqual(codes(decision), {1: expected})
                self.assertEqual(decision.reasons[0].code, expected)

    def test_a_meter_at_its_limit_is_still_covered(self):
        decision = decide(facts(meter=500), [cover(meter_limit=500)])
        self.assertEqual(decision.share, 100)

    def test_another_component_is_no_reason_to_pay(self):
        decision = decide(facts(component_id=FRAME), [cover(component_id=MOTOR)])
        self.assertEqual(decision.reasons[0].code, "no_cover")
        self.assertEqual(codes(decision), {1: "other_component"})

    def test_a_contract_gives_category_b(self):
        pool = [cover(kind="contract"), cover(id=2, date_end=date(2026, 1, 9))]
        decision = decide(facts(), pool)
        self.assertEqual((decision.category, decision.cover_id), ("B", 1))
        self.assertEqual(codes(decision), {2: "expired"})

    def test_own_work_and_fees(self):
        self.assertEqual(decide(facts(is_internal=True), [cover()]).category, "D")
        decision = decide(facts(cost_class="fee"), [cover()])
        self.assertEqual((decision.category, decision.share), ("A", 0.0))
        self.assertEqual(decision.reasons[0].code, "never_covered")

    def test_a_part_of_the_price(self):
        decision = decide(facts(), [cover(kind="goodwill", shares={"part": 50})])
        self.assertEqual((decision.category, decision.share), ("C", 50.0))
        self.assertEqual(decision.payer, "shared")
        self.assertEqual(decision.reasons[1].params, {"share": 50.0, "rest": 50.0})

    def test_a_share_out_of_range_counts_as_its_limit(self):
        self.assertEqual(decide(facts(), [cover(shares={"part": 150})]).share, 100)
        self.assertEqual(decide(facts(), [cover(shares={"part": -5})]).share, 0)

    def test_recall_goes_before_warranty_before_contract_before_goodwill(self):
        kinds = ["goodwill", "contract", "product", "replaced_part", "campaign"]
        pool = [cover(id=number, kind=kind) for number, kind in enumerate(kinds, 1)]
        for expected in (5, 4, 3, 2, 1):
            decision = decide(facts(), pool)
            self.assertEqual(decision.cover_id, expected)
            pool = [item for item in pool if item.id != expected]

    def test_component_goes_before_class_before_unit(self):
        fact = facts(component_id=MOTOR, component_class="drive")
        pool = [
            cover(id=1),
            cover(id=2, component_class="drive"),
            cover(id=3, component_id=MOTOR),
        ]
        self.assertEqual(decide(fact, pool).cover_id, 3)
        self.assertEqual(decide(fact, pool[:2]).cover_id, 2)

    def test_ties_larger_share_then_later_end_then_lower_id(self):
        half = {"part": 50.0}
        later = date(2028, 1, 1)
        self.assertEqual(
            decide(facts(), [cover(shares=half, date_end=later), cover(id=2)]).cover_id,
            2,
        )
        self.assertEqual(
            decide(facts(), [cover(), cover(id=2, date_end=later)]).cover_id, 2
        )
        self.assertEqual(decide(facts(), [cover(id=3), cover(id=2)]).cover_id, 2)

    def test_an_exclusion_beats_the_cover_of_the_whole_unit(self):
        seal = facts(component_id=SEAL, component_class="wearing", is_wearing=True)
        excluded = cover(id=2, component_id=SEAL, is_excluded=True, date_end=None)
        decision = decide(seal, [cover(), excluded])
        self.assertEqual(decision.category, "A")
        self.assertEqual(codes(decision), {1: "wearing", 2: "wearing"})
        self.assertEqual([r.code for r in decision.reasons], ["wearing"])
        # A contract is of another rank: it may well pay for wearing parts.
        self.assertEqual(
            decide(seal, [excluded, cover(id=3, kind="contract")]).cover_id, 3
        )
        # So may an extension sold for exactly this part.
        sold = cover(id=4, kind="extension", component_id=SEAL)
        self.assertEqual(decide(seal, [excluded, sold]).cover_id, 4)

    def test_a_wearing_part_without_any_term_of_its_own(self):
        decision = decide(facts(is_wearing=True), [cover()])
        self.assertEqual((decision.share, codes(decision)), (0, {1: "wearing"}))

    def test_misuse_does_not_end_recall_and_goodwill(self):
        for kind in ("campaign", "goodwill", "contract"):
            for fact in ({"is_tampered": True}, {"cause_voids": True}):
                self.assertEqual(decide(facts(**fact), [cover(kind=kind)]).share, 100)
        for kind in ("product", "extension", "replaced_part"):
            for fact in ({"is_tampered": True}, {"cause_voids": True}):
                self.assertEqual(decide(facts(**fact), [cover(kind=kind)]).share, 0)

    def test_a_replaced_part_has_its_own_cover(self):
        old = cover(component_id=MOTOR, unit_component_id=21)
        new = cover(
            id=2, kind="replaced_part", component_id=MOTOR, unit_component_id=22
        )
        fact = facts(component_id=MOTOR, unit_component_id=22)
        self.assertEqual(codes(decide(fact, [old, new])), {1: "other_component"})
        fact = replace(fact, unit_component_id=21)
        self.assertEqual(codes(decide(fact, [old, new])), {2: "other_component"})

    def test_labour_is_split_by_standard_hours(self):
        labour = {"cost_class": "labour"}
        motor = decide(facts(component_id=MOTOR, **labour), [cover(component_id=MOTOR)])
        paid = decide(facts(component_id=FRAME, **labour), [])
        decision = split_share(
            [(0.9, motor, MOTOR), (0.3, paid, FRAME), (0.3, paid, SEAL)]
        )
        self.assertEqual((decision.category, decision.share), ("C", 60.0))
        self.assertEqual((decision.cover_id, decision.payer), (1, "shared"))
        equal = split_share([(0, motor, MOTOR), (0, paid, FRAME)])
        self.assertEqual(equal.share, 50.0)
        with self.assertRaisesRegex(ValueError, "nothing to split"):
            split_share([])

    def test_a_company_may_rank_the_kinds_in_its_own_way(self):
        pool = [cover(id=1), cover(id=2, kind="contract")]
        self.assertEqual(decide(facts(), pool).cover_id, 1)
        first = Settings(priority={"contract": 1, "product": 2})
        self.assertEqual(decide(facts(), pool, first).cover_id, 2)
        # A kind the company forgot comes last.
        recall = cover(id=3, kind="campaign")
        self.assertEqual(decide(facts(), [*pool, recall], first).cover_id, 2)

    def test_goodwill_for_one_fault_does_not_pay_for_the_next(self):
        grant = cover(kind="goodwill", order_id=71)
        self.assertEqual(decide(facts(order_id=71), [grant]).share, 100)
        later = decide(facts(order_id=72), [grant])
        self.assertEqual((later.share, codes(later)), (0, {1: "other_fault"}))
        self.assertEqual(later.reasons[0].code, "no_cover")

    def test_an_order_does_not_earn_its_own_cover(self):
        again = cover(kind="repair", source="SV/1")
        own = decide(facts(order_name="SV/1"), [again])
        self.assertEqual((own.share, codes(own)), (0, {1: "own_repair"}))
        self.assertEqual(decide(facts(order_name="SV/2"), [again]).share, 100)

    def test_fees_are_free_only_where_a_cover_names_them(self):
        fee = facts(cost_class="fee")
        self.assertEqual(decide(fee, [cover()]).reasons[0].code, "never_covered")
        again = cover(kind="repair", shares={"fee": 100})
        self.assertEqual(decide(fee, [again]).share, 100)

    def test_all_candidates_are_kept_as_they_were_ranked(self):
        pool = [cover(id=3, kind="goodwill"), cover(id=1), cover(id=2, is_void=True)]
        decision = decide(facts(), pool)
        self.assertEqual(decision.ranking, (1, 2, 3))
        self.assertEqual(codes(decision), {2: "void", 3: "lower_rank"})
        own = decide(facts(is_internal=True), pool)
        self.assertEqual((own.ranking, own.payer), ((1, 2, 3), "company"))

    def test_a_cover_that_pays_for_one_component_is_no_loser_of_the_split(self):
        labour = {"cost_class": "labour"}
        pool = [cover(component_id=MOTOR), cover(id=2, component_id=FRAME)]
        parts = [
            (0.5, decide(facts(component_id=component, **labour), pool), component)
            for component in (MOTOR, FRAME, SEAL)
        ]
        split = split_share(parts)
        self.assertEqual((split.losers, set(split.ranking)), ((), {1, 2}))
