from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from ..common import AfterSalesCommon


@tagged("post_install", "-at_install")
class TestUnitSwap(AfterSalesCommon):
    """A component changed by hand, and a change that was a mistake."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pump = cls._create_pump()
        cls.policy = cls._create_policy(
            cls.pump, replaced_part_rule="fresh", replaced_part_months=6
        )
        cls.unit = cls._create_unit(cls.pump)
        cls.unit._get_fitted(cls.motor_position).serial = "M-1"

    def _swap(self, serial_in="M-2", day="2026-12-01", unit=None, **values):
        form = Form(
            self.env["after.sales.unit.swap"]
            .with_user(self.agent)
            .with_context(default_unit_id=(unit or self.unit).id)
        )
        form.component_id = self.motor_position
        form.serial_in = serial_in
        form.date = day
        form.reason = "Changed by the customer's fitter"
        for name, value in values.items():
            setattr(form, name, value)
        form.save().action_apply()
        return (unit or self.unit)._get_fitted(self.motor_position)

    def _running(self, day):
        covers = self.unit.cover_ids.filtered(
            lambda cover: (
                cover.component_id == self.motor_position and cover._is_running_on(day)
            )
        )
        return covers.mapped("kind")

    @freeze_time("2026-12-02")
    def test_serial_in_and_out_and_the_cover_that_follows(self):
        old = self.unit._get_fitted(self.motor_position)
        new = self._swap()
        self.assertRecordValues(
            old | new,
            [
                {
                    "serial": "M-1",
                    "serial_out": "M-1",
                    "date_out": date(2026, 12, 1),
                    "is_current": False,
                    "replaced_by_id": new.id,
                },
                {
                    "serial": "M-2",
                    "serial_out": False,
                    "date_out": False,
                    "is_current": True,
                    "replaced_by_id": False,
                },
            ],
        )
        self.assertEqual(new.product_id, self.motor)
        self.assertIn("fitter", new.reason)
        self.assertEqual(self._running(date(2027, 3, 1)), ["replaced_part"])

    @freeze_time("2026-12-02")
    def test_a_mistake_is_taken_back_with_its_covers(self):
        old = self.unit._get_fitted(self.motor_position)
        new = self._swap()
        new.with_user(self.agent).action_undo_swap()
        self.assertEqual(self.unit._get_fitted(self.motor_position), old)
        self.assertFalse(old.date_out or old.serial_out or old.replaced_by_id)
        self.assertEqual((new.is_current, new.date_out), (False, date(2026, 12, 1)))
        self.assertEqual(self._running(date(2026, 12, 31)), ["product"])
        self.assertEqual(self._running(date(2027, 3, 1)), [])
        self.assertIn("was a mistake", self.unit.message_ids[0].body)
        with self.assertRaisesRegex(UserError, "Only the last change"):
            new.with_user(self.agent).action_undo_swap()

    @freeze_time("2026-12-02")
    def test_what_an_order_changed_is_corrected_there(self):
        row = self.unit._replace_component(
            self.motor_position, date=date(2026, 12, 1), origin="SV/2026/00001"
        )
        with self.assertRaisesRegex(UserError, "service order SV/2026/00001"):
            row.with_user(self.agent).action_undo_swap()

    @freeze_time("2026-12-02")
    def test_another_number_than_registered_is_warned_of_and_kept(self):
        wizard = self.env["after.sales.unit.swap"].new(
            {
                "unit_id": self.unit.id,
                "component_id": self.motor_position.id,
                "serial_out": "M-9",
            }
        )
        self.assertIn("M-1 is fitted, not M-9", wizard.warning)
        old = self.unit._get_fitted(self.motor_position)
        self._swap(serial_out="M-9")
        self.assertEqual((old.serial, old.serial_out), ("M-1", "M-9"))

    @freeze_time("2026-12-02")
    def test_days_that_cannot_be(self):
        for day, text in (
            ("2024-12-31", "fitted on 01/10/2025"),
            ("2026-12-03", "in the future"),
        ):
            with self.assertRaisesRegex(UserError, text), self.cr.savepoint():
                self._swap(day=day)

    @freeze_time("2026-12-02")
    def test_one_part_sits_in_one_unit(self):
        other = self._create_unit(self.pump, name="PX2-2")
        with (
            self.assertRaisesRegex(ValidationError, "fitted in unit PX2-004711"),
            self.cr.savepoint(),
        ):
            self._swap(serial_in="M-1", unit=other)
        self._swap(serial_in="M-3")
        self.assertEqual(self._swap(serial_in="M-1", unit=other).serial, "M-1")

    def test_technicians_change_nothing_by_hand(self):
        with self.assertRaises(AccessError):
            self.unit.with_user(self.technician)._swap_component(
                self.motor_position, self.motor, "M-2", "M-1", date(2026, 1, 1), "x"
            )
        row = self.unit._get_fitted(self.motor_position)
        with self.assertRaises(AccessError):
            row.with_user(self.technician).action_undo_swap()
