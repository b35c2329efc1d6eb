from odoo import Command
from odoo.tests import tagged

from ..common import AfterSalesCommon


@tagged("post_install", "-at_install")
class TestLifetimeService(AfterSalesCommon):
    """After the warranty parts and labour are charged at cost and a surcharge."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pump = cls._create_pump()
        cls.policy = cls._create_policy(
            cls.pump, is_lifetime_service=True, lifetime_surcharge=20
        )
        cls.unit = cls._create_unit(cls.pump)
        cls.work = cls.env["product.product"].create(
            {"name": "Labour", "type": "service", "list_price": 200.0}
        )

    def _price(self, day, product=None, user=None, **vals):
        orders = self.env["after.sales.order"]
        order = self._create_order(unit_id=self.unit.id, date_fault=day, **vals)
        line = orders.env["after.sales.order.line"].with_user(user or self.env.user)
        return line.create(
            {
                "order_id": order.id,
                "kind": "labour" if product == self.work else "part",
                "product_id": (product or self.bearing).id,
                "component_id": self.frame_position.id,
                "quantity": 1,
            }
        ).price_unit

    def test_at_cost_from_the_day_after_the_last_term(self):
        self.assertEqual(self._price("2027-01-09"), 96.0)
        self.assertEqual(self._price("2027-01-10"), 37.2)
        self.assertEqual(self._price("2027-01-10", user=self.technician), 37.2)

    def test_without_a_cost_the_list_price_stays(self):
        self.assertEqual(self._price("2027-01-10", self.work), 200.0)
        self.work.standard_price = 100.0
        self.assertEqual(self._price("2027-01-10", self.work), 120.0)

    def test_an_extension_and_a_voided_cover(self):
        cover = self.env["after.sales.cover"].create(
            {
                "company_id": self.company.id,
                "unit_id": self.unit.id,
                "kind": "extension",
                "date_start": "2027-01-10",
                "date_end": "2028-01-09",
            }
        )
        self.assertEqual(self._price("2027-06-01"), 96.0)
        cover.unlink()
        self.unit.with_user(self.supervisor)._void_covers("misuse", "x")
        self.assertEqual(self._price("2027-06-01"), 96.0)

    def test_a_policy_without_the_promise(self):
        self._renew_policy(self.policy, is_lifetime_service=False)
        self.unit = self._create_unit(self.pump, name="PX2-L")
        self.assertEqual(self._price("2027-01-10"), 96.0)
        self.assertEqual(
            self._create_order(
                unit_id=self.unit.id,
                date_fault="2027-01-10",
                line_ids=[
                    Command.create(
                        {"kind": "part", "product_id": self.motor.id, "quantity": 1}
                    )
                ],
            ).line_ids.price_unit,
            1200.0,
        )
