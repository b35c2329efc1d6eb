"""Money that cannot be booked is refused with a sentence, and nothing is booked."""

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import BillingCommon

LOCKS = ("fiscalyear_lock_date", "hard_lock_date")


@tagged("post_install", "-at_install")
@freeze_time("2026-03-09 09:00:00")
class TestCashRefused(BillingCommon):
    """Closed days, missing journals and accounts: on the spot and at the hand-over."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bank = cls.env["account.journal"].create(
            {"name": "Card terminal", "type": "bank", "code": "TCRD"}
        )
        cls.company.after_sales_card_journal_id = cls.bank
        cls.order, cls.invoice = cls._invoice_job((cls.labour, 1, 0))
        cls.own = cls.order.with_user(cls.technician)
        cls.today = fields.Date.to_date("2026-03-09")

    def _count(self):
        self.env.invalidate_all()
        models = ("account.payment", "account.move", "account.move.line")
        return [self.env[model].search_count([]) for model in models]

    def _assert_refused(self, sentence, *calls):
        """Assert that each call says ``sentence`` and books nothing."""
        before = self._count(), self.invoice.amount_residual, self.order.message_ids
        for call in calls:
            with self.assertRaisesRegex(UserError, sentence):
                call()
            after = self._count(), self.invoice.amount_residual, self.order.message_ids
            self.assertEqual(after, before)

    def _take_each_way(self):
        return [
            lambda method=method: self.own._register_cash(200, method)
            for method in ("cash", "card", "transfer")
        ]

    # === CLOSED DAYS === #
    def test_no_money_is_taken_on_a_closed_day(self):
        for lock in LOCKS:
            with self.subTest(lock=lock), self.cr.savepoint() as savepoint:
                self.company[lock] = self.today
                self._assert_refused(
                    "closed up to 03/09/2026.*Take or hand over no money",
                    *self._take_each_way(),
                    self.own.action_collect_cash,
                )
                savepoint.rollback()

    def test_no_money_is_taken_for_a_draft_on_a_closed_day(self):
        self.company.after_sales_cash_draft = True
        self.invoice.button_draft()
        self.company.fiscalyear_lock_date = self.today
        self._assert_refused("closed up to 03/09/2026", *self._take_each_way())

    def test_the_day_after_the_lock_is_open(self):
        self.company.fiscalyear_lock_date = "2026-03-08"
        self.company.sale_lock_date = self.today  # of invoices, not of money
        payment = self.own._register_cash(200)
        self.assertEqual((payment.date, payment.move_id.date), (self.today, self.today))
        self.assertEqual(self.invoice.payment_state, "paid")

    def test_whom_finance_excepts_may_take_money(self):
        self.company.fiscalyear_lock_date = self.today
        self.env["account.lock_exception"].create(
            {
                "company_id": self.company.id,
                "user_id": self.technician.id,
                "fiscalyear_lock_date": "2026-03-01",
                "reason": "Late shift",
            }
        )
        payment = self.own._register_cash(200)
        self.assertEqual(payment.move_id.date, self.today)

    # === HAND-OVER === #
    def _hand_over(self):
        self.own._register_cash(200)
        handover = self.env["after.sales.cash.handover"].with_user(self.technician)
        handover = handover.create({})
        handover.action_hand_over()
        counted = handover.with_user(self.accountant)
        counted.amount_counted = 200
        return counted

    def test_no_hand_over_is_booked_on_a_closed_day(self):
        counted = self._hand_over()
        for lock in LOCKS:
            with self.subTest(lock=lock), self.cr.savepoint() as savepoint:
                self.company[lock] = self.today
                self._assert_refused("closed up to 03/09/2026", counted.action_confirm)
                self.assertRecordValues(
                    counted,
                    [{"state": "handed", "move_id": False, "date_confirmed": False}],
                )
                savepoint.rollback()

    def test_a_hand_over_without_journal_or_account_stays_open(self):
        counted = self._hand_over()
        self.company.after_sales_cash_journal_id = False
        self._assert_refused("Choose one in the after-sales", counted.action_confirm)
        self.company.after_sales_cash_journal_id = self.finance_journal
        (self.box | self.finance_journal).loss_account_id = False
        counted.write({"amount_counted": 190, "difference_reason": "Wrong change"})
        self._assert_refused(
            "Enter the profit and loss accounts", counted.action_confirm
        )
        self.assertEqual((counted.state, counted.move_id.id), ("handed", False))
        self.assertEqual(self.employee.after_sales_cash_on_hand, 200)

    # === MISSING ACCOUNTS === #
    def test_no_account_on_which_payments_wait(self):
        (
            self.box | self.bank
        ).inbound_payment_method_line_ids.payment_account_id = False
        self._remove_outstanding_account()
        self._assert_refused(
            "on which account incoming payments wait", *self._take_each_way()
        )

    def test_the_charts_account_is_enough(self):
        self.bank.inbound_payment_method_line_ids.payment_account_id = False
        payment = self.own._register_cash(200, "card")
        self.assertEqual(payment.move_id.state, "posted")
        self.assertEqual(self.order.amount_due, 0)

    def _remove_outstanding_account(self):
        self.env["ir.model.data"].search(
            [
                ("module", "=", "account"),
                ("name", "=like", "%account_journal_payment_debit_account_id"),
            ]
        ).unlink()
        self.company.transfer_account_id = False

    def test_no_cash_box_and_no_bank_journal(self):
        self.employee.after_sales_cash_journal_id = False
        self._assert_refused(
            "You have no cash box", lambda: self.own._register_cash(200)
        )
        self.company.after_sales_card_journal_id = False
        self._assert_refused("takes no cards and transfers", *self._take_each_way()[1:])
        self._assert_refused("You have no cash box", self.own.action_collect_cash)

    def test_journal_without_incoming_payment_method(self):
        self.bank.inbound_payment_method_line_ids = [Command.clear()]
        self._assert_refused(
            "no account or no incoming payment", *self._take_each_way()[1:]
        )
