import unittest
from math import fsum
from random import Random
from statistics import NormalDist, pstdev

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.after_sales_service.rules import abc

values = st.dictionaries(
    st.integers(0, 500), st.floats(-100, 1e6, allow_subnormal=False), max_size=40
)
limits = st.tuples(st.floats(0, 100), st.floats(0, 100)).map(sorted)


def classify_naively(rows, limit_a, limit_b):
    """Do it as one would with a pencil: sort, add up, draw two lines."""
    table = sorted(((max(value, 0), key) for key, value in rows.items()))
    table.sort(key=lambda row: -row[0])
    total = fsum(value for value, _key in table)
    classes, before = {}, 0.0
    for value, key in table:
        share = 100 * value / total if total else 0.0
        if not share:
            classes[key] = "c"
        elif before < limit_a:
            classes[key] = "a"
        elif before < limit_b:
            classes[key] = "b"
        else:
            classes[key] = "c"
        before += share
    return classes


class TestClassify(unittest.TestCase):
    @given(values, limits)
    def test_the_result_is_the_naive_one(self, rows, pair):
        ranks = abc.classify(rows, *pair)
        naive = classify_naively(rows, *pair)
        edges = {
            key
            for key, rank in ranks.items()
            if min(abs(rank.cumulative - rank.share - limit) for limit in pair) < 1e-6
        }
        for key, rank in ranks.items():
            if key not in edges:
                self.assertEqual(rank.abc, naive[key])

    @given(values, limits, st.integers(0, 99))
    def test_the_order_of_the_rows_does_not_matter(self, rows, pair, seed):
        shuffled = list(rows.items())
        Random(seed).shuffle(shuffled)
        self.assertEqual(abc.classify(rows, *pair), abc.classify(dict(shuffled), *pair))

    @given(values)
    def test_shares_sum_up_and_classes_never_rise(self, rows):
        ranks = abc.classify(rows, 80, 95)
        total = fsum(rank.share for rank in ranks.values())
        if any(value > 0 for value in rows.values()):
            self.assertAlmostEqual(total, 100, places=6)
        order = sorted(ranks.values(), key=lambda rank: rank.position)
        self.assertEqual(
            [rank.abc for rank in order], sorted(rank.abc for rank in order)
        )

    def test_the_first_is_a_even_if_it_is_everything(self):
        ranks = abc.classify({1: 100.0, 2: 0.0}, 80, 95)
        self.assertEqual((ranks[1].abc, ranks[2].abc), ("a", "c"))

    def test_limits_out_of_order_are_a_bug(self):
        with self.assertRaises(ValueError):
            abc.classify({}, 95, 80)


class TestSpread(unittest.TestCase):
    @given(st.lists(st.integers(0, 1000), min_size=1, max_size=36))
    def test_deviation_is_that_of_the_months(self, months):
        found = abc.deviation(
            sum(months), sum(month * month for month in months), len(months)
        )
        self.assertAlmostEqual(found, pstdev(months), places=4)

    def test_steady_unsteady_and_by_chance(self):
        steady = abc.variability(120, 12 * 100, 12)
        once = abc.variability(120, 120 * 120, 12)
        self.assertEqual(abc.xyz(steady, 50, 100), "x")
        self.assertEqual(abc.xyz(75.0, 50, 100), "y")
        self.assertEqual(abc.xyz(once, 50, 100), "z")
        self.assertEqual(abc.xyz(abc.variability(0, 0, 12), 50, 100), "z")


class TestLimits(unittest.TestCase):
    def test_known_example(self):
        # 2 a day for 9 days, 3 a day of spread, 97.7 % = 2 standard deviations.
        level = NormalDist().cdf(2) * 100
        self.assertEqual(abc.minimum(2, 3, 9, level), 18 + 2 * 3 * 3)
        self.assertEqual(abc.maximum(36, 2, 14), 64)

    @given(st.floats(0, 100), st.floats(0, 100), st.floats(0, 365), st.floats(50, 99.9))
    def test_more_certainty_never_means_less_stock(self, demand, spread, lead, level):
        low = abc.minimum(demand, spread, lead, 50)
        self.assertGreaterEqual(abc.minimum(demand, spread, lead, level), low)
        self.assertGreaterEqual(low, demand * lead - 1e-6)

    @given(st.integers(0, 100), st.floats(0, 100), st.floats(0, 365))
    def test_the_maximum_is_never_below_the_minimum(self, low, demand, days):
        high = abc.maximum(low, demand, days)
        self.assertGreaterEqual(high, low)
        if demand > 0:
            self.assertGreater(high, low)

    def test_certainty_has_no_price(self):
        with self.assertRaises(ValueError):
            abc.minimum(1, 1, 1, 100)


candidates = st.lists(
    st.builds(
        abc.CountCandidate,
        key=st.integers(0, 10**6),
        abc=st.sampled_from(["a", "b", "c", ""]),
        criticality=st.sampled_from(["vital", "essential", "desirable"]),
        value=st.floats(0, 1e6),
        days_since=st.floats(0, 1000),
        count_days=st.floats(0, 400).map(round),
        had_difference=st.booleans(),
    ),
    max_size=30,
    unique_by=lambda row: row.key,
)


class TestCounts(unittest.TestCase):
    @given(candidates, st.integers(-1, 40))
    def test_the_most_urgent_are_chosen_whatever_the_order(self, rows, number):
        chosen = abc.choose_counts(rows, number)
        self.assertEqual(len(chosen), min(max(number, 0), len(rows)))
        self.assertEqual(chosen, abc.choose_counts(rows[::-1], number))
        left = [row for row in rows if row not in chosen]
        if chosen and left:
            self.assertGreaterEqual(
                min(map(abc.risk, chosen)), max(map(abc.risk, left))
            )

    def test_a_wrong_last_count_and_a_vital_part_come_first(self):
        plain = abc.CountCandidate(1, "b", "essential", 10, 90, 90, False)
        wrong = abc.CountCandidate(2, "b", "essential", 10, 90, 90, True)
        vital = abc.CountCandidate(3, "a", "vital", 10, 90, 90, False)
        self.assertEqual(
            abc.choose_counts([plain, wrong, vital], 3), [vital, wrong, plain]
        )
