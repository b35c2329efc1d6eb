from odoo import fields, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    after_sales_line_id = fields.Many2one(
        "after.sales.order.line",
        string="Service Order Line",
        index="btree_not_null",
        copy=False,
    )
