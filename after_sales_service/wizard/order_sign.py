from odoo import api, fields, models
from odoo.exceptions import UserError


class AfterSalesOrderSign(models.TransientModel):
    """The technician's screen in the customer's hands."""

    _name = "after.sales.order.sign"
    _description = "Customer's Signature"

    order_id = fields.Many2one("after.sales.order", required=True, readonly=True)
    partner_id = fields.Many2one(related="order_id.partner_id")
    currency_id = fields.Many2one(related="order_id.currency_id")
    amount_paid = fields.Monetary(related="order_id.amount_paid")
    line_ids = fields.Many2many("after.sales.order.line", compute="_compute_line_ids")
    is_satisfied = fields.Selection(
        [("yes", "Satisfied, I sign"), ("no", "Not satisfied")],
        string="Are You Satisfied?",
        default="yes",
        required=True,
    )
    signed_by = fields.Char(string="Your Name", required=True)
    signature = fields.Binary(attachment=False)
    remark = fields.Text()

    @api.depends("order_id.line_ids.is_unused")
    def _compute_line_ids(self):
        """Show what was done; what was planned and not used is no part of it."""
        for wizard in self:
            wizard.line_ids = wizard.order_id.line_ids.filtered(
                lambda line: not line.is_unused
            )

    @api.model
    def default_get(self, fields):
        defaults = super().default_get(fields)
        order = self.env["after.sales.order"].browse(defaults.get("order_id"))
        if order and "signed_by" in fields:
            defaults["signed_by"] = (order.contact_id or order.partner_id).name
        return defaults

    def action_apply(self):
        self.ensure_one()
        if self.is_satisfied == "no":
            if not self.remark:
                raise UserError(
                    self.env._("Write down what the customer is not satisfied with.")
                )
            self.order_id._record_dissatisfaction(self.signed_by, self.remark)
        else:
            if not self.signature:
                raise UserError(self.env._("Please sign in the box first."))
            self.order_id._sign(self.signed_by, self.signature, self.remark)
        return {"type": "ir.actions.act_window_close"}
