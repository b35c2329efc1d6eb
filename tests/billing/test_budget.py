import os
import sys
import time

from odoo.tests import tagged

from .common import BillingCommon

# More of them: benchmarks/charges.md
ORDERS = int(os.environ.get("ORDERS", "20"))
BUDGET = 25  # queries an order, quotation and posted invoice together


@tagged("post_install", "-at_install")
class TestBudget(BillingCommon):
    """Charging many orders at once costs little each."""

    def test_quotation_and_invoice_of_many_orders(self):
        orders = self.env["after.sales.order"]
        for _index in range(ORDERS):
            orders |= self._create_job(
                (self.bearing, 1, 0, 1),
                (self.motor, 1, 100, 1),
                (self.labour, 1, 60, 1),
            )
        self._put_in_stock(self.bearing, ORDERS, self.van)
        self._put_in_stock(self.motor, ORDERS, self.van)
        self.env.flush_all()
        self.env.invalidate_all()
        technician = orders.with_user(self.technician)
        quoted = self._count(technician.action_create_quotation)
        orders.sale_order_ids.action_confirm()
        self._fill_report(orders)
        technician.action_complete()
        self.env.flush_all()
        self.env.invalidate_all()
        invoiced = self._count(technician.action_create_invoice)
        self.assertEqual(len(orders._get_invoices()), ORDERS)
        self.assertEqual(set(orders._get_invoices().mapped("state")), {"posted"})
        each = (quoted + invoiced) / ORDERS
        self.assertLessEqual(
            each, BUDGET, f"{quoted} for the quotations, {invoiced} for the invoices"
        )

    def _count(self, method):
        before, start = self.cr.sql_log_count, time.perf_counter()
        method()
        self.env.flush_all()
        queries = self.cr.sql_log_count - before
        if "ORDERS" in os.environ:
            seconds = time.perf_counter() - start
            sys.stdout.write(
                f"{method.__name__}, {ORDERS} orders: {queries / ORDERS:.2f} queries, "
                f"{1000 * seconds / ORDERS:.1f} ms each\n"
            )
        return queries
