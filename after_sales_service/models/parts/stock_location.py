from odoo import fields, models


class StockLocation(models.Model):
    _inherit = "stock.location"

    is_non_valued = fields.Boolean(
        string="Never Valued", help="Goods here are no part of the company's stock value."
    )
