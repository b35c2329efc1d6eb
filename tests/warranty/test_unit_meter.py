from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from ..common import AfterSalesCommon


@tagged("post_install", "-at_install")
class TestUnitMeter(AfterSalesCommon):
    """The log of meter readings: it counts up, and says when a value is reached."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pump = cls._create_pump()
        cls.unit = cls._create_unit(cls.pump)

    def _read(self, day, value, **vals):
        return (
            self.env["after.sales.meter.reading"]
            .with_user(self.agent)
            .create({"unit_id": self.unit.id, "date": day, "value": value} | vals)
        )

    def test_the_unit_shows_the_last_reading(self):
        self._read("2025-03-01", 300)
        self._read("2025-02-01", 100)
        self.assertEqual(self.unit.meter, 300)
        self._read("2025-03-01", 310)
        self.assertEqual(self.unit.meter, 310)

    def test_a_meter_does_not_count_down(self):
        self._read("2025-02-01", 100)
        self._read("2025-04-01", 300)
        for day, value, text in (
            ("2025-05-01", 299, "PX2-004711 showed 300"),
            ("2025-03-01", 301, "cannot show 300"),
        ):
            with self.assertRaisesRegex(ValidationError, text), self.cr.savepoint():
                self._read(day, value)
        self.assertEqual(self.unit.meter, 300)

    def test_an_exchanged_meter_starts_anew_with_a_reason(self):
        self._read("2025-02-01", 100)
        with (
            self.assertRaisesRegex(ValidationError, "Say why the meter of PX2"),
            self.cr.savepoint(),
        ):
            self._read("2025-03-01", 0, is_reset=True)
        self._read("2025-03-01", 0, is_reset=True, reason="Lightning")
        self._read("2025-04-01", 20)
        self.assertEqual(self.unit.meter, 20)

    def test_readings_are_neither_changed_nor_deleted(self):
        reading = self._read("2025-02-01", 100).sudo()
        with self.assertRaisesRegex(UserError, "not changed"):
            reading.value = 5
        with self.assertRaisesRegex(UserError, "not deleted"):
            reading.unlink()

    @freeze_time("2025-06-01 10:00:00")
    def test_a_number_typed_on_the_unit_becomes_a_reading(self):
        unit = self.unit.with_user(self.agent)
        with Form(unit) as form:
            form.meter = 80
        self.assertRecordValues(
            unit.meter_reading_ids,
            [
                {
                    "date": date(2025, 6, 1),
                    "value": 80,
                    "origin": "manual",
                    "user_id": self.agent.id,
                }
            ],
        )
        unit.meter = 80
        self.assertEqual(len(unit.meter_reading_ids), 1)

    @freeze_time("2025-06-01 10:00:00")
    def test_an_imported_meter_becomes_a_reading(self):
        result = (
            self.env["after.sales.unit"]
            .with_user(self.agent)
            .with_context(import_file=True)
            .load(
                ["id", "name", "product_id", "meter"],
                [["imported_1", "IMP-1", self.pump.display_name, "55"]],
            )
        )
        self.assertFalse(result["messages"])
        unit = self.env["after.sales.unit"].browse(result["ids"])
        self.assertEqual(unit.meter_reading_ids.origin, "import")
        self.assertEqual(unit.meter, 55)

    def test_when_a_value_will_be_reached(self):
        self.assertFalse(self.unit._get_meter_forecast(500))
        self._read("2025-04-20", 100)  # a hundred days after the delivery
        self.assertEqual(self.unit.meter_per_day, 1)
        self.assertEqual(self.unit._get_meter_forecast(130), date(2025, 5, 20))
        self._read("2025-04-30", 200)
        self.assertEqual(self.unit.meter_per_day, 10)
        self.assertEqual(self.unit._get_meter_forecast(300), date(2025, 5, 10))
        self.assertEqual(self.unit._get_meter_forecast(150), date(2025, 4, 30))

    # === ORDERS === #
    def _order(self, **vals):
        return self._create_order(unit_id=self.unit.id, **vals)

    def test_a_lower_reading_on_an_order_is_refused_until_explained(self):
        self._read("2025-02-01", 100)
        order = self._order()
        with (
            self.assertRaisesRegex(ValidationError, "showed 100 before"),
            self.cr.savepoint(),
        ):
            order.meter = 20
        order.write({"meter": 20, "is_meter_exchanged": True})
        self.assertEqual(order.meter, 20)

    @freeze_time("2025-07-01 10:00:00")
    def test_a_completed_order_adds_its_reading_once(self):
        self._read("2025-02-01", 100)
        order = self._order(meter=150)
        order._move_to("planned")
        order._move_to("on_site")
        order._do_completion()
        order._log_meter()
        self.unit.invalidate_recordset()
        self.assertEqual(len(self.unit.meter_reading_ids), 2)
        reading = self.unit.meter_reading_ids[0]
        self.assertEqual(
            (reading.origin, reading.document, reading.value, reading.date),
            ("order", order.name, 150, date(2025, 7, 1)),
        )

    # === RIGHTS === #
    def test_technicians_read_the_log_and_do_not_write_it(self):
        reading = self._read("2025-02-01", 100)
        self.assertEqual(reading.with_user(self.technician).value, 100)
        with self.assertRaises(AccessError):
            reading.with_user(self.technician).create(
                {"unit_id": self.unit.id, "value": 200}
            )

    def test_strangers_and_other_companies_read_no_log(self):
        reading = self._read("2025-02-01", 100)
        portal = new_test_user(self.env, login="p.meter", groups="base.group_portal")
        company = self.env["res.company"].create({"name": "Stranger Ltd"})
        stranger = new_test_user(
            self.env,
            login="s.meter",
            groups="after_sales_service.after_sales_group_manager",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        for user in (portal, stranger):
            with self.assertRaises(AccessError):
                reading.with_user(user).read(["value"])
