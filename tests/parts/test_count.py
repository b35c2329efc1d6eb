from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common import METHODS, PartsCommon


@tagged("post_install", "-at_install")
class TestCount(PartsCommon):
    """Differences are valued per person, approved, and booked natively."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._put_in_stock(cls.part, 10, cls.van)
        cls._put_in_stock(cls.other_part, 4, cls.van)

    def _create_count(self, **vals):
        return self.env["after.sales.count"].create({"location_id": self.van.id} | vals)

    def _count(self, count, quantities, user=None):
        count = count.with_user(user or self.technician)
        count.action_fill()
        for line in count.line_ids:
            line.quantity_counted = quantities.get(line.product_id, 0)
            line.is_counted = True
        count.action_submit()

    def test_a_technician_counts_the_own_van_and_a_supervisor_approves(self):
        form = Form(self.env["after.sales.count"].with_user(self.technician))
        self.assertEqual(form.location_id, self.van)
        count = form.save()
        self.assertEqual(count.technician_id, self.employee)
        count.action_fill()
        self.assertEqual(count.line_ids.product_id, self.part | self.other_part)
        with self.assertRaisesRegex(UserError, "was not counted yet"):
            count.action_submit()
        with Form(count) as form:
            for index, row in enumerate(count.line_ids):
                with form.line_ids.edit(index) as line:
                    line.quantity_counted = 8 if row.product_id == self.part else 4
        count.action_submit()
        self.assertEqual(count.state, "counted")
        self.assertEqual(count.sudo().value_difference, -20.0)
        self.assertEqual(count.difference_count, 1)
        self.assertEqual(self._get_quantity(self.part, self.van), 10)
        with self.assertRaisesRegex(AccessError, "Only a supervisor"):
            count.action_approve()
        count.with_user(self.supervisor).action_approve()
        self.assertEqual(self._get_quantity(self.part, self.van), 8)
        move = self.env["stock.move"].search([("inventory_name", "=", count.name)])
        self.assertTrue(move.is_inventory)
        self.assertEqual((move.product_id, move.quantity), (self.part, 2))
        self.env.flush_all()
        row = self.env["after.sales.part.balance"].search(
            [("product_id", "=", self.part.id)]
        )
        # The parts of this test were laid into the van without a move.
        self.assertEqual((row.adjusted, row.value_adjusted), (-2, -20.0))

    def test_nobody_approves_the_own_count(self):
        count = self._create_count()
        self._count(count, {self.part: 9, self.other_part: 4}, self.clerk)
        with self.assertRaisesRegex(AccessError, "You counted"):
            count.with_user(self.clerk).action_approve()
        count.with_user(self.supervisor).action_approve()
        self.assertEqual(count.state, "done")

    def test_what_agrees_is_booked_at_once(self):
        count = self._create_count()
        self._count(count, {self.part: 10, self.other_part: 4})
        self.assertEqual((count.state, count.difference_count), ("done", 0))
        self.assertFalse(
            self.env["stock.move"].search([("inventory_name", "=", count.name)])
        )

    def test_small_differences_are_booked_unasked_where_the_company_says_so(self):
        self.company.after_sales_count_tolerance = 15.0
        count = self._create_count()
        self._count(count, {self.part: 9, self.other_part: 5})
        self.assertEqual(count.state, "done")
        self.assertEqual(self._get_quantity(self.part, self.van), 9)
        self.assertEqual(self._get_quantity(self.other_part, self.van), 5)
        count = self._create_count()
        # A find does not make up for a loss.
        self._count(count, {self.part: 7, self.other_part: 10})
        self.assertEqual(count.state, "counted")

    def test_what_moved_since_the_count_stays_moved(self):
        count = self._create_count()
        self._count(count, {self.part: 9, self.other_part: 4})
        self._put_in_stock(self.part, -3, self.van)
        count.with_user(self.supervisor).action_approve()
        self.assertEqual(self._get_quantity(self.part, self.van), 6)

    def test_what_left_after_the_count_is_not_lost_twice(self):
        count = self._create_count()
        self._count(count, {self.part: 0, self.other_part: 4})
        self._put_in_stock(self.part, -3, self.van)
        with self.assertRaisesRegex(UserError, "misses 10 Motor M4.*only 7 left"):
            count.with_user(self.supervisor).action_approve()
        count.invalidate_recordset()
        self.assertEqual(count.state, "counted")
        self.assertEqual(self._get_quantity(self.part, self.van), 7)
        count.with_user(self.supervisor).action_recount()
        self._count(count, {self.part: 7, self.other_part: 4})
        self.assertEqual(count.state, "done")
        self.assertEqual(self._get_quantity(self.part, self.van), 7)

    def test_a_find_that_no_book_knows(self):
        found = self._create_part("Found")
        serial = self._create_part("Serial", tracking="serial")
        lot = self._create_lots(serial, ["S-1"])
        count = self._create_count()
        with self.assertRaisesRegex(UserError, "which serial number of Serial"):
            count.line_ids = [(0, 0, {"product_id": serial.id, "quantity_counted": 1})]
        count.line_ids = [
            (0, 0, {"product_id": found.id, "quantity_counted": 2}),
            (0, 0, {"product_id": serial.id, "lot_id": lot.id, "quantity_counted": 1}),
        ]
        with self.assertRaisesRegex(UserError, "exists once"):
            row = count.line_ids.filtered("lot_id")
            row.quantity_counted = 2
        row.quantity_counted = 1
        count.with_user(self.technician).action_submit()
        count.with_user(self.supervisor).action_approve()
        self.assertEqual(self._get_quantity(found, self.van), 2)
        self.assertEqual(self._get_quantity(serial, self.van, lot_id=lot.id), 1)

    def test_a_loss_is_taken_from_several_shelves(self):
        shelf = self.env["stock.location"].create(
            {"name": "Box", "location_id": self.van.id}
        )
        self._put_in_stock(self.part, 5, shelf)
        count = self._create_count()
        self._count(count, {self.part: 3, self.other_part: 4})
        count.with_user(self.supervisor).action_approve()
        self.assertEqual(self._get_quantity(self.part, self.van), 3)
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "=", self.part.id),
                ("location_id", "child_of", self.van.id),
            ]
        )
        self.assertFalse(quants.filtered(lambda quant: quant.quantity < 0))

    def test_customers_goods_are_not_counted_as_ours(self):
        self.env["stock.quant"]._update_available_quantity(
            self.part, self.van, 7, owner_id=self.customer
        )
        count = self._create_count()
        self._count(count, {self.part: 10, self.other_part: 4})
        self.assertEqual(count.difference_count, 0)

    def test_a_loss_is_valued_once(self):
        for method in METHODS:
            with self.subTest(method=method):
                part = self._create_part(f"Valued {method}", standard_price=10.0)
                self._set_valuation(part, method, "real_time")
                move = self.env["stock.move"].create(
                    {
                        "product_id": part.id,
                        "product_uom": part.uom_id.id,
                        "product_uom_qty": 4,
                        "quantity": 4,
                        "picked": True,
                        "location_id": self.env.ref(
                            "stock.stock_location_suppliers"
                        ).id,
                        "location_dest_id": self.van.id,
                    }
                )
                move._action_done()
                value = part.total_value
                self.assertEqual(value, 40.0)
                count = self._create_count()
                count.line_ids = [
                    (0, 0, {"product_id": part.id, "quantity_counted": 3})
                ]
                count.with_user(self.technician).action_submit()
                self.assertEqual(count.value_difference, -10.0)
                count.with_user(self.supervisor).action_approve()
                self.assertEqual(part.total_value, 30.0)

    def test_a_closed_list_stays_closed(self):
        count = self._create_count()
        self._count(count, {self.part: 9, self.other_part: 4})
        line = count.line_ids.filtered(lambda row: row.product_id == self.part)
        for act in (
            lambda: line.with_user(self.technician).write({"quantity_counted": 10}),
            lambda: line.with_user(self.clerk).unlink(),
            lambda: count.with_user(self.technician).action_fill(),
            lambda: count.with_user(self.technician).action_submit(),
        ):
            with self.assertRaisesRegex(UserError, "not open for counting"):
                act()
        count.with_user(self.supervisor).action_recount()
        self.assertEqual(count.state, "draft")
        self.assertFalse(line.is_counted)
        line.with_user(self.technician).quantity_counted = 10
        count.with_user(self.technician).action_submit()
        self.assertEqual(count.state, "done")
        with self.assertRaisesRegex(UserError, "cannot become"):
            count.with_user(self.supervisor).action_approve()

    def test_bad_input(self):
        count = self._create_count()
        with self.assertRaisesRegex(UserError, "lists no parts"):
            count.action_submit()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            count.line_ids = [
                (0, 0, {"product_id": self.part.id, "quantity_counted": -1})
            ]
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self._create_count()
        company = self.env["res.company"].create({"name": "Second"})
        with self.assertRaisesRegex(UserError, "Second"):
            self._create_count(kind="mini", company_id=company.id)

    def test_strangers_see_nothing(self):
        count = self._create_count()
        stranger = self._create_stranger()
        with self.assertRaises(AccessError):
            count.with_user(stranger).read(["name"])
        with self.assertRaises(AccessError):
            count.with_user(stranger).action_submit()
        with self.assertRaises(AccessError):
            count.with_user(self.auditor).action_submit()
        with self.assertRaises(AccessError):
            count.with_user(self.technician).read(["value_difference"])

    @freeze_time("2026-03-02")
    def test_the_weekly_list_takes_the_most_urgent_parts_once(self):
        self.company.after_sales_count_lines = 2
        vital = self._create_part("Vital", after_sales_criticality="vital")
        recent = self._create_part("Recent")
        for part in (vital, recent):
            self._put_in_stock(part, 1, self.van)
        with freeze_time("2026-03-01"):
            done = self._create_count()
            done.line_ids = [(0, 0, {"product_id": recent.id, "quantity_counted": 1})]
            done.action_submit()
        self.part.after_sales_abc_class = "a"
        counts = self.env["after.sales.count"]
        counts._cron_create_mini_counts()
        mini = counts.search([("kind", "=", "mini"), ("location_id", "=", self.van.id)])
        self.assertEqual(mini.line_ids.product_id, vital | self.part)
        self.assertEqual(mini.activity_ids.user_id, self.technician)
        counts._cron_create_mini_counts()
        self.assertEqual(
            counts.search_count(
                [("kind", "=", "mini"), ("location_id", "=", self.van.id)]
            ),
            1,
        )
        self.company.after_sales_count_lines = 0
        mini.action_cancel()
        self.assertFalse(mini.activity_ids)
        counts._cron_create_mini_counts()
        self.assertFalse(
            counts.search([("kind", "=", "mini"), ("state", "=", "draft")])
            & counts.search([("location_id", "=", self.van.id)])
        )
