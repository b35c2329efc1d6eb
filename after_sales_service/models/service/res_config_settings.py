from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    after_sales_override_limit = fields.Monetary(
        related="company_id.after_sales_override_limit",
        currency_field="company_currency_id",
        readonly=False,
    )
    after_sales_goodwill_limit = fields.Monetary(
        related="company_id.after_sales_goodwill_limit",
        currency_field="company_currency_id",
        readonly=False,
    )

    # === ACTIONS === #
    def action_open_cover_priority(self):
        return self.env["after.sales.cover.priority"].action_open()
