from odoo import fields, models


class AfterSalesOrder(models.Model):
    """What suppliers give back of an order that was free for the customer."""

    _inherit = "after.sales.order"

    supplier_claim_line_ids = fields.One2many(
        "after.sales.supplier.claim.line",
        "order_id",
        string="Recovery from Suppliers",
        groups="account.group_account_invoice,"
        "after_sales_service.after_sales_group_supervisor,"
        "after_sales_service.after_sales_group_clerk,"
        "after_sales_service.after_sales_group_auditor",
    )

    # === BUSINESS === #
    def _do_completion(self):
        result = super()._do_completion()
        self._judge_recovery()
        return result

    def _reopen(self, reason):
        result = super()._reopen(reason)
        self._judge_recovery()
        return result

    def _judge_recovery(self):
        """Say of every covered line whether its supplier pays for it."""
        # Whoever completes an order need not see what it costs or who supplies.
        orders = self.sudo()
        orders.env["after.sales.supplier.claim.line"]._judge(orders)
