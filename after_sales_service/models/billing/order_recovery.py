from odoo import fields, models

from .supplier_claim_line import RECOVERY_GROUPS


class AfterSalesOrder(models.Model):
    """What suppliers give back of an order that was free for the customer."""

    _inherit = "after.sales.order"

    supplier_claim_line_ids = fields.One2many(
        "after.sales.supplier.claim.line",
        "order_id",
        string="Recovery from Suppliers",
        groups=RECOVERY_GROUPS,
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
