from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .test_contract_billing import ContractBillingCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-01-01 10:00:00")
class TestContractProfit(ContractBillingCommon):
    """Revenue of a contract in the months it is earned in, and what is left of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.after_sales_invoice_post = True
        cls.income, cls.deferred = cls.env["account.account"].create(
            [
                {"name": "Fees", "code": "T400", "account_type": "income"},
                {
                    "name": "Deferred",
                    "code": "T280",
                    "account_type": "liability_current",
                },
            ]
        )
        cls.service.property_account_income_id = cls.income

    def _entries(self, contract):
        return [
            (
                f"{move.date}",
                move.state,
                sum(
                    -line.balance
                    for line in move.line_ids
                    if line.account_id == self.income
                ),
            )
            for move in contract.period_ids.deferral_move_ids.sorted("id")
        ]

    def test_without_an_account_nothing_is_deferred(self):
        contract = self._create_priced().sudo()
        self._run("2026-01-01")
        self.assertFalse(contract.period_ids.deferral_move_ids)

    def test_a_quarter_is_earned_month_by_month(self):
        self.company.after_sales_deferral_account_id = self.deferred
        contract = self._create_priced().sudo()
        self._run("2026-01-01")
        self.assertEqual(
            self._entries(contract),
            [
                ("2026-01-01", "draft", -300),
                ("2026-01-31", "draft", 103.33),
                ("2026-02-28", "draft", 93.34),
                ("2026-03-31", "draft", 103.33),
            ],
        )
        moves = contract.period_ids.deferral_move_ids
        with freeze_time("2026-04-01 10:00:00"):
            moves.action_post()
        for account, balance in ((self.deferred, 0), (self.income, -300)):
            rows = self.env["account.move.line"].search(
                [("account_id", "=", account.id), ("parent_state", "=", "posted")]
            )
            self.assertAlmostEqual(sum(rows.mapped("balance")), balance)

    def test_profit_counts_what_is_earned_so_far(self):
        self.company.after_sales_deferral_account_id = self.deferred
        contract = self._create_priced().sudo()
        self._run("2026-01-01")
        self.assertEqual(contract.amount_revenue, 300)
        moves = contract.period_ids.deferral_move_ids.sorted("date")
        with freeze_time("2026-03-01 10:00:00"):
            moves.filtered(lambda move: f"{move.date}" < "2026-03-01").action_post()
        contract.invalidate_recordset()
        self.assertAlmostEqual(contract.amount_revenue, 196.67)
        months = self.env["after.sales.order.cost"]._read_group(
            [("contract_id", "=", contract.id)], ["date:month"], ["revenue:sum"]
        )
        self.assertEqual([round(total, 2) for _month, total in months], [103.33, 93.34])

    def test_corrected_invoice_is_deferred_anew(self):
        self.company.after_sales_deferral_account_id = self.deferred
        contract = self._create_priced().sudo()
        self._run("2026-01-01")
        invoice = contract.period_ids.move_id
        invoice.button_draft()
        self.assertFalse(contract.period_ids.deferral_move_ids)
        invoice.invoice_line_ids.price_unit = 600
        invoice.action_post()
        self.assertEqual(self._entries(contract)[0][2], -600)

    def test_a_month_within_its_invoice_is_not_deferred(self):
        self.company.after_sales_deferral_account_id = self.deferred
        contract = self._create_priced(bill_interval="month").sudo()
        self._run("2026-01-01")
        self.assertFalse(contract.period_ids.deferral_move_ids)

    def test_profit_is_fees_less_the_cost_of_the_orders(self):
        contract = self._create_priced().sudo()
        self._run("2026-01-01")
        order = self._create_order(unit_id=contract.line_ids.unit_id[:1].id)
        line = self.env["after.sales.order.line"].create(
            {"order_id": order.id, "product_id": self.service.id}
        )
        cover = contract.line_ids.cover_ids[:1]
        line.sudo().decision_id = self.env["after.sales.decision"].create(
            {
                "company_id": self.company.id,
                "order_line_id": line.id,
                "category": "B",
                "share": 100.0,
                "cover_id": cover.id,
                "is_override": True,
            }
        )
        self.env["after.sales.time"].create(
            {"order_id": order.id, "technician_id": self.employee.id, "hours": 2}
        )
        self.env.flush_all()
        seen = contract.with_user(self.supervisor)
        self.assertEqual(
            (seen.amount_revenue, seen.amount_cost, seen.amount_profit),
            (300, 120, 180),
        )
        self.assertEqual(seen.amount_recovered, 0)
        with self.assertRaises(AccessError):
            contract.with_user(self.technician).read(["amount_profit"])
        rows = self.env["after.sales.order.cost"].search(
            seen.action_view_costs()["domain"]
        )
        self.assertEqual(set(rows.mapped("kind")), {"contract", "labour"})
