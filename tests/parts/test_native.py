from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import PartsCommon


@tagged("post_install", "-at_install")
class TestNative(PartsCommon):
    """What warehouse staff know goes on working on our transfers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.after_sales_requisition_approval = False
        cls._put_in_stock(cls.part, 5)

    def _issue(self, quantity=3, validate=True):
        requisition = self.env["after.sales.requisition"].create(
            {
                "technician_id": self.employee.id,
                "line_ids": [
                    (0, 0, {"product_id": self.part.id, "quantity": quantity})
                ],
            }
        )
        requisition.action_submit()
        if validate:
            requisition.picking_ids.with_user(self.clerk).button_validate()
        return requisition

    def test_every_transfer_shows_its_detailed_operations(self):
        requisition = self._issue()
        order = self._create_order()
        line = self._create_covered_line(order, self.part, 2)
        self._consume(order)
        line._open_old_parts()
        line.old_part_ids.with_user(self.clerk).action_receive()
        pickings = (
            requisition.picking_ids
            | line.move_ids.picking_id
            | line.old_part_ids.move_ids.picking_id
        )
        self.assertEqual(len(pickings), 3)
        for picking in pickings:
            self.assertEqual(picking.move_line_ids, picking.move_ids.move_line_ids)
            self.assertTrue(picking.move_line_ids)

    def test_the_return_wizard_takes_an_issue_back(self):
        requisition = self._issue()
        back = self._return(requisition.picking_ids)
        self.assertEqual(back.after_sales_requisition_id, requisition)
        self.assertEqual(requisition.line_ids.quantity_issued, 0)
        self.assertEqual(self._get_quantity(self.part, self.van), 0)
        self.assertEqual(requisition.state, "issued")

    def test_a_scrap_out_of_the_van_is_seen_in_the_balance(self):
        self._issue()
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": self.part.id,
                "scrap_qty": 1,
                "location_id": self.van.id,
            }
        )
        scrap.action_validate()
        self._check_balance(issued=3, adjusted=-1, closing=2)

    def test_an_adjustment_of_the_van_is_seen_in_the_balance(self):
        self._issue()
        quant = self.env["stock.quant"].search(
            [("product_id", "=", self.part.id), ("location_id", "=", self.van.id)]
        )
        quant.with_context(inventory_mode=True).inventory_quantity = 4
        quant.action_apply_inventory()
        self._check_balance(issued=3, adjusted=1, closing=4)

    def _check_balance(self, **values):
        self.env.flush_all()
        balance = self.env["after.sales.part.balance"].search(
            [("product_id", "=", self.part.id), ("van_id", "=", self.van.id)]
        )
        self.assertRecordValues(balance, [values])

    def test_what_is_reserved_for_one_is_not_promised_to_another(self):
        first = self._issue(4, validate=False)
        second = self._issue(4, validate=False)
        self.assertEqual(first.picking_ids.move_ids.quantity, 4)
        self.assertEqual(second.picking_ids.move_ids.quantity, 1)
        found = self.part._get_after_sales_availability(self.van, self.company)
        self.assertEqual(found[self.part], [])
        first.picking_ids.with_user(self.clerk).do_unreserve()
        second.picking_ids.with_user(self.clerk).action_assign()
        self.assertEqual(second.picking_ids.move_ids.quantity, 4)

    def test_what_waits_to_go_back_is_not_handed_to_a_colleague(self):
        self._issue(3)
        self.employee._after_sales_return_parts([(self.part, self.env["stock.lot"], 2)])
        colleague = self._create_technician(self._create_stranger())
        colleague.action_create_van()
        transfer = self.env["after.sales.part.transfer"].create(
            {
                "technician_id": colleague.id,
                "holder_id": self.employee.id,
                "line_ids": [(0, 0, {"product_id": self.part.id, "quantity": 2})],
            }
        )
        transfer.action_ask()
        with self.assertRaisesRegex(UserError, "has 1 of the 2 Motor M4 asked for"):
            transfer.with_user(self.technician).action_accept()

    def test_nothing_and_less_than_nothing_cannot_be_asked_for(self):
        for quantity in (0, -1):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaisesRegex(IntegrityError, "quantity_positive"),
                self.env.cr.savepoint(),
            ):
                self._issue(quantity)

    def test_the_part_list_prints_positions_prices_and_successors(self):
        pump = self._create_pump()
        newer = self._create_part("Motor M5", list_price=1500.0)
        self.motor.after_sales_superseded_by_id = newer
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html(
                "after_sales_service.report_part_list", pump.product_tmpl_id.ids
            )[0]
            .decode()
        )
        for text in ("Motor M4", "Motor M5", "1,500.00", "48.00", "Wearing part"):
            self.assertIn(text, html)

    def test_an_order_line_says_where_its_part_is(self):
        order = self._create_order()
        form = Form(
            self.env["after.sales.order.line"]
            .with_user(self.technician)
            .with_context(default_order_id=order.id)
        )
        form.product_id = self.part
        self.assertEqual(form.part_hint, f"{self.warehouse.name} 5")
