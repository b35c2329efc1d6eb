from odoo import fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    after_sales_order_id = fields.Many2one(
        "after.sales.order", string="Service Order", index="btree_not_null", copy=False
    )
