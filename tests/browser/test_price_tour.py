from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from .common import TourCommon


@tagged("post_install", "-at_install")
class TestPriceTour(TourCommon):
    """Charged by the price list, approved in the office, signed on the phone."""

    browser_size = "390x844"
    touch_enabled = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["after.sales.price.rule"].search([]).action_archive()
        cls.extra, cls.fee = cls.env["product.product"].create(
            [
                {
                    "name": name,
                    "type": "service",
                    "list_price": price,
                    "after_sales_kind": kind,
                    "taxes_id": [Command.clear()],
                }
                for name, price, kind in (
                    ("Surcharge", 0.0, "labour"),
                    ("Check fee", 90.0, "fee"),
                )
            ]
        )
        cls.env["after.sales.price.rule"].create(
            [
                {"name": "Hour", "kind": "labour", "product_id": cls.labour.id},
                {
                    "name": "Emergency",
                    "kind": "surcharge",
                    "product_id": cls.extra.id,
                    "when": "emergency",
                    "percent": 50,
                },
                {"name": "Trip", "kind": "travel", "product_id": cls.travel.id},
                {"name": "Check", "kind": "fee", "product_id": cls.fee.id},
            ]
        )
        cls.env["after.sales.charge.rule"].create(
            {"name": "From 500 on", "value_min": 500, "level": "supervisor"}
        )

    def _create_emergency(self):
        order = self._create_order(is_emergency=True)
        order.line_ids = [
            Command.create({"product_id": self.bearing.id, "quantity": 1})
        ]
        order.action_start()
        self.env["after.sales.time"].create(
            {
                "order_id": order.id,
                "technician_id": self.employee.id,
                "date_start": fields.Datetime.now() - timedelta(hours=2),
                "hours": 2.0,
            }
        )
        return order

    def test_from_the_price_list_to_the_signature(self):
        order = self._create_emergency()
        url = f"/odoo/service-orders/{order.id}"
        technician = self.technician.login
        self.start_tour(url, "after_sales_charge_on_the_phone", login=technician)
        # 96 and 2 h at 200 and 100, and the trip.
        self.assertEqual(order.amount_paid, 776)
        self.assertEqual(order.charge_approval, "wait")
        self.assertEqual(order.sale_order_ids.state, "draft")
        self.start_tour(
            "/odoo/service-charges-to-approve",
            "after_sales_approve_charges",
            login=self.supervisor.login,
        )
        self.assertEqual(order.charge_approver, "Supervisor")
        self.start_tour(url, "after_sales_sign_on_the_phone", login=technician)
        self.assertRecordValues(
            order.sale_order_ids,
            [
                {
                    "state": "sale",
                    "signed_by": "Ms Li",
                    "amount_untaxed": 776.0,
                    "after_sales_accepted_on": "screen",
                }
            ],
        )
