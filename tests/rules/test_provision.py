"""What free repairs will still cost."""

from datetime import date, timedelta
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.after_sales_service.rules.provision import (
    DAYS_A_MONTH,
    Promise,
    expect,
    get_bucket,
    get_rates,
    split_ages,
)

TODAY = date(2026, 1, 1)
FIRST = date(2024, 1, 1)
DAYS = st.dates(date(2022, 1, 1), date(2027, 12, 31))


@st.composite
def promises(draw):
    rows = []
    for _index in range(draw(st.integers(0, 12))):
        start = draw(DAYS)
        rows.append(
            Promise(
                draw(st.integers(1, 3)),
                start,
                start + timedelta(days=draw(st.integers(0, 1500))),
            )
        )
    return rows


class TestProvision(TestCase):
    def test_cost_of_the_past_applied_to_the_months_left(self):
        old = Promise(1, date(2024, 1, 1), date(2025, 12, 31))
        new = Promise(1, date(2025, 7, 1), date(2026, 6, 30))
        rates = get_rates([old, new], {(1, 0): 60.0}, FIRST, TODAY, 12)
        self.assertAlmostEqual(rates[1, 0], 60 / 18, 1)
        self.assertEqual(rates[1, 1], 0)
        rows = expect([old, new], rates, TODAY, 12)
        self.assertEqual(rows[1, 0].units, 1)
        self.assertAlmostEqual(rows[1, 0].unit_months, 6, 0)
        self.assertAlmostEqual(rows[1, 0].amount, 20, 0)

    def test_an_age_nobody_reached_costs_as_the_others(self):
        unit = Promise(1, date(2025, 7, 1), date(2027, 6, 30))
        rates = get_rates([unit], {(1, 0): 60.0}, FIRST, TODAY, 12)
        rows = expect([unit], rates, TODAY, 12)
        self.assertAlmostEqual(rows[1, 1].rate, rates[1, None])

    @given(DAYS, st.integers(0, 2000), st.integers(0, 2000), st.integers(1, 24))
    def test_ages_come_to_the_whole_time(self, start, before, length, months):
        first = start + timedelta(days=before)
        last = first + timedelta(days=length)
        parts = split_ages(start, first, last, months)
        self.assertAlmostEqual(sum(parts.values()), (length + 1) / DAYS_A_MONTH, 6)
        self.assertEqual(min(parts), get_bucket(start, first, months))
        self.assertTrue(all(0 < part <= months + 1e-9 for part in parts.values()))

    @given(promises(), st.integers(1, 24))
    def test_no_cost_no_provision(self, units, months):
        rows = expect(units, get_rates(units, {}, FIRST, TODAY, months), TODAY, months)
        self.assertEqual(sum(row.amount for row in rows.values()), 0)

    @given(promises(), st.integers(1, 24), st.integers(1, 1000))
    def test_twice_the_cost_is_twice_the_provision(self, units, months, cost):
        def total(factor):
            costs = {
                (unit.product, get_bucket(unit.start, FIRST, months)): cost * factor
                for unit in units
                if unit.start <= FIRST <= unit.end
            }
            rates = get_rates(units, costs, FIRST, TODAY, months)
            rows = expect(units, rates, TODAY, months).values()
            return sum(row.amount for row in rows)

        self.assertAlmostEqual(total(2), 2 * total(1), 4)
        self.assertGreaterEqual(total(1), 0)
