from datetime import date, timedelta
from unittest import TestCase

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.after_sales_service.rules.warranty_dates import (
    add_term,
    replaced_part_end,
    start_date,
)

# No deadline: how long an example takes says nothing on a busy machine.
SLOW_MACHINE = settings(deadline=None)
DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))


class TestWarrantyDates(TestCase):
    def test_two_years_end_the_day_before_the_same_date(self):
        self.assertEqual(add_term(date(2025, 1, 10), 24, "month"), date(2027, 1, 9))
        self.assertEqual(add_term(date(2025, 1, 10), 2, "year"), date(2027, 1, 9))

    def test_a_term_in_days_counts_its_first_day(self):
        self.assertEqual(add_term(date(2025, 1, 10), 1, "day"), date(2025, 1, 10))
        self.assertEqual(add_term(date(2025, 1, 10), 90, "day"), date(2025, 4, 9))

    def test_short_months_give_their_last_day(self):
        self.assertEqual(add_term(date(2025, 1, 31), 1, "month"), date(2025, 2, 28))
        self.assertEqual(add_term(date(2024, 2, 29), 1, "year"), date(2025, 2, 28))
        self.assertEqual(add_term(date(2025, 8, 31), 1, "month"), date(2025, 9, 30))

    def test_the_first_of_a_month_ends_with_the_month_before(self):
        self.assertEqual(add_term(date(2025, 3, 1), 12, "month"), date(2026, 2, 28))

    def test_a_term_of_nothing_is_refused(self):
        with self.assertRaisesRegex(ValueError, "one day at least"):
            add_term(date(2025, 1, 1), 0, "month")
        with self.assertRaisesRegex(ValueError, "unknown unit"):
            add_term(date(2025, 1, 1), 1, "week")

    @SLOW_MACHINE
    @given(DAYS, st.integers(1, 120), st.sampled_from(["day", "month", "year"]))
    def test_a_term_never_ends_before_it_starts(self, start, term, unit):
        self.assertGreaterEqual(add_term(start, term, unit), start)

    @SLOW_MACHINE
    @given(DAYS, st.integers(1, 120), st.sampled_from(["day", "month", "year"]))
    def test_later_start_or_longer_term_never_ends_earlier(self, start, term, unit):
        end = add_term(start, term, unit)
        self.assertGreaterEqual(add_term(start + timedelta(days=1), term, unit), end)
        self.assertGreater(add_term(start, term + 1, unit), end)

    def test_the_start_waits_for_its_event_but_not_for_ever(self):
        delivered, installed = date(2025, 1, 10), date(2025, 6, 1)
        events = {"delivered": delivered, "installed": None}
        self.assertIsNone(start_date("installed", events))
        self.assertEqual(start_date("installed", events, 90), date(2025, 4, 10))
        events["installed"] = installed
        self.assertEqual(start_date("installed", events), installed)
        self.assertEqual(start_date("installed", events, 90), date(2025, 4, 10))
        events["installed"] = date(2025, 2, 1)
        self.assertEqual(start_date("installed", events, 90), date(2025, 2, 1))

    def test_rules_for_replaced_parts(self):
        day, old = date(2026, 3, 6), date(2027, 1, 9)
        fresh = date(2026, 9, 5)
        self.assertEqual(replaced_part_end("fresh", day, 6, old), fresh)
        self.assertEqual(replaced_part_end("rest", day, 6, old), old)
        self.assertEqual(replaced_part_end("longer", day, 6, old), old)
        self.assertEqual(replaced_part_end("longer", day, 24, old), date(2028, 3, 5))
        self.assertEqual(replaced_part_end("longer", day, 6, None), fresh)
        self.assertIsNone(replaced_part_end("rest", day, 6, date(2026, 3, 5)))
        self.assertIsNone(replaced_part_end("fresh", day, 0, old))

    @SLOW_MACHINE
    @given(DAYS, st.integers(0, 60), st.one_of(st.none(), DAYS))
    def test_longer_is_never_shorter_than_the_others(self, day, months, old_end):
        ends = {
            rule: replaced_part_end(rule, day, months, old_end)
            for rule in ("fresh", "rest", "longer")
        }
        for rule in ("fresh", "rest"):
            if ends[rule]:
                self.assertGreaterEqual(ends[rule], day)
                self.assertGreaterEqual(ends["longer"], ends[rule])
