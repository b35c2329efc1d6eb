from odoo import models


class StockRule(models.Model):
    _inherit = "stock.rule"

    def _get_custom_move_fields(self):
        return super()._get_custom_move_fields() + [
            "after_sales_line_id",
            "after_sales_requisition_line_id",
        ]
