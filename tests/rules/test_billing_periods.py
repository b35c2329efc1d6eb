from datetime import date, timedelta
from unittest import TestCase

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.after_sales_service.rules.billing_periods import (
    Period,
    get_amount,
    get_bill_date,
    get_full_period,
    get_periods,
)

# No deadline: how long an example takes says nothing on a busy machine.
SLOW_MACHINE = settings(deadline=None)
DAY = timedelta(days=1)
DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))
LENGTHS = st.integers(0, 2000).map(lambda days: timedelta(days=days))
MONTHS = st.sampled_from([1, 3, 6, 12])
PRICES = st.integers(0, 10_000_000).map(lambda cents: cents / 100)


def cents(amount):
    return round(amount * 100)


class TestPeriods(TestCase):
    def test_from_the_first_day_of_the_contract(self):
        periods = get_periods(date(2026, 1, 15), date(2026, 7, 14), 3)
        self.assertEqual(
            [(period.start, period.end) for period in periods],
            [
                (date(2026, 1, 15), date(2026, 4, 14)),
                (date(2026, 4, 15), date(2026, 7, 14)),
            ],
        )
        self.assertTrue(all(period.is_full for period in periods))

    def test_calendar_quarters_are_cut_at_both_ends(self):
        periods = get_periods(date(2026, 2, 10), date(2026, 7, 14), 3, True)
        self.assertEqual(
            [(period.start, period.end) for period in periods],
            [
                (date(2026, 2, 10), date(2026, 3, 31)),
                (date(2026, 4, 1), date(2026, 6, 30)),
                (date(2026, 7, 1), date(2026, 7, 14)),
            ],
        )
        # 50 of 90 days, all, 14 of 92 days
        self.assertEqual(
            [get_amount(900, period) for period in periods], [500.0, 900.0, 136.96]
        )

    def test_short_months_do_not_move_the_day(self):
        periods = get_periods(date(2026, 1, 31), date(2026, 5, 30), 1)
        self.assertEqual(
            [period.start for period in periods],
            [
                date(2026, 1, 31),
                date(2026, 2, 28),
                date(2026, 3, 31),
                date(2026, 4, 30),
            ],
        )

    def test_in_advance_or_arrears(self):
        period = Period(*[date(2026, 1, 1), date(2026, 3, 31)] * 2)
        self.assertEqual(get_bill_date(period, True), date(2026, 1, 1))
        self.assertEqual(get_bill_date(period, False), date(2026, 4, 1))

    def test_nonsense_is_refused(self):
        with self.assertRaisesRegex(ValueError, "one month at least"):
            get_full_period(date(2026, 1, 1), 0, date(2026, 1, 1))
        with self.assertRaisesRegex(ValueError, "before the first"):
            get_full_period(date(2026, 1, 1), 1, date(2025, 1, 1))

    @SLOW_MACHINE
    @given(DAYS, LENGTHS, MONTHS, st.booleans())
    def test_every_day_is_billed_once(self, start, length, months, is_calendar):
        end = start + length
        periods = get_periods(start, end, months, is_calendar)
        self.assertEqual(periods[0].start, start)
        self.assertEqual(periods[-1].end, end)
        for before, after in zip(periods, periods[1:], strict=False):
            self.assertEqual(before.end + DAY, after.start)
        for period in periods[1:-1]:
            self.assertTrue(period.is_full)

    @SLOW_MACHINE
    @given(DAYS, LENGTHS, MONTHS, st.booleans(), st.integers(0, 2000))
    def test_what_is_billed_is_not_billed_again(
        self, start, length, months, is_calendar, days
    ):
        end = start + length
        done = min(start + timedelta(days=days), end)
        rest = get_periods(start, end, months, is_calendar, done)
        billed = sum((period.end - period.start).days + 1 for period in rest)
        self.assertEqual(billed, (end - done).days)

    @SLOW_MACHINE
    @given(DAYS, MONTHS, PRICES, st.lists(st.integers(0, 400), max_size=6))
    def test_parts_come_to_the_price_to_the_cent(self, start, months, price, cuts):
        full_start, full_end = get_full_period(start, months, start)
        period, total = Period(full_start, full_end, full_start, full_end), 0
        for cut in sorted(cuts):
            day = full_start + timedelta(days=cut)
            if period is None or not period.start <= day < period.end:
                continue
            total += cents(get_amount(price, period.until(day)))
            period = period.after(day)
        total += cents(get_amount(price, period))
        self.assertEqual(total, cents(price))

    @SLOW_MACHINE
    @given(DAYS, LENGTHS, MONTHS, PRICES, st.booleans())
    def test_no_part_costs_more_than_the_whole(
        self, start, length, months, price, is_calendar
    ):
        for period in get_periods(start, start + length, months, is_calendar):
            amount = get_amount(price, period)
            self.assertGreaterEqual(amount, 0)
            self.assertLessEqual(amount, price + 0.005)
            if period.is_full:
                self.assertEqual(cents(amount), cents(price))

    def test_a_currency_without_cents(self):
        period = Period(
            date(2026, 1, 1), date(2026, 1, 10), date(2026, 1, 1), date(2026, 1, 31)
        )
        self.assertEqual(get_amount(1000, period, 1), 323.0)
