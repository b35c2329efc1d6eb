"""A fact turns up after the customer was told a price: nothing changes in silence."""

from datetime import date

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, tagged

from .story import SIGNATURE, StoryCommon


@tagged("post_install", "-at_install")
class TestChangedFacts(StoryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.unit = cls._create_unit(cls.pump)
        for part in cls.motor | cls.bearing | cls.seal:
            cls._put_in_stock(part, 5, cls.van)
        cls.misuse = cls.env["after.sales.fault.code"].create(
            {
                "name": "Run dry",
                "code": "T-C2",
                "kind": "cause",
                "cover_effect": "voids",
            }
        )

    def _quoted_order(self, *products):
        """An order on site whose prices the customer has seen."""
        order = self._create_order(
            unit_id=self.unit.id,
            date_fault=fields.Date.to_date("2026-03-12"),
            line_ids=[Command.create({"product_id": it.id}) for it in products],
        )
        order.with_user(self.technician).action_start()
        order.with_user(self.technician).action_sign_quotation()
        self.assertEqual(order.sale_order_ids.state, "sent")
        return order

    def _tasks(self, order):
        review = self.env.ref("after_sales_service.mail_activity_type_decision_review")
        return order.activity_ids.filtered(lambda it: it.activity_type_id == review)

    # The bearing was quoted, the motor was free; then the technician sees misuse.
    @freeze_time("2026-03-12 09:00:00")
    def test_a_free_line_becomes_a_paid_one_only_by_consent(self):
        order = self._quoted_order(self.motor, self.bearing)
        order.with_user(self.technician)._accept_quotation("Ms Li", SIGNATURE)
        motor, bearing = order.line_ids
        with Form(order.with_user(self.technician)) as form:
            form.cause_id = self.misuse
        # Nobody was told a price for the motor: it is decided at once.
        self.assertEqual((motor.category, motor.is_review_needed), ("A", False))
        self.assertEqual(
            motor.decision_ids[0].change_text.splitlines(),
            ["Cause: – → T-C2 Run dry", "Decision: C free 100 % → A paid"],
        )
        # The bearing was paid before and is paid now: nothing to ask.
        self.assertFalse(bearing.is_review_needed)
        order.with_user(self.technician).action_create_quotation()
        new = order.sale_order_ids.filtered(lambda sale: sale.state == "draft")
        self.assertEqual(new.order_line.product_id, self.motor)
        self.assertEqual(new.amount_untaxed, 1200.0)

    # The serial turns out to have a recall: the quoted bearing would be free.
    @freeze_time("2026-03-12 09:00:00")
    def test_a_recall_after_the_quotation_is_flagged_and_accepted(self):
        order = self._quoted_order(self.bearing, self.seal)
        bearing, seal = order.line_ids
        self._give_recall()
        self.assertTrue(order.is_review_needed)
        self.assertEqual((bearing.share, seal.share), (0, 0))
        self.assertIn("Now: C free 100 %", bearing.review_text)
        self.assertEqual(self._tasks(order).user_id, self.supervisor)
        with self.assertRaisesRegex(UserError, "Ask your supervisor"):
            bearing.with_user(self.technician).action_accept_decision()
        bearing.with_user(self.supervisor).action_accept_decision()
        self.assertEqual((bearing.share, bearing.amount_customer), (100, 0))
        self.assertFalse(self._tasks(order))
        # The customer signs a quotation that is true again.
        order.with_user(self.technician).action_withdraw_quotation()
        order.with_user(self.technician).action_create_quotation()
        sale = order.sale_order_ids.filtered(lambda it: it.state == "draft")
        self.assertEqual(sale.order_line.product_id, self.seal)

    @freeze_time("2026-03-12 09:00:00")
    def test_what_was_quoted_may_be_kept(self):
        order = self._quoted_order(self.bearing)
        line = order.line_ids
        self._give_recall()
        line.with_user(self.supervisor).action_keep_decision()
        self.assertEqual((line.share, line.is_review_needed), (0, False))
        self.assertFalse(self._tasks(order))
        # The same facts again do not ask again.
        order.with_user(self.supervisor).action_decide()
        self.assertFalse(line.is_review_needed)

    def _give_recall(self):
        wizard = self.env["after.sales.recall.give"].with_user(self.manager)
        form = Form(wizard.with_context(active_ids=self.unit.ids))
        form.name = "R-2026-03"
        form.component_id = self.frame_position
        form.date_start = "2026-01-01"
        form.save().action_apply()

    # The unit is voided while the order runs, and restored when the expert disagrees.
    @freeze_time("2026-03-12 09:00:00")
    def test_void_and_reversal_reach_the_open_order(self):
        order = self._create_order(
            unit_id=self.unit.id,
            date_fault=fields.Date.to_date("2026-03-12"),
            line_ids=[Command.create({"product_id": self.motor.id})],
        )
        motor = order.line_ids
        void = self.env["after.sales.unit.void"].with_user(self.supervisor)
        form = Form(void.with_context(default_unit_id=self.unit.id))
        form.reason, form.note = "opened", "Seal broken, screws missing"
        form.evidence = SIGNATURE
        form.save().action_apply()
        self.assertEqual((motor.category, motor.amount_customer), ("A", 1200.0))
        self.assertIn("the cover of this unit was voided", motor.reason)
        form = Form(void.with_context(default_unit_id=self.unit.id))
        form.note = "Opened by our own technician in February"
        form.save().action_restore()
        self.assertEqual((motor.category, motor.amount_customer), ("C", 0.0))
        self.assertEqual(len(motor.decision_ids), 3)
        self.assertTrue(self.unit.voiding_ids.date_restored)

    # A contract is signed late; a finished order is flagged until it is invoiced.
    @freeze_time("2026-03-12 09:00:00")
    def test_closed_orders_are_flagged_while_their_money_is_open(self):
        order = self._quoted_order(self.bearing)
        order.with_user(self.technician)._accept_quotation("Ms Li", SIGNATURE)
        technician = order.with_user(self.technician)
        for item in technician.check_ids:
            item.action_ok()
        technician.write({"cause_id": self.cause.id, "outcome": "repaired"})
        technician.action_fill_used()
        sign = Form(
            self.env["after.sales.order.sign"]
            .with_user(self.technician)
            .with_context(default_order_id=order.id)
        )
        sign.signed_by, sign.signature = "Ms Li", SIGNATURE
        sign.save().action_apply()
        technician.action_complete()
        line = order.line_ids
        # Its own repair warranty begins that day and does not pay for it.
        self.assertFalse(line.is_review_needed)
        self._sign_contract()
        self.assertTrue(line.is_review_needed)
        self.assertEqual(line.category, "A")
        line.with_user(self.supervisor).action_accept_decision()
        self.assertEqual(line.category, "B")

    @freeze_time("2026-03-12 09:00:00")
    def test_what_is_invoiced_is_not_decided_any_more(self):
        order = self._quoted_order(self.bearing)
        order.with_user(self.technician)._accept_quotation("Ms Li", SIGNATURE)
        order.line_ids.sale_line_ids.qty_delivered = 1
        order.sale_order_ids._create_invoices()
        self._sign_contract()
        self.assertFalse(order.is_review_needed)
        self.assertEqual(len(order.line_ids.decision_ids), 1)

    def _sign_contract(self):
        contract = self.env["after.sales.contract"].create(
            {
                "partner_id": self.customer.id,
                "date_start": "2026-01-01",
                "date_end": "2026-12-31",
                "line_ids": [Command.create({"unit_id": self.unit.id})],
            }
        )
        contract.with_user(self.supervisor).action_activate()

    # The acceptance is dated late: the term starts with it, the open line follows.
    @freeze_time("2026-03-12 09:00:00")
    def test_a_late_acceptance_starts_the_term(self):
        self._renew_policy(self.policy, start_rule="installed", start_limit_days=0)
        unit = self._create_unit(self.pump, name="PX2-LATE")
        order = self._create_order(
            unit_id=unit.id,
            date_fault=fields.Date.to_date("2026-03-12"),
            line_ids=[Command.create({"product_id": self.bearing.id})],
        )
        self.assertIn("has not started", order.line_ids.reason)
        unit.with_user(self.agent).date_installed = "2025-06-01"
        self.assertEqual(order.line_ids.category, "C")

    # A serial comes back and goes out again: the open line knows the new term.
    def test_return_and_second_delivery_of_a_serial(self):
        lot = self._create_lots(self.pump, ["PX2-900"])
        with freeze_time("2025-01-10 08:00:00"):
            picking = self._deliver(self.pump, lot)
        unit = self.env["after.sales.unit"].search([("name", "=", "PX2-900")])
        with freeze_time("2026-01-20 08:00:00"):
            order = self._create_order(
                unit_id=unit.id,
                date_fault=fields.Date.to_date("2026-01-20"),
                line_ids=[Command.create({"product_id": self.motor.id})],
            )
            self.assertEqual(order.line_ids.category, "C")
            self._return(picking)
            self.assertNotEqual(unit.place, "customer")
        other = self._create_partner(name="Suzhou Brewery")
        with freeze_time("2026-02-01 08:00:00"):
            self._deliver(self.pump, lot, partner=other)
            self.assertEqual((unit.partner_id, unit.place), (other, "customer"))
            again = self._create_order(
                partner_id=other.id,
                unit_id=unit.id,
                date_fault=fields.Date.to_date("2027-06-01"),
                line_ids=[Command.create({"product_id": self.motor.id})],
            )
        self.assertEqual(again.line_ids.category, "C")
        chosen = again.line_ids.decision_id.cover_id
        self.assertEqual(chosen.date_start, date(2026, 2, 1))
        # The first owner's order keeps what held on its day.
        self.assertEqual(order.line_ids.category, "C")

    # The same fault comes back: the sentence names the order it repeats.
    def test_a_repeat_names_the_order_it_repeats(self):
        with freeze_time("2026-03-12 09:00:00"):
            self.unit._start_repair_cover(
                self.frame_position, date(2026, 3, 12), "SV/2026/00077"
            )
        with freeze_time("2026-03-20 09:00:00"):
            order = self._create_order(
                unit_id=self.unit.id,
                date_fault=fields.Date.to_date("2026-03-20"),
                line_ids=[Command.create({"product_id": self.bearing.id})],
            )
        self.assertEqual(order.line_ids.category, "C")
        self.assertIn("90-day repair warranty of SV/2026/00077", order.line_ids.reason)
