from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    after_sales_is_receipt_sent = fields.Boolean(
        string="Confirm Reports by Mail", default=True
    )
