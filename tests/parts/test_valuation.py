from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import METHODS, ValuationCommon


@tagged("post_install", "-at_install")
class TestValuation(ValuationCommon):
    """What free work costs stands on the account of its reason, once."""

    def test_covered_part_perpetual(self):
        for method in METHODS:
            with self.subTest(method=method):
                cost = self._get_unit_cost(method)
                part = self._create_valued_part(method, "real_time")
                line = self._create_covered_line(self._create_order(), part)
                self._consume(line.order_id)
                move = line.move_ids
                self.assertEqual(move.value, cost)
                self.assertEqual(
                    self._get_balances(move),
                    {self.cost.id: cost, self.stock.id: -cost},
                )
                self.assertEqual(
                    move.account_move_id.line_ids.partner_id, self.customer
                )

    def test_covered_part_not_used_after_all(self):
        for method in METHODS:
            with self.subTest(method=method):
                cost = self._get_unit_cost(method)
                part = self._create_valued_part(method, "real_time")
                line = self._create_covered_line(self._create_order(), part)
                self._consume(line.order_id)
                line.quantity_done = 0
                self._consume(line.order_id)
                back = line.move_ids.filtered("origin_returned_move_id")
                self.assertEqual(
                    self._get_balances(back),
                    {self.cost.id: -cost, self.stock.id: cost},
                )
                self.assertEqual(part.total_value, 60.0 if method != "standard" else 40)

    def test_covered_part_periodic_at_closing(self):
        self._close_period()
        total = 0.0
        for method in METHODS:
            total += self._get_unit_cost(method)
            part = self._create_valued_part(method, "periodic")
            line = self._create_covered_line(self._create_order(), part)
            self._consume(line.order_id)
            self.assertFalse(line.move_ids.account_move_id)
        self.assertEqual(self._close_period()[self.cost.id], total)

    def test_chargeable_part_makes_no_entry_when_it_is_used(self):
        for method in METHODS:
            for valuation in ("periodic", "real_time"):
                with self.subTest(method=method, valuation=valuation):
                    part = self._create_valued_part(method, valuation)
                    line = self._create_part_line(self._create_order(), part)
                    self._consume(line.order_id)
                    self.assertEqual(line.move_ids.value, self._get_unit_cost(method))
                    self.assertFalse(line.move_ids.account_move_id)

    def test_issue_to_the_van_makes_no_entry(self):
        part = self._create_valued_part("average", "real_time")
        picking = self.employee._after_sales_return_parts(
            [(part, self.env["stock.lot"], 2)]
        )
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        self.assertFalse(picking.move_ids.account_move_id)
        self.assertEqual(part.total_value, 60.0)

    def _get_old_part(self, method, valuation):
        part = self._create_valued_part(method, valuation)
        order = self._create_order()
        line = self._create_covered_line(order, part)
        self._consume(order)
        line._open_old_parts()
        line.old_part_ids.with_user(self.clerk).action_receive()
        return line.old_part_ids

    def test_old_parts_are_worth_nothing_in_and_out(self):
        for method in METHODS:
            for valuation in ("periodic", "real_time"):
                with self.subTest(method=method, valuation=valuation):
                    old_part = self._get_old_part(method, valuation)
                    value = old_part.product_id.total_value
                    self.assertEqual(old_part.move_ids.value, 0)
                    old_part.write({"finding": "unknown", "supplier_id": self.supplier})
                    old_part.with_user(self.clerk).action_analyse()
                    old_part.with_user(self.clerk).action_dispose()
                    self.assertEqual(old_part.state, "supplier")
                    self.assertFalse(old_part.move_ids.account_move_id)
                    self.assertEqual(old_part.product_id.total_value, value)

    def test_scrapping_an_old_part_makes_no_entry(self):
        old_part = self._get_old_part("fifo", "real_time")
        old_part.finding = "fault"
        old_part.with_user(self.clerk).action_analyse()
        old_part.with_user(self.clerk).action_dispose()
        self.assertEqual(old_part.state, "disposed")
        self.assertFalse(old_part.move_ids.account_move_id)

    def _refurbish(self, old_part, seal, hours=0.0):
        """Decide to refurbish, use a seal and some hours; return the repair."""
        old_part.finding = "no_fault"
        old_part.with_user(self.clerk).action_analyse()
        old_part.with_user(self.clerk).action_dispose()
        self.assertEqual(old_part.state, "refurbish")
        repair = old_part.repair_ids
        repair.write(
            {
                "after_sales_hours": hours,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": seal.id,
                            "product_uom_qty": 1,
                            "repair_line_type": "add",
                        }
                    )
                ],
            }
        )
        repair.action_validate()
        repair.action_repair_start()
        return repair

    def test_a_refurbished_part_enters_at_what_it_cost(self):
        self.company.after_sales_workshop_cost = 20.0
        for method in METHODS:
            with self.subTest(method=method):
                old_part = self._get_old_part(method, "real_time")
                seal = self._create_part(f"Seal {method}", standard_price=6.0)
                self._put_in_stock(seal, 1)
                value = old_part.product_id.total_value
                repair = self._refurbish(old_part, seal, hours=0.25)
                bench = self.company.after_sales_refurbish_location_id
                self.assertEqual(self._get_quantity(old_part.product_id, bench), 1)
                self.assertEqual(old_part.product_id.total_value, value)
                repair.action_repair_end()
                self.assertEqual(old_part.state, "disposed")
                self.assertEqual(self._get_quantity(old_part.product_id, bench), 0)
                move = repair.move_id
                cost = 10.0 if method == "standard" else 6.0 + 0.25 * 20
                self.assertEqual(move.value, cost)
                self.assertEqual(
                    self._get_balances(move),
                    {self.recovery.id: -cost, self.stock.id: cost},
                )
                self.assertEqual(old_part.product_id.total_value, value + cost)

    def test_a_refurbished_part_periodic_at_closing(self):
        self._close_period()
        total = 0.0
        for method in METHODS:
            old_part = self._get_old_part(method, "periodic")
            seal = self._create_part(f"Seal {method}", standard_price=6.0)
            self._put_in_stock(seal, 1)
            repair = self._refurbish(old_part, seal)
            repair.action_repair_end()
            self.assertFalse(repair.move_id.account_move_id)
            total += repair.move_id.value
        self.assertEqual(total, 10.0 + 6.0 + 6.0)
        self.assertEqual(self._close_period()[self.recovery.id], -total)

    def test_work_costs_what_the_employee_costs(self):
        old_part = self._get_old_part("average", "real_time")
        seal = self._create_part("Seal", standard_price=6.0)
        self._put_in_stock(seal, 1)
        repair = self._refurbish(old_part, seal)
        self.employee.hourly_cost = 48.0
        repair.user_id = self.technician
        repair.after_sales_hours = 0.5
        repair.action_repair_end()
        self.assertEqual(repair.move_id.value, 6.0 + 24.0)
        with self.assertRaisesRegex(UserError, "stands in the stock at its cost"):
            repair.after_sales_hours = 1

    def test_a_given_up_refurbishing_brings_the_part_back(self):
        old_part = self._get_old_part("fifo", "real_time")
        seal = self._create_part("Seal", standard_price=6.0)
        self._put_in_stock(seal, 1)
        repair = self._refurbish(old_part, seal)
        repair.action_repair_cancel()
        self.assertEqual(old_part.state, "analysed")
        self.assertEqual(
            old_part.movement_ids.mapped("kind")[-2:], ["bench", "bench_back"]
        )
        place = self.company.after_sales_old_part_location_id
        self.assertEqual(self._get_quantity(old_part.product_id, place), 1)
        old_part.disposition = "scrap"
        old_part.with_user(self.clerk).action_dispose()
        self.assertEqual(self._get_quantity(old_part.product_id, place), 0)
        self.assertFalse(old_part.move_ids.account_move_id)
