from odoo import api, fields, models


class AfterSalesCashCollect(models.TransientModel):
    """The technician enters the cash received and gets the receipt."""

    _name = "after.sales.cash.collect"
    _description = "Take Cash on the Spot"

    order_id = fields.Many2one("after.sales.order", required=True, readonly=True)
    currency_id = fields.Many2one(related="order_id.currency_id")
    partner_id = fields.Many2one(related="order_id.partner_id")
    amount_due = fields.Monetary(related="order_id.amount_due")
    amount = fields.Monetary(
        string="Received",
        required=True,
        compute="_compute_amount",
        store=True,
        readonly=False,
        precompute=True,
    )

    # === COMPUTES === #
    @api.depends("order_id")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = wizard.order_id.amount_due

    # === ACTIONS === #
    def action_apply(self):
        self.ensure_one()
        payment = self.order_id._register_cash(self.amount)
        return payment.sudo(False).action_after_sales_receipt()
