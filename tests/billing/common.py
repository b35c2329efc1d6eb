from odoo.tests import new_test_user

from ..common import AfterSalesCommon

SIGNATURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    "awAAAABJRU5ErkJggg=="
)


class BillingCommon(AfterSalesCommon):
    """Orders with decided lines, a technician with a van and a cash box."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = new_test_user(
            cls.env,
            login="accountant.after.sales",
            name="Accountant",
            groups="account.group_account_user",
            tz="UTC",
        )
        cls.stranger = new_test_user(
            cls.env,
            login="stranger.after.sales",
            name="Stranger",
            groups="after_sales_service.after_sales_group_technician",
            tz="UTC",
        )
        cls.stranger_employee = cls._create_technician(cls.stranger)
        cls.company.after_sales_signature_required = False
        cls.finance_journal = cls.env["account.journal"].create(
            {"name": "Main Cash", "type": "cash", "code": "TCSH"}
        )
        cls.company.after_sales_cash_journal_id = cls.finance_journal
        cls.employee.action_create_cash_box()
        cls.box = cls.employee.after_sales_cash_journal_id
        cls.employee._create_van()
        cls.van = cls.employee.after_sales_van_id
        # Nothing here depends on the tax of the chart.
        cls.company.account_sale_tax_id = False
        cls.income = cls.env["account.account"].search(
            [("account_type", "=", "income"), ("company_ids", "in", cls.company.ids)],
            limit=1,
        )
        cls.cause = cls.env["after.sales.fault.code"].create(
            {"name": "Normal failure", "code": "T-N", "kind": "cause"}
        )
        cls.bearing = cls._create_part("Bearing", list_price=96.0, standard_price=31.0)
        cls.motor = cls._create_part("Motor", list_price=1200.0, standard_price=700.0)
        cls.labour = cls._create_service("Field labour", "labour", list_price=200.0)
        cls.travel = cls._create_service("Zone 2", "travel", list_price=80.0)

    @classmethod
    def _create_service(cls, name, kind, **vals):
        return cls._create_product(
            **{
                "name": name,
                "type": "service",
                "is_storable": False,
                "after_sales_kind": kind,
                "invoice_policy": "order",
            }
            | vals
        )

    @classmethod
    def _create_job(cls, *rows, **vals):
        """Return an order on site with lines of ``(product, quantity, share, used)``.

        The share, in percent, is set as a supervisor's override would; ``used`` may
        be left out.
        """
        order = cls._create_order(**vals)
        for product, quantity, share, *used in rows:
            line = cls.env["after.sales.order.line"].create(
                {"order_id": order.id, "product_id": product.id, "quantity": quantity}
            )
            line.quantity_done = used[0] if used else 0.0
            cls._decide(line, share)
        order.action_start()
        return order

    @classmethod
    def _decide(cls, line, share, category=None):
        """Let ``share`` percent of the line be covered."""
        line._override(
            category or ("C" if share else "A"), share, "Test", cls.supervisor
        )

    @classmethod
    def _fill_report(cls, orders):
        orders.check_ids.result = "ok"
        orders.write({"outcome": "repaired", "cause_id": cls.cause.id})

    @classmethod
    def _finish(cls, order):
        """Fill in what completing needs, and complete as the technician."""
        cls._fill_report(order)
        order.with_user(cls.technician).action_complete()

    @classmethod
    def _quote_and_accept(cls, order):
        order.with_user(cls.technician).action_create_quotation()
        order.with_user(cls.technician)._accept_quotation("Ms Li", SIGNATURE)

    @classmethod
    def _complete_job(cls, *rows, **vals):
        """Return a completed order whose charged lines the customer accepted."""
        order = cls._create_job(*rows, **vals)
        for line in order.line_ids:
            if not line.quantity_done:
                line.quantity_done = line.quantity
            if line.product_id.is_storable:
                cls._put_in_stock(line.product_id, line.quantity, cls.van)
        if order.line_ids._get_quoted_lines():
            cls._quote_and_accept(order)
        cls._finish(order)
        return order

    @classmethod
    def _invoice_job(cls, *rows, **vals):
        """Return a completed order with its posted invoice."""
        order = cls._complete_job(*rows, **vals)
        order.with_user(cls.technician).action_create_invoice()
        return order, order._get_invoices()

    def _entry(self, moves):
        """Return the lines of the entries as ``{(account, debit, credit)}`` sorted."""
        return sorted(
            (line.account_id.code, line.debit, line.credit) for line in moves.line_ids
        )
