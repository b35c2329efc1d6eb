from contextlib import suppress
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_cron import IrCron

from ..warranty.test_contract import ContractCommon

CONTRACTS = 100
BUDGET = 6.0  # queries a contract, from the list of due ones to the posted invoice
BUDGET_DRAFT = 2.5  # the same, to the draft


class ContractBillingCommon(ContractCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.account_sale_tax_id = False
        cls.company.after_sales_invoice_post = False
        cls.accountant = new_test_user(
            cls.env, login="accountant.contract", groups="account.group_account_invoice"
        )
        cls.service = cls._create_product(
            name="Full service",
            type="service",
            is_storable=False,
            invoice_policy="order",
        )

    @classmethod
    def _create_priced(cls, *units, **vals):
        contract = cls._create_contract(
            *units,
            **{
                "price": 300.0,
                "bill_interval": "quarter",
                "product_id": cls.service.id,
            }
            | vals,
        )
        contract.action_activate()
        return contract

    def _run(self, day):
        """Let the nightly job run on ``day``; tests may not commit."""
        with (
            freeze_time(f"{day} 03:00:00"),
            patch.object(IrCron, "_commit_progress", return_value=60.0),
        ):
            self.env["after.sales.contract"]._cron_bill()

    def _rows(self, contract):
        return [
            (f"{row.date_from}", f"{row.date_to}", row.amount)
            for row in contract.period_ids.sorted("date_from")
        ]


@tagged("post_install", "-at_install")
@freeze_time("2026-01-01 10:00:00")
class TestContractBilling(ContractBillingCommon):
    def test_a_quarter_in_advance(self):
        contract = self._create_priced(reference="PO-17")
        self.assertEqual(f"{contract.date_next_bill}", "2026-01-01")
        self._run("2026-01-01")
        invoice = contract.period_ids.move_id
        self.assertRecordValues(
            invoice,
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": self.customer.id,
                    "amount_untaxed": 300.0,
                    "state": "draft",
                    "ref": "PO-17",
                    "invoice_origin": contract.name,
                }
            ],
        )
        line = invoice.invoice_line_ids
        self.assertEqual(line.product_id, self.service)
        self.assertEqual(line.after_sales_contract_id, contract)
        self.assertEqual(line.after_sales_period_id, contract.period_ids)
        self.assertIn(contract.name, line.name)
        self.assertEqual(invoice.after_sales_contract_ids, contract)
        self.assertEqual(
            self.env["account.move"].search(
                [("after_sales_contract_ids", "in", contract.ids)]
            ),
            invoice,
        )
        self.assertEqual(f"{contract.date_next_bill}", "2026-04-01")

    def test_once_for_each_period_however_often_the_job_runs(self):
        contract = self._create_priced()
        for day in ("2026-01-01", "2026-01-01", "2026-01-02", "2026-04-01"):
            self._run(day)
        self._run("2026-04-01")
        self.assertEqual(
            self._rows(contract),
            [("2026-01-01", "2026-03-31", 300.0), ("2026-04-01", "2026-06-30", 300.0)],
        )

    def test_what_was_missed_is_made_up_for(self):
        contract = self._create_priced()
        self._run("2026-08-01")
        self.assertEqual(len(contract.period_ids), 3)

    def test_arrears_with_calendar_quarters(self):
        contract = self._create_priced(
            date_start="2026-02-10",
            date_end="2026-07-14",
            bill_timing="arrears",
            is_calendar_billed=True,
            price=900.0,
        )
        self._run("2026-03-31")
        self.assertFalse(contract.period_ids)
        self._run("2026-04-01")
        self.assertEqual(self._rows(contract), [("2026-02-10", "2026-03-31", 500.0)])
        with freeze_time("2026-07-15 03:00:00"):
            self.env["after.sales.contract"]._cron_expire()
        self._run("2026-07-15")
        self.assertEqual(contract.state, "expired")
        self.assertEqual(sum(row[2] for row in self._rows(contract)), 1536.96)
        self.assertFalse(contract.date_next_bill)

    def test_a_price_for_each_unit(self):
        contract = self._create_priced(self.unit, self.other_unit, price_mode="unit")
        self._run("2026-01-01")
        with freeze_time("2026-02-01 10:00:00"):
            self._amend(
                contract,
                date="2026-02-01",
                reason="Sold",
                remove_unit_ids=[Command.set(self.unit.ids)],
            )
        self._run("2026-04-01")
        self.assertEqual([row[2] for row in self._rows(contract)], [600.0, 300.0])

    def test_suspended_contracts_wait(self):
        contract = self._create_priced()
        contract._suspend("Unpaid")
        self._run("2026-02-01")
        self.assertFalse(contract.period_ids)
        with freeze_time("2026-02-02 10:00:00"):
            contract.action_activate()
        self._run("2026-02-02")
        self.assertEqual(len(contract.period_ids), 1)

    def test_contracts_share_an_invoice_if_they_want_to(self):
        first = self._create_priced(is_invoice_shared=True)
        second = self._create_priced(
            self.other_unit, is_invoice_shared=True, price=100.0
        )
        alone = self._create_priced(self.other_unit)
        self._run("2026-01-01")
        shared = first.period_ids.move_id
        self.assertEqual(shared, second.period_ids.move_id)
        self.assertEqual(shared.amount_untaxed, 400.0)
        self.assertEqual(shared.after_sales_contract_count, 2)
        self.assertNotEqual(alone.period_ids.move_id, shared)

    def test_currency_terms_address_and_post(self):
        self.company.after_sales_invoice_post = True
        currency = self.env.ref("base.JPY")
        currency.active = True
        terms = self.env["account.payment.term"].create({"name": "60 days"})
        contract = self._create_priced(
            currency_id=currency.id,
            payment_term_id=terms.id,
            partner_invoice_id=self.site.id,
            price=1000.0,
            date_end="2026-01-10",
        )
        self._run("2026-01-01")
        invoice = contract.period_ids.move_id
        self.assertEqual(invoice.state, "posted")
        self.assertEqual(invoice.currency_id, currency)
        self.assertEqual(invoice.partner_id, self.site)
        self.assertEqual(invoice.invoice_payment_term_id, terms)
        # 10 of 90 days, in whole yen
        self.assertEqual(invoice.amount_untaxed, 111.0)

    def test_termination_credits_what_is_prepaid(self):
        contract = self._create_priced(price=900.0)
        self._run("2026-01-01")
        with freeze_time("2026-02-10 10:00:00"):
            contract._terminate("Plant closed")
        credit = contract.period_ids.filtered(lambda row: row.kind == "credit")
        # 49 of 90 days are left after 10 February
        self.assertEqual((f"{credit.date_from}", credit.amount), ("2026-02-11", -490.0))
        self.assertRecordValues(
            credit.move_id,
            [{"move_type": "out_refund", "state": "draft", "amount_untaxed": 490.0}],
        )
        self.assertEqual(
            credit.move_id.invoice_line_ids.after_sales_contract_id, contract
        )
        self._run("2026-12-31")
        self.assertEqual(len(contract.period_ids), 2)

    def test_termination_in_arrears_bills_the_days_used(self):
        contract = self._create_priced(bill_timing="arrears", price=900.0)
        with freeze_time("2026-02-10 10:00:00"):
            contract._terminate("Plant closed")
        self._run("2026-02-11")
        self.assertEqual(self._rows(contract), [("2026-01-01", "2026-02-10", 410.0)])

    def test_a_reversed_invoice_keeps_its_period_until_it_is_freed(self):
        self.company.after_sales_invoice_post = True
        contract = self._create_priced()
        self._run("2026-01-01")
        period = contract.period_ids
        with self.assertRaisesRegex(UserError, "has an invoice"):
            period.with_user(self.supervisor).action_bill_again()
        self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=period.move_id.ids
        ).create({"journal_id": period.move_id.journal_id.id}).refund_moves()
        reversal = period.sudo().move_id.reversal_move_ids
        reversal.action_post()
        self.assertEqual(period.state, "reversed")
        self._run("2026-01-02")
        self.assertEqual(len(contract.period_ids), 1)
        period.with_user(self.supervisor).action_bill_again()
        self._run("2026-01-03")
        self.assertEqual(len(contract.period_ids), 2)
        self.assertEqual(contract.period_ids.mapped("amount"), [300.0, 300.0])

    def test_what_is_missing_is_told_and_the_others_go_on(self):
        broken = self._create_priced(product_id=False)
        good = self._create_priced(self.other_unit)
        self._run("2026-01-01")
        self.assertEqual(len(good.period_ids), 1)
        self.assertFalse(broken.period_ids)
        self.assertIn(broken.name, broken.bill_problem)
        self.assertIn("“Invoiced as”", broken.bill_problem)
        self.assertEqual(len(broken.activity_ids), 1)
        self._run("2026-01-02")
        self.assertEqual(len(broken.activity_ids), 1)
        with self.assertRaisesRegex(UserError, f"{broken.name} has no product"):
            broken.action_bill()
        broken.product_id = self.service
        self._run("2026-01-03")
        self.assertFalse(broken.bill_problem)
        self.assertEqual(len(broken.period_ids), 1)

    def test_no_journal_or_account_is_told(self):
        contract = self._create_priced()
        self.service.property_account_income_id = False
        self.service.categ_id = False
        self.company.income_account_id = False
        journals = self.env["account.journal"].search([("type", "=", "sale")])
        journals.default_account_id = False
        self._run("2026-01-01")
        self.assertIn("has no income account", contract.bill_problem)
        journals.action_archive()
        self.env.cr.cache.clear()
        self._run("2026-01-02")
        self.assertIn("has no sales journal", contract.bill_problem)

    def test_one_that_fails_unforeseen_does_not_stop_the_others(self):
        broken = self._create_priced()
        good = self._create_priced(self.other_unit)
        original = type(broken)._prepare_period_vals

        def fail(contract, period):
            if contract == broken:
                raise UserError("The accounts of 2026 are locked.")
            return original(contract, period)

        with patch.object(type(broken), "_prepare_period_vals", fail):
            self._run("2026-01-01")
        self.assertEqual(len(good.period_ids), 1)
        self.assertIn("are locked", broken.bill_problem)

    def test_the_job_dies_and_goes_on(self):
        contracts = [self._create_priced() for _n in range(3)]
        run = "odoo.addons.after_sales_service.models.billing.contract_run"
        # Not assertRaises: it would roll back what the job had committed.
        with (
            freeze_time("2026-01-01 03:00:00"),
            patch.object(IrCron, "_commit_progress", side_effect=KeyboardInterrupt),
            patch(f"{run}.BATCH", 1),
            suppress(KeyboardInterrupt),
        ):
            self.env["after.sales.contract"]._cron_bill()
        self.assertEqual([len(row.period_ids) for row in contracts], [1, 0, 0])
        self._run("2026-01-01")
        self.assertEqual([len(row.period_ids) for row in contracts], [1, 1, 1])

    def test_the_database_refuses_a_second_invoice(self):
        contract = self._create_priced()
        self._run("2026-01-01")
        vals = contract.period_ids.copy_data()[0] | {"contract_id": contract.id}
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self.env["after.sales.contract.period"].create(vals)

    def test_what_is_billed_is_not_cut_off_by_hand(self):
        contract = self._create_priced()
        self._run("2026-01-01")
        with self.assertRaisesRegex(ValidationError, "is invoiced until 03/31/2026"):
            contract.date_end = "2026-02-28"
        # A longer contract goes on where it was.
        contract.date_end = "2027-06-30"
        self._run("2027-12-01")
        self.assertEqual(sum(row[2] for row in self._rows(contract)), 1800.0)

    def test_the_renewal_is_billed_at_its_price(self):
        contract = self._create_priced()
        self._run("2026-12-01")
        with freeze_time("2026-12-05 10:00:00"):
            renewal = contract._renew(10.0, activate=True)
        self.assertEqual(renewal.price, 330.0)
        self._run("2026-12-31")
        self.assertFalse(renewal.period_ids)
        self._run("2027-01-01")
        self.assertEqual(self._rows(renewal), [("2027-01-01", "2027-03-31", 330.0)])

    def test_who_may_invoice(self):
        contract = self._create_priced()
        with self.assertRaises(AccessError):
            contract.with_user(self.agent).action_bill()
        contract.with_user(self.supervisor).action_bill()
        invoice = contract.period_ids.move_id
        own = invoice.with_user(self.accountant)
        self.assertEqual(own.after_sales_contract_count, 1)
        own.action_view_after_sales_contracts()
        contract.with_user(self.accountant).read(["name", "invoice_count"])
        with self.assertRaises(AccessError):
            contract.with_user(self.accountant).price = 1
        with self.assertRaises(UserError):
            contract.period_ids.unlink()

    def _count_queries(self, is_posted):
        """Return how many queries the job takes for each of ``CONTRACTS``."""
        self.company.after_sales_invoice_post = is_posted
        vals = self._create_priced().copy_data()[0]
        line = Command.create({"unit_id": self.unit.id})
        contracts = self.env["after.sales.contract"].create(
            [vals | {"line_ids": [line]} for _n in range(CONTRACTS)]
        )
        contracts.action_activate()
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self._run("2026-01-01")
        self.env.flush_all()
        queries = self.cr.sql_log_count - before
        invoices = contracts.period_ids.move_id
        self.assertEqual(len(invoices), CONTRACTS)
        self.assertEqual(
            set(invoices.mapped("state")), {"posted" if is_posted else "draft"}
        )
        return queries / CONTRACTS

    def test_many_contracts_cost_few_queries(self):
        self.assertLessEqual(self._count_queries(False), BUDGET_DRAFT)

    def test_posting_many_contracts_costs_few_queries(self):
        self.assertLessEqual(self._count_queries(True), BUDGET)

    def test_a_posted_invoice_is_dated_today(self):
        self.company.after_sales_invoice_post = True
        contract = self._create_priced()
        self._run("2026-01-03")
        invoice = contract.period_ids.move_id
        self.assertEqual(f"{invoice.invoice_date}", "2026-01-03")
        self.assertEqual(invoice.state, "posted")

    def test_the_next_date_is_kept_for_the_list(self):
        contract = self._create_priced(bill_interval="month")
        self._run("2026-02-15")
        self.assertEqual(contract.date_next_bill, fields.Date.to_date("2026-03-01"))
