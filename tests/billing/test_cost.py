from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import BillingCommon


@tagged("post_install", "-at_install")
class TestCost(BillingCommon):
    """What an order cost, and the charge for the way."""

    def test_margin_is_invoices_less_parts_and_time(self):
        order, _invoice = self._invoice_job(
            (self.bearing, 2, 0), (self.motor, 1, 100), (self.labour, 1, 0)
        )
        self.env["after.sales.time"].create(
            {
                "order_id": order.id,
                "technician_id": self.employee.id,
                "date_start": fields.Datetime.now(),
                "hours": 2,
            }
        )
        seen = order.with_user(self.supervisor)
        self.assertEqual(seen.cost_parts, 2 * 31 + 700)
        self.assertEqual(seen.cost_labour, 120)
        self.assertEqual(seen.amount_revenue, 392)
        self.assertEqual(seen.amount_margin, 392 - 762 - 120)

    def test_returned_part_costs_nothing(self):
        order = self._complete_job((self.bearing, 2, 0))
        order._reopen("One was not needed")
        order.line_ids.quantity_done = 1
        self._finish(order)
        self.assertEqual(order.cost_parts, 31)

    def test_technicians_do_not_see_costs(self):
        order = self._complete_job((self.bearing, 1, 100))
        with self.assertRaises(AccessError):
            order.with_user(self.technician).read(["cost_total"])

    def _create_zone(self):
        self.customer.after_sales_zone_id = self.env["after.sales.zone"].create(
            {"name": "Suburb", "travel_product_id": self.travel.id}
        )

    def test_technician_adds_the_charge_of_the_zone(self):
        self._create_zone()
        order = self._create_job((self.labour, 1, 0))
        order.with_user(self.technician).action_add_travel()
        travel = order.line_ids.filtered(lambda line: line.kind == "travel")
        self.assertRecordValues(
            travel, [{"product_id": self.travel.id, "price_unit": 80, "category": "A"}]
        )

    def test_missing_travel_charge_is_said(self):
        order = self._create_job((self.labour, 1, 0))
        with self.assertRaisesRegex(UserError, "No travel charge is set"):
            order.with_user(self.technician).action_add_travel()
