from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import PartsCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-06 09:00:00")
class TestOldPart(PartsCommon):
    """A replaced part is owed, comes back, is analysed and ends somewhere."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._put_in_stock(cls.part, 9, cls.van)
        cls.order = cls._create_order()
        cls.supplier = cls._create_partner(name="Motor works")

    def _open(self, covered=True, quantity=1, **vals):
        create = self._create_covered_line if covered else self._create_part_line
        line = create(self.order, self.part, quantity, **vals)
        line.with_user(self.technician)._open_old_parts()
        return line.old_part_ids

    def _receive(self, old_part):
        old_part.with_user(self.clerk).action_receive()
        return old_part.with_user(self.clerk)

    def test_the_product_says_which_parts_are_owed(self):
        for duty, covered, owed in (
            ("none", True, 0),
            ("covered", True, 1),
            ("covered", False, 0),
            ("always", False, 1),
        ):
            with self.subTest(duty=duty, covered=covered):
                self.part.after_sales_old_part_duty = duty
                self.assertEqual(len(self._open(covered)), owed)

    def test_the_duty_names_holder_date_and_serial(self):
        old_part = self._open(quantity=2, serial_out="M-1")
        self.assertRegex(old_part.name, r"^OP/2026/\d+$")
        self.assertEqual(old_part.technician_id, self.employee)
        self.assertEqual(f"{old_part.date_due}", "2026-04-05")
        self.assertEqual((old_part.serial, old_part.quantity), ("M-1", 2))
        self.assertEqual(old_part.movement_ids.kind, "open")

    def test_opening_twice_owes_once(self):
        old_part = self._open()
        old_part.order_line_id._open_old_parts()
        self.assertEqual(old_part.order_line_id.old_part_ids, old_part)

    def test_a_part_not_used_after_all_is_owed_no_more(self):
        old_part = self._open(quantity=3)
        old_part.order_line_id.quantity_done = 2
        old_part.order_line_id._open_old_parts()
        self.assertEqual(old_part.quantity, 2)
        old_part.order_line_id.quantity_done = 0
        old_part.order_line_id._open_old_parts()
        self.assertEqual(old_part.state, "cancel")
        self.assertEqual(old_part.movement_ids.mapped("kind"), ["open", "cancel"])

    def test_the_clerk_receives_with_a_native_receipt(self):
        old_part = self._receive(self._open())
        self.assertEqual(old_part.state, "received")
        move = old_part.move_ids
        self.assertEqual(move.picking_id.state, "done")
        self.assertEqual(
            move.picking_id.picking_type_id, self.warehouse.after_sales_old_part_type_id
        )
        self.assertEqual(move.location_id.usage, "customer")
        place = self.company.after_sales_old_part_location_id
        self.assertEqual(move.location_dest_id, place)
        self.assertFalse(move.to_refund)
        self.assertFalse(move.picking_id.sale_id)
        with self.assertRaisesRegex(UserError, "is “Received”; this is for parts"):
            old_part.action_receive()

    def test_parts_of_one_order_come_in_one_receipt(self):
        both = self._open() | self._open()
        self._receive(both)
        self.assertEqual(len(both.move_ids.picking_id), 1)

    def test_unknown_cause_goes_to_the_manufacturer(self):
        old_part = self._receive(self._open())
        with self.assertRaisesRegex(UserError, "what was found"):
            old_part.action_analyse()
        old_part.finding = "unknown"
        old_part.action_analyse()
        self.assertEqual(old_part.disposition, "supplier")
        with self.assertRaisesRegex(UserError, "to which manufacturer"):
            old_part.action_dispose()
        old_part.supplier_id = self.supplier
        old_part.action_dispose()
        self.assertEqual(old_part.state, "supplier")
        picking = old_part.move_ids.picking_id.filtered(
            lambda row: row.partner_id == self.supplier
        )
        self.assertEqual(
            picking.picking_type_id, self.warehouse.after_sales_vendor_type_id
        )
        with self.assertRaisesRegex(UserError, "what the manufacturer answered"):
            old_part.action_close_supplier()
        old_part.supplier_answer = "replaced"
        old_part.action_close_supplier()
        self.assertEqual(
            old_part.movement_ids.mapped("kind"),
            ["open", "receive", "analyse", "supplier_out", "supplier_in"],
        )
        with self.assertRaisesRegex(UserError, "is closed and cannot be changed"):
            old_part.finding = "fault"

    def test_faulty_parts_are_scrapped_where_scrap_belongs(self):
        heap = self.env["stock.location"].create(
            {"name": "Scrap heap", "usage": "inventory", "company_id": self.company.id}
        )
        old_part = self._receive(self._open())
        old_part.finding = "fault"
        old_part.action_analyse()
        old_part.action_dispose()
        self.assertEqual(old_part.state, "disposed")
        scrap = self.env["stock.scrap"].search(
            [("after_sales_old_part_id", "=", old_part.id)]
        )
        self.assertEqual(scrap.state, "done")
        self.assertEqual(scrap.scrap_location_id, heap)
        place = self.company.after_sales_old_part_location_id
        self.assertEqual(self._get_quantity(self.part, place), 0)

    def test_a_part_goes_back_to_its_customer(self):
        old_part = self._receive(self._open())
        old_part.write({"finding": "fault"})
        old_part.disposition = "customer"
        old_part.action_analyse()
        old_part.action_dispose()
        self.assertEqual(old_part.state, "disposed")
        self.assertEqual(
            old_part.move_ids.mapped("location_dest_id.usage"),
            ["internal", "customer"],
        )
        self.assertFalse(old_part.move_ids.sale_line_id)

    def test_a_cancelled_refurbishing_lets_decide_again(self):
        old_part = self._receive(self._open())
        old_part.finding = "no_fault"
        old_part.action_analyse()
        old_part.action_dispose()
        self.assertEqual(old_part.state, "refurbish")
        old_part.repair_ids.action_repair_cancel()
        self.assertEqual(old_part.state, "analysed")

    def test_only_a_supervisor_writes_off_and_says_why(self):
        old_part = self._open()
        with self.assertRaisesRegex(AccessError, "right to do this"):
            old_part.with_user(self.clerk).action_write_off()
        with self.assertRaisesRegex(UserError, "Write the reason why"):
            old_part.with_user(self.supervisor).action_write_off()
        old_part.with_user(self.supervisor).write_off_reason = "Lost in the river."
        old_part.with_user(self.supervisor).action_write_off()
        self.assertEqual(old_part.state, "written_off")
        self.assertIn("river", old_part.movement_ids[-1].note)

    def test_the_facts_and_the_ledger_are_kept(self):
        old_part = self._open()
        with self.assertRaises(AccessError):
            old_part.with_user(self.technician).write({"finding": "fault"})
        with self.assertRaisesRegex(UserError, "cannot be changed by hand"):
            old_part.with_user(self.clerk).write({"quantity": 5})
        with self.assertRaisesRegex(UserError, "kept for ever"):
            old_part.unlink()
        with self.assertRaisesRegex(UserError, "never changed"):
            old_part.movement_ids.write({"note": "x"})
        with self.assertRaisesRegex(UserError, "never changed"):
            old_part.movement_ids.unlink()

    def test_the_technician_cannot_receive(self):
        old_part = self._open()
        with self.assertRaisesRegex(AccessError, "right to do this"):
            old_part.with_user(self.technician).action_receive()

    def test_holders_are_reminded_once(self):
        old_part = self._open()
        old_parts = self.env["after.sales.old.part"]
        old_parts._cron_remind_overdue()
        self.assertFalse(old_part.activity_ids)
        with freeze_time("2026-04-06 09:00:00"):
            self.assertIn(old_part, old_parts.search([("is_overdue", "=", True)]))
            old_parts._cron_remind_overdue()
            old_parts._cron_remind_overdue()
            self.assertEqual(old_part.activity_ids.user_id, self.technician)
            self.assertEqual(len(old_part.activity_ids), 1)
            self._receive(old_part)
            self.assertFalse(old_part.activity_ids)

    def test_another_technician_does_not_see_it(self):
        self._open()
        stranger = self._create_stranger()
        self.assertFalse(
            self.env["after.sales.old.part"].with_user(stranger).search([])
        )

    def test_the_letter_prints(self):
        old_part = self._open()
        old_part.supplier_id = self.supplier
        html = self.env["ir.actions.report"]._render_qweb_html(
            "after_sales_service.report_old_part_letter", old_part.ids
        )[0]
        self.assertIn(old_part.name.encode(), html)
        self.assertIn(b"Motor works", html)
