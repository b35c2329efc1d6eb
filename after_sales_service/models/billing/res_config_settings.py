from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    after_sales_loan_day_price = fields.Monetary(
        related="company_id.after_sales_loan_day_price",
        currency_field="company_currency_id",
        readonly=False,
    )

    after_sales_quotation_required = fields.Boolean(
        related="company_id.after_sales_quotation_required", readonly=False
    )
    after_sales_prices_on_portal = fields.Boolean(
        related="company_id.after_sales_prices_on_portal", readonly=False
    )
    after_sales_invoice_post = fields.Boolean(
        related="company_id.after_sales_invoice_post", readonly=False
    )
    after_sales_cash_journal_id = fields.Many2one(
        related="company_id.after_sales_cash_journal_id", readonly=False
    )
