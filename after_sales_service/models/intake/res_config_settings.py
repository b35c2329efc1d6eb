from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    after_sales_is_receipt_sent = fields.Boolean(
        related="company_id.after_sales_is_receipt_sent", readonly=False
    )
