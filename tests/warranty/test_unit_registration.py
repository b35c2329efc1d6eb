from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from ..common import AfterSalesCommon


@tagged("post_install", "-at_install")
class TestUnitRegistration(AfterSalesCommon):
    """Units appear from stock moves, close when they come back, and reopen."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pump = cls._create_pump()
        cls.policy = cls._create_policy(cls.pump)

    def _units(self, product=None):
        return self.env["after.sales.unit"].search(
            [("product_id", "=", (product or self.pump).id)], order="id"
        )

    @freeze_time("2025-01-10 10:00:00")
    def test_a_delivered_serial_becomes_a_unit_with_components_and_covers(self):
        site = self._create_partner(
            name="Plant 2",
            parent_id=self.customer.id,
            type="delivery",
            is_company=False,
        )
        lot = self._create_lots(self.pump, ["PX2-004711"])
        picking = self._deliver(self.pump, lot, partner=site)
        unit = self._units()
        self.assertRecordValues(
            unit,
            [
                {
                    "name": "PX2-004711",
                    "partner_id": self.customer.id,
                    "site_id": site.id,
                    "lot_id": lot.id,
                    "place": "customer",
                    "date_delivered": date(2025, 1, 10),
                    "move_id": picking.move_ids.id,
                    "date_cover_end": date(2027, 1, 9),
                }
            ],
        )
        self.assertEqual(
            unit.component_ids.mapped("component_id.name"),
            ["Frame", "Motor", "Shaft seal"],
        )
        self.assertEqual(unit._get_fitted(self.motor_position).product_id, self.motor)
        covers = {cover.component_id: cover for cover in unit.cover_ids}
        self.assertEqual(covers[self.frame_position].date_end, date(2026, 1, 9))
        self.assertEqual(covers[self.motor_position].date_end, date(2027, 1, 9))
        self.assertTrue(covers[self.seal_position].is_excluded)

    @freeze_time("2025-01-10 10:00:00")
    def test_registering_twice_changes_nothing(self):
        picking = self._deliver(self.pump, self._create_lots(self.pump, ["A1", "A2"]))
        self.env["after.sales.unit"]._register_moves(picking.move_ids)
        self.assertEqual(self._units().mapped("name"), ["A1", "A2"])

    @freeze_time("2025-01-10 23:30:00")
    def test_the_day_of_delivery_is_the_customers_own(self):
        self.customer.tz = "Asia/Shanghai"
        self._deliver(self.pump, self._create_lots(self.pump, ["A1"]))
        self.assertEqual(self._units().date_delivered, date(2025, 1, 11))

    def test_goods_without_serial_number_one_unit_per_piece_or_one_record(self):
        box = self._create_product(name="Set-top box", after_sales_register="unit")
        self._deliver(box, quantity=3)
        units = self._units(box)
        self.assertEqual(len(units), 3)
        self.assertEqual(len(set(units.mapped("name"))), 3)
        bulk = self._create_product(name="Sensor", after_sales_register="bulk")
        self._deliver(bulk, quantity=40)
        self.assertEqual(self._units(bulk).quantity, 40)
        self.assertFalse(self._units(bulk).has_serial)

    def test_lots_and_products_that_are_not_registered(self):
        batch = self._create_product(
            name="Filter", tracking="lot", after_sales_register="bulk"
        )
        lot = self._create_lots(batch, ["L-1"])
        self._deliver(batch, lot)
        self.assertEqual(self._units(batch).lot_id, lot)
        plain = self._create_product(name="Bolt")
        self._deliver(plain, quantity=5)
        self.assertFalse(self._units(plain))

    def test_a_sale_gives_owner_site_and_date(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    Command.create({"product_id": self.pump.id, "product_uom_qty": 1})
                ],
            }
        )
        lot = self._create_lots(self.pump, ["S-1"])
        self._put_in_stock(self.pump, 1, lot=lot)
        order.action_confirm()
        move = order.picking_ids.move_ids
        move.picked = True
        order.picking_ids._action_done()
        self.env["after.sales.unit"]._register_moves(move)
        unit = self._units()
        self.assertEqual(unit.sale_line_id, order.order_line)
        self.assertEqual(unit.name, "S-1")
        self.assertEqual(unit.date_sold, order.date_order.date())

    @freeze_time("2025-01-10 10:00:00")
    def test_return_closes_and_a_new_delivery_reopens_under_the_new_owner(self):
        lot = self._create_lots(self.pump, ["A1"])
        picking = self._deliver(self.pump, lot)
        unit = self._units()
        with freeze_time("2025-03-01 10:00:00"):
            self._return(picking)
        self.assertEqual(unit.place, "returned")
        self.assertFalse(
            unit.cover_ids.filtered(
                lambda c: c.date_last != date(2025, 3, 1) and not c.is_excluded
            )
        )
        other = self._create_partner(name="Second owner")
        with freeze_time("2025-05-01 10:00:00"):
            self.env["stock.quant"]._update_available_quantity(
                self.pump, self.warehouse.lot_stock_id, -1, lot_id=lot
            )
            self._deliver(self.pump, lot, partner=other)
        self.assertEqual(self._units(), unit)
        self.assertEqual((unit.partner_id, unit.place), (other, "customer"))
        self.assertEqual(unit.date_cover_end, date(2027, 4, 30))
        history = " ".join(unit.message_ids.mapped("body"))
        self.assertIn("Came back to us on 03/01/2025", history)
        self.assertIn("owner before: Jiangnan Water Works", history)

    @freeze_time("2025-01-10 10:00:00")
    def test_given_back_to_the_same_customer_the_old_terms_go_on(self):
        lot = self._create_lots(self.pump, ["A1"])
        picking = self._deliver(self.pump, lot)
        self._return(picking)
        self.env["stock.quant"]._update_available_quantity(
            self.pump, self.warehouse.lot_stock_id, -1, lot_id=lot
        )
        with freeze_time("2025-02-01 10:00:00"):
            self._deliver(self.pump, lot)
        unit = self._units()
        self.assertEqual(unit.date_delivered, date(2025, 1, 10))
        self.assertEqual(unit.date_cover_end, date(2027, 1, 9))
        self.assertEqual(len(unit.cover_ids), 3)

    def test_a_part_of_a_bulk_record_comes_back(self):
        bulk = self._create_product(name="Sensor", after_sales_register="bulk")
        picking = self._deliver(bulk, quantity=5)
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
        if self._units(bulk).quantity == 5:
            self.env["after.sales.unit"]._register_moves(back.move_ids)
        self.assertEqual(self._units(bulk).quantity, 3)

    def test_the_customers_goods_in_our_workshop_keep_owner_and_cover(self):
        lot = self._create_lots(self.pump, ["A1"])
        self._deliver(self.pump, lot)
        unit = self._units()
        goods = self.company.after_sales_customer_goods_location_id
        if not goods:
            goods = self.env["stock.location"].create(
                {"name": "Customers' goods", "company_id": self.company.id}
            )
            self.company.after_sales_customer_goods_location_id = goods
        customers = self.env.ref("stock.stock_location_customers")
        for source, target, place in (
            (customers, goods, "workshop"),
            (goods, customers, "customer"),
        ):
            move = self.env["stock.move"].create(
                {
                    "product_id": self.pump.id,
                    "product_uom_qty": 1,
                    "location_id": source.id,
                    "location_dest_id": target.id,
                }
            )
            move._action_confirm()
            move.write({"quantity": 1, "picked": True})
            move.move_line_ids.lot_id = lot
            move._action_done()
            self.env["after.sales.unit"]._register_moves(move)
            self.assertEqual(unit.place, place)
        self.assertEqual(unit.partner_id, self.customer)
        self.assertEqual(len(unit.cover_ids), 3)
        self.assertFalse(unit.cover_ids.filtered("date_closed"))

    def test_a_corrected_serial_number_is_followed(self):
        wrong, right = self._create_lots(self.pump, ["A1", "A2"])
        picking = self._deliver(self.pump, wrong)
        self._put_in_stock(self.pump, 1, lot=right)
        picking.move_line_ids.lot_id = right
        unit = self._units()
        self.assertEqual((unit.name, unit.lot_id), ("A2", right))
        self.assertIn("corrected from A1 to A2", unit.message_ids[0].body)

    def test_two_hundred_serials_cost_at_most_one_query_each(self):
        for number in range(2):
            self.env["after.sales.component"].create(
                {
                    "name": f"Extra {number}",
                    "product_tmpl_id": self.pump.product_tmpl_id.id,
                }
            )
        names = [f"N{number:03}" for number in range(200)]
        counts = {}
        for register in ("none", "unit"):
            self.pump.after_sales_register = register
            lots = self._create_lots(self.pump, [f"{register}{name}" for name in names])
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self._deliver(self.pump, lots)
            self.env.flush_all()
            counts[register] = self.env.cr.sql_log_count - start
        self.assertEqual(len(self._units()), 200)
        self.assertEqual(len(self._units().component_ids), 1000)
        extra = counts["unit"] - counts["none"]
        self.assertLessEqual(extra, 200, counts)

    # === BY HAND === #
    def test_an_agent_registers_a_unit_bought_elsewhere(self):
        unit = self._create_unit(self.pump).with_user(self.agent)
        self.assertEqual(len(unit.cover_ids), 3)
        unit = (
            self.env["after.sales.unit"]
            .with_user(self.agent)
            .create(
                {
                    "name": "PX2-000001",
                    "product_id": self.pump.id,
                    "date_delivered": "2025-01-10",
                }
            )
        )
        self.assertEqual(len(unit.sudo().cover_ids), 3)

    def test_the_same_serial_twice_is_refused(self):
        self._create_unit(self.pump)
        with self.assertRaisesRegex(Exception, "registered already|serial_unique"):
            self._create_unit(self.pump)

    def test_dates_that_contradict_one_another(self):
        with self.assertRaisesRegex(ValidationError, "before it was manufactured"):
            self._create_unit(self.pump, date_manufactured="2025-02-01")

    def test_a_component_of_another_product(self):
        unit = self._create_unit(self.pump)
        other = self._create_product(name="Other")
        position = self.env["after.sales.component"].create(
            {"name": "Alien", "product_tmpl_id": other.product_tmpl_id.id}
        )
        with self.assertRaisesRegex(ValidationError, "not a position of"):
            unit.component_ids = [Command.create({"component_id": position.id})]

    def test_find_by_text(self):
        unit = self._create_unit(self.pump)
        find = self.env["after.sales.unit"].with_user(self.agent)._find_by_text
        self.assertEqual(find("px2-004711 "), unit)
        self.assertEqual(find("4711"), unit)
        self.assertFalse(find("47"))

    # === RIGHTS === #
    def test_technicians_read_and_do_not_write(self):
        unit = self._create_unit(self.pump).with_user(self.technician)
        self.assertEqual(unit.name, "PX2-004711")
        with self.assertRaises(AccessError):
            unit.note = "mine"
        with self.assertRaises(AccessError):
            unit.cover_ids[:1].is_void = True

    def test_another_company_sees_nothing(self):
        unit = self._create_unit(self.pump)
        company = self.env["res.company"].create({"name": "Stranger Ltd"})
        user = self._create_user_of(company)
        self.assertFalse(
            self.env["after.sales.unit"].with_user(user).search([("id", "=", unit.id)])
        )
        with self.assertRaises(AccessError):
            unit.with_user(user).read(["name"])
        with self.assertRaises(AccessError):
            unit.cover_ids[0].with_user(user).read(["kind"])

    def _create_user_of(self, company):
        from odoo.tests import new_test_user

        return new_test_user(
            self.env,
            login="stranger.after.sales",
            groups="after_sales_service.after_sales_group_manager",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    def test_customers_read_only_their_own_on_the_portal(self):
        from odoo.tests import new_test_user

        mine = self._create_unit(self.pump)
        foreign = self._create_unit(
            self.pump, name="X-1", partner_id=self._create_partner(name="Other").id
        )
        user = new_test_user(
            self.env, login="portal.after.sales", groups="base.group_portal"
        )
        user.partner_id.parent_id = self.customer
        self.assertEqual(mine.with_user(user).name, "PX2-004711")
        with self.assertRaises(AccessError):
            foreign.with_user(user).read(["name"])
        with self.assertRaises(AccessError):
            mine.with_user(user).write({"note": "x"})

    def test_delivered_units_are_archived_not_deleted(self):
        self._deliver(self.pump, self._create_lots(self.pump, ["A1"]))
        with self.assertRaisesRegex(UserError, "Archive it instead"):
            self._units().with_user(self.manager).unlink()
