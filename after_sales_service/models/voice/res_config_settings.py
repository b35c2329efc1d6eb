from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    after_sales_is_card_sent = fields.Boolean(
        related="company_id.after_sales_is_card_sent", readonly=False
    )
    after_sales_survey_id = fields.Many2one(
        related="company_id.after_sales_survey_id", readonly=False
    )
    after_sales_complaint_user_id = fields.Many2one(
        related="company_id.after_sales_complaint_user_id", readonly=False
    )
