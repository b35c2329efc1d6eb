from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, LockError, UserError
from odoo.tests import tagged

from .common import BillingCommon


@tagged("post_install", "-at_install")
class TestCash(BillingCommon):
    """Cash taken on the spot by a technician without accounting rights."""

    def setUp(self):
        super().setUp()
        self.order, self.invoice = self._invoice_job((self.labour, 1, 0))
        self.own = self.order.with_user(self.technician)

    def test_cash_pays_the_invoice_and_lies_in_the_box(self):
        payment = self.own._register_cash(200)
        self.assertEqual(self.invoice.payment_state, "paid")
        self.assertEqual(payment.state, "paid")
        self.assertEqual(payment.after_sales_technician_id, self.employee)
        self.assertEqual(payment.date, fields.Date.today())
        self.assertEqual(
            self._entry(payment.move_id),
            sorted(
                [
                    (self.box.default_account_id.code, 200, 0),
                    (self.customer.property_account_receivable_id.code, 0, 200),
                ]
            ),
        )
        self.assertEqual(self.order.amount_cash, 200)
        self.assertEqual(self.order.amount_due, 0)
        self.assertEqual(self.order.invoice_state, "paid")
        self.assertEqual(self.employee.after_sales_cash_on_hand, 200)
        self.assertIn(payment.name, self.order.message_ids[0].body)

    def test_wizard_proposes_the_rest_and_prints_the_receipt(self):
        action = self.own.action_collect_cash()
        wizard = (
            self.env["after.sales.cash.collect"]
            .with_user(self.technician)
            .with_context(**action["context"])
            .create({})
        )
        self.assertEqual(wizard.amount, 200)
        wizard.amount = 150
        report = wizard.action_apply()
        self.assertEqual(
            report["report_name"], "after_sales_service.report_cash_receipt"
        )
        self.assertTrue(report["close_on_report_download"])
        self.assertEqual(self.order.amount_due, 50)
        self.own._register_cash(50)
        self.assertEqual(self.invoice.payment_state, "paid")

    def test_receipt_shows_number_amount_and_what_is_left(self):
        payment = self.own._register_cash(150)
        html = (
            self.env["ir.actions.report"]
            .with_user(self.technician)
            ._render_qweb_html("after_sales_service.report_cash_receipt", payment.ids)[
                0
            ]
            .decode()
        )
        for text in (
            payment.name,
            "150.00",
            "50.00",
            self.invoice.name,
            self.order.name,
            self.customer.name,
            self.employee.name,
        ):
            self.assertIn(text, html)

    def test_receipt_of_somebody_else_is_refused(self):
        payment = self.own._register_cash(150)
        with self.assertRaises(AccessError):
            self.env["ir.actions.report"].with_user(self.stranger)._render_qweb_html(
                "after_sales_service.report_cash_receipt", payment.ids
            )
        self.assertFalse(
            self.env["account.payment"].with_user(self.stranger).search([])
        )

    def test_accountants_who_are_technicians_see_every_payment(self):
        other = self.env["account.payment"].create(
            {"partner_id": self.customer.id, "amount": 5, "payment_type": "inbound"}
        )
        self.accountant.group_ids += self.env.ref(
            "after_sales_service.after_sales_group_technician"
        )
        self.assertIn(
            other, self.env["account.payment"].with_user(self.accountant).search([])
        )

    def test_more_than_the_rest_is_refused(self):
        with self.assertRaisesRegex(UserError, r"Only .*200\.00 are left to pay"):
            self.own._register_cash(201)

    def test_nothing_is_refused(self):
        for amount in (0, -5):
            with self.assertRaisesRegex(UserError, "Enter the amount"):
                self.own._register_cash(amount)

    def test_limit_holds_for_the_order_not_for_the_payment(self):
        self.company.after_sales_cash_limit = 150
        self.own._register_cash(100)
        with self.assertRaisesRegex(UserError, r"At most .*150\.00"):
            self.own._register_cash(51)
        self.own._register_cash(50)

    def test_paid_invoice_is_not_paid_again(self):
        self.own._register_cash(200)
        with self.assertRaisesRegex(UserError, "if there is one, it is paid"):
            self.own._register_cash(200)
        self.assertEqual(self.order.amount_cash, 200)

    def test_draft_invoice_is_not_paid(self):
        self.company.after_sales_invoice_post = False
        order, _invoice = self._invoice_job((self.labour, 1, 0))
        with self.assertRaisesRegex(UserError, "No posted invoice"):
            order.with_user(self.technician)._register_cash(200)

    def test_two_at_once_make_one_payment(self):
        move = self.env.registry["account.move"]
        with (
            patch.object(move, "lock_for_update", side_effect=LockError("busy")),
            self.assertRaisesRegex(UserError, "Somebody else is registering"),
        ):
            self.own._register_cash(200)
        self.assertEqual(self.order.amount_cash, 0)

    def test_without_box_it_is_said_how_to_get_one(self):
        self.employee.after_sales_cash_journal_id = False
        with self.assertRaisesRegex(UserError, "You have no cash box"):
            self.own.action_collect_cash()

    def test_user_without_employee_is_told(self):
        with self.assertRaisesRegex(UserError, "You are no employee"):
            self.order.with_user(self.supervisor)._register_cash(200)

    def test_box_in_another_currency_is_refused(self):
        currency = self.env["res.currency"].create({"name": "BXC", "symbol": "B"})
        self.box.currency_id = currency
        with self.assertRaisesRegex(UserError, "kept in BXC"):
            self.own._register_cash(200)

    def test_stranger_may_not_collect(self):
        with self.assertRaises(AccessError):
            self.order.with_user(self.stranger)._register_cash(200)

    def test_technician_may_not_touch_payments(self):
        payment = self.own._register_cash(200).with_user(self.technician)
        self.assertEqual(payment.amount, 200)
        with self.assertRaises(AccessError):
            payment.write({"amount": 1})
        with self.assertRaises(AccessError):
            payment.action_draft()
        with self.assertRaises(AccessError):
            payment.create({"amount": 1})

    def test_only_accountants_make_boxes(self):
        with self.assertRaisesRegex(AccessError, "Only the accounting administrator"):
            self.stranger_employee.with_user(self.supervisor).action_create_cash_box()
        with self.assertRaisesRegex(UserError, "has a cash box already"):
            self.employee.action_create_cash_box()


@tagged("post_install", "-at_install")
class TestHandover(BillingCommon):
    """The technician's cash comes to finance, entry by entry."""

    def setUp(self):
        super().setUp()
        for _index in range(2):
            order, _invoice = self._invoice_job((self.labour, 1, 0))
            order.with_user(self.technician)._register_cash(200)
        self.handover = (
            self.env["after.sales.cash.handover"].with_user(self.technician).create({})
        )

    def _confirm(self, counted, reason=False):
        handover = self.handover.with_user(self.accountant)
        handover.write({"amount_counted": counted, "difference_reason": reason})
        handover.action_confirm()

    def test_all_open_cash_is_preselected(self):
        self.assertEqual(self.handover.technician_id, self.employee)
        self.assertRegex(self.handover.name, r"CH/\d{4}/\d+")
        self.assertEqual(len(self.handover.payment_ids), 2)
        self.assertEqual(self.handover.amount_expected, 400)

    def test_a_payment_can_be_left_out(self):
        payment = self.handover.payment_ids[0]
        payment.with_user(self.technician).action_after_sales_leave_out()
        self.assertEqual(self.handover.amount_expected, 200)
        self.handover.action_take_open_payments()
        self.assertEqual(self.handover.amount_expected, 400)

    def test_confirmed_cash_is_booked_into_the_companys_cash(self):
        self.handover.action_hand_over()
        self.assertEqual(self.employee.after_sales_cash_on_hand, 400)
        self._confirm(400)
        self.assertEqual(self.handover.state, "confirmed")
        self.assertEqual(self.handover.receiver_id, self.accountant)
        move = self.handover.sudo().move_id
        self.assertEqual(move.state, "posted")
        self.assertEqual(move.journal_id, self.finance_journal)
        self.assertEqual(
            self._entry(move),
            sorted(
                [
                    (self.finance_journal.default_account_id.code, 400, 0),
                    (self.box.default_account_id.code, 0, 400),
                ]
            ),
        )
        self.assertEqual(self.employee.after_sales_cash_on_hand, 0)

    def test_missing_cash_needs_a_reason_and_is_booked_as_loss(self):
        self.handover.action_hand_over()
        with self.assertRaisesRegex(UserError, "Enter the reason"):
            self._confirm(390)
        self._confirm(390, "Wrong change given")
        self.assertEqual(
            self._entry(self.handover.sudo().move_id),
            sorted(
                [
                    (self.finance_journal.default_account_id.code, 390, 0),
                    (self.box.loss_account_id.code, 10, 0),
                    (self.box.default_account_id.code, 0, 400),
                ]
            ),
        )

    def test_surplus_is_booked_as_profit(self):
        self.handover.action_hand_over()
        self._confirm(405, "Tip nobody claimed")
        self.assertIn(
            (self.box.profit_account_id.code, 0, 5),
            self._entry(self.handover.sudo().move_id),
        )

    def test_box_with_an_outstanding_account_is_emptied_and_matched(self):
        self.handover.payment_ids.with_user(
            self.technician
        ).action_after_sales_leave_out()
        self.box.inbound_payment_method_line_ids.payment_account_id = False
        order, _invoice = self._invoice_job((self.labour, 1, 0))
        payment = order.with_user(self.technician)._register_cash(200)
        waiting = payment._seek_for_lines()[0]
        self.assertNotEqual(waiting.account_id, self.box.default_account_id)
        self.handover.action_take_open_payments()
        self.handover.action_hand_over()
        self._confirm(600)
        self.assertTrue(waiting.reconciled)
        self.assertTrue(payment.is_matched)
        self.assertEqual(len(self.handover.sudo().move_id.line_ids), 3)

    def test_without_finance_journal_it_is_said_what_to_set_up(self):
        self.company.after_sales_cash_journal_id = False
        self.handover.action_hand_over()
        with self.assertRaisesRegex(UserError, "Cash From Technicians Goes to"):
            self._confirm(400)

    def test_nothing_to_hand_over_is_said(self):
        self.handover.payment_ids.with_user(
            self.technician
        ).action_after_sales_leave_out()
        with self.assertRaisesRegex(UserError, "has no cash to hand over"):
            self.handover.action_hand_over()

    def test_technician_neither_counts_nor_confirms(self):
        self.handover.action_hand_over()
        with self.assertRaisesRegex(AccessError, "Only accountants count"):
            self.handover.write({"amount_counted": 400})
        with self.assertRaisesRegex(AccessError, "Only accountants count"):
            self.handover.action_confirm()

    def test_nobody_confirms_their_own_cash(self):
        self.technician.group_ids += self.env.ref("account.group_account_user")
        self.handover.action_hand_over()
        with self.assertRaisesRegex(UserError, "cannot confirm your own cash"):
            self.handover.action_confirm()

    def test_handed_over_is_not_changed_any_more(self):
        self.handover.action_hand_over()
        payment = self.handover.payment_ids[0].with_user(self.technician)
        with self.assertRaisesRegex(UserError, "handed over already"):
            payment.action_after_sales_leave_out()
        with self.assertRaisesRegex(UserError, "was handed over with"):
            payment.sudo().action_draft()
        with self.assertRaisesRegex(UserError, "Send it back first"):
            self.handover.sudo().unlink()
        with self.assertRaisesRegex(UserError, "handed over already"):
            self.handover.write({"technician_id": self.employee.id})

    def test_sent_back_and_cancelled_cash_is_in_the_box_again(self):
        self.handover.action_hand_over()
        self.handover.with_user(self.accountant).action_send_back()
        self.assertEqual(self.handover.state, "draft")
        self.handover.action_cancel()
        self.assertFalse(self.handover.payment_ids)
        again = self.handover.create({})
        self.assertEqual(again.amount_expected, 400)

    def test_stranger_sees_and_makes_no_foreign_handover(self):
        with self.assertRaises(AccessError):
            self.handover.with_user(self.stranger).action_hand_over()
        with self.assertRaises(AccessError):
            self.handover.with_user(self.stranger).create(
                {"technician_id": self.employee.id}
            )

    def test_second_confirmation_is_refused(self):
        self.handover.action_hand_over()
        self._confirm(400)
        with self.assertRaisesRegex(UserError, "cannot become"):
            self.handover.with_user(self.accountant).action_confirm()

    def test_entry_that_cannot_be_posted_leaves_nothing_half_done(self):
        self.handover.action_hand_over()
        self.finance_journal.default_account_id.active = False
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._confirm(400)
        self.env.invalidate_all()
        self.assertEqual(self.handover.state, "handed")
        self.assertFalse(self.handover.sudo().move_id)
