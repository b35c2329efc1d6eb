from odoo import Command
from odoo.tests import tagged

from ..common import AfterSalesCommon


@tagged("post_install", "-at_install")
class TestDropship(AfterSalesCommon):
    """What the vendor sends straight to the customer is the customer's unit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pump = cls._create_pump()
        cls.vendor = cls._create_partner(name="Pump works")
        cls.pump.write(
            {
                "seller_ids": [Command.create({"partner_id": cls.vendor.id})],
                "route_ids": [
                    Command.set(
                        cls.env.ref("stock_dropshipping.route_drop_shipping").ids
                    )
                ],
            }
        )
        cls.site = cls._create_partner(
            name="Plant 2",
            parent_id=cls.customer.id,
            type="delivery",
            is_company=False,
        )

    def _receive(self, purchase, serial):
        picking = purchase.picking_ids
        lot = self._create_lots(self.pump, [serial])
        picking.move_ids.move_line_ids.lot_id = lot
        picking.move_ids.picked = True
        picking._action_done()
        return picking

    def _unit(self):
        return self.env["after.sales.unit"].search([("product_id", "=", self.pump.id)])

    def test_a_dropshipped_sale_belongs_to_the_customer(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "partner_shipping_id": self.site.id,
                "order_line": [
                    Command.create({"product_id": self.pump.id, "product_uom_qty": 1})
                ],
            }
        )
        order.action_confirm()
        purchase = order._get_purchase_orders()
        purchase.button_confirm()
        picking = self._receive(purchase, "DS-1")
        self.assertEqual(picking.partner_id, self.vendor)
        unit = self._unit()
        self.assertEqual(unit.name, "DS-1")
        self.assertEqual(unit.partner_id, self.customer)
        self.assertEqual(unit.site_id, self.site)
        self.assertEqual(unit.sale_line_id, order.order_line)
        self._return(picking)
        self.assertEqual(unit.place, "returned")

    def test_a_dropship_without_a_sale_never_belongs_to_the_vendor(self):
        kind = self.env["stock.picking.type"].search(
            [("code", "=", "dropship"), ("company_id", "=", self.company.id)], limit=1
        )
        purchase = self.env["purchase.order"].create(
            {
                "partner_id": self.vendor.id,
                "picking_type_id": kind.id,
                "dest_address_id": self.site.id,
                "order_line": [
                    Command.create({"product_id": self.pump.id, "product_qty": 1})
                ],
            }
        )
        purchase.button_confirm()
        self._receive(purchase, "DS-2")
        self.assertEqual(self._unit().partner_id, self.customer)
        self.assertEqual(self._unit().site_id, self.site)
