from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from .common import PartsCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-06 09:00:00")
class TestSwap(PartsCommon):
    """Old number out, new number in: line, unit, duty and cover at once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {
                "after_sales_signature_required": False,
                "after_sales_quotation_required": False,
            }
        )
        cls.pump = cls._create_pump()
        cls.policy = cls._create_policy(
            cls.pump, replaced_part_rule="fresh", replaced_part_months=6
        )
        cls.unit = cls._create_unit(cls.pump)
        cls.unit._create_components()
        cls.unit._create_covers()
        cls.motor.tracking = "serial"
        cls.lots = cls._create_lots(cls.motor, ["M-2", "M-3"])
        cls._put_in_stock(cls.motor, 1, cls.van, cls.lots[0])
        cls._put_in_stock(cls.motor, 1, None, cls.lots[1])
        cls._put_in_stock(cls.seal, 1, cls.van)
        cls.fitted = cls.unit.component_ids.filtered(
            lambda row: row.component_id == cls.motor_position
        )
        cls.fitted.write({"serial": "M-1", "product_id": cls.motor.id})
        cls.cause = cls.env["after.sales.fault.code"].create(
            {"name": "Normal failure", "code": "T-1", "kind": "cause"}
        )
        cls.order = cls._create_order(
            unit_id=cls.unit.id,
            date_fault="2026-03-05",
            outcome="repaired",
            cause_id=cls.cause.id,
        )
        cls.order.with_user(cls.technician).action_start()
        cls.order.check_ids.result = "ok"

    def _swap(self, serial_out="M-1", serial_in="M-2", order=None, **vals):
        form = Form(
            self.env["after.sales.part.swap"]
            .with_user(self.technician)
            .with_context(default_order_id=(order or self.order).id)
        )
        form.serial_out = serial_out
        if serial_in:
            form.serial_in = serial_in
        for fname, value in vals.items():
            form[fname] = value
        return form

    def test_two_scans_do_everything(self):
        form = self._swap()
        self.assertEqual(form.component_id.id, self.motor_position.id)
        self.assertEqual(form.product_id.id, self.motor.id)
        self.assertFalse(form.hint)
        form.save().action_apply()
        line = self.order.line_ids
        self.assertRecordValues(
            line,
            [
                {
                    "product_id": self.motor.id,
                    "quantity_done": 1.0,
                    "serial_out": "M-1",
                    "lot_in_id": self.lots[0].id,
                    "component_id": self.motor_position.id,
                    "unit_component_id": self.fitted.id,
                }
            ],
        )
        new = line.fitted_id
        self.assertTrue(new.is_current)
        self.assertEqual((new.serial, f"{new.date_in}"), ("M-2", "2026-03-06"))
        self.assertEqual(self.fitted.replaced_by_id, new)
        self.assertEqual(self.fitted.serial_out, "M-1")
        self.assertEqual(line.old_part_ids.serial, "M-1")
        cover = self.unit.cover_ids.filtered(lambda row: row.unit_component_id == new)
        self.assertEqual(cover.kind, "replaced_part")
        self.order.with_user(self.technician).action_complete()
        self.assertEqual(line.move_ids.lot_ids, self.lots[0])
        self.assertEqual(line.fitted_id, new)
        self.assertEqual(len(line.old_part_ids), 1)
        self.assertEqual(self._get_quantity(self.motor, self.van), 0)

    def test_a_planned_line_is_used(self):
        line = self._create_covered_line(
            self.order, self.motor, 0, component_id=self.motor_position.id
        )
        self._swap().save().action_apply()
        self.assertEqual(self.order.line_ids, line)
        self.assertEqual(line.fitted_id.serial, "M-2")

    def test_one_of_several_planned_pieces_gets_its_own_line(self):
        line = self._create_covered_line(
            self.order, self.motor, 0, component_id=self.motor_position.id
        )
        line.quantity = 2
        self._swap().save().action_apply()
        self.assertEqual(self.order.line_ids.mapped("quantity"), [1, 1])
        self.assertEqual(sum(self.order.line_ids.mapped("quantity_done")), 1)
        self.assertEqual(len(self.order.old_part_ids), 1)

    def test_parts_without_number_are_chosen(self):
        form = self._swap(serial_out="", serial_in="")
        form.component_id = self.seal_position
        self.assertEqual(form.product_id.id, self.seal.id)
        form.save().action_apply()
        self.assertEqual(self.order.line_ids.product_id, self.seal)
        again = self._swap(serial_out="", serial_in="", component_id=self.seal_position)
        with self.assertRaisesRegex(UserError, "no Shaft seal left in your van"):
            again.save().action_apply()

    def test_wrong_numbers_say_what_to_do(self):
        own = self.order.with_user(self.technician)
        with self.assertRaisesRegex(UserError, "M-3 is not in your van but in: WH"):
            own._find_piece_in_van("M-3")
        with self.assertRaisesRegex(UserError, "No part has the serial number X-9"):
            own._find_piece_in_van("X-9")
        form = self._swap(serial_out="Y-9")
        self.assertIn("Nothing fitted in PX2-004711 is known under Y-9", form.hint)
        with self.assertRaisesRegex(UserError, "Choose the position"):
            form.save().action_apply()
        form.component_id = self.motor_position
        form.save().action_apply()
        self.assertEqual(self.fitted.serial_out, "Y-9")
        self.assertEqual(self.order.old_part_ids.serial, "Y-9")

    def test_the_same_piece_is_not_fitted_twice(self):
        self._swap().save().action_apply()
        wizard = self._swap(serial_out="M-2").save()
        with self.assertRaisesRegex(UserError, "M-2 is on a line of this order"):
            wizard.action_apply()

    def test_before_the_start_nothing_is_swapped(self):
        order = self._create_order(unit_id=self.unit.id)
        with self.assertRaisesRegex(UserError, "is not on site"):
            order.with_user(self.technician).action_swap_part()
        order = self._create_order()
        order.with_user(self.technician).action_start()
        with self.assertRaisesRegex(UserError, "has no unit"):
            order.with_user(self.technician).action_swap_part()
        with self.assertRaises(AccessError):
            self.order.with_user(self._create_stranger()).action_swap_part()

    def test_a_part_that_does_not_fit_is_refused_by_setting(self):
        self._put_in_stock(self.part, 1, self.van)
        form = self._swap(serial_in="", product_id=self.part)
        self.assertIn("in no position", form.hint)
        self.company.after_sales_part_fit = "block"
        with self.assertRaisesRegex(UserError, "in no position"):
            form.save().action_apply()

    def _check_taken_back(self, line):
        self.assertFalse(line.fitted_id)
        self.assertTrue(self.fitted.is_current)
        self.assertFalse(self.fitted.date_out)
        self.assertFalse(self.fitted.serial_out)
        motors = self.unit.component_ids.filtered(
            lambda row: row.component_id == self.motor_position
        )
        self.assertEqual(motors, self.fitted)
        covers = self.unit.cover_ids.filtered(
            lambda row: row.component_id == self.motor_position
        )
        self.assertNotIn("replaced_part", covers.mapped("kind"))
        product = covers.filtered(lambda row: row.kind == "product")
        self.assertFalse(product.date_closed)
        self.assertEqual(line.old_part_ids.state, "cancel")

    def test_a_cancelled_order_takes_the_swap_back(self):
        self._swap().save().action_apply()
        line = self.order.line_ids
        self.order.with_user(self.agent).action_cancel()
        self._check_taken_back(line)

    def test_not_used_after_all_takes_the_swap_back(self):
        self._swap().save().action_apply()
        line = self.order.line_ids
        self.order.with_user(self.technician).action_complete()
        self.order._reopen("Still leaks.")
        line.is_unused = True
        self.order.outcome = "repaired"
        self.order.with_user(self.technician).action_complete()
        self._check_taken_back(line)
        self.assertEqual(self._get_quantity(self.motor, self.van), 1)

    def test_the_warehouse_returning_the_part_takes_the_swap_back(self):
        self._swap().save().action_apply()
        line = self.order.line_ids
        self.order.with_user(self.technician).action_complete()
        self._return(line.move_ids.picking_id)
        self._check_taken_back(line)
