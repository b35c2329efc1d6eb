from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from .common import PartsCommon

# design §8: what 200 orders with three parts may cost each.
QUERIES_PER_ORDER = 40


@tagged("post_install", "-at_install")
class TestCompletion(PartsCommon):
    """A technician without any stock right completes; the server does the rest."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {
                "after_sales_signature_required": False,
                "after_sales_quotation_required": False,
            }
        )
        cls.cause = cls.env["after.sales.fault.code"].create(
            {"name": "Normal failure", "code": "T-1", "kind": "cause"}
        )

    def _create_open_order(self, **vals):
        order = self._create_order(
            outcome="repaired", cause_id=self.cause.id, kind="on_site", **vals
        )
        order.with_user(self.technician).action_start()
        order.check_ids.result = "ok"
        return order

    def test_the_technician_has_no_stock_right_and_completes(self):
        for group in ("stock.group_stock_user", "sales_team.group_sale_salesman"):
            self.assertFalse(self.technician.has_group(group))
        with self.assertRaises(AccessError):
            self.env["stock.picking"].with_user(self.technician).search([])
        pump = self._create_pump()
        self._create_policy(pump)
        unit = self._create_unit(pump)
        unit._create_components()
        self._put_in_stock(self.motor, 1, self.van)
        order = self._create_open_order(unit_id=unit.id, date_fault="2025-11-01")
        line = self._create_covered_line(
            order, self.motor, component_id=self.motor_position.id, serial_out="M-0"
        )
        order.with_user(self.technician).action_complete()
        self.assertEqual(order.state, "done")
        self.assertEqual(self._get_quantity(self.motor, self.van), 0)
        self.assertEqual(line.old_part_ids.serial, "M-0")
        self.assertEqual(line.old_part_ids.technician_id, self.employee)
        self.assertTrue(line.fitted_id.is_current)
        self.assertEqual(line.fitted_id.product_id, self.motor)
        self.assertEqual(line.fitted_id.component_id, self.motor_position)

    def test_reopening_and_completing_moves_only_the_difference(self):
        self._put_in_stock(self.part, 5, self.van)
        order = self._create_open_order()
        line = self._create_covered_line(order, self.part, 3)
        order.with_user(self.technician).action_complete()
        order._move_to("on_site")
        line.with_user(self.technician).quantity_done = 1
        order.with_user(self.technician).action_complete()
        self.assertEqual(self._get_quantity(self.part, self.van), 4)
        self.assertEqual(line.old_part_ids.quantity, 1)
        self.assertEqual(sum(self._get_entries(line.move_ids).values()), 0)

    def test_completing_again_promises_one_repair_from_the_last_day(self):
        pump = self._create_pump()
        self._create_policy(pump)
        unit = self._create_unit(pump)
        self._put_in_stock(self.bearing, 2, self.van)
        order = self._create_open_order(unit_id=unit.id, date_fault="2026-03-01")
        self._create_covered_line(
            order, self.bearing, component_id=self.frame_position.id
        )
        for day in (date(2026, 3, 2), date(2026, 3, 20)):
            with freeze_time(day):
                order.with_user(self.technician).action_complete()
                promised = unit.cover_ids.filtered(lambda it: it.kind == "repair")
                self.assertEqual(promised.mapped("date_start"), [day])
                self.assertEqual(promised.component_id, self.frame_position)
                order._move_to("on_site")

    def test_a_shortage_leaves_everything_as_it_was(self):
        order = self._create_open_order()
        self._create_covered_line(order, self.part, 1)
        with (
            self.assertRaisesRegex(UserError, "Motor M4 were used, but"),
            self.env.cr.savepoint(),
        ):
            order.with_user(self.technician).action_complete()
        self.env.invalidate_all()
        self.assertEqual(order.state, "on_site")
        self.assertFalse(order.old_part_ids)

    def test_the_warehouse_taking_a_part_back_corrects_the_order(self):
        self._put_in_stock(self.part, 5, self.van)
        order = self._create_open_order()
        line = self._create_covered_line(order, self.part, 3)
        order.with_user(self.technician).action_complete()
        wizard = (
            self.env["stock.return.picking"]
            .with_user(self.clerk)
            .with_context(active_model="stock.picking", active_id=order.picking_ids.id)
            .create({})
        )
        wizard.product_return_moves.quantity = 2
        back = wizard.action_create_returns()["res_id"]
        self.env["stock.picking"].with_user(self.clerk).browse(back).button_validate()
        self.assertEqual(line.quantity_done, 1)
        self.assertEqual(line.old_part_ids.quantity, 1)
        self.assertEqual(self._get_quantity(self.part, self.van), 4)

    def test_cancelling_a_reopened_order_brings_everything_back(self):
        self._put_in_stock(self.part, 5, self.van)
        order = self._create_open_order()
        line = self._create_covered_line(order, self.part, 3)
        paid = self._create_part_line(order, self.part, 1)
        requisition = self.env["after.sales.requisition"].create(
            {"technician_id": self.employee.id, "order_id": order.id}
        )
        order.with_user(self.technician).action_complete()
        self.assertEqual(self._get_quantity(self.part, self.van), 1)
        with self.assertRaisesRegex(UserError, "already taken out of the van"):
            line.unlink()
        order._move_to("on_site")
        order.with_user(self.agent).action_cancel()
        self.assertEqual(self._get_quantity(self.part, self.van), 5)
        self.assertFalse(any(self._get_entries(line.move_ids).values()))
        self.assertEqual(line.old_part_ids.state, "cancel")
        self.assertTrue(paid.move_ids.filtered("origin_returned_move_id").to_refund)
        self.assertEqual(requisition.state, "cancel")

    def test_every_role_opens_an_order_with_parts(self):
        self._put_in_stock(self.part, 5, self.van)
        order = self._create_open_order()
        self._create_covered_line(order, self.part, 1)
        requisition = self.env["after.sales.requisition"].create(
            {"technician_id": self.employee.id, "order_id": order.id}
        )
        order.with_user(self.technician).action_complete()
        Form(order.with_user(self.agent))  # without the pages of the parts room
        for role in ("technician", "supervisor", "clerk", "auditor"):
            with self.subTest(role=role):
                self.env.invalidate_all()
                user = getattr(self, role)
                form = Form(order.with_user(user))
                self.assertEqual(form.requisition_ids.ids, requisition.ids)
                self.assertEqual(len(form.old_part_ids), 1)

    def test_the_technician_types_the_serial_number_that_is_fitted(self):
        board = self._create_part("Board", tracking="serial")
        lot = self.env["stock.lot"].create({"name": "B-7", "product_id": board.id})
        self._put_in_stock(board, 1, self.van, lot)
        order = self._create_open_order()
        line = self._create_covered_line(order, board).with_user(self.technician)
        with self.assertRaisesRegex(UserError, "serial number B-8 is not in the van"):
            line.serial_in = "B-8"
        line.serial_in = "B-7"
        self.assertEqual(line.sudo().lot_in_id, lot)
        order.with_user(self.technician).action_complete()
        self.assertEqual(self._get_quantity(board, self.van), 0)

    def test_what_another_transfer_has_promised_can_be_used_up(self):
        self._put_in_stock(self.part, 1, self.van)
        lot = self.env["stock.lot"]
        back = self.employee._after_sales_return_parts([(self.part, lot, 1)])
        order = self._create_open_order()
        self._create_covered_line(order, self.part, 1)
        order.with_user(self.technician).action_complete()
        self.assertEqual(self._get_quantity(self.part, self.van), 0)
        self.assertEqual(back.move_ids.quantity, 0)

    def test_a_shortage_is_told_with_what_else_is_missing(self):
        self._put_in_stock(self.part, 1, self.van)
        order = self._create_order()
        self._create_part_line(order, self.part, 5.0)
        problems = order.with_user(self.technician)._check_completion()
        self.assertIn("5 Units of Motor M4 were used", "\n".join(problems))
        self.assertIn("has 1", "\n".join(problems))
        self.assertGreater(len(problems), 1)
        self._put_in_stock(self.part, 4, self.van)
        self.assertNotIn(
            "were used", "\n".join(order.with_user(self.technician)._check_completion())
        )

    def test_the_customer_signs_only_what_was_used(self):
        order = self._create_order()
        used = self._create_part_line(order, self.part)
        self._create_part_line(order, self.other_part, 0.0, is_unused=True)
        sign = (
            self.env["after.sales.order.sign"]
            .with_user(self.technician)
            .create({"order_id": order.id, "signed_by": "Ms Li"})
        )
        self.assertEqual(sign.line_ids, used)
        saved = sign.web_save({}, {"line_ids": {"fields": {"reason_customer": {}}}})
        self.assertEqual([row["id"] for row in saved[0]["line_ids"]], used.ids)

    def test_completing_three_parts_keeps_the_query_budget(self):
        parts = [self._create_part(f"Part {number}") for number in range(3)]
        for part in parts:
            self._put_in_stock(part, 100, self.van)

        def make(count):
            orders = self.env["after.sales.order"].union(
                *(self._create_open_order() for _number in range(count))
            )
            for order in orders:
                for part in parts[:2]:
                    self._create_covered_line(order, part)
                self._create_part_line(order, parts[2])
                order.action_create_quotation()
            orders.sale_order_ids.action_confirm()
            self.env.flush_all()
            self.env.invalidate_all()
            return orders.with_user(self.technician)

        make(1).action_complete()  # fills the caches of the registry
        count = 20
        orders = make(count)
        before = self.env.cr.sql_log_count
        orders.action_complete()
        self.env.flush_all()
        queries = (self.env.cr.sql_log_count - before) / count
        self.assertEqual(set(orders.mapped("state")), {"done"})
        self.assertLessEqual(queries, QUERIES_PER_ORDER)
