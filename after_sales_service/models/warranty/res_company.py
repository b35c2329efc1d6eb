from odoo import fields, models

from .staff_notice import NOTICE_LEVELS


class ResCompany(models.Model):
    _inherit = "res.company"

    after_sales_notice_level = fields.Selection(
        NOTICE_LEVELS, string="Told of New Warranty Terms", default="leader"
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    after_sales_notice_level = fields.Selection(
        related="company_id.after_sales_notice_level", readonly=False
    )
