from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo import Command
from odoo.exceptions import ConcurrencyError
from odoo.tests import freeze_time, new_test_user, tagged

from ..common import AfterSalesCommon


@tagged("post_install", "-at_install")
class TestUnitMoves(AfterSalesCommon):
    """The ways goods move in daily life, with their mistakes and corrections."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pump = cls._create_pump()
        cls.policy = cls._create_policy(cls.pump)
        cls.customers = cls.env.ref("stock.stock_location_customers")
        cls.stock = cls.warehouse.lot_stock_id
        cls.other = cls._create_partner(name="Second owner")
        cls.box = cls._create_product(name="Box", after_sales_register="unit")
        cls.sensor = cls._create_product(name="Sensor", after_sales_register="bulk")

    def _units(self, product=None, **context):
        return (
            self.env["after.sales.unit"]
            .with_context(**context)
            .search([("product_id", "=", (product or self.pump).id)], order="id")
        )

    def _move(self, product, quantity=1, lot=None, source=None, target=None, **vals):
        """Do a move without a transfer."""
        move = self.env["stock.move"].create(
            {
                "product_id": product.id,
                "product_uom_qty": quantity,
                "location_id": (source or self.stock).id,
                "location_dest_id": (target or self.customers).id,
                **vals,
            }
        )
        move._action_confirm()
        move.write({"quantity": quantity, "picked": True})
        if lot:
            move.move_line_ids.lot_id = lot
        move._action_done()
        return move

    # === HOW GOODS ARRIVE === #
    def test_dozens_are_counted_in_pieces(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        for product in (self.box, self.sensor):
            self._put_in_stock(product, 24)
            self._move(product, 2, product_uom=dozen.id)
        self.assertEqual(len(self._units(self.box)), 24)
        self.assertEqual(self._units(self.sensor).quantity, 24)

    def test_a_backorder_brings_only_what_was_missing(self):
        picking = self.env["stock.picking"].create(
            {
                "partner_id": self.customer.id,
                "picking_type_id": self.warehouse.out_type_id.id,
                "location_id": self.stock.id,
                "location_dest_id": self.customers.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.box.id,
                            "product_uom_qty": 5,
                            "location_id": self.stock.id,
                            "location_dest_id": self.customers.id,
                        }
                    )
                ],
            }
        )
        self._put_in_stock(self.box, 5)
        picking.action_confirm()
        picking.move_ids.write({"quantity": 2, "picked": True})
        picking._action_done()
        self.assertEqual(len(self._units(self.box)), 2)
        backorder = picking.backorder_ids
        backorder.move_ids.write({"quantity": 3, "picked": True})
        backorder._action_done()
        self.assertEqual(len(self._units(self.box)), 5)

    def test_several_lots_of_one_move(self):
        batch = self._create_product(
            name="Filter", tracking="lot", after_sales_register="bulk"
        )
        lots = self._create_lots(batch, ["L-1", "L-2"])
        self._deliver(batch, lots)
        self.assertEqual(self._units(batch).lot_id, lots)
        self.assertEqual(self._units(batch).mapped("quantity"), [1, 1])

    def test_a_move_without_a_transfer(self):
        lot = self._create_lots(self.pump, ["A1"])
        self._move(self.pump, lot=lot, partner_id=self.customer.id)
        self.assertEqual(self._units().partner_id, self.customer)
        self._move(self.box)
        self.assertFalse(self._units(self.box).partner_id)

    def test_out_of_transit_to_the_customer_and_never_inside_the_house(self):
        lot = self._create_lots(self.pump, ["A1"])
        transit = self.env["stock.location"].create(
            {"name": "On the way", "usage": "transit", "company_id": self.company.id}
        )
        self._put_in_stock(self.pump, 1, lot=lot)
        self._move(self.pump, lot=lot, target=transit)
        self.assertFalse(self._units())
        self._move(self.pump, lot=lot, source=transit, partner_id=self.customer.id)
        self.assertEqual(self._units().partner_id, self.customer)

    def test_who_only_validates_transfers_registers_units(self):
        user = new_test_user(
            self.env, login="stock.only", groups="stock.group_stock_user"
        )
        wrong, right = self._create_lots(self.pump, ["A1", "A2"])
        self._put_in_stock(self.pump, 1, lot=wrong)
        self.assertFalse(
            self.env["after.sales.unit"].with_user(user).has_access("read")
        )
        move = (
            self.env["stock.move"]
            .with_user(user)
            .create(
                {
                    "product_id": self.pump.id,
                    "product_uom_qty": 1,
                    "location_id": self.stock.id,
                    "location_dest_id": self.customers.id,
                }
            )
        )
        move._action_confirm()
        move.write({"quantity": 1, "picked": True})
        move.move_line_ids.lot_id = wrong
        move._action_done()
        self.assertEqual(self._units().name, "A1")
        move.move_line_ids.lot_id = right
        self.assertEqual(self._units().name, "A2")

    # === MISTAKES === #
    def test_corrected_to_a_serial_that_is_registered_already(self):
        wrong, right = self._create_lots(self.pump, ["A1", "A2"])
        with freeze_time("2025-01-10 10:00:00"):
            self._return(self._deliver(self.pump, right))
        old = self._units()
        with freeze_time("2025-05-01 10:00:00"):
            picking = self._deliver(self.pump, wrong, partner=self.other)
            picking.move_line_ids.lot_id = right
        self.assertEqual(self._units(), old)
        self.assertEqual((old.partner_id, old.place), (self.other, "customer"))
        self.assertEqual(old.move_id, picking.move_ids)
        never = self._units(active_test=False) - old
        self.assertEqual((never.name, never.place), ("A1", "returned"))
        self.assertFalse(never.active)
        self.assertTrue(all(never.cover_ids.mapped("date_closed")))
        # Delivered later in truth, it is that same unit.
        self._put_in_stock(self.pump, -1, lot=wrong)
        with freeze_time("2025-06-01 10:00:00"):
            self._deliver(self.pump, wrong, partner=self.other)
        self.assertTrue(never.active)
        self.assertEqual(len(self._units()), 2)

    def test_a_quantity_corrected_on_a_done_move(self):
        for product in (self.box, self.sensor):
            picking = self._deliver(product, quantity=5)
            picking.move_ids.quantity = 3
            self.assertEqual(sum(self._units(product).mapped("quantity")), 3)
            self._put_in_stock(product, 4)
            picking.move_ids.quantity = 7
            self.assertEqual(sum(self._units(product).mapped("quantity")), 7)
            picking.move_ids.quantity = 7
            self.assertEqual(sum(self._units(product).mapped("quantity")), 7)
        self.assertEqual(len(self._units(self.sensor)), 1)

    def test_a_bulk_record_that_shrank_by_a_return_keeps_the_return(self):
        picking = self._deliver(self.sensor, quantity=5)
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({})
        )
        wizard.product_return_moves.quantity = 2
        back = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        back.move_ids.picked = True
        back._action_done()
        self.assertEqual(self._units(self.sensor).quantity, 3)
        picking.move_ids.quantity = 4
        self.assertEqual(self._units(self.sensor).quantity, 2)

    def test_a_serial_added_to_a_done_move(self):
        first, second = self._create_lots(self.pump, ["A1", "A2"])
        picking = self._deliver(self.pump, first)
        self._put_in_stock(self.pump, 1, lot=second)
        for values in ({"move_id": picking.move_ids.id}, {}):
            self.env["stock.move.line"].create(
                {
                    "picking_id": picking.id,
                    "product_id": self.pump.id if values else self.box.id,
                    "lot_id": second.id if values else False,
                    "quantity": 1,
                    "location_id": self.stock.id,
                    "location_dest_id": self.customers.id,
                    **values,
                }
            )
        self.assertEqual(self._units().mapped("name"), ["A1", "A2"])
        self.assertEqual(self._units().partner_id, self.customer)
        self.assertEqual(len(self._units(self.box)), 1)

    def test_a_corrected_serial_of_a_return(self):
        lots = self._create_lots(self.pump, ["A1", "A2"])
        picking = self._deliver(self.pump, lots)
        first, second = self._units()
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({})
        )
        wizard.product_return_moves.quantity = 1
        back = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        back.move_ids.move_line_ids.lot_id = lots[0]
        back.move_ids.picked = True
        back._action_done()
        self.assertEqual((first | second).mapped("place"), ["returned", "customer"])
        back.move_line_ids.lot_id = lots[1]
        self.assertEqual((first | second).mapped("place"), ["customer", "returned"])
        self.assertFalse(any(first.cover_ids.mapped("date_closed")))
        self.assertTrue(second.cover_ids.filtered("date_closed"))

    # === RETURNS === #
    def test_what_has_no_number_is_never_taken_from_another_customer(self):
        self._deliver(self.sensor, quantity=5)
        self._move(
            self.sensor,
            2,
            source=self.customers,
            target=self.stock,
            partner_id=self.other.id,
        )
        self.assertEqual(self._units(self.sensor).quantity, 5)
        self._move(
            self.sensor,
            2,
            source=self.customers,
            target=self.stock,
            partner_id=self.customer.id,
        )
        self.assertEqual(self._units(self.sensor).quantity, 3)

    def test_an_exchange_closes_one_unit_and_opens_another(self):
        lots = self._create_lots(self.pump, ["A1", "A2"])
        picking = self._deliver(self.pump, lots[0])
        self._return(picking)
        self._deliver(self.pump, lots[1])
        self.assertEqual(self._units().mapped("place"), ["returned", "customer"])

    def test_a_cancelled_return_changes_nothing(self):
        picking = self._deliver(self.pump, self._create_lots(self.pump, ["A1"]))
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({})
        )
        wizard.product_return_moves.quantity = 1
        back = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        back.action_cancel()
        self.assertEqual(self._units().place, "customer")
        self.assertEqual(len(self._units().ownership_ids), 1)

    # === TWO AT ONCE === #
    def test_a_serial_that_another_registers_now_is_tried_again(self):
        """Odoo repeats what fails for a ConcurrencyError, then finds the unit."""
        units = self.env["after.sales.unit"]
        piece = {"name": "A1", "product_id": self.pump.id}
        with (
            patch.object(type(units), "create", side_effect=UniqueViolation),
            self.assertRaises(ConcurrencyError),
        ):
            units._create_pieces([piece])

    def test_validated_twice_it_is_registered_once(self):
        picking = self._deliver(self.pump, self._create_lots(self.pump, ["A1"]))
        picking.move_ids._action_done()
        picking.button_validate()
        self.assertEqual(len(self._units()), 1)
        self.assertEqual(len(self._units().ownership_ids), 1)

    def test_the_same_serial_of_another_company_is_another_unit(self):
        company = self.env["res.company"].create({"name": "Sister Ltd"})
        self._create_unit(self.pump, name="A1", company_id=company.id)
        self._deliver(self.pump, self._create_lots(self.pump, ["A1"]))
        mine = self._units().filtered(lambda unit: unit.company_id == self.company)
        self.assertEqual(len(self._units()), 2)
        self.assertEqual(mine.partner_id, self.customer)
