from odoo import fields, models


class RepairOrder(models.Model):
    _inherit = "repair.order"

    after_sales_order_id = fields.Many2one(
        "after.sales.order", string="Service Order", index="btree_not_null", copy=False
    )
    after_sales_old_part_id = fields.Many2one(
        "after.sales.old.part", string="Old Part", index="btree_not_null", copy=False
    )
