from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from .common import PartsCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-06 09:00:00")
class TestOldPartDuty(PartsCommon):
    """Who owes what, until it is scanned in or written off."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._put_in_stock(cls.part, 20, cls.van)
        cls.order = cls._create_order()

    def _open(self, quantity=1, **vals):
        line = self._create_covered_line(self.order, self.part, quantity, **vals)
        line.with_user(self.technician)._open_old_parts()
        return line.old_part_ids

    def _create_rule(self, **vals):
        return self.env["after.sales.old.part.rule"].create({"name": "Rule"} | vals)

    # === RULES === #
    def test_a_rule_speaks_before_the_part(self):
        maker = self._create_partner(name="Motor works")
        self.part.seller_ids = [(0, 0, {"partner_id": maker.id})]
        other = self._create_partner(name="Other works")
        self._create_rule(supplier_id=other.id, is_owed=False)
        self.assertEqual(len(self._open()), 1)
        rule = self._create_rule(supplier_id=maker.id, is_owed=False, sequence=5)
        self.assertFalse(self._open())
        rule.write({"is_owed": True, "days": 5})
        self.assertEqual(f"{self._open().date_due}", "2026-03-11")

    def test_the_cover_chooses_the_rule(self):
        self.part.after_sales_old_part_duty = "none"
        self._create_rule(cover_kind="goodwill")
        self._create_rule(cover_kind="paid", product_id=self.part.id)
        line = self._create_part_line(self.order, self.part)
        line._open_old_parts()
        self.assertEqual(len(line.old_part_ids), 1)
        for kind, owed in (("goodwill", 1), ("product", 0), ("contract", 0)):
            with self.subTest(kind=kind):
                line = self._create_part_line(self.order, self.part)
                self._decide_line(line, "C", 100.0, kind)
                line._open_old_parts()
                self.assertEqual(len(line.old_part_ids), owed)

    def test_rules_are_the_managers(self):
        rule = self._create_rule(is_owed=False)
        with self.assertRaises(AccessError):
            rule.with_user(self.supervisor).is_owed = True
        other = self.env["res.company"].create({"name": "Elsewhere"})
        rule.company_id = other
        self.assertFalse(rule.with_user(self.manager).search([]))
        self.assertEqual(len(self._open()), 1)

    # === NEVER TWICE, NEVER LOST === #
    def test_reversing_the_consumption_drops_the_duty(self):
        line = self._create_covered_line(self.order, self.part, 2)
        self._consume(self.order)
        line._open_old_parts()
        picking = line.move_ids.picking_id
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({})
        )
        wizard.product_return_moves.quantity = 1
        back = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        back._validate_after_sales()
        self.assertEqual(line.quantity_done, 1)
        self.assertEqual(line.old_part_ids.quantity, 1)
        self.assertEqual(line.old_part_ids.state, "due")

    def test_cancelling_the_order_drops_what_is_due(self):
        order = self._create_order()
        line = self._create_covered_line(order, self.part)
        line._open_old_parts()
        order.with_user(self.agent).action_cancel()
        self.assertEqual(line.old_part_ids.state, "cancel")

    def test_what_was_handed_in_stays_when_the_line_changes(self):
        part = self._open(2)
        part.with_user(self.clerk).action_receive()
        line = part.order_line_id
        line.quantity_done = 0
        line._open_old_parts()
        self.assertEqual(line.old_part_ids, part)
        self.assertEqual(part.state, "received")
        line.quantity_done = 3
        line._open_old_parts()
        self.assertEqual(
            line.old_part_ids.mapped(lambda row: (row.state, row.quantity)),
            [("received", 2.0), ("due", 1.0)],
        )

    def test_splitting_keeps_the_sum(self):
        part = self._open(3)
        rest = part._split(1)
        self.assertEqual((part.quantity, rest.quantity), (1, 2))
        line = part.order_line_id
        line._open_old_parts()
        self.assertEqual(sum(line.old_part_ids.mapped("quantity")), 3)
        line.quantity_done = 2
        line._open_old_parts()
        alive = line.old_part_ids.filtered(lambda row: row.state == "due")
        self.assertEqual(sum(alive.mapped("quantity")), 2)

    # === SCAN === #
    def _scan(self, *codes):
        form = Form(self.env["after.sales.old.part.scan"].with_user(self.clerk))
        for code in codes:
            form.code = code
            self.assertFalse(form.code)
        return form

    def test_labels_and_serial_numbers_are_received(self):
        first, second = self._open(), self._open(serial_out="M-77")
        wizard = self._scan(first.name.lower(), "m-77").save()
        self.assertEqual(wizard.line_ids.old_part_id, first | second)
        wizard.action_apply()
        self.assertEqual((first | second).mapped("state"), ["received"] * 2)
        self.assertEqual(len((first | second).move_ids.picking_id), 1)

    def test_a_code_nobody_knows_says_what_to_do(self):
        part = self._open()
        self.assertIn("No old part is known under X-1", self._scan("X-1").message)
        form = self._scan(part.name)
        self.assertFalse(form.message)
        form.code = part.name
        self.assertIn("in the list already", form.message)
        form.save().action_apply()
        self.assertIn("it is “Received”", self._scan(part.name).message)

    def test_fewer_pieces_leave_a_duty(self):
        part = self._open(3)
        wizard = self._scan(part.name).save()
        for wrong in (0, -1, 4):
            wizard.line_ids.quantity = wrong
            with self.assertRaisesRegex(UserError, "at least one and at most 3"):
                wizard.action_apply()
        wizard.line_ids.write({"quantity": 2, "serial": "READ-1"})
        wizard.action_apply()
        self.assertEqual((part.state, part.quantity), ("received", 2))
        self.assertEqual(part.serial, "READ-1")
        rest = part.order_line_id.old_part_ids - part
        self.assertEqual((rest.state, rest.quantity), ("due", 1))
        self.assertEqual(
            part.movement_ids.mapped("kind"), ["open", "split", "serial", "receive"]
        )

    def test_only_a_clerk_scans(self):
        with self.assertRaises(AccessError):
            self.env["after.sales.old.part.scan"].with_user(self.technician).create({})

    def test_the_label_prints(self):
        part = self._open(serial_out="M-77")
        html = self.env["ir.actions.report"]._render_qweb_html(
            "after_sales_service.report_old_part_label", part.ids
        )[0]
        self.assertIn(part.name.encode(), html)
        self.assertIn(b"data:image/png;base64", html)

    # === WRITE-OFF === #
    def test_the_holder_asks_and_the_supervisor_decides(self):
        part = self._open()
        with self.assertRaisesRegex(UserError, "Write why"):
            part.with_user(self.technician)._ask_write_off(" ")
        with self.assertRaisesRegex(AccessError, "has to ask"):
            part.with_user(self.clerk)._ask_write_off("Lost.")
        wizard = (
            self.env["after.sales.old.part.write.off"]
            .with_user(self.technician)
            .create({"part_ids": part.ids, "reason": "Fell into the river."})
        )
        wizard.action_apply()
        self.assertTrue(part.is_write_off_asked)
        self.assertEqual(
            (part.state, part.activity_ids.user_id.id), ("due", self.supervisor.id)
        )
        part.with_user(self.supervisor).action_refuse_write_off()
        self.assertFalse(part.is_write_off_asked)
        part.with_user(self.technician)._ask_write_off("It really did.")
        part.with_user(self.supervisor).action_write_off()
        self.assertEqual(part.state, "written_off")
        self.assertFalse(part.activity_ids)
        self.assertEqual(
            part.movement_ids.mapped("kind"),
            [
                "open",
                "write_off_asked",
                "write_off_refused",
                "write_off_asked",
                "write_off",
            ],
        )

    def test_nobody_writes_off_what_he_holds(self):
        part = self._open()
        self.employee.user_id = self.supervisor
        part.with_user(self.supervisor).write_off_reason = "Lost."
        with self.assertRaisesRegex(UserError, "You hold .* yourself"):
            part.with_user(self.supervisor).action_write_off()
        part.with_user(self.manager).action_write_off()
        self.assertEqual(part.state, "written_off")

    # === REMINDERS AND BLOCK === #
    def _get_reminders(self, part):
        return self.env["mail.message"].search(
            [
                ("model", "=", part._name),
                ("res_id", "=", part.id),
                ("subject", "=", part._get_reminder_text()),
            ]
        )

    def test_each_rung_reminds_once(self):
        part = self._open()
        parts = self.env["after.sales.old.part"]
        people = []
        for day in ("05", "06", "07", "12", "13", "20", "29"):
            with freeze_time(f"2026-04-{day} 09:00:00"):
                before = self._get_reminders(part)
                parts._cron_remind_overdue()
                parts._cron_remind_overdue()
                mails = self._get_reminders(part) - before
                people.append((part.reminder_rung, len(mails.partner_ids)))
        self.assertEqual(
            people, [(0, 0), (1, 1), (1, 0), (1, 0), (2, 1), (3, 2), (3, 0)]
        )
        self.assertEqual(part.activity_ids.user_id, self.technician | self.supervisor)
        part.with_user(self.clerk).action_receive()
        self.assertFalse(part.activity_ids)

    def test_who_owes_overdue_parts_gets_none_by_setting(self):
        self._open()
        requisition = (
            self.env["after.sales.requisition"]
            .with_user(self.technician)
            .create({"line_ids": [(0, 0, {"product_id": self.part.id})]})
        )
        urgent = requisition.copy({"is_urgent": True})
        with freeze_time("2026-04-10 09:00:00"):
            self.company.after_sales_old_part_block = True
            with self.assertRaisesRegex(UserError, "still owes 1 old parts"):
                requisition.action_submit()
            urgent.action_submit()
            self.assertEqual(urgent.state, "submitted")
            self.company.after_sales_old_part_block = False
            requisition.action_submit()
            self.assertEqual(requisition.state, "submitted")
