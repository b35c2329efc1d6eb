from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    after_sales_label_format = fields.Selection(
        related="company_id.after_sales_label_format", readonly=False
    )
    after_sales_notice_level = fields.Selection(
        related="company_id.after_sales_notice_level", readonly=False
    )
