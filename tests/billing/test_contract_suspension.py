from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .test_contract_billing import ContractBillingCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-01-01 10:00:00")
class TestContractSuspension(ContractBillingCommon):
    """A quarter of 90 days costs 300.00; the contract rests for some of them."""

    def _rest(self, contract, until_evening, activate):
        """Suspend at ``until_evening``, start again on the day ``activate``."""
        with freeze_time(f"{until_evening} 10:00:00"):
            contract._suspend("Unpaid")
        with freeze_time(f"{activate} 10:00:00"):
            contract.action_activate()

    def _sum(self, contract):
        return round(sum(row[2] for row in self._rows(contract)), 2)

    def test_what_is_billed_afterwards_leaves_the_rest_out(self):
        contract = self._create_priced(bill_timing="arrears")
        # From 16 January to 14 February: 30 of 90 days.
        self._rest(contract, "2026-01-15", "2026-02-15")
        self._run("2026-04-01")
        self.assertEqual(self._rows(contract), [("2026-01-01", "2026-03-31", 200.0)])
        self.assertEqual(contract.period_ids.move_id.amount_untaxed, 200.0)

    def test_what_was_paid_in_advance_is_credited(self):
        contract = self._create_priced()
        self._run("2026-01-01")
        self._rest(contract, "2026-01-15", "2026-02-15")
        credit = contract.period_ids.filtered(lambda row: row.kind == "credit")
        self.assertRecordValues(
            credit,
            [
                {
                    "date_from": fields.Date.to_date("2026-01-16"),
                    "date_to": fields.Date.to_date("2026-02-14"),
                    "amount": -100.0,
                }
            ],
        )
        self.assertEqual(credit.move_id.move_type, "out_refund")
        self.assertEqual(credit.move_id.state, "draft")
        self.assertEqual(self._sum(contract), 200.0)
        # The next quarter is whole again.
        self._run("2026-04-01")
        self.assertEqual(self._sum(contract), 500.0)

    def test_across_two_periods_to_the_cent(self):
        arrears = self._create_priced(
            bill_timing="arrears", bill_interval="month", price=100.0
        )
        advance = self._create_priced(
            self.other_unit, bill_interval="month", price=100.0
        )
        self._run("2026-01-01")
        # 28 January to 10 March: 4 of 31, all of February, 10 of 31 days.
        with freeze_time("2026-01-27 10:00:00"):
            (arrears | advance)._suspend("Unpaid")
        self._run("2026-02-01")
        with freeze_time("2026-03-11 10:00:00"):
            (arrears | advance).action_activate()
        for day in ("2026-03-11", "2026-04-01"):
            self._run(day)
        months = [row for row in self._rows(arrears) if row[0] < "2026-04-01"]
        self.assertEqual([row[2] for row in months], [87.1, 0.0, 67.74])
        # Paid in advance and credited it comes to the same, April comes on top.
        self.assertEqual(self._sum(advance), round(87.1 + 67.74 + 100, 2))

    def test_agreed_otherwise_all_days_are_billed(self):
        contract = self._create_priced(bill_timing="arrears", is_suspension_billed=True)
        self._rest(contract, "2026-01-15", "2026-02-15")
        self._run("2026-04-01")
        self.assertEqual(self._sum(contract), 300.0)

    def test_ended_while_it_rested(self):
        contract = self._create_priced()
        self._run("2026-01-01")
        with freeze_time("2026-01-15 10:00:00"):
            contract._suspend("Unpaid")
        with freeze_time("2026-01-31 10:00:00"):
            contract._terminate("Never paid")
        # 15 of 90 days were covered: 300 / 90 × 15.
        self.assertEqual(self._sum(contract), 50.0)
        self.assertEqual(f"{contract.suspension_ids.date_to}", "2026-01-31")

    def test_active_again_the_same_day_it_never_rested(self):
        contract = self._create_priced()
        contract._suspend("By mistake")
        contract.action_activate()
        self.assertFalse(contract.suspension_ids)
        self._run("2026-01-01")
        self.assertEqual(self._sum(contract), 300.0)

    def test_a_resting_contract_is_not_invoiced_by_hand(self):
        contract = self._create_priced()
        contract._suspend("Unpaid")
        with self.assertRaisesRegex(UserError, "is suspended"):
            contract.with_user(self.supervisor).action_bill()

    def test_the_book_of_rests_is_the_server_s(self):
        contract = self._create_priced()
        contract.with_user(self.supervisor)._suspend("Unpaid")
        row = contract.suspension_ids
        self.assertEqual(row.with_user(self.technician).reason, "Unpaid")
        for user in (self.supervisor, self.manager, self.accountant):
            with self.assertRaises(AccessError):
                row.with_user(user).write({"date_from": "2026-06-01"})
        with self.assertRaises(AccessError):
            row.with_user(self._create_stranger()).read(["reason"])

    def _create_stranger(self):
        company = self.env["res.company"].create({"name": "Another company"})
        return self.supervisor.copy(
            {
                "login": "supervisor.elsewhere",
                "company_id": company.id,
                "company_ids": [(6, 0, company.ids)],
            }
        )
