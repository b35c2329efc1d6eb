from itertools import product

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import SIGNATURE, BillingCommon

COSTS = {"standard": 15, "average": 15, "fifo": 10}


@tagged("post_install", "-at_install")
class TestValuation(BillingCommon):
    """What parts cost stands in the ledger once, and where it belongs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        account = cls.env["account.account"]
        cls.income, cls.cogs, cls.warranty_cost = account.create(
            [
                {"name": "Service income", "code": "T400", "account_type": "income"},
                {"name": "Cost of sales", "code": "T500", "account_type": "expense"},
                {"name": "Warranty cost", "code": "T600", "account_type": "expense"},
            ]
        )
        cls.stock_account = account.create(
            {"name": "Stock", "code": "T110", "account_type": "asset_current"}
        )
        cls.receivable = account.create(
            {
                "name": "Receivable",
                "code": "T120",
                "account_type": "asset_receivable",
                "reconcile": True,
            }
        )
        cls.customer.property_account_receivable_id = cls.receivable
        cls.company.after_sales_warranty_location_id.valuation_account_id = (
            cls.warranty_cost
        )
        services = cls.labour | cls.travel
        services.categ_id = cls._create_category("standard", "periodic")

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

    @classmethod
    def _stock_part(cls, part, cost_method, valuation):
        """Buy two pieces into the van, for 10 and for 20."""
        part.categ_id = cls._create_category(cost_method, valuation)
        part.standard_price = 15
        for value in (10, 20):
            move = cls.env["stock.move"].create(
                {
                    "product_id": part.id,
                    "product_uom_qty": 1,
                    "product_uom": part.uom_id.id,
                    "location_id": cls.env.ref("stock.stock_location_suppliers").id,
                    "location_dest_id": cls.van.id,
                    "value_manual": value,
                }
            )
            move._action_confirm()
            move.write({"quantity": 1, "picked": True})
            move._action_done()
            if cost_method != "standard":
                move.value_manual = value

    def _use(self, *rows):
        order = self._create_job(*rows)
        for line in order.line_ids:
            line.quantity_done = line.quantity
        if order.line_ids._get_quoted_lines():
            self._quote_and_accept(order)
        self._finish(order)
        return order

    def _invoice(self, order):
        order.with_user(self.technician).action_create_invoice()
        return order._get_invoices()

    def _entries_of_stock(self, order):
        return order.picking_ids.move_ids.account_move_id

    def _each_valuation(self):
        for cost_method, valuation in product(COSTS, ("periodic", "real_time")):
            with self.subTest(cost_method=cost_method, valuation=valuation):
                part = self._create_part(f"{cost_method} {valuation}", list_price=100.0)
                self._stock_part(part, cost_method, valuation)
                yield part, COSTS[cost_method], valuation == "real_time"

    def test_chargeable_part_costs_when_it_is_invoiced(self):
        for part, cost, is_perpetual in self._each_valuation():
            order = self._use((part, 1, 0))
            self.assertFalse(self._entries_of_stock(order))
            expected = [("T120", 100, 0), ("T400", 0, 100)]
            if is_perpetual:
                expected += [("T500", cost, 0), ("T110", 0, cost)]
            self.assertEqual(self._entry(self._invoice(order)), sorted(expected))

    def test_covered_part_costs_when_it_is_used(self):
        for part, cost, is_perpetual in self._each_valuation():
            order = self._use((part, 1, 100))
            self.assertFalse(order.sale_order_ids)
            expected = [("T600", cost, 0), ("T110", 0, cost)] if is_perpetual else []
            self.assertEqual(
                self._entry(self._entries_of_stock(order)), sorted(expected)
            )
            with self.assertRaisesRegex(UserError, "nothing left to invoice"):
                self._invoice(order)

    def test_partly_covered_part_is_charged_at_its_share_and_costs_once(self):
        for part, cost, is_perpetual in self._each_valuation():
            order = self._use((part, 1, 40))
            self.assertFalse(self._entries_of_stock(order))
            expected = [("T120", 60, 0), ("T400", 0, 60)]
            if is_perpetual:
                expected += [("T500", cost, 0), ("T110", 0, cost)]
            self.assertEqual(self._entry(self._invoice(order)), sorted(expected))

    def test_goodwill_of_one_half_in_each_tax_regime(self):
        """The customer pays half the price and its tax; the part costs once."""
        vat = self.env["account.account"].create(
            {"name": "Output VAT", "code": "T220", "account_type": "liability_current"}
        )
        for rate, mode in ((13, "tax_excluded"), (5, "tax_included")):
            repartition = [
                Command.create({"repartition_type": "base"}),
                Command.create({"repartition_type": "tax", "account_id": vat.id}),
            ]
            tax = self.env["account.tax"].create(
                {
                    "name": f"{rate} % {mode}",
                    "amount": rate,
                    "price_include_override": mode,
                    "invoice_repartition_line_ids": repartition,
                    "refund_repartition_line_ids": repartition,
                }
            )
            for part, cost, is_perpetual in self._each_valuation():
                part.write({"taxes_id": [Command.set(tax.ids)], "list_price": 210.0})
                order = self._use((part, 1, 50))
                # Half of 210: 105 without the one tax, with the other.
                net, due = (105, 118.65) if mode == "tax_excluded" else (100, 105)
                expected = [
                    ("T120", due, 0),
                    ("T400", 0, net),
                    ("T220", 0, round(due - net, 2)),
                ]
                if is_perpetual:
                    expected += [("T500", cost, 0), ("T110", 0, cost)]
                self.assertEqual(self._entry(self._invoice(order)), sorted(expected))

    def test_returned_part_is_credited_with_its_cost(self):
        for part, cost, is_perpetual in self._each_valuation():
            order = self._use((part, 2, 0))
            invoice = self._invoice(order)
            order._reopen("One was not needed")
            order.line_ids.quantity_done = 1
            self._finish(order)
            self.assertEqual(order.sale_order_ids.order_line.qty_delivered, 1)
            self.assertEqual(order.invoice_state, "todo")
            credit = self._invoice(order) - invoice
            self.assertEqual(credit.move_type, "out_refund")
            back = 15 if cost == 15 else cost
            expected = [("T120", 0, 100), ("T400", 100, 0)]
            if is_perpetual:
                costs = [line for line in self._entry(credit) if line[0] == "T500"]
                self.assertEqual(len(costs), 1)
                back = costs[0][2]
                expected += [("T500", 0, back), ("T110", back, 0)]
                self.assertIn(back, (10, 15, 20))
            self.assertEqual(self._entry(credit), sorted(expected))
            self.assertEqual(order.amount_invoiced, 100)

    def test_mixed_order(self):
        """Motor covered, bearing and seal paid, labour 60 / 40 (screens, 3)."""
        seal = self._create_part("Seal", list_price=48.0)
        for part in (self.motor, self.bearing, seal):
            self._stock_part(part, "fifo", "real_time")
        order = self._use(
            (self.motor, 1, 100),
            (self.bearing, 1, 0),
            (seal, 2, 0),
            (self.labour, 1.5, 60),
            (self.travel, 1, 0),
        )
        self.assertEqual(
            self._entry(self._entries_of_stock(order)),
            [("T110", 0, 10), ("T600", 10, 0)],
        )
        invoice = self._invoice(order)
        self.assertEqual(
            self._entry(invoice),
            sorted(
                [
                    ("T120", 392, 0),
                    ("T400", 0, 96),
                    ("T400", 0, 96),
                    ("T400", 0, 120),
                    ("T400", 0, 80),
                    ("T500", 10, 0),
                    ("T110", 0, 10),
                    ("T500", 30, 0),
                    ("T110", 0, 30),
                ]
            ),
        )
        # Nothing twice: what left the van is what the ledger says.
        spent = order.picking_ids.move_ids.mapped("value")
        booked = (self._entries_of_stock(order) | invoice).line_ids.filtered(
            lambda line: line.account_id == self.stock_account
        )
        self.assertEqual(sum(spent), 50)
        self.assertEqual(sum(booked.mapped("credit")), 50)

    def test_cost_booked_by_the_move_is_not_booked_by_the_invoice(self):
        """A part delivered to a location with an account, yet invoiced (trap 3)."""
        self._stock_part(self.bearing, "fifo", "real_time")
        order = self._use((self.bearing, 1, 0))
        move = order.picking_ids.move_ids
        move.account_move_id = self.env["account.move"].create(
            {
                "journal_id": self.company.account_stock_journal_id.id,
                "line_ids": [
                    Command.create({"account_id": self.cogs.id, "debit": 10}),
                    Command.create({"account_id": self.stock_account.id, "credit": 10}),
                ],
            }
        )
        self.assertEqual(
            self._entry(self._invoice(order)), [("T120", 96, 0), ("T400", 0, 96)]
        )

    def test_ordinary_invoice_still_books_its_cost(self):
        self._stock_part(self.bearing, "standard", "real_time")
        sale = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": self.bearing.id})],
            }
        )
        self._put_in_stock(self.bearing, 1)
        sale.action_confirm()
        sale.picking_ids.move_ids.write({"quantity": 1, "picked": True})
        sale.picking_ids._action_done()
        invoice = sale._create_invoices()
        invoice.action_post()
        self.assertIn(("T500", 15, 0), self._entry(invoice))

    def test_accepted_price_holds_although_the_list_price_rises(self):
        order = self._create_job((self.bearing, 1, 0, 1))
        self._quote_and_accept(order)
        self.bearing.list_price = 500
        self._stock_part(self.bearing, "fifo", "real_time")
        self._finish(order)
        self.assertEqual(self._invoice(order).amount_untaxed, 96)
        self.assertTrue(
            order.sale_order_ids.signature.startswith(SIGNATURE[:8].encode())
        )
