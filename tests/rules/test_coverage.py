from dataclasses import replace
from datetime import date, timedelta
from unittest import TestCase

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.after_sales_service.rules.coverage import (
    COST_CLASSES,
    PRIORITY,
    Candidate,
    LineFacts,
    decide,
    split_share,
)

# No deadline: how long an example takes says nothing on a busy machine.
SLOW_MACHINE = settings(deadline=None)
FULL = dict.fromkeys(COST_CLASSES, 100.0)
DAY = date(2026, 3, 6)
UNIT, FRAME, MOTOR, SEAL = 1, 11, 12, 13

DATES = st.one_of(st.none(), st.dates(date(2024, 1, 1), date(2028, 12, 31)))
CANDIDATES = st.builds(
    Candidate,
    id=st.integers(1, 10**6),
    kind=st.sampled_from(sorted(PRIORITY)),
    unit_id=st.sampled_from([UNIT, UNIT, UNIT, 2]),
    component_id=st.sampled_from([0, 0, FRAME, MOTOR]),
    component_class=st.sampled_from(["", "drive", "frame"]),
    unit_component_id=st.sampled_from([0, 0, 0, 21, 22]),
    date_start=DATES,
    date_end=DATES,
    shares=st.dictionaries(
        st.sampled_from(COST_CLASSES), st.floats(-50, 150), max_size=5
    ),
    meter_limit=st.sampled_from([0.0, 0.0, 500.0]),
    quota_left=st.sampled_from([None, None, 0.0, 3.0]),
    is_excluded=st.sampled_from([False, False, False, True]),
    is_void=st.sampled_from([False, False, False, True]),
)
POOLS = st.lists(CANDIDATES, max_size=8, unique_by=lambda cover: cover.id)
FACTS = st.builds(
    LineFacts,
    cost_class=st.sampled_from(COST_CLASSES),
    date=st.dates(date(2024, 1, 1), date(2028, 12, 31)),
    unit_id=st.just(UNIT),
    component_id=st.sampled_from([0, FRAME, MOTOR]),
    component_class=st.sampled_from(["", "drive", "frame"]),
    unit_component_id=st.sampled_from([0, 21, 22]),
    is_wearing=st.booleans(),
    cause_voids=st.booleans(),
    is_tampered=st.booleans(),
    meter=st.sampled_from([0.0, 100.0, 900.0]),
)


def cover(**vals):
    return Candidate(
        **{
            "id": 1,
            "kind": "product",
            "unit_id": UNIT,
            "date_start": date(2025, 1, 10),
            "date_end": date(2027, 1, 9),
            "shares": FULL,
        }
        | vals
    )


def facts(**vals):
    return LineFacts(**{"cost_class": "part", "date": DAY, "unit_id": UNIT} | vals)


def codes(decision):
    return {loser.cover_id: loser.reason.code for loser in decision.losers}


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
            ("quota", {}, {"quota_left": 0.0}),
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

    @SLOW_MACHINE
    @given(FACTS, POOLS, st.randoms())
    def test_the_order_of_the_candidates_never_matters(self, fact, pool, random):
        shuffled = list(pool)
        random.shuffle(shuffled)
        self.assertEqual(decide(fact, pool), decide(fact, shuffled))

    @SLOW_MACHINE
    @given(FACTS, POOLS)
    def test_what_always_holds(self, fact, pool):
        decision = decide(fact, pool)
        self.assertTrue(0 <= decision.share <= 100)
        self.assertTrue(decision.reasons)
        self.assertEqual(decision.category == "A", decision.share == 0)
        losers = {loser.cover_id for loser in decision.losers}
        self.assertEqual(len(decision.losers), len(losers))
        everyone = {item.id for item in pool}
        self.assertEqual(losers | ({decision.cover_id} - {0}), everyone)
        self.assertNotIn(decision.cover_id, losers)

    @SLOW_MACHINE
    @given(FACTS, POOLS)
    def test_no_cover_pays_before_its_start_or_after_its_end(self, fact, pool):
        decision = decide(fact, pool)
        if decision.cover_id:
            winner = next(item for item in pool if item.id == decision.cover_id)
            self.assertLessEqual(winner.date_start, fact.date)
            self.assertGreaterEqual(winner.date_end or date.max, fact.date)
            self.assertFalse(winner.is_void or winner.is_excluded)

    @SLOW_MACHINE
    @given(FACTS, POOLS, CANDIDATES)
    def test_one_more_goodwill_cover_never_costs_the_customer(self, fact, pool, extra):
        extra = replace(extra, id=10**7, kind="goodwill", is_excluded=False)
        before = decide(fact, pool)
        if not before.share:
            self.assertGreaterEqual(decide(fact, [*pool, extra]).share, before.share)
        else:
            self.assertEqual(decide(fact, [*pool, extra]).cover_id, before.cover_id)

    @SLOW_MACHINE
    @given(POOLS, FACTS, st.integers(1, 400))
    def test_a_longer_term_never_takes_cover_away(self, pool, fact, days):
        longer = [
            replace(item, date_end=item.date_end and item.date_end + timedelta(days))
            for item in pool
        ]
        if decide(fact, pool).share:
            self.assertTrue(decide(fact, longer).share)

    @SLOW_MACHINE
    @given(
        st.lists(
            st.tuples(st.floats(0, 20), FACTS, POOLS, st.integers(1, 99)),
            min_size=1,
            max_size=5,
        )
    )
    def test_a_split_lies_between_its_parts(self, items):
        parts = [(hours, decide(fact, pool), name) for hours, fact, pool, name in items]
        shares = [decision.share for _hours, decision, _name in parts]
        split = split_share(parts)
        self.assertGreaterEqual(split.share, min(shares) - 0.01)
        self.assertLessEqual(split.share, max(shares) + 0.01)
        self.assertEqual(split, split_share(reversed(parts)))
