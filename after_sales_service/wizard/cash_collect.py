from odoo import api, fields, models

from ..models.billing.account_payment import METHODS


class AfterSalesCashCollect(models.TransientModel):
    """The technician enters the cash received and gets the receipt."""

    _name = "after.sales.cash.collect"
    _description = "Take Money on the Spot"

    order_id = fields.Many2one("after.sales.order", required=True, readonly=True)
    currency_id = fields.Many2one(related="order_id.currency_id")
    partner_id = fields.Many2one(related="order_id.partner_id")
    amount_due = fields.Monetary(
        string="Still to Pay", compute="_compute_amount_due", compute_sudo=False
    )
    method = fields.Selection(
        METHODS,
        string="Means of Payment",
        required=True,
        default=lambda self: self._default_method(),
    )
    amount = fields.Monetary(
        string="Received",
        required=True,
        compute="_compute_amount",
        store=True,
        readonly=False,
        precompute=True,
    )

    # === DEFAULTS === #
    @api.model
    def _default_method(self):
        order = self.env["after.sales.order"].browse(
            self.env.context.get("default_order_id")
        )
        methods = order._get_collect_methods() if order else []
        return methods[0] if methods else "cash"

    # === COMPUTES === #
    @api.depends("order_id")
    def _compute_amount_due(self):
        for wizard in self:
            wizard.order_id._check_may_charge()
            wizard.amount_due = wizard.order_id._get_amount_to_collect()

    @api.depends("order_id")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = wizard.amount_due

    # === ACTIONS === #
    def action_apply(self):
        self.ensure_one()
        payment = self.order_id._register_cash(self.amount, self.method)
        receipt = payment.sudo(False).action_after_sales_receipt()
        # Left open, the dialog invites to take the same money a second time.
        return receipt | {"close_on_report_download": True}
