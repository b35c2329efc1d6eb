from datetime import date, timedelta
from unittest import TestCase

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.after_sales_service.rules.meter import (
    Reading,
    forecast_day,
    order_problem,
    usage_per_day,
)

# No deadline: how long an example takes says nothing on a busy machine.
SLOW_MACHINE = settings(deadline=None)
START = date(2025, 1, 1)


def log(*rows):
    """Return readings from ``(day of the year, value[, is_reset])``."""
    return [
        Reading(START + timedelta(days=day), number, *rest)
        for number, (day, *rest) in enumerate(rows)
    ]


@st.composite
def counting_up(draw):
    steps = draw(
        st.lists(
            st.tuples(
                st.integers(1, 90),
                st.floats(0, 500, allow_nan=False),
                st.booleans(),
            ),
            min_size=2,
            max_size=12,
        )
    )
    rows, day, value = [], 0, 0.0
    for days, counted, is_reset in steps:
        day += days
        value = counted if is_reset else value + counted
        rows.append((day, value, is_reset))
    return log(*rows)


class TestMeter(TestCase):
    def test_usage_is_what_was_counted_by_the_days(self):
        self.assertEqual(usage_per_day(log((0, 100.0), (10, 150.0))), 5.0)
        self.assertIsNone(usage_per_day(log((0, 100.0))))
        self.assertIsNone(usage_per_day(log((0, 100.0), (0, 150.0))))
        self.assertIsNone(usage_per_day([]))

    def test_an_exchanged_meter_is_no_usage(self):
        rows = log((0, 1000.0), (10, 1100.0), (10, 0.0, True), (20, 50.0))
        self.assertEqual(usage_per_day(rows), 7.5)

    def test_old_readings_do_not_count(self):
        rows = log((0, 0.0), (500, 5000.0), (600, 5100.0))
        self.assertEqual(usage_per_day(rows), 1.0)
        self.assertEqual(usage_per_day(log((0, 0.0), (500, 5000.0))), 10.0)

    def test_the_day_a_value_is_reached(self):
        rows = log((0, 0.0), (10, 100.0))
        self.assertEqual(forecast_day(rows, 200.0), START + timedelta(days=20))
        self.assertEqual(forecast_day(rows, 201.0), START + timedelta(days=21))
        self.assertEqual(forecast_day(rows, 100.0), START + timedelta(days=10))

    def test_a_value_of_the_meter_before_counts_for_nothing(self):
        rows = log((0, 0.0), (100, 1000.0), (100, 0.0, True), (110, 100.0))
        self.assertGreater(forecast_day(rows, 900.0), START + timedelta(days=110))

    def test_a_unit_that_stands_still_has_no_day(self):
        self.assertIsNone(forecast_day(log((0, 5.0), (10, 5.0)), 6.0))
        self.assertIsNone(forecast_day(log((0, 0.0), (1, 0.001)), 9999.0))
        self.assertIsNone(forecast_day(log((0, 0.0), (1, 2.2e-311)), 900.0))
        self.assertIsNone(forecast_day([], 9.0))

    def test_counting_down_is_named(self):
        rows = log((0, 5.0), (10, 9.0), (20, 7.0))
        self.assertEqual(order_problem(rows), (rows[1], rows[2]))
        self.assertIsNone(order_problem(log((0, 5.0), (20, 1.0, True), (30, 2.0))))

    @SLOW_MACHINE
    @given(counting_up(), st.randoms())
    def test_the_order_of_the_rows_means_nothing(self, rows, random):
        mixed = rows[:]
        random.shuffle(mixed)
        self.assertEqual(usage_per_day(mixed), usage_per_day(rows))
        self.assertEqual(forecast_day(mixed, 900.0), forecast_day(rows, 900.0))
        self.assertIsNone(order_problem(mixed))

    @SLOW_MACHINE
    @given(counting_up(), st.floats(0, 10000, allow_nan=False))
    def test_more_is_never_reached_earlier(self, rows, value):
        near, far = forecast_day(rows, value), forecast_day(rows, value + 100.0)
        if near and far:
            self.assertLessEqual(near, far)
        if not near:
            self.assertIsNone(far)
