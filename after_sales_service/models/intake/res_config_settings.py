from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    after_sales_is_receipt_sent = fields.Boolean(
        related="company_id.after_sales_is_receipt_sent", readonly=False
    )
    after_sales_is_solved_sent = fields.Boolean(
        related="company_id.after_sales_is_solved_sent", readonly=False
    )
    after_sales_level_1 = fields.Char(
        related="company_id.after_sales_level_1", readonly=False
    )
    after_sales_level_2 = fields.Char(
        related="company_id.after_sales_level_2", readonly=False
    )
    after_sales_level_3 = fields.Char(
        related="company_id.after_sales_level_3", readonly=False
    )
    after_sales_level_4 = fields.Char(
        related="company_id.after_sales_level_4", readonly=False
    )
