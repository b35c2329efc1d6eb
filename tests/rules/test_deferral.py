"""Revenue month by month."""

from datetime import date, timedelta
from decimal import Decimal
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.after_sales_service.rules.deferral import spread

DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
CENTS = st.integers(-(10**8), 10**8)


class TestSpread(TestCase):
    def test_a_quarter_by_its_days(self):
        months = spread(900.0, date(2026, 1, 1), date(2026, 3, 31))
        self.assertEqual(
            [(f"{row.last_day}", row.days, row.amount) for row in months],
            [
                ("2026-01-31", 31, 310.0),
                ("2026-02-28", 28, 280.0),
                ("2026-03-31", 31, 310.0),
            ],
        )

    def test_cut_months(self):
        months = spread(100.0, date(2026, 1, 31), date(2026, 2, 2))
        self.assertEqual([row.amount for row in months], [33.33, 66.67])

    def test_a_period_does_not_end_before_it_starts(self):
        with self.assertRaises(ValueError):
            spread(1.0, date(2026, 1, 2), date(2026, 1, 1))

    @given(CENTS, DAYS, st.integers(0, 800))
    def test_the_months_come_to_the_whole(self, cents, start, length):
        end = start + timedelta(days=length)
        months = spread(cents / 100, start, end)
        self.assertEqual(
            sum(Decimal(str(round(row.amount, 2))) for row in months),
            Decimal(cents) / 100,
        )
        self.assertEqual(sum(row.days for row in months), length + 1)
        self.assertEqual(len({row.last_day for row in months}), len(months))
        self.assertTrue(all(row.amount * cents >= 0 for row in months))
