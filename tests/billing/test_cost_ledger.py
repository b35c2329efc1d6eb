import random
from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .recovery_common import RecoveryCommon

SEED = 20260309


@tagged("post_install", "-at_install")
class TestCostLedger(RecoveryCommon):
    """What orders cost is what the ledger says, to the cent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        account = cls.env["account.account"]
        cls.stock_account, cls.cogs, cls.income, cls.services = account.create(
            [
                {"name": "Stock", "code": "T110", "account_type": "asset_current"},
                {"name": "Cost of sales", "code": "T500", "account_type": "expense"},
                {"name": "Service income", "code": "T400", "account_type": "income"},
                {"name": "Bought work", "code": "T510", "account_type": "expense"},
            ]
        )
        cls.places = cls.company._get_after_sales_cost_locations()
        cls.cost_accounts = account
        for number, place in enumerate(cls.places):
            place.valuation_account_id = account.create(
                {
                    "name": place.name,
                    "code": f"T60{number}",
                    "account_type": "expense",
                }
            )
        cls.company.after_sales_supplier_location_id.valuation_account_id = (
            cls.company.after_sales_warranty_location_id.valuation_account_id
        )
        cls.cost_accounts = cls.places.valuation_account_id | cls.cogs
        (cls.labour | cls.travel).categ_id = cls._create_category(
            "standard", "periodic"
        )

        cls.unit = cls._create_unit(cls._create_product(name="Pump"))

    @classmethod
    def _create_category(cls, cost_method, valuation):
        return cls.env["product.category"].create(
            {
                "name": f"{cost_method} {valuation}",
                "property_cost_method": cost_method,
                "property_valuation": valuation,
                "property_stock_valuation_account_id": cls.stock_account.id,
                "property_account_income_categ_id": cls.income.id,
                "property_account_expense_categ_id": cls.cogs.id,
            }
        )

    def _buy(self, part, quantity, value):
        """Receive pieces into the van at ``value`` a piece."""
        move = self.env["stock.move"].create(
            {
                "product_id": part.id,
                "product_uom_qty": quantity,
                "quantity": quantity,
                "picked": True,
                "location_id": self.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": self.van.id,
            }
        )
        move._action_done()
        if part.cost_method != "standard":
            move.value_manual = value * quantity

    def _get_balance(self, accounts):
        return (
            self.env["account.move.line"]._read_group(
                [("account_id", "in", accounts.ids), ("parent_state", "=", "posted")],
                [],
                ["balance:sum"],
            )[0][0]
            or 0.0
        )

    def _get_sum(self, field, domain=()):
        self.env.flush_all()
        return (
            self.env["after.sales.order.cost"]._read_group(
                list(domain), [], [f"{field}:sum"]
            )[0][0]
            or 0.0
        )

    def _play(self, dice, parts, months=3, jobs=6):
        """Let ``months`` of seeded jobs happen; returns their orders."""
        orders = self.env["after.sales.order"]
        start = fields.Date.to_date("2025-09-01")
        for index in range(months * jobs):
            day = start + timedelta(days=index * 30 // jobs)
            with freeze_time(f"{day} 09:00:00"):
                for part in parts:
                    self._buy(part, 3, dice.choice((9.99, 13.37, 20.01, 33.33)))
                rows = [
                    (part, dice.randint(1, 2), dice.choice((0, 0, 100, 100, 50)))
                    for part in parts
                    if dice.random() < 0.8
                ] or [(parts[0], 1, 100)]
                order = self._create_job(*rows)
                for line in order.line_ids:
                    line.quantity_done = line.quantity
                    kind = dice.choice(("product", "contract", "goodwill"))
                    self._give_cover(line, kind)
                if order.line_ids._get_quoted_lines():
                    self._quote_and_accept(order)
                self._finish(order)
                if order.invoice_state == "todo":
                    order.with_user(self.technician).action_create_invoice()
                orders |= order
                self._take_back(dice, order)
        return orders

    def _give_cover(self, line, kind):
        """Let the free line be free by this kind of cover."""
        if line.share < 100:
            return
        line.decision_id.sudo().cover_id = self.env["after.sales.cover"].create(
            {
                "company_id": self.company.id,
                "unit_id": self.unit.id,
                "kind": kind,
                "share_part": 100.0,
            }
        )

    def _take_back(self, dice, order):
        """Now and then a part was not needed after all."""
        if dice.random() > 0.3:
            return
        order._reopen("One was not needed")
        line = dice.choice(order.line_ids)
        line.quantity_done -= 1
        if not line.quantity_done:
            line.is_unused = True
        self._finish(order)
        if order.invoice_state == "todo":
            order.with_user(self.technician).action_create_invoice()

    def test_sum_of_the_orders_costs_is_the_ledger(self):
        for cost_method in ("standard", "average", "fifo"):
            with self.subTest(cost_method=cost_method), self.cr.savepoint() as point:
                dice = random.Random(SEED)
                category = self._create_category(cost_method, "real_time")
                parts = self.env["product.product"].union(
                    *(
                        self._create_part(
                            f"Part {number}",
                            list_price=47.11,
                            standard_price=11.11,
                            categ_id=category.id,
                        )
                        for number in range(3)
                    )
                )
                orders = self._play(dice, parts)
                booked = self._get_balance(self.cost_accounts)
                self.assertGreater(booked, 0)
                self.assertAlmostEqual(self._get_sum("cost"), booked, 2)
                self.assertAlmostEqual(sum(orders.mapped("cost_parts")), booked, 2)
                self.assertAlmostEqual(
                    self._get_sum("revenue"), -self._get_balance(self.income), 2
                )
                self._reverse(orders)
                self.assertAlmostEqual(self._get_balance(self.cost_accounts), 0, 2)
                self.assertAlmostEqual(self._get_sum("cost"), 0, 2)
                self.assertAlmostEqual(self._get_sum("revenue"), 0, 2)
                point.rollback()
                self.env.invalidate_all()

    def _close_period(self):
        try:
            self.company.action_close_stock_valuation(auto_post=True)
        except UserError:  # nothing to close
            return

    def _reverse(self, orders):
        """Take everything back: nothing was used, and all of it is credited."""
        for order in orders:
            order._reopen("Nothing was used")
            order.line_ids.write({"quantity_done": 0, "is_unused": True})
            self._finish(order)
            if order.invoice_state == "todo":
                order.with_user(self.technician).action_create_invoice()

    def test_periodic_closing_books_what_the_orders_cost(self):
        with freeze_time("2026-03-01 09:00:00"):
            self._close_period()
        before = self._get_balance(self.places.valuation_account_id)
        category = self._create_category("fifo", "periodic")
        part = self._create_part("Periodic", list_price=47.11, categ_id=category.id)
        self._buy(part, 2, 9.99)
        self._buy(part, 2, 20.01)
        order = self._create_job((part, 3, 100, 3))
        self._finish(order)
        with freeze_time("2026-03-10 09:00:00"):
            self._close_period()
        booked = self._get_balance(self.places.valuation_account_id) - before
        self.assertAlmostEqual(booked, 9.99 * 2 + 20.01, 2)
        self.assertAlmostEqual(order.cost_parts, booked, 2)

    def test_every_kind_of_cost_and_income(self):
        self._receive_at("2025-01-10", self.motor, "M-1")
        self.motor.categ_id = self._create_category("standard", "real_time")
        self.motor.standard_price = 700
        order = self._complete_motor_job("M-1", (self.labour, 1, 0))
        order.with_user(self.technician).action_create_invoice()
        now = fields.Datetime.now()
        self.env["after.sales.time"].create(
            [
                {
                    "order_id": order.id,
                    "technician_id": self.employee.id,
                    "date_start": now,
                    "hours": hours,
                    "kind": kind,
                }
                for hours, kind in ((2, "work"), (0.5, "travel"))
            ]
        )
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.customer.id,
                "invoice_date": "2026-03-09",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Crane",
                            "price_unit": 90,
                            "account_id": self.services.id,
                            "tax_ids": [Command.clear()],
                            "after_sales_order_id": order.id,
                        }
                    )
                ],
            }
        )
        self.assertEqual(order.cost_third_party, 0)
        bill.action_post()
        order.invalidate_recordset()
        row = order.supplier_claim_line_ids.filtered(lambda line: line.kind == "part")
        row.with_user(self.clerk).action_batch()
        row.claim_id.action_mark_sent()
        row.with_user(self.clerk).answer = "accepted"
        row.claim_id.action_answer()
        row.claim_id.action_create_credit_note()
        row.claim_id.move_ids.action_post()
        order.invalidate_recordset()
        self.assertRecordValues(
            order,
            [
                {
                    "cost_parts": 700,
                    "cost_labour": 120,
                    "cost_travel": 30,
                    "cost_third_party": 90,
                    "cost_total": 940,
                    "amount_revenue": 200,
                    "amount_recovery": 700,
                    "amount_margin": -40,
                }
            ],
        )
        # The credit stands where the motor's cost stood: together nothing is left.
        self.assertEqual(self._get_balance(self.places.valuation_account_id), 0)

    def test_a_raise_does_not_change_what_was_worked_before(self):
        order = self._create_job((self.labour, 1, 100, 1))
        entry = self.env["after.sales.time"].create(
            {"order_id": order.id, "technician_id": self.employee.id, "hours": 2}
        )
        self.assertEqual(entry.amount_cost, 120)
        self.employee.hourly_cost = 600
        self.assertEqual(entry.amount_cost, 120)
        entry.hours = 1
        self.assertEqual(entry.amount_cost, 600)

    def test_each_row_opens_its_document(self):
        order, invoice = self._invoice_job((self.bearing, 1, 0))
        entry = self.env["after.sales.time"].create(
            {"order_id": order.id, "technician_id": self.employee.id, "hours": 1}
        )
        self.env.flush_all()
        rows = self.env["after.sales.order.cost"].with_user(self.accountant)
        opened = {
            row.kind: (row.action_open()["res_model"], row.action_open()["res_id"])
            for row in rows.search([("order_id", "=", order.id)])
        }
        self.assertEqual(opened["revenue"], ("account.move", invoice.id))
        self.assertEqual(opened["labour"], ("after.sales.order", entry.order_id.id))
        self.assertIn("part", opened)

    def test_costs_are_for_those_they_concern(self):
        order = self._complete_job((self.bearing, 1, 100))
        for user in (self.technician, self.agent, self.clerk):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                self.env["after.sales.order.cost"].with_user(user).search([])
        seen = self.env["after.sales.order.cost"].with_user(self.supervisor)
        self.assertEqual(seen.search([]).order_id, order)
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.supervisor.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        self.assertFalse(seen.with_user(self.supervisor).search([]))

    # === ANALYTIC === #
    def _create_analytic(self, name):
        plan = self.env["account.analytic.plan"].create({"name": "Service"})
        return self.env["account.analytic.account"].create(
            {"name": name, "plan_id": plan.id}
        )

    def test_entries_of_an_order_carry_the_analytic_account_of_its_team(self):
        analytic = self._create_analytic("Field service")
        self.team.analytic_account_id = analytic
        category = self._create_category("standard", "real_time")
        (self.bearing | self.motor).categ_id = category
        order = self._create_job((self.bearing, 1, 0, 1), (self.labour, 1, 0, 1))
        free = self._create_part("Free", standard_price=12.0, categ_id=category.id)
        line = self.env["after.sales.order.line"].create(
            {"order_id": order.id, "product_id": free.id, "quantity_done": 1}
        )
        self._decide(line, 100)
        for part in (self.bearing, free):
            self._put_in_stock(part, 1, self.van)
        self.env["after.sales.time"].create(
            {"order_id": order.id, "technician_id": self.employee.id, "hours": 2}
        )
        self._quote_and_accept(order)
        self._finish(order)
        order.with_user(self.technician).action_create_invoice()
        lines = self.env["account.analytic.line"].search(
            [(analytic.plan_id._column_name(), "=", analytic.id)]
        )
        self.assertEqual(sorted(lines.mapped("amount")), [-120, -31, -12, 96, 200])
        order._reopen("Again")
        self.assertEqual(sorted(lines.exists().mapped("amount")), [-31, -12, 96, 200])

    def test_the_units_product_line_speaks_before_the_team(self):
        self.team.analytic_account_id = self._create_analytic("Team")
        pumps = self.env["product.category"].create({"name": "Pumps"})
        pumps.after_sales_analytic_account_id = self._create_analytic("Pumps")
        pump = self._create_product(name="Pump", categ_id=pumps.id)
        order = self._create_order(unit_id=self._create_unit(pump).id)
        self.assertEqual(order._get_analytic_account().name, "Pumps")
        self.assertEqual(self._create_order()._get_analytic_account().name, "Team")
