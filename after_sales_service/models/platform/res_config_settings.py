from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    after_sales_repeat_days = fields.Integer(
        related="company_id.after_sales_repeat_days", readonly=False
    )
    after_sales_signature_required = fields.Boolean(
        related="company_id.after_sales_signature_required", readonly=False
    )
    after_sales_old_part_days = fields.Integer(
        related="company_id.after_sales_old_part_days", readonly=False
    )
    after_sales_cash_limit = fields.Monetary(
        related="company_id.after_sales_cash_limit",
        currency_field="company_currency_id",
        readonly=False,
    )
