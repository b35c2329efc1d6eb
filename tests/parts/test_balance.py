from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from .common import PartsCommon


@tagged("post_install", "-at_install")
class TestBalance(PartsCommon):
    """The open balance of each technician is always known, and adds up."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._put_in_stock(cls.part, 20)

    def _issue(self, quantity):
        requisition = self.env["after.sales.requisition"].create(
            {
                "technician_id": self.employee.id,
                "line_ids": [
                    (0, 0, {"product_id": self.part.id, "quantity": quantity})
                ],
            }
        )
        self.company.after_sales_requisition_approval = False
        requisition.action_submit()
        requisition.picking_ids.with_user(self.clerk).button_validate()

    def _use(self, quantity):
        order = self._create_order()
        line = self._create_covered_line(order, self.part, quantity)
        self._consume(order)
        return line

    def _get_balance(self, user=None, **context):
        self.env.invalidate_all()
        row = (
            self.env["after.sales.part.balance"]
            .with_user(user or self.technician)
            .with_context(**context)
            .search([("product_id", "=", self.part.id)])
        )
        return [
            row[fname]
            for fname in (
                "opening",
                "issued",
                "adjusted",
                "used",
                "returned",
                "closing",
            )
        ]

    def test_the_balance_adds_up(self):
        self._issue(5)
        line = self._use(3)
        line.quantity_done = 2
        self._consume(line.order_id)
        self.employee.with_user(self.technician)._after_sales_return_parts(
            [(self.part, self.env["stock.lot"], 1)]
        ).with_user(self.clerk).button_validate()
        self.assertEqual(self._get_balance(), [0, 5, 0, 2, 1, 2])
        self.assertEqual(self._get_quantity(self.part, self.van), 2)

    def test_a_month_opens_with_what_the_last_one_left(self):
        with freeze_time("2026-01-15"):
            self._issue(5)
        with freeze_time("2026-02-15"):
            self._use(2)
        self.assertEqual(
            self._get_balance(after_sales_date_from="2026-02-01"), [5, 0, 0, 2, 0, 3]
        )
        self.assertEqual(
            self._get_balance(after_sales_date_to="2026-01-31"), [0, 5, 0, 0, 0, 5]
        )

    def test_a_count_shows_as_counted(self):
        self._issue(5)
        quant = self.env["stock.quant"].search(
            [("product_id", "=", self.part.id), ("location_id", "=", self.van.id)]
        )
        quant.inventory_quantity = 4
        quant.action_apply_inventory()
        self.assertEqual(self._get_balance(), [0, 5, -1, 0, 0, 4])

    def test_the_balance_opens_its_rows(self):
        self._issue(5)
        self._use(1)
        self.env.flush_all()
        row = self.env["after.sales.part.balance"].search(
            [("product_id", "=", self.part.id)]
        )
        rows = self.env["after.sales.part.ledger"].search(
            row.with_user(self.technician).action_view_ledger()["domain"]
        )
        self.assertEqual(rows.mapped("kind"), ["used", "issued"])
        self.assertEqual(sum(rows.mapped("quantity")), row.closing)
        self.assertTrue(rows[0].order_id)

    def test_a_stranger_sees_nothing(self):
        self._issue(5)
        self.env.flush_all()
        stranger = self._create_stranger()
        for model in ("part.balance", "part.ledger", "van.stock"):
            rows = self.env[f"after.sales.{model}"]
            domain = [("product_id", "=", self.part.id)]
            self.assertTrue(rows.with_user(self.technician).search(domain))
            self.assertTrue(rows.with_user(self.supervisor).search(domain))
            self.assertFalse(rows.with_user(stranger).search(domain))

    def test_unused_parts_go_back_with_the_wizard(self):
        self._issue(5)
        self.env.flush_all()
        wizard = Form(self.env["after.sales.part.return"].with_user(self.technician))
        with wizard.line_ids.edit(0) as line:
            self.assertEqual(line.quantity_van, 5)
            line.quantity = 2
        wizard.save().action_apply()
        picking = self.env["stock.picking"].search([], order="id desc", limit=1)
        self.assertEqual(
            picking.picking_type_id, self.warehouse.after_sales_return_type_id
        )
        self.assertEqual(picking.state, "assigned")
        picking.with_user(self.clerk).button_validate()
        self.assertEqual(self._get_quantity(self.part, self.van), 3)

    def test_only_own_and_existing_parts_go_back(self):
        self._issue(1)
        lot = self.env["stock.lot"]
        stranger = self._create_stranger()
        with self.assertRaisesRegex(AccessError, "parts of your own van"):
            self.employee.with_user(stranger)._after_sales_return_parts(
                [(self.part, lot, 1)]
            )
        with self.assertRaisesRegex(UserError, "does not have 2 Motor M4"):
            self.employee._after_sales_return_parts([(self.part, lot, 2)])
        with self.assertRaisesRegex(UserError, "how many pieces"):
            self.employee._after_sales_return_parts([])
