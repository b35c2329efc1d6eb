from datetime import date, timedelta
from unittest import TestCase

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.after_sales_service.rules.contract_quota import get_left, get_year
from odoo.addons.after_sales_service.rules.visit_plan import add_months, get_due_dates

# No deadline: how long an example takes says nothing on a busy machine.
SLOW_MACHINE = settings(deadline=None)
START = date(2026, 3, 15)
STEPS = st.lists(
    st.tuples(st.integers(0, 1500), st.integers(1, 5)), min_size=1, max_size=30
)


class TestQuota(TestCase):
    def test_one_quota_for_the_contract(self):
        rows = [(date(2026, 4, 1), 2), (date(2027, 4, 1), 1)]
        self.assertEqual(get_left(4, rows, date(2027, 5, 1), START), 1)

    def test_a_fresh_one_each_year(self):
        rows = [(date(2026, 4, 1), 3), (date(2027, 3, 14), 1), (date(2027, 3, 15), 1)]
        self.assertEqual(get_left(4, rows, date(2027, 3, 14), START, True), 0)
        self.assertEqual(get_left(4, rows, date(2027, 3, 15), START, True), 3)

    def test_the_rest_may_be_carried_over(self):
        rows = [(date(2026, 4, 1), 1)]
        self.assertEqual(get_left(4, rows, date(2027, 4, 1), START, True, True), 7)

    def test_a_reversal_gives_back(self):
        rows = [(date(2026, 4, 1), 4), (date(2026, 4, 1), -4)]
        self.assertEqual(get_left(4, rows, date(2026, 5, 1), START), 4)

    def test_the_day_before_the_anniversary_is_the_old_year(self):
        self.assertEqual(get_year(START, date(2027, 3, 14)), 0)
        self.assertEqual(get_year(START, date(2027, 3, 15)), 1)
        self.assertEqual(get_year(date(2024, 2, 29), date(2025, 2, 28)), 1)

    @SLOW_MACHINE
    @given(st.integers(0, 20), STEPS, st.booleans(), st.booleans())
    def test_who_takes_only_what_is_left_never_takes_too_much(
        self, quota, steps, is_yearly, is_carried
    ):
        rows = []
        for days, wanted in sorted(steps):
            day = START + timedelta(days=days)
            left = get_left(quota, rows, day, START, is_yearly, is_carried)
            self.assertGreaterEqual(left, 0)
            rows.append((day, min(wanted, left)))
        years = 1 + get_year(START, rows[-1][0]) if is_yearly else 1
        self.assertLessEqual(sum(taken for _day, taken in rows), quota * years)
        if is_yearly and not is_carried:
            for year in range(years):
                taken = sum(n for day, n in rows if get_year(START, day) == year)
                self.assertLessEqual(taken, quota)


class TestVisitPlan(TestCase):
    def test_four_visits_a_year(self):
        dates = get_due_dates(date(2026, 2, 28), 3, date(2027, 1, 31))
        self.assertEqual([day.month for day in dates], [2, 5, 8, 11])

    def test_the_last_of_the_month_comes_back(self):
        dates = get_due_dates(date(2026, 1, 31), 1, date(2026, 3, 31))
        self.assertEqual(dates[1:], [date(2026, 2, 28), date(2026, 3, 31)])

    def test_no_months_between_is_refused(self):
        with self.assertRaisesRegex(ValueError, "one month apart"):
            get_due_dates(date(2026, 1, 31), 0, date(2026, 3, 31))

    @SLOW_MACHINE
    @given(
        st.dates(date(2000, 1, 1), date(2060, 1, 1)),
        st.sampled_from([1, 3, 6, 12]),
        st.integers(0, 60),
    )
    def test_as_many_as_fit(self, first, months, count):
        until = add_months(first, months * count)
        dates = get_due_dates(first, months, until)
        self.assertEqual(len(dates), count + 1)
        self.assertEqual(sorted(set(dates)), dates)
