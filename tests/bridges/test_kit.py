from datetime import date

from odoo import Command
from odoo.tests import freeze_time, tagged

from ..common import AfterSalesCommon


@tagged("post_install", "-at_install")
class TestKit(AfterSalesCommon):
    """A kit is sold as one and delivered in parts: one unit, with its parts inside."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pump = cls._create_pump()
        cls.drive = cls._create_part("Drive", tracking="lot")
        cls.hose = cls._create_part("Hose")
        cls.kit = cls._create_product(
            name="Dosing station", after_sales_register="unit"
        )
        cls.position = cls.env["after.sales.component"].create(
            {
                "name": "Drive",
                "product_tmpl_id": cls.kit.product_tmpl_id.id,
                "part_ids": [Command.set(cls.drive.ids)],
            }
        )
        cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": cls.kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    Command.create({"product_id": part.id, "product_qty": quantity})
                    for part, quantity in (
                        (cls.pump, 2),
                        (cls.drive, 1),
                        (cls.hose, 3),
                    )
                ],
            }
        )
        cls.env["after.sales.warranty.policy"].create(
            {
                "name": "Station",
                "product_tmpl_id": cls.kit.product_tmpl_id.id,
                "line_ids": [Command.create({"term": 12})],
            }
        )
        cls.serials = cls._create_lots(cls.pump, [f"P{number}" for number in range(8)])
        cls.lots = cls._create_lots(cls.drive, ["D0", "D1", "D2"])
        for lot in cls.serials:
            cls._put_in_stock(cls.pump, 1, lot=lot)
        for lot in cls.lots:
            cls._put_in_stock(cls.drive, 1, lot=lot)
        cls._put_in_stock(cls.hose, 60)

    def _sell(self, quantity=1, product=None):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": (product or self.kit).id,
                            "product_uom_qty": quantity,
                        }
                    )
                ],
            }
        )
        order.action_confirm()
        return order

    def _ship(self, picking, products=None):
        """Validate a transfer, or only the moves of some products, with a backorder."""
        picking.action_assign()
        for move in picking.move_ids:
            move.picked = not products or move.product_id in products
        picking.with_context(
            skip_backorder=True,
            picking_ids_not_to_create_backorder=[],
        ).button_validate()
        self.assertEqual(picking.state, "done")
        return picking

    def _units(self, product=None):
        return self.env["after.sales.unit"].search(
            [("product_id", "=", (product or self.kit).id)], order="id"
        )

    @freeze_time("2025-01-10 10:00:00")
    def test_a_kit_is_one_unit_with_its_parts_inside(self):
        order = self._sell(2)
        self._ship(order.picking_ids)
        first, second = self._units()
        self.assertEqual(first.sale_line_id, order.order_line)
        self.assertEqual(first.partner_id, self.customer)
        self.assertIn(order.name, first.name)
        self.assertFalse(first.has_serial)
        self.assertEqual(first.date_cover_end, date(2026, 1, 9))
        self.assertEqual(len(self._units(self.pump)), 4)
        self.assertEqual(first.child_ids, self._units(self.pump)[:2])
        self.assertEqual(second.child_ids, self._units(self.pump)[2:])
        self.assertEqual(first.component_ids.lot_id, self.lots[0])
        self.assertEqual(second.component_ids.serial, "D1")
        self.assertFalse(self._units(self.drive) | self._units(self.hose))

    def test_a_kit_in_two_transfers_is_one_unit(self):
        with freeze_time("2025-01-10 10:00:00"):
            order = self._sell()
            picking = self._ship(order.picking_ids, self.pump)
        unit = self._units()
        self.assertEqual(len(unit), 1)
        self.assertFalse(unit.component_ids.lot_id)
        backorder = order.picking_ids - picking
        with freeze_time("2025-02-01 10:00:00"):
            self._ship(backorder)
        self.assertEqual(self._units(), unit)
        self.assertEqual(unit.component_ids.serial, "D0")
        self.assertEqual(len(unit.child_ids), 2)
        self.assertEqual(unit.date_delivered, date(2025, 2, 1))
        self.assertEqual(unit.date_cover_end, date(2026, 1, 31))

    def test_a_whole_kit_keeps_its_date_when_the_next_one_comes(self):
        with freeze_time("2025-01-10 10:00:00"):
            order = self._sell(2)
            picking = order.picking_ids
            picking.action_assign()
            for move in picking.move_ids:
                lines = move.move_line_ids
                if move.product_id == self.hose:
                    lines.quantity = 3
                else:
                    lines[len(lines) // 2 :].unlink()
            self._ship_as_is(picking)
        self.assertEqual(len(self._units()), 1)
        with freeze_time("2025-03-01 10:00:00"):
            self._ship(order.picking_ids - picking)
        self.assertEqual(
            self._units().mapped("date_delivered"),
            [date(2025, 1, 10), date(2025, 3, 1)],
        )
        self.assertEqual([len(unit.child_ids) for unit in self._units()], [2, 2])

    def _ship_as_is(self, picking):
        picking.move_ids.picked = True
        picking._action_done()

    def test_returned_kits_are_closed_and_those_left_stay(self):
        order = self._sell(2)
        picking = self._ship(order.picking_ids)
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({})
        )
        for line in wizard.product_return_moves:
            line.quantity = line.move_id.quantity / 2
        back = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        self._ship_as_is(back)
        left = self._units().filtered(lambda unit: unit.place == "customer")
        gone = self._units() - left
        self.assertEqual(len(left), 1)
        self.assertEqual(set(left.child_ids.mapped("place")), {"customer"})
        self.assertEqual(set(gone.child_ids.mapped("place")), {"returned"})
        self.assertTrue(gone.cover_ids.date_closed)
        self.assertTrue(gone.ownership_ids.filtered("is_ours"))

    def test_a_part_that_comes_back_leaves_the_kit_there(self):
        order = self._sell()
        picking = self._ship(order.picking_ids)
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({})
        )
        for line in wizard.product_return_moves:
            line.quantity = 1 if line.product_id == self.hose else 0
        self._ship_as_is(
            self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        )
        self.assertEqual(self._units().place, "customer")

    def test_kits_as_one_record_with_a_quantity(self):
        self.kit.after_sales_register = "bulk"
        order = self._sell(2)
        picking = self._ship(order.picking_ids, self.hose)
        unit = self._units()
        self.assertEqual(unit.quantity, 2)
        self._ship(order.picking_ids - picking)
        self.assertEqual(self._units(), unit)
        self.assertEqual(unit.quantity, 2)
        self.assertEqual(len(unit.child_ids), 4)

    def test_a_kit_that_is_not_registered_leaves_its_parts_alone(self):
        self.kit.after_sales_register = "none"
        self._ship(self._sell().picking_ids)
        self.assertFalse(self._units())
        self.assertEqual(len(self._units(self.pump)), 2)
        self.assertFalse(self._units(self.pump).parent_id)

    def test_a_corrected_number_of_a_part_is_followed(self):
        picking = self._ship(self._sell().picking_ids)
        line = picking.move_line_ids.filtered(
            lambda line: line.product_id == self.drive
        )
        line.lot_id = self.lots[2]
        self.assertEqual(self._units().component_ids.serial, "D2")

    def test_past_deliveries_of_kits_are_registered_later(self):
        self.kit.after_sales_register = "none"
        self._ship(self._sell().picking_ids)
        self.kit.after_sales_register = "unit"
        wizard = (
            self.env["after.sales.unit.register"].with_user(self.manager).create({})
        )
        wizard.action_run()
        self.assertFalse(wizard.problem)
        self.assertEqual(len(self._units()), 1)
        self.assertEqual(wizard.move_count, 0)
