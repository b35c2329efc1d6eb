from odoo import Command
from odoo.tests import tagged

from odoo.addons.point_of_sale.tests.common import CommonPosTest


@tagged("post_install", "-at_install")
class TestPos(CommonPosTest):
    """What a till sells becomes units: at once, or when its session is closed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyer, cls.second = cls.env["res.partner"].create(
            [{"name": "Buyer", "is_company": True}, {"name": "Second buyer"}]
        )
        cls.pump, cls.box, cls.sensor = cls.env["product.product"].create(
            [
                {
                    "name": name,
                    "type": "consu",
                    "is_storable": True,
                    "available_in_pos": True,
                    "tracking": tracking,
                    "after_sales_register": register,
                    "lst_price": 100.0,
                    "taxes_id": [Command.clear()],
                }
                for name, tracking, register in (
                    ("Pump", "serial", "unit"),
                    ("Box", "none", "unit"),
                    ("Sensor", "none", "bulk"),
                )
            ]
        )

    def _sell(self, product, quantity=1, partner=None, serials=()):
        line = {"product_id": product.id, "qty": quantity}
        if serials:
            line["pack_lot_ids"] = [
                Command.create({"lot_name": serial}) for serial in serials
            ]
        order, _refund = self.create_backend_pos_order(
            {
                "order_data": {"partner_id": partner.id if partner else False},
                "line_data": [line],
                "payment_data": [
                    {"payment_method_id": self.bank_payment_method.id},
                ],
            }
        )
        return order

    def _units(self, product):
        return self.env["after.sales.unit"].search(
            [("product_id", "=", product.id)], order="id"
        )

    def _close(self):
        session = self.pos_config_usd.current_session_id
        session.post_closing_cash_details(0)
        session.close_session_from_ui()
        self.assertEqual(session.state, "closed")
        self.assertTrue(session.picking_ids)

    def test_a_unit_sold_at_the_till_belongs_to_the_buyer_at_once(self):
        self.env.company.point_of_sale_update_stock_quantities = "real"
        self._sell(self.pump, partner=self.buyer, serials=["POS-1"])
        unit = self._units(self.pump)
        self.assertEqual((unit.name, unit.partner_id), ("POS-1", self.buyer))
        self.assertEqual(unit.ownership_ids.origin, "delivery")

    def test_an_anonymous_buyer_leaves_a_unit_that_is_found(self):
        self.env.company.point_of_sale_update_stock_quantities = "real"
        self._sell(self.pump, serials=["POS-2"])
        unit = self.env["after.sales.unit"]._find_by_text("pos-2")
        self.assertEqual(unit, self._units(self.pump))
        self.assertFalse(unit.partner_id)
        self.assertEqual(unit.place, "customer")

    def test_a_session_that_is_closed_knows_who_bought_what(self):
        self.env.company.point_of_sale_update_stock_quantities = "closing"
        self._sell(self.pump, partner=self.buyer, serials=["POS-3"])
        self._sell(self.pump, serials=["POS-4"])
        self._sell(self.pump, partner=self.second, serials=["POS-5"])
        self._sell(self.box, 2)
        self._sell(self.box, 1, partner=self.second)
        self._sell(self.sensor, 5, partner=self.buyer)
        self._sell(self.sensor, 4)
        self.assertFalse(self._units(self.pump))
        self._close()
        none = self.env["res.partner"]
        self.assertEqual(
            {unit.name: unit.partner_id for unit in self._units(self.pump)},
            {"POS-3": self.buyer, "POS-4": none, "POS-5": self.second},
        )
        self.assertEqual(
            [unit.partner_id for unit in self._units(self.box)],
            [none, none, self.second],
        )
        self.assertEqual(
            {unit.partner_id: unit.quantity for unit in self._units(self.sensor)},
            {none: 4, self.buyer: 5},
        )

    def test_a_refund_of_a_serial_closes_its_unit(self):
        self.env.company.point_of_sale_update_stock_quantities = "real"
        order = self._sell(self.pump, partner=self.buyer, serials=["POS-6"])
        refund = self.env["pos.order"].browse(order.refund()["res_id"])
        payment = self.env["pos.make.payment"].with_context(
            active_ids=refund.ids, active_id=refund.id
        )
        payment.create({"payment_method_id": self.bank_payment_method.id}).check()
        self.assertEqual(self._units(self.pump).place, "returned")
