"""One order, three payers: natively charged, whatever Odoo does with the sale order."""

from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .test_price_list import PriceCommon


@tagged("post_install", "-at_install")
class TestThreePayers(PriceCommon):
    """Free, contract and paid lines of one order."""

    def _mixed(self, **vals):
        order = self._create_job(
            (self.motor, 1, 100, 1),
            (self.bearing, 4, 50, 4),
            (self.labour, 2, 0, 2),
            **vals,
        )
        self._decide(order.line_ids[1], 50, category="B")
        self._put_in_stock(self.motor, 1, self.van)
        self._put_in_stock(self.bearing, 4, self.van)
        return order

    def _finish_and_invoice(self, order):
        self._finish(order)
        order.with_user(self.technician).action_create_invoice()
        return order._get_invoices()

    def test_only_the_paid_share_reaches_the_sale_order(self):
        order = self._mixed()
        self._quote_and_accept(order)
        lines = order.sale_order_ids.order_line
        self.assertEqual(lines.product_id, self.bearing | self.labour)
        self.assertEqual(lines.mapped("price_unit"), [48, 200])
        self.assertIn("50 % covered by the service contract", lines[0].name)
        invoice = self._finish_and_invoice(order)
        self.assertEqual(invoice.amount_untaxed, 4 * 48 + 400)
        self.assertEqual(
            (order.amount_free, order.amount_contract, order.amount_paid),
            (1200, 192, 592),
        )

    def test_delivered_quantities_come_from_moves_and_hours(self):
        order = self._mixed()
        self._quote_and_accept(order)
        order.line_ids[1].quantity_done = 3
        order.line_ids[2].quantity_done = 1.5
        invoice = self._finish_and_invoice(order)
        bearing = order.sale_order_ids.order_line[0]
        self.assertEqual(bearing.qty_delivered_method, "stock_move")
        self.assertEqual(bearing.move_ids.quantity, 3)
        self.assertEqual(invoice.invoice_line_ids.mapped("quantity"), [3, 1.5])

    def test_down_payment_is_taken_off_natively(self):
        order = self._mixed()
        self._quote_and_accept(order)
        sale = order.sale_order_ids
        wizard = (
            self.env["sale.advance.payment.inv"]
            .with_context(active_model="sale.order", active_ids=sale.ids)
            .create({"advance_payment_method": "percentage", "amount": 25})
        )
        advance = wizard._create_invoices(sale)
        advance.action_post()
        self.assertEqual(advance.amount_untaxed, 148)
        invoice = self._finish_and_invoice(order) - advance
        self.assertEqual(invoice.amount_untaxed, 592 - 148)
        self.assertEqual(sale.amount_invoiced, 592)

    def test_cancelled_sale_order_frees_the_lines(self):
        order = self._mixed()
        self._quote_and_accept(order)
        order.sale_order_ids._action_cancel()
        self.assertEqual(order.quotation_state, "todo")
        with self.assertRaisesRegex(UserError, "let the customer accept it first"):
            self._finish(order)
        self._quote_and_accept(order)
        invoice = self._finish_and_invoice(order)
        self.assertEqual(invoice.amount_untaxed, 592)

    def test_locked_sale_order_is_delivered_and_invoiced(self):
        order = self._mixed()
        self._quote_and_accept(order)
        order.sale_order_ids.action_lock()
        invoice = self._finish_and_invoice(order)
        self.assertEqual(invoice.amount_untaxed, 592)
        self.assertTrue(order.sale_order_ids.locked)

    def test_update_prices_of_an_open_quotation_keeps_the_share(self):
        order = self._mixed()
        order.with_user(self.technician).action_create_quotation()
        sale = order.sale_order_ids
        sale.action_update_prices()
        self.assertEqual(sale.order_line.mapped("price_unit"), [48, 200])
        sale.order_line[0].product_uom_qty = 8
        self.assertEqual(sale.order_line[0].price_subtotal, 384)

    def test_foreign_currency_is_that_of_the_price_list(self):
        currency = self.env["res.currency"].create(
            {
                "name": "TST",
                "symbol": "T",
                "rate_ids": [Command.create({"name": "2026-01-01", "rate": 0.14})],
            }
        )
        product = self.bearing.id
        items = [
            Command.create(
                {
                    "applied_on": "0_product_variant",
                    "product_id": product,
                    "compute_price": "fixed",
                    "fixed_price": 13.33,
                }
            )
        ]
        self._give_price_list(currency_id=currency.id, item_ids=items)
        order = self._create_job((self.bearing, 3, 0, 3))
        self._put_in_stock(self.bearing, 3, self.van)
        self._quote_and_accept(order)
        self.assertEqual(order.sale_order_ids.currency_id, currency)
        self.assertEqual(order.sale_order_ids.order_line.price_unit, 13.33)
        invoice = self._finish_and_invoice(order)
        self.assertEqual(invoice.amount_untaxed, 39.99)
        self.assertEqual(invoice.currency_id, currency)

    def test_price_by_quantity_as_on_any_sale(self):
        items = [
            Command.create(
                {
                    "compute_price": "percentage",
                    "percent_price": percent,
                    "min_quantity": quantity,
                }
            )
            for quantity, percent in ((10, 20), (0, 0))
        ]
        self._give_price_list(item_ids=items)
        order = self._create_job((self.bearing, 4, 0))
        self.assertEqual(order.line_ids.price_unit, 96)
        order.line_ids.quantity = 10
        self.assertEqual(order.line_ids.price_unit, 76.8)
        order.line_ids.price_unit = 70  # by the office
        order.line_ids.quantity = 12
        self.assertEqual(order.line_ids.price_unit, 70)
        order.with_user(self.technician).action_create_quotation()
        self.assertEqual(order.sale_order_ids.order_line.price_unit, 70)

    def test_billing_address_differs_from_site_and_customer(self):
        office = self._create_partner(
            name="Accounting",
            type="invoice",
            parent_id=self.customer.id,
            is_company=False,
        )
        site = self._create_partner(
            name="Plant 2",
            type="delivery",
            parent_id=self.customer.id,
            is_company=False,
        )
        order = self._mixed(site_id=site.id)
        self._quote_and_accept(order)
        invoice = self._finish_and_invoice(order)
        self.assertEqual(invoice.partner_id, office)
        self.assertEqual(invoice.partner_shipping_id, site)

    def test_no_share_above_a_hundred(self):
        order = self._create_job((self.bearing, 1, 0))
        wizard = self.env["after.sales.order.line.override"].with_user(self.supervisor)
        wizard = wizard.create(
            {
                "line_id": order.line_ids.id,
                "category": "C",
                "share": 120,
                "reason": "Long enough to be a reason",
            }
        )
        with self.assertRaisesRegex(UserError, "between 0 and 100"):
            wizard.action_apply()

    def test_negative_price_is_refused(self):
        order = self._create_job((self.bearing, 1, 0))
        with self.assertRaisesRegex(UserError, "cannot be negative"):
            order.with_user(self.agent).line_ids.price_unit = -5
        self.assertFalse(order.sale_order_ids)


@tagged("post_install", "-at_install")
class TestMonthlyInvoice(PriceCommon):
    """Several orders of one customer on one invoice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.is_after_sales_monthly = True
        cls.site = cls._create_partner(
            name="Plant 2", type="delivery", parent_id=cls.customer.id, is_company=False
        )

    def _complete_two(self):
        with freeze_time("2026-02-10 10:00:00"):
            first = self._complete_job((self.labour, 1, 0))
        with freeze_time("2026-02-20 10:00:00"):
            second = self._complete_job((self.labour, 2, 0), site_id=self.site.id)
        return first, second

    def _run(self, day):
        cron = self.env["ir.cron"]
        with (
            freeze_time(f"{day} 04:00:00"),
            patch.object(type(cron), "_commit_progress", lambda *args, **kwargs: True),
        ):
            self.env["after.sales.order"]._cron_invoice_monthly()

    def test_the_month_comes_on_one_invoice_with_a_section_each(self):
        first, second = self._complete_two()
        with freeze_time("2026-03-05 10:00:00"):
            third = self._complete_job((self.labour, 4, 0))
        self.assertEqual(first.invoice_state, "monthly")
        self.assertTrue(first.is_to_invoice)
        self._run("2026-02-28")
        self.assertFalse((first | second)._get_invoices())
        self._run("2026-03-06")
        invoice = (first | second)._get_invoices()
        self.assertEqual(len(invoice), 1)
        self.assertEqual(invoice.amount_untaxed, 600)
        self.assertEqual(invoice.state, "posted")
        rows = [
            (line.display_type, line.name if line.display_type != "product" else "")
            for line in invoice.invoice_line_ids.sorted("sequence")
        ]
        self.assertEqual(
            [kind for kind, _name in rows],
            ["line_section", "product", "line_section", "product"],
        )
        self.assertIn(first.name, rows[0][1])
        self.assertIn(second.name, rows[2][1])
        self.assertIn("Plant 2", rows[2][1])
        self.assertEqual(invoice.invoice_origin, f"{first.name}, {second.name}")
        self.assertEqual(invoice.after_sales_order_ids, first | second)
        self.assertFalse(third._get_invoices())
        self._run("2026-03-07")
        self.assertEqual((first | second)._get_invoices(), invoice)

    def test_other_customers_are_invoiced_one_by_one(self):
        other = self._create_partner(name="Other")
        with freeze_time("2026-02-10 10:00:00"):
            order = self._complete_job((self.labour, 1, 0), partner_id=other.id)
        self._run("2026-03-06")
        self.assertFalse(order._get_invoices())
        self.assertEqual(order.invoice_state, "todo")

    def test_one_that_cannot_be_invoiced_stops_nobody(self):
        first, _second = self._complete_two()
        other = self._create_partner(name="Other", is_after_sales_monthly=True)
        with freeze_time("2026-02-10 10:00:00"):
            order = self._complete_job((self.labour, 1, 0), partner_id=other.id)
        create = type(self.env["after.sales.order"])._create_joint_invoices

        def fail(orders):
            if first in orders:
                raise UserError("No account")
            return create(orders)

        with (
            patch.object(
                type(self.env["after.sales.order"]), "_create_joint_invoices", fail
            ),
            self.assertLogs("odoo.addons.after_sales_service", level="WARNING"),
        ):
            self._run("2026-03-06")
        self.assertEqual(order._get_invoices().amount_untaxed, 200)
        self.assertIn("No account", first.activity_ids.note)

    def test_accountant_merges_what_is_selected(self):
        orders = self.env["after.sales.order"].union(*self._complete_two())
        with self.assertRaises(AccessError):
            orders.with_user(self.clerk).action_create_joint_invoice()
        orders.with_user(self.accountant).action_create_joint_invoice()
        self.assertEqual(orders._get_invoices().amount_untaxed, 600)
        with self.assertRaisesRegex(UserError, "nothing left to invoice"):
            orders.with_user(self.accountant).action_create_joint_invoice()

    def test_each_order_knows_what_is_still_to_be_paid(self):
        first, second = self._complete_two()
        self._run("2026-03-06")
        invoice = first._get_invoices()
        self.assertEqual({first.invoice_state, second.invoice_state}, {"open"})
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"payment_date": fields.Date.today()})._create_payments()
        self.assertNotEqual(first.invoice_state, "open")
