import unittest

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.after_sales_service.rules import scores

POINTS = {4: 100.0, 3: 80.0, 2: 50.0, 1: 0.0}
weight = st.floats(0, 1000, allow_subnormal=False)
points = st.none() | st.floats(-50, 200)
marks = st.lists(st.tuples(weight, points), max_size=12)


class TestScores(unittest.TestCase):
    @given(marks)
    def test_score_lies_between_0_and_100(self, rows):
        value = scores.score(rows)
        self.assertTrue(value is None or 0 <= value <= 100)

    @given(marks, st.randoms(use_true_random=False))
    def test_order_of_the_marks_does_not_matter(self, rows, random):
        shuffled = list(rows)
        random.shuffle(shuffled)
        first, second = scores.score(rows), scores.score(shuffled)
        if first is None:
            self.assertIsNone(second)
        else:
            self.assertAlmostEqual(first, second, places=9)

    @given(marks)
    def test_weights_that_count_sum_up_to_100(self, rows):
        weights = scores.spread_weights(rows)
        self.assertEqual(len(weights), len(rows))
        if any(weights):
            self.assertAlmostEqual(sum(weights), 100.0)
        else:
            self.assertIsNone(scores.score(rows))
        for counted, (_weight, value) in zip(weights, rows, strict=True):
            if value is None:
                self.assertEqual(counted, 0.0)

    @given(marks, weight)
    def test_what_was_not_measured_changes_nothing(self, rows, extra):
        self.assertEqual(scores.score(rows), scores.score([*rows, (extra, None)]))

    @given(marks)
    def test_the_score_is_among_its_marks(self, rows):
        value = scores.score(rows)
        if value is not None:
            counted = [scores.clamp(p) for w, p in rows if p is not None and w > 0]
            self.assertGreaterEqual(value, min(counted) - 1e-6)
            self.assertLessEqual(value, max(counted) + 1e-6)

    @given(st.dictionaries(st.integers(1, 4), st.integers(0, 50)))
    def test_average_of_levels(self, counts):
        value = scores.average_of_levels(counts, POINTS)
        if sum(counts.values()):
            self.assertTrue(0 <= value <= 100)
        else:
            self.assertIsNone(value)

    @given(st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0, 1e6))
    def test_more_is_never_worth_less(self, low, high, target):
        low, high = sorted((low, high))
        self.assertLessEqual(
            scores.against_target(low, target), scores.against_target(high, target)
        )

    def test_weights_of_the_missing_go_to_the_others_in_proportion(self):
        rows = [(20, 100.0), (20, 50.0), (40, None), (20, 0.0)]
        self.assertEqual(
            [round(w, 4) for w in scores.spread_weights(rows)],
            [33.3333, 33.3333, 0.0, 33.3333],
        )
        self.assertEqual(scores.score(rows), 50.0)

    def test_levels(self):
        self.assertEqual(scores.average_of_levels({4: 1, 3: 1}, POINTS), 90.0)
        self.assertIsNone(scores.average_of_levels({0: 7}, POINTS))

    def test_grades(self):
        limits = {"a": 90.0, "b": 75.0, "c": 60.0}
        found = [scores.grade(v, limits, "d") for v in (100, 90, 89.994, 75, 60, 0)]
        self.assertEqual(found, ["a", "a", "b", "b", "c", "d"])
        self.assertIsNone(scores.grade(None, limits, "d"))
