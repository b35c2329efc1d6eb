"""A water works signs a service contract: four visits, the fifth is charged."""

from unittest.mock import patch

from odoo import Command
from odoo.tests import Form, freeze_time, tagged

from odoo.addons.base.models.ir_cron import IrCron

from .story import SIGNATURE, StoryCommon


@tagged("post_install", "-at_install")
class TestContractStory(StoryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.after_sales_signature_required = False
        cls.company.after_sales_invoice_post = True
        cls.company.account_sale_tax_id = False
        cls.unit = cls._create_unit(cls.pump)
        cls.service = cls.env["product.product"].create(
            {"name": "Full service", "type": "service", "taxes_id": [Command.clear()]}
        )
        cls.hour = cls.env.ref("uom.product_uom_hour")
        cls.labour.uom_id = cls.hour

    def _sign_contract(self, **vals):
        """The supervisor fills in the form and presses “Activate”."""
        contracts = self.env["after.sales.contract"].with_user(self.supervisor)
        with Form(contracts) as form:
            form.partner_id = self.customer
            form.date_start = "2026-01-01"
            form.date_end = "2026-12-31"
            with form.line_ids.new() as line:
                line.unit_id = self.unit
            for name, value in vals.items():
                setattr(form, name, value)
        contract = form.record
        contract.action_activate()
        return contract

    def _open_order(self, *products, day="2026-03-02", **vals):
        order = self._create_order(unit_id=self.unit.id, date_fault=day, **vals)
        self.env["after.sales.order.line"].create(
            [
                {"order_id": order.id, "product_id": product.id, "quantity": quantity}
                for product, quantity in products
            ]
        )
        return order

    def _line(self, order, product):
        return order.line_ids.filtered(lambda line: line.product_id == product)

    def _do(self, order):
        """The technician does the work; what is charged the customer accepts."""
        job = order.with_user(self.technician)
        job.action_start()
        job.check_ids.result = "ok"
        job.write({"outcome": "repaired", "cause_id": self.cause.id})
        if order.line_ids._get_quoted_lines():
            job.action_create_quotation()
            job._accept_quotation("Ms Li", SIGNATURE)
        job.action_fill_used()
        job.action_complete()

    def _run(self, job, day):
        with (
            freeze_time(f"{day} 03:00:00"),
            patch.object(IrCron, "_commit_progress", return_value=60.0),
        ):
            getattr(self.env["after.sales.contract"], job)()

    @freeze_time("2026-03-02 08:00:00")
    def test_visit_four_of_four_is_covered_and_the_fifth_charged(self):
        contract = self._sign_contract(quota_visits=4)
        for number in range(1, 5):
            order = self._open_order((self.travel, 1))
            line = order.line_ids
            self.assertEqual((line.category, line.share), ("B", 100), number)
            self._do(order)
            self.assertEqual(contract.quota_visits_left, 4 - number)
        self.assertFalse(order.sale_order_ids)
        # The fifth: the reason names the quota, the quotation has the trip.
        fifth = self._open_order((self.travel, 1))
        self.assertEqual((fifth.line_ids.category, fifth.line_ids.share), ("A", 0))
        self.assertIn(contract.name, fifth.line_ids.reason)
        self._do(fifth)
        self.assertEqual(fifth.sale_order_ids.amount_untaxed, 80.0)
        self.assertEqual(contract.quota_visits_left, 0)
        self.assertEqual(contract.usage_ids.mapped("state"), ["used"] * 4)

    @freeze_time("2026-03-02 08:00:00")
    def test_the_sentence_counts_the_visits_of_the_contract(self):
        self._sign_contract(quota_visits=4)
        orders = [self._open_order((self.travel, 1)) for _number in range(5)]
        shares = [order.line_ids.share for order in orders]
        self.assertEqual(shares, [100, 100, 100, 100, 0])
        self.assertIn("4 of 4 visits", orders[4].line_ids.reason)
        # Decided again, an order does not stand in its own way.
        for order in orders:
            order.action_decide()
        self.assertEqual([order.line_ids.share for order in orders], shares)

    @freeze_time("2026-03-02 08:00:00")
    def test_parts_are_paid_as_far_as_the_amount_goes(self):
        contract = self._sign_contract(quota_amount=500.0)
        self._open_order((self.bearing, 3))
        self.assertEqual(contract.quota_amount_left, 500 - 3 * 96)
        line = self._open_order((self.bearing, 4)).line_ids
        # 212 of 384 were left: 55.2 %, rounded down.
        self.assertEqual((line.category, line.share), ("B", 55.2))
        self.assertIn("of 500.00 for parts 212.00 were left", line.reason)
        rows = line.decision_ids
        line.order_id.action_decide()
        self.assertEqual((line.share, line.decision_ids), (55.2, rows))
        self.assertLessEqual(sum(contract.usage_ids.mapped("quantity")), 500)

    @freeze_time("2026-03-02 08:00:00")
    def test_two_open_orders_do_not_both_take_the_last_visit(self):
        contract = self._sign_contract(quota_visits=1)
        first = self._open_order((self.travel, 1))
        second = self._open_order((self.travel, 1))
        self.assertEqual(first.line_ids.share, 100)
        self.assertEqual(second.line_ids.share, 0)
        self.assertEqual(contract.usage_ids.mapped("state"), ["reserved"])
        # The first one is given up: the second takes the visit when looked at again.
        first.with_user(self.supervisor).action_cancel()
        self.assertEqual(contract.quota_visits_left, 1)
        second.action_decide()
        self.assertEqual(second.line_ids.share, 100)
        # Brought back to life, the first finds it gone.
        first.with_user(self.supervisor).action_draft()
        self.assertEqual(first.line_ids.share, 0)

    @freeze_time("2026-03-02 08:00:00")
    def test_hours_beyond_the_quota_are_charged_by_themselves(self):
        contract = self._sign_contract(quota_hours=5.0)
        order = self._open_order((self.labour, 4))
        self.assertEqual(order.line_ids.share, 100)
        other = self._open_order((self.labour, 4))
        line = other.line_ids
        self.assertEqual((line.category, line.share), ("B", 25))
        self.assertEqual(line.amount_customer, 600.0)
        self.assertEqual(contract.quota_hours_left, 0)
        rows = contract.usage_ids.sorted("id")
        self.assertEqual(rows.mapped("quantity"), [4, 1])

    @freeze_time("2026-03-02 08:00:00")
    def test_what_was_used_counts_not_what_was_planned(self):
        contract = self._sign_contract(quota_hours=5.0)
        order = self._open_order((self.labour, 4))
        order.line_ids.with_user(self.technician).quantity_done = 1.5
        self.assertEqual(contract.quota_hours_left, 3.5)
        self._do(order)
        self.assertEqual(contract.usage_ids.quantity, 1.5)

    @freeze_time("2026-03-02 08:00:00")
    def test_an_order_opened_again_gives_back_and_takes_anew(self):
        contract = self._sign_contract(quota_visits=2)
        order = self._open_order((self.travel, 1))
        self._do(order)
        order.with_user(self.supervisor)._reopen("Leaks again")
        self.assertEqual(
            sorted(contract.usage_ids.mapped("state")),
            ["reserved", "reversed", "used"],
        )
        self.assertEqual(contract.quota_visits_left, 1)
        order.outcome = "repaired"
        order.with_user(self.technician).action_complete()
        self.assertEqual(
            sorted(contract.usage_ids.mapped("state")), ["reversed", "used", "used"]
        )
        self.assertEqual(sum(contract.usage_ids.mapped("quantity")), 1)

    @freeze_time("2026-03-02 08:00:00")
    def test_parts_count_at_list_price_and_unused_ones_do_not(self):
        contract = self._sign_contract(quota_amount=1000.0)
        order = self._open_order((self.bearing, 5))
        self.assertEqual(contract.quota_amount_left, 520.0)
        order.line_ids.is_unused = True
        self.assertEqual(contract.quota_amount_left, 1000.0)
        order.line_ids.unlink()
        self.assertFalse(contract.usage_ids)

    @freeze_time("2026-01-01 08:00:00")
    def test_the_year_of_a_contract(self):
        contract = self._sign_contract(
            quota_visits=4,
            visit_interval="quarter",
            price=300.0,
            bill_interval="quarter",
            product_id=self.service,
        )
        # Four invoices, on time, by the job.
        for day in ("2026-01-01", "2026-04-01", "2026-07-01", "2026-10-01"):
            self._run("_cron_bill", day)
        self.assertEqual(contract.period_ids.move_id.mapped("state"), ["posted"] * 4)
        self.assertEqual(sum(contract.period_ids.mapped("amount")), 1200.0)
        # The visits come up by themselves; they take from the quota.
        self._run("_cron_plan_visits", "2026-06-20")
        self.assertEqual(len(contract.visit_ids), 2)
        self.assertEqual(contract.quota_visits_left, 2)
        # A month before the end the customer is told, the salesperson gets a task.
        self._run("_cron_send_notices", "2026-12-01")
        self.assertTrue(contract.date_notice)
        self.assertEqual(contract.activity_ids.user_id, self.supervisor)
        # One button renews it, three percent dearer; units and history stay.
        with freeze_time("2026-12-10 08:00:00"):
            action = contract.with_user(self.supervisor).action_renew()
            wizard = (
                self.env[action["res_model"]]
                .with_user(self.supervisor)
                .with_context(**action["context"])
            )
            with Form(wizard) as form:
                form.percent = 3
                form.is_activated = True
            action = form.record.action_apply()
        renewal = self.env["after.sales.contract"].browse(action["res_id"])
        self.assertEqual(renewal.price, 309.0)
        self.assertEqual(renewal.line_ids.unit_id, self.unit)
        self.assertFalse(contract.activity_ids)
        self._run("_cron_expire", "2027-01-01")
        self.assertEqual((contract.state, renewal.state), ("renewed", "active"))
        self._run("_cron_bill", "2027-01-01")
        self.assertEqual(renewal.period_ids.amount, 309.0)
