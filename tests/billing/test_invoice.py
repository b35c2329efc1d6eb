from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from .common import BillingCommon


@tagged("post_install", "-at_install")
class TestInvoice(BillingCommon):
    """The native invoice of what was used."""

    def test_delivered_quantities_whatever_the_invoicing_policy(self):
        order = self._create_job((self.bearing, 3, 0, 2), (self.labour, 2, 0, 1.5))
        self.assertEqual(self.labour.invoice_policy, "order")
        self._put_in_stock(self.bearing, 3, self.van)
        order.line_ids.quantity_done = 0
        self._quote_and_accept(order)
        order.line_ids[0].quantity_done = 2
        order.line_ids[1].quantity_done = 1.5
        self.assertEqual(
            order.sale_order_ids.order_line.mapped("qty_delivered"), [0, 0]
        )
        self._finish(order)
        lines = order.sale_order_ids.order_line
        self.assertEqual(lines.mapped("qty_delivered"), [2, 1.5])
        self.assertEqual(lines.mapped("qty_to_invoice"), [2, 1.5])
        self.assertEqual(lines.mapped("untaxed_amount_to_invoice"), [192, 300])
        self.assertEqual(order.invoice_state, "todo")
        order.with_user(self.technician).action_create_invoice()
        invoice = order._get_invoices()
        self.assertEqual(invoice.state, "posted")
        self.assertEqual(invoice.invoice_date, fields.Date.today())
        self.assertEqual(invoice.amount_untaxed, 492)
        self.assertEqual(order.sale_order_ids.invoice_status, "invoiced")
        self.assertEqual(lines.mapped("untaxed_amount_to_invoice"), [0, 0])
        self.assertEqual(order.invoice_state, "open")

    def test_one_invoice_for_all_quotations_of_an_order(self):
        order = self._create_job((self.labour, 1, 0, 1))
        self._quote_and_accept(order)
        line = self.env["after.sales.order.line"].create(
            {"order_id": order.id, "product_id": self.travel.id}
        )
        self._decide(line, 0)
        self._quote_and_accept(order)
        self._finish(order)
        order.with_user(self.technician).action_create_invoice()
        self.assertEqual(len(order.sale_order_ids), 2)
        self.assertEqual(order._get_invoices().amount_untaxed, 280)

    def test_orders_of_one_customer_are_invoiced_each_by_itself(self):
        orders = self._complete_job((self.labour, 1, 0)) | self._complete_job(
            (self.labour, 2, 0)
        )
        orders.with_user(self.supervisor).action_create_invoice()
        self.assertEqual(
            [order._get_invoices().amount_untaxed for order in orders], [200, 400]
        )
        for order in orders:
            self.assertEqual(order._get_invoices().after_sales_order_ids, order)
            self.assertEqual(order._get_invoices().invoice_origin, order.name)

    def test_invoice_stays_a_draft_if_the_company_wants(self):
        self.company.after_sales_invoice_post = False
        order, invoice = self._invoice_job((self.labour, 1, 0))
        self.assertEqual(invoice.state, "draft")
        self.assertEqual(order.invoice_state, "draft")
        self.assertEqual(order.amount_due, 0)

    def test_invoice_waits_for_completion(self):
        order = self._create_job((self.labour, 1, 0))
        self._quote_and_accept(order)
        with self.assertRaisesRegex(UserError, "is not completed yet"):
            order.with_user(self.technician).action_create_invoice()

    def test_second_invoice_is_refused(self):
        order, invoice = self._invoice_job((self.labour, 1, 0))
        with self.assertRaisesRegex(UserError, "nothing left to invoice"):
            order.with_user(self.technician).action_create_invoice()
        self.assertEqual(order._get_invoices(), invoice)

    def test_unused_line_is_not_invoiced(self):
        order = self._create_job((self.labour, 1, 0, 1), (self.travel, 1, 0))
        self._quote_and_accept(order)
        order.line_ids[1].is_unused = True
        self._finish(order)
        order.with_user(self.technician).action_create_invoice()
        self.assertEqual(order._get_invoices().amount_untaxed, 200)
        self.assertEqual(order.sale_order_ids.invoice_status, "invoiced")

    def test_who_has_no_service_rights_opens_the_invoice(self):
        _order, invoice = self._invoice_job((self.labour, 1, 0))
        reader, seller = (
            new_test_user(self.env, group, f"base.group_user,{group}")
            for group in (
                "account.group_account_readonly",
                "sales_team.group_sale_salesman_all_leads",
            )
        )
        self.assertEqual(Form(invoice.with_user(reader)).partner_id, self.customer)
        # Odoo's own form shows sellers no payments, and so does not open for them.
        seen = invoice.with_user(seller)
        self.assertEqual(seen.after_sales_order_count, 1)
        self.assertEqual(seen.after_sales_contract_count, 0)

    def test_links_both_ways(self):
        order, invoice = self._invoice_job((self.labour, 1, 0))
        self.assertEqual(invoice.after_sales_order_ids, order)
        self.assertEqual(
            self.env["account.move"].search([("after_sales_order_ids", "=", order.id)]),
            invoice,
        )
        seen = invoice.with_user(self.accountant)
        self.assertEqual(seen.after_sales_order_count, 1)
        self.assertEqual(seen.action_view_after_sales_orders()["res_id"], order.id)
        action = order.with_user(self.accountant).action_view_invoices()
        self.assertEqual(action["res_id"], invoice.id)
        # A list first would show the invoices of everybody.
        self.assertEqual([kind for _view, kind in action["views"]], ["form"])
        self.assertEqual(order.invoice_count, 1)

    def test_accountant_invoices_what_was_completed(self):
        order = self._complete_job((self.labour, 1, 0))
        order.with_user(self.accountant).action_create_invoice()
        self.assertEqual(order.invoice_state, "open")

    def test_clerk_may_not_invoice(self):
        order = self._complete_job((self.labour, 1, 0))
        with self.assertRaises(AccessError):
            order.with_user(self.clerk).action_create_invoice()

    def test_taxes_and_fiscal_position_are_native(self):
        tax, export = self.env["account.tax"].create(
            [
                {"name": "VAT 13", "amount": 13, "type_tax_use": "sale"},
                {"name": "Export 0", "amount": 0, "type_tax_use": "sale"},
            ]
        )
        position = self.env["account.fiscal.position"].create({"name": "Export"})
        export.write(
            {
                "fiscal_position_ids": [Command.link(position.id)],
                "original_tax_ids": [Command.link(tax.id)],
            }
        )
        self.labour.taxes_id = tax
        order, invoice = self._invoice_job((self.labour, 1, 0))
        self.assertEqual(invoice.amount_total, 226)
        self.assertEqual(order.amount_due, 226)
        self.customer.property_account_position_id = position
        _order, invoice = self._invoice_job((self.labour, 1, 0))
        self.assertEqual(invoice.invoice_line_ids.tax_ids, export)
        self.assertEqual(invoice.amount_total, 200)

    def test_completed_orders_wait_for_their_invoice(self):
        order = self._complete_job((self.labour, 1, 0))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "after_sales_service.after_sales_order_action_to_invoice"
        )
        domain = safe_eval(action["domain"])
        for user in (self.accountant, self.supervisor):
            orders = self.env["after.sales.order"].with_user(user)
            self.assertIn(order, orders.search(domain))
        order.with_user(self.accountant).action_create_invoice()
        self.assertNotIn(order, self.env["after.sales.order"].search(domain))
