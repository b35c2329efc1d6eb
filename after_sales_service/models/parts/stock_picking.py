from odoo import fields, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    after_sales_order_id = fields.Many2one(
        "after.sales.order", string="Service Order", index="btree_not_null", copy=False
    )
    after_sales_requisition_id = fields.Many2one(
        "after.sales.requisition",
        string="Part Requisition",
        index="btree_not_null",
        copy=False,
    )
