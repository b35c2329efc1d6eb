from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import PartsCommon


@tagged("post_install", "-at_install")
class TestConsumption(PartsCommon):
    """Parts used leave the van for the right place, exactly once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._put_in_stock(cls.part, 5, cls.van)
        cls._put_in_stock(cls.other_part, 5, cls.van)
        cls.order = cls._create_order()

    def test_one_transfer_for_each_destination(self):
        covered = self._create_covered_line(self.order, self.part, 1)
        paid = self._create_part_line(self.order, self.other_part, 2)
        self._consume(self.order)
        self.assertEqual(self.order.picking_ids.mapped("state"), ["done", "done"])
        self.assertEqual(
            covered.move_ids.location_dest_id,
            self.company.after_sales_warranty_location_id,
        )
        self.assertEqual(paid.move_ids.location_dest_id.usage, "customer")
        self.assertFalse(covered.move_ids.sale_line_id)
        self.assertEqual(self._get_quantity(self.part, self.van), 4)
        self.assertEqual(self._get_quantity(self.other_part, self.van), 3)

    def test_the_kind_of_cover_chooses_the_cost_location(self):
        company = self.company
        for category, kind, place in (
            ("B", "contract", company.after_sales_contract_location_id),
            ("C", "goodwill", company.after_sales_goodwill_location_id),
            ("C", "campaign", company.after_sales_recall_location_id),
            ("D", None, company.after_sales_internal_location_id),
        ):
            with self.subTest(kind=kind):
                line = self._create_part_line(self._create_order(), self.part)
                self._decide_line(line, category, 100.0, kind)
                self._consume(line.order_id)
                self.assertEqual(line.move_ids.location_dest_id, place)

    def test_consuming_again_moves_nothing_more(self):
        self._create_covered_line(self.order, self.part, 1)
        self._consume(self.order)
        self._consume(self.order)
        self.assertEqual(len(self.order.picking_ids), 1)
        self.assertEqual(self._get_quantity(self.part, self.van), 4)

    def test_more_than_the_van_has_moves_nothing(self):
        self._create_part_line(self.order, self.other_part, 1)
        self._create_covered_line(self.order, self.part, 6)
        with self.assertRaisesRegex(
            UserError, r"6 Units of Motor M4 were used, but .*Technician has 5"
        ):
            self._consume(self.order)
        self.assertFalse(self.order.picking_ids)
        self.assertEqual(self._get_quantity(self.other_part, self.van), 5)

    def test_two_lines_of_one_part_share_the_van(self):
        self._create_covered_line(self.order, self.part, 3)
        self._create_part_line(self.order, self.part, 3)
        with self.assertRaisesRegex(UserError, "3 Units of Motor M4 .* has 2"):
            self._consume(self.order)

    def test_two_lines_of_one_part_keep_their_own_moves(self):
        first = self._create_covered_line(self.order, self.part, 1)
        second = self._create_covered_line(self.order, self.part, 2)
        self._consume(self.order)
        self.assertEqual(first.move_ids.quantity, 1)
        self.assertEqual(second.move_ids.quantity, 2)

    def test_who_has_no_van_is_told_so(self):
        self.employee.after_sales_van_id = False
        self._create_covered_line(self.order, self.part, 1)
        with self.assertRaisesRegex(UserError, "Technician has no van"):
            self._consume(self.order)

    def test_the_bench_takes_parts_from_the_warehouse(self):
        self.employee.after_sales_van_id = False
        self._put_in_stock(self.part, 2)
        order = self._create_order(kind="bring_in")
        self._create_covered_line(order, self.part, 1)
        self._consume(order)
        self.assertEqual(self._get_quantity(self.part, self.warehouse.lot_stock_id), 1)

    def test_a_serial_number_must_be_named_and_be_in_the_van(self):
        part = self._create_part("Board", tracking="serial")
        lots = self.env["stock.lot"].create(
            [{"name": name, "product_id": part.id} for name in ("B1", "B2")]
        )
        self._put_in_stock(part, 1, self.van, lots[0])
        line = self._create_covered_line(self.order, part, 1)
        with self.assertRaisesRegex(UserError, "which serial number of Board"):
            self._consume(self.order)
        line.lot_in_id = lots[1]
        with self.assertRaisesRegex(UserError, "Board B2 were used, but .* has 0"):
            self._consume(self.order)
        line.lot_in_id = lots[0]
        self._consume(self.order)
        self.assertEqual(line.move_ids.lot_ids, lots[0])

    def test_a_part_not_used_after_all_comes_back_exactly(self):
        line = self._create_covered_line(self.order, self.part, 3)
        self._consume(self.order)
        line.quantity_done = 1
        self._consume(self.order)
        self.assertEqual(self._get_quantity(self.part, self.van), 4)
        back = line.move_ids.filtered("origin_returned_move_id")
        self.assertEqual(back.location_dest_id, self.van)
        self.assertEqual(back.quantity, 2)

    def test_a_changed_decision_moves_the_part_to_the_right_place(self):
        line = self._create_covered_line(self.order, self.part, 1)
        self._consume(self.order)
        self._decide_line(line, "A", 0.0)
        self._consume(self.order)
        places = self.company.after_sales_warranty_location_id
        self.assertEqual(self._get_quantity(self.part, places), 0)
        self.assertEqual(self._get_quantity(self.part, self.van), 4)

    def test_the_native_return_wizard_keeps_the_books(self):
        line = self._create_covered_line(self.order, self.part, 2)
        self._consume(self.order)
        wizard = (
            self.env["stock.return.picking"]
            .with_context(
                active_model="stock.picking", active_id=self.order.picking_ids.id
            )
            .create({})
        )
        wizard.product_return_moves.quantity = 1
        picking = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        picking.button_validate()
        self.assertEqual(self._get_quantity(self.part, self.van), 4)
        self.assertEqual(picking.after_sales_order_id, self.order)
        line.quantity_done = 1
        self._consume(self.order)
        self.assertEqual(len(self.order.picking_ids), 2)

    def test_changing_the_customer_keeps_the_places(self):
        self._create_covered_line(self.order, self.part, 1)
        self._consume(self.order)
        picking = self.order.picking_ids
        draft = picking.copy({"after_sales_order_id": self.order.id})
        draft.partner_id = self._create_partner(name="Other")
        self.assertEqual(draft.location_id, self.van)
        self.assertEqual(
            draft.location_dest_id, self.company.after_sales_warranty_location_id
        )
