from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import BillingCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-09 09:00:00")
class TestCashMethods(BillingCommon):
    """Cards, transfers, drafts, limits, reminders and the ledger of cash."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bank = cls.env["account.journal"].create(
            {"name": "Card terminal", "type": "bank", "code": "TCRD"}
        )
        cls.bank.inbound_payment_method_line_ids.payment_account_id = (
            cls.bank.default_account_id
        )
        cls.company.after_sales_card_journal_id = cls.bank

    def _job(self, **vals):
        order, invoice = self._invoice_job((self.labour, 1, 0), **vals)
        return order.with_user(self.technician), invoice

    # === CARD AND TRANSFER === #
    def test_card_goes_to_the_bank_and_not_into_the_box(self):
        own, invoice = self._job()
        self.company.after_sales_cash_limit = 1
        payment = own._register_cash(200, "card")
        self.assertEqual(
            self._entry(payment.move_id),
            sorted(
                [
                    (self.bank.default_account_id.code, 200, 0),
                    (self.customer.property_account_receivable_id.code, 0, 200),
                ]
            ),
        )
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(own.amount_cash, 0)
        self.assertEqual(self.employee.after_sales_cash_on_hand, 0)
        self.assertIn("taken by card", own.message_ids[0].body)
        handover = (
            self.env["after.sales.cash.handover"].with_user(self.technician).create({})
        )
        self.assertFalse(handover.payment_ids)

    def test_wizard_offers_the_usual_way_first(self):
        own, _invoice = self._job()
        wizard = (
            self.env["after.sales.cash.collect"]
            .with_user(self.technician)
            .with_context(default_order_id=own.id)
            .create({})
        )
        self.assertEqual((wizard.method, wizard.amount), ("cash", 200))
        wizard.method = "transfer"
        wizard.action_apply()
        self.assertEqual(own.amount_due, 0)
        self.assertIn("shown as transferred", own.message_ids[0].body)

    def test_cards_without_a_box(self):
        own, _invoice = self._job()
        self.employee.after_sales_cash_journal_id = False
        self.assertEqual(own._get_collect_methods(), ["card", "transfer"])
        own.action_collect_cash()
        self.company.after_sales_card_journal_id = False
        with self.assertRaisesRegex(UserError, "You have no cash box"):
            own.action_collect_cash()
        with self.assertRaisesRegex(UserError, "takes no cards and transfers"):
            own._register_cash(200, "card")

    # === WHAT IS MISSING === #
    def test_nothing_is_half_posted_when_something_is_missing(self):
        own, invoice = self._job()
        payments = self.env["account.payment"].search_count([])
        moves = self.env["account.move"].search_count([])
        self.box.inbound_payment_method_line_ids.unlink()
        with self.assertRaisesRegex(UserError, "no account or no incoming payment"):
            own._register_cash(200)
        self.assertEqual(self.env["account.payment"].search_count([]), payments)
        self.assertEqual(self.env["account.move"].search_count([]), moves)
        self.assertEqual(invoice.amount_residual, 200)

    def test_customer_without_account_is_named(self):
        own, invoice = self._job()
        self.customer.property_account_receivable_id = False
        with self.assertRaisesRegex(UserError, "Jiangnan Water Works has no receiv"):
            own._register_cash(200)
        self.assertEqual(invoice.amount_residual, 200)

    def test_journal_of_another_company_is_refused(self):
        own, _invoice = self._job()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        foreign = self.env["account.journal"].create(
            {"name": "Box", "type": "cash", "code": "FBOX", "company_id": other.id}
        )
        self.env.cr.execute(
            "UPDATE hr_employee SET after_sales_cash_journal_id = %s WHERE id = %s",
            [foreign.id, self.employee.id],
        )
        self.employee.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "Your cash box belongs to Elsewhere"):
            own._register_cash(200)

    # === LIMIT OF THE BOX === #
    def test_box_holds_no_more_than_its_limit(self):
        self.employee.after_sales_cash_limit = 300
        own, _invoice = self._job()
        own._register_cash(200)
        second, _invoice = self._job()
        with self.assertRaisesRegex(
            UserError, r"You hold .*200.00 of at most .*300.00"
        ):
            second._register_cash(101)
        second._register_cash(100)
        second._register_cash(100, "card")
        self.assertEqual(second.amount_due, 0)

    def test_colleagues_without_hr_rights_still_read_technicians(self):
        own, _invoice = self._job()
        for user in (self.accountant, self.supervisor, self.auditor):
            self.env.invalidate_all()
            with self.subTest(user=user.name):
                self.assertEqual(
                    own.with_user(user).technician_id.display_name, self.employee.name
                )
                own.with_user(user).technician_id.read(["user_id"])

    # === DRAFT INVOICE === #
    def test_money_for_a_draft_is_matched_when_it_is_posted(self):
        self.company.write(
            {"after_sales_invoice_post": False, "after_sales_cash_draft": True}
        )
        own, invoice = self._job()
        self.assertEqual(invoice.state, "draft")
        self.assertTrue(own.is_to_collect)
        with self.assertRaisesRegex(UserError, r"Only .*200.00 are left"):
            own._register_cash(201)
        payment = own._register_cash(150)
        self.assertEqual(payment.move_id.state, "posted")
        self.assertEqual(invoice.state, "draft")
        with self.assertRaisesRegex(UserError, r"Only .*50.00 are left"):
            own._register_cash(51)
        own._register_cash(50)
        with self.assertRaisesRegex(UserError, "No posted invoice"):
            own._register_cash(1)
        invoice.with_user(self.accountant).action_post()
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(self.employee.after_sales_cash_on_hand, 200)

    def test_drafts_are_not_paid_unless_the_company_wants_it(self):
        self.company.after_sales_invoice_post = False
        own, _invoice = self._job()
        self.assertFalse(own.is_to_collect)
        with self.assertRaisesRegex(UserError, "No posted invoice"):
            own._register_cash(200)

    # === LEDGER AND REMINDERS === #
    def test_ledger_tells_what_was_in_the_box_after_each_row(self):
        for day in ("2026-03-01", "2026-03-02"):
            with freeze_time(f"{day} 09:00:00"):
                self._job()[0]._register_cash(200)
        handover = (
            self.env["after.sales.cash.handover"].with_user(self.technician).create({})
        )
        handover.action_hand_over()
        counted = handover.with_user(self.accountant)
        counted.write({"amount_counted": 390, "difference_reason": "Wrong change"})
        counted.action_confirm()
        self._job()[0]._register_cash(100)
        self.env.flush_all()
        ledger = self.env["after.sales.cash.ledger"]
        rows = ledger.with_user(self.technician).search([], order="date, id")
        self.assertEqual(
            sorted(zip(rows.mapped("amount"), rows.mapped("balance"), strict=True)),
            # On one day what was taken stands before what was handed over.
            [(-400, 100), (100, 500), (200, 200), (200, 400)],
        )
        self.assertEqual(
            sum(rows.mapped("amount")), self.employee.after_sales_cash_on_hand
        )
        self.assertFalse(ledger.with_user(self.stranger).search([]))
        with self.assertRaises(AccessError):
            ledger.with_user(self.agent).search([])

    def test_cash_that_stays_too_long_is_reminded(self):
        self._job()[0]._register_cash(200)
        payment = self.env["account.payment"].search(
            [("after_sales_technician_id", "=", self.employee.id)]
        )
        remind = self.env["hr.employee"]._cron_remind_of_cash
        with freeze_time("2026-03-16 09:00:00"):
            remind()
            self.assertFalse(payment.activity_ids)
        with freeze_time("2026-03-17 09:00:00"):
            remind()
            remind()
            self.assertEqual(payment.activity_ids.user_id, self.technician)
            self.assertIn("200.00", payment.activity_ids.summary)
        with freeze_time("2026-03-25 09:00:00"):
            remind()
            remind()
            self.assertEqual(
                payment.activity_ids.user_id, self.technician | self.supervisor
            )
            handover = (
                self.env["after.sales.cash.handover"]
                .with_user(self.technician)
                .create({})
            )
            handover.action_hand_over()
            self.assertFalse(payment.activity_ids)
            remind()
            self.assertFalse(payment.activity_ids)

    # === BRING-IN === #
    def _bring_in(self):
        pump = self._create_product(
            name="Pump", tracking="serial", after_sales_register="unit"
        )
        lot = self._create_lots(pump, ["P-1"])
        unit = self._create_unit(pump, name="P-1", lot_id=lot.id)
        goods = self.company.after_sales_customer_goods_location_id
        self.env["stock.quant"]._update_available_quantity(
            pump, goods, 1, lot_id=lot, owner_id=self.customer
        )
        order = self._complete_job(
            (self.labour, 1, 0), kind="bring_in", unit_id=unit.id
        )
        return order, pump, lot

    def _send_home(self, pump, lot):
        goods = self.company.after_sales_customer_goods_location_id
        home = self.env.ref("stock.stock_location_customers")
        base = {
            "product_id": pump.id,
            "location_id": goods.id,
            "location_dest_id": home.id,
        }
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.after_sales_goods_out_type_id.id,
                "partner_id": self.customer.id,
                "location_id": goods.id,
                "location_dest_id": home.id,
                "move_ids": [
                    Command.create(
                        base
                        | {
                            "product_uom_qty": 1,
                            "picked": True,
                            "move_line_ids": [
                                Command.create(
                                    base
                                    | {
                                        "lot_id": lot.id,
                                        "owner_id": self.customer.id,
                                        "quantity": 1,
                                        "picked": True,
                                    }
                                )
                            ],
                        }
                    )
                ],
            }
        )
        picking.with_user(self.clerk)._action_done()

    def test_a_bring_in_repair_is_invoiced_the_day_it_goes_home(self):
        order, pump, lot = self._bring_in()
        self.assertEqual(order.invoice_state, "todo")
        self._send_home(pump, lot)
        invoice = order._get_invoices()
        self.assertEqual(invoice.state, "posted")
        self.assertEqual(invoice.invoice_date, fields.Date.to_date("2026-03-09"))

    def test_the_setting_leaves_it_to_the_office(self):
        self.company.after_sales_invoice_at_return = False
        order, pump, lot = self._bring_in()
        self._send_home(pump, lot)
        self.assertEqual(order.invoice_state, "todo")

    def test_the_unit_goes_home_though_it_cannot_be_invoiced(self):
        order, pump, lot = self._bring_in()
        self.customer.property_account_receivable_id = False
        self.env["account.account"].search(
            [("account_type", "=", "asset_receivable")]
        ).active = False
        self._send_home(pump, lot)
        self.assertEqual(lot.location_id.usage, "customer")
        self.assertFalse(order._get_invoices())
        self.assertEqual(order.activity_ids[-1:].user_id, self.supervisor)
