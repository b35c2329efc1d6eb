from odoo import fields, models


class StockMove(models.Model):
    _inherit = "stock.move"

    after_sales_line_id = fields.Many2one(
        "after.sales.order.line",
        string="Service Order Line",
        index="btree_not_null",
        copy=False,
    )
    after_sales_requisition_line_id = fields.Many2one(
        "after.sales.requisition.line", index="btree_not_null", copy=False
    )
    after_sales_old_part_id = fields.Many2one(
        "after.sales.old.part", index="btree_not_null", copy=False
    )
