"""What service work costs, proven on generated rules and jobs."""

import itertools
import random
import unittest
from dataclasses import replace
from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.after_sales_service.rules.prices import (
    Facts,
    Rule,
    Work,
    get_best,
    get_billed,
    get_charges,
    get_hours_within,
    get_unit_price,
    round_to,
)

MONDAY = datetime(2026, 3, 9)
HOUR = Rule(1, "labour", minimum=1.0, step=0.5)
NIGHT = Rule(2, "surcharge", when="night", hour_from=22, hour_to=6, percent=50)
WEEKEND = Rule(3, "surcharge", when="weekend", percent=50)
HOLIDAY = Rule(4, "surcharge", when="holiday", percent=100)
EMERGENCY = Rule(5, "surcharge", when="emergency", percent=30)
LIST = (HOUR, NIGHT, WEEKEND, HOLIDAY, EMERGENCY)

hours = st.integers(1, 40 * 60).map(lambda minutes: minutes / 60)
# Mostly no condition: else hardly a rule would ever fit.
ids = st.sampled_from([None, None, None, None, 1, 2])


@st.composite
def rules(draw):
    found = []
    for number in range(draw(st.integers(1, 8))):
        kind = draw(st.sampled_from(["labour", "job", "travel", "fee", "surcharge"]))
        found.append(
            Rule(
                number + 1,
                kind,
                sequence=draw(st.integers(1, 3)),
                skill_id=draw(ids),
                zone_id=draw(ids),
                product_id=draw(ids),
                categ_id=draw(ids),
                fault_id=draw(ids),
                per=draw(st.sampled_from(["trip", "km"])),
                minimum=draw(st.sampled_from([0, 0.5, 1, 4])),
                step=draw(st.sampled_from([0, 0.25, 0.5, 1])),
                when=kind == "surcharge"
                and draw(st.sampled_from(["night", "weekend", "holiday", "emergency"]))
                or None,
                hour_from=draw(st.integers(0, 23)),
                hour_to=draw(st.integers(0, 23)),
                percent=draw(st.integers(0, 200)),
                on_travel=draw(st.booleans()),
            )
        )
    return found


@st.composite
def jobs(draw):
    start = MONDAY + timedelta(minutes=draw(st.integers(0, 14 * 24 * 60)))
    return Facts(
        date=start.date(),
        product_id=draw(ids),
        categ_ids=(1, 2, 3)[: draw(st.integers(0, 3))],
        fault_ids=frozenset(draw(st.sets(st.integers(1, 3)))),
        zone_id=draw(ids),
        work=tuple(
            Work(
                draw(hours),
                draw(st.one_of(st.none(), st.just(start))),
                frozenset(draw(st.sets(st.integers(1, 3)))),
            )
            for _index in range(draw(st.integers(0, 3)))
        ),
        trips=draw(st.integers(0, 3)),
        arrivals=tuple(draw(st.lists(st.just(start), max_size=3))),
        km=draw(st.integers(0, 200)),
        is_emergency=draw(st.booleans()),
        is_refused=draw(st.booleans()),
        holidays=frozenset(draw(st.sets(st.just(start.date())))),
    )


def total(charges, price=200.0, rounding=0.01):
    """Return what the charges come to if every price list says ``price``."""
    return sum(
        round_to(
            charge.quantity * get_unit_price(price, charge.percent, rounding), rounding
        )
        for charge in charges
    )


class TestPriceProperties(unittest.TestCase):
    @given(rules(), jobs(), st.randoms())
    def test_order_of_the_rules_does_not_matter(self, found, facts, chance):
        shuffled = list(found)
        chance.shuffle(shuffled)
        self.assertEqual(get_charges(found, facts), get_charges(shuffled, facts))

    @given(rules(), jobs(), st.floats(0, 1e5), st.sampled_from([0.01, 0.05, 1]))
    def test_nothing_is_negative_and_all_is_rounded(self, found, facts, price, unit):
        charges, _problems = get_charges(found, facts)
        for charge in charges:
            self.assertGreaterEqual(charge.quantity, 0)
            amount = get_unit_price(price, charge.percent, unit)
            self.assertGreaterEqual(amount, 0)
            self.assertAlmostEqual(amount / unit, round(amount / unit), 4)

    @given(rules(), jobs())
    def test_minimums_are_kept(self, found, facts):
        for charge in get_charges(found, facts)[0]:
            if charge.rule.kind in ("labour", "travel"):
                self.assertGreaterEqual(charge.quantity, charge.rule.minimum)
                if charge.rule.kind == "labour":
                    self.assertGreaterEqual(
                        charge.quantity + 1e-4, charge.notes[0][1]["hours"]
                    )

    @settings(max_examples=200)
    @given(rules(), jobs(), hours)
    def test_more_hours_never_cost_less(self, found, facts, more):
        if not facts.work:
            return
        first, *rest = facts.work
        longer = Work(first.hours + more, first.start, first.skill_ids)
        self.assertLessEqual(
            total(get_charges(found, facts)[0]),
            total(
                get_charges(found, Facts(**vars(facts) | {"work": (longer, *rest)}))[0]
            )
            + 0.02,  # two roundings of a cent
        )

    @given(hours, st.integers(0, 14 * 24 * 60))
    def test_surcharges_add_up(self, worked, minutes):
        work = Work(worked, MONDAY + timedelta(minutes=minutes))
        facts = Facts(MONDAY.date(), work=(work,), is_emergency=True)
        charges, _problems = get_charges(LIST, facts)
        alone = [
            total(get_charges((HOUR, rule), facts)[0]) - total(charges[:1])
            for rule in LIST[1:]
        ]
        self.assertAlmostEqual(total(charges), total(charges[:1]) + sum(alone), 4)

    @given(hours, st.integers(0, 14 * 24 * 60))
    def test_night_is_what_a_minute_by_minute_count_says(self, worked, minutes):
        start = MONDAY + timedelta(minutes=minutes)
        counted = sum(
            (start + timedelta(minutes=minute)).hour in (22, 23, 0, 1, 2, 3, 4, 5)
            for minute in range(round(worked * 60))
        )
        within = get_hours_within(Work(worked, start), NIGHT, Facts(MONDAY.date()))
        self.assertAlmostEqual(within, counted / 60, 3)

    @given(rules(), jobs())
    def test_no_rule_that_fits_is_more_specific(self, found, facts):
        best = get_best(found, facts, "labour")
        if best:
            others = [
                rule
                for rule in found
                if rule.kind == "labour" and get_best([rule], facts, "labour")
            ]
            self.assertLessEqual(
                max((rule.product_id is not None) for rule in others),
                best.product_id is not None,
            )


class TestPriceExamples(unittest.TestCase):
    def _charges(self, *rule_list, **facts):
        facts = {"date": MONDAY.date()} | facts
        charges, problems = get_charges(rule_list, Facts(**facts))
        return [(it.rule.rule_id, it.quantity, it.percent) for it in charges], problems

    def test_three_hours_one_of_them_at_night(self):
        work = (Work(3, MONDAY.replace(hour=20)),)
        charges, _problems = self._charges(*LIST, work=work)
        self.assertEqual(charges, [(1, 3, 100), (2, 1, 50)])

    def test_holiday_on_a_sunday_is_not_charged_twice(self):
        sunday = datetime(2026, 3, 15, 10)
        work = (Work(2, sunday),)
        charges, _problems = self._charges(
            *LIST, work=work, holidays=frozenset({sunday.date()})
        )
        self.assertEqual(charges, [(1, 2, 100), (4, 2, 100)])

    def test_surcharge_on_travel_is_due_for_the_trips_of_its_time(self):
        trip = Rule(6, "travel", minimum=1.0)
        night = replace(NIGHT, on_travel=True)
        facts = {
            "work": (Work(1, MONDAY.replace(hour=9)),),
            "trips": 2,
            "arrivals": (MONDAY.replace(hour=9), MONDAY.replace(hour=23)),
        }
        charges, _problems = self._charges(HOUR, night, trip, **facts)
        self.assertEqual(charges, [(1, 1, 100), (6, 2, 100), (2, 1, 50)])
        charges, _problems = self._charges(HOUR, NIGHT, trip, **facts)
        self.assertEqual(charges, [(1, 1, 100), (6, 2, 100)])

    def test_travel_arrives_when_the_work_begins_if_nobody_knows(self):
        trip = Rule(6, "travel", per="km")
        night = replace(NIGHT, on_travel=True)
        facts = {"trips": 1, "km": 40.0}
        for hour, expected in ((21, []), (23, [(2, 40, 50)])):
            work = (Work(0.5, MONDAY.replace(hour=hour)),)
            charges, _problems = self._charges(night, trip, work=work, **facts)
            self.assertEqual(charges, [(6, 40, 100), *expected])

    def test_emergency_on_travel(self):
        emergency = replace(EMERGENCY, on_travel=True)
        charges, _problems = self._charges(
            emergency, Rule(6, "travel"), trips=1, is_emergency=True
        )
        self.assertEqual(charges, [(6, 1, 100), (5, 1, 30)])

    def test_weekend_of_a_calendar_that_rests_on_friday(self):
        work = (Work(2, datetime(2026, 3, 13, 10)),)  # a Friday
        charges, _problems = self._charges(*LIST, work=work, weekend=frozenset({4}))
        self.assertEqual(charges, [(1, 2, 100), (3, 2, 50)])

    def test_two_technicians_share_one_minimum(self):
        work = (Work(0.3, MONDAY), Work(0.4, MONDAY))
        self.assertEqual(self._charges(HOUR, work=work)[0], [(1, 1, 100)])

    def test_each_technician_at_the_rate_of_the_skill(self):
        expert = Rule(9, "labour", skill_id=7)
        work = (Work(2, MONDAY), Work(1, MONDAY, frozenset({7})))
        self.assertEqual(
            self._charges(HOUR, expert, work=work)[0], [(1, 2, 100), (9, 1, 100)]
        )

    def test_flat_job_takes_the_place_of_the_hours(self):
        job = Rule(9, "job", fault_id=5)
        work = (Work(3, MONDAY.replace(hour=23)),)
        charges, _problems = self._charges(
            *LIST, job, work=work, fault_ids=frozenset({5})
        )
        self.assertEqual(charges, [(9, 1, 100), (2, 1, 50)])

    def test_nearest_category_wins(self):
        far, near = Rule(8, "job", categ_id=1), Rule(9, "job", categ_id=2)
        for order in itertools.permutations((far, near, HOUR)):
            charges, _problems = self._charges(
                *order, work=(Work(1, MONDAY),), categ_ids=(2, 1)
            )
            self.assertEqual(charges, [(9, 1, 100)])

    def test_rule_of_last_year_is_not_taken(self):
        old = Rule(9, "labour", zone_id=1, date_to=date(2025, 12, 31))
        charges, _problems = self._charges(HOUR, old, work=(Work(1),), zone_id=1)
        self.assertEqual(charges, [(1, 1, 100)])

    def test_kilometres_that_nobody_entered_are_asked_for(self):
        road = Rule(9, "travel", per="km", minimum=10)
        self.assertEqual(self._charges(road, trips=1), ([], [("km_unknown", road)]))
        self.assertEqual(self._charges(road, trips=1, km=6)[0], [(9, 10, 100)])

    def test_check_fee_only_when_refused(self):
        fee = Rule(9, "fee")
        self.assertEqual(self._charges(fee)[0], [])
        self.assertEqual(self._charges(fee, is_refused=True)[0], [(9, 1, 100)])

    def test_steps_and_minimum(self):
        self.assertEqual(get_billed(0, 1, 0.5), 0)
        self.assertEqual(get_billed(0.2, 1, 0.5), 1)
        self.assertEqual(get_billed(1.01, 1, 0.5), 1.5)
        self.assertEqual(get_billed(0.1 + 0.2, 0, 0.1), 0.3)
        with self.assertRaises(ValueError):
            get_billed(-1)

    def test_half_a_cent_is_rounded_up(self):
        self.assertEqual(get_unit_price(0.15, 50, 0.01), 0.08)
        self.assertEqual(round_to(2.675, 0.01), 2.68)

    def test_same_rules_shuffled_give_the_same_lines(self):
        chance = random.Random(7)
        work = (Work(5, MONDAY.replace(hour=19)),)
        wanted = self._charges(*LIST, work=work)
        for _turn in range(20):
            mixed = list(LIST)
            chance.shuffle(mixed)
            self.assertEqual(self._charges(*mixed, work=work), wanted)
