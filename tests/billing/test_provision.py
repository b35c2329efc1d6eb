from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import BillingCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-01-10 09:00:00")
class TestProvision(BillingCommon):
    """What free repairs will still cost, as a draft entry with its rows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provision_account, cls.addition = cls.env["account.account"].create(
            [
                {
                    "name": "Provision",
                    "code": "T290",
                    "account_type": "liability_current",
                },
                {"name": "Addition", "code": "T690", "account_type": "expense"},
            ]
        )
        cls.company.write(
            {
                "after_sales_provision_account_id": cls.provision_account.id,
                "after_sales_provision_expense_account_id": cls.addition.id,
            }
        )
        cls.pump = cls._create_pump()
        cls._create_policy(cls.pump)
        cls.units = cls.env["after.sales.unit"].union(
            *(cls._create_unit(cls.pump, name=f"P-{number}") for number in range(4))
        )
        cls.units._create_covers_again()

    def _provision(self, **vals):
        provision = (
            self.env["after.sales.provision"].with_user(self.accountant).create(vals)
        )
        provision.action_compute()
        return provision

    def _repair(self):
        return self._complete_job((self.seal, 10, 100), unit_id=self.units[0].id)

    def test_without_repairs_nothing_is_set_aside(self):
        provision = self._provision()
        self.assertTrue(provision.line_ids)
        self.assertEqual(provision.amount_change, 0)
        with self.assertRaisesRegex(UserError, "Nothing is to be booked"):
            provision.action_create_entry()

    def test_cost_so_far_is_expected_of_the_months_left(self):
        self._repair()
        provision = self._provision(months_age=24)
        row = provision.line_ids
        # 120 in twelve months of four units; twelve months of each are left.
        self.assertEqual((row.product_id, row.units), (self.pump, 4))
        self.assertAlmostEqual(row.unit_months, 48, delta=1)
        self.assertAlmostEqual(row.amount, 120, delta=2)
        provision.action_create_entry()
        move = provision.move_id
        self.assertEqual(move.state, "draft")
        self.assertEqual(
            self._entry(move), [("T290", 0, row.amount), ("T690", row.amount, 0)]
        )
        move.action_post()
        again = self._provision(months_age=24)
        self.assertEqual((again.amount_booked, again.amount_change), (row.amount, 0))
        with self.assertRaisesRegex(UserError, "is posted"):
            provision.action_draft()

    def test_less_to_expect_releases_the_rest(self):
        self._repair()
        provision = self._provision(months_age=24)
        provision.action_create_entry()
        provision.move_id.action_post()
        with freeze_time("2026-07-10 09:00:00"):
            later = self._provision(months_age=24)
            self.assertLess(later.amount_change, 0)
            later.action_create_entry()
            self.assertEqual(
                self._entry(later.move_id)[0][:2], ("T290", -later.amount_change)
            )
            later.action_draft()
            self.assertEqual(later.state, "draft")
            self.assertFalse(later.move_id)

    def test_missing_accounts_are_said(self):
        self.company.after_sales_provision_account_id = False
        with self.assertRaisesRegex(UserError, "Choose in the after-sales settings"):
            self._provision()

    def test_it_is_the_accountants(self):
        provision = self._provision()
        with self.assertRaises(AccessError):
            provision.with_user(self.supervisor).read(["amount_expected"])
        with self.assertRaises(AccessError):
            provision.with_user(self.manager).action_compute()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.accountant.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        self.assertFalse(provision.with_user(self.accountant).search([]))
