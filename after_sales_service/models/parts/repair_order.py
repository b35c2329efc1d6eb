from odoo import fields, models


class RepairOrder(models.Model):
    _inherit = "repair.order"

    after_sales_order_id = fields.Many2one(
        "after.sales.order", string="Service Order", index="btree_not_null", copy=False
    )
    after_sales_old_part_id = fields.Many2one(
        "after.sales.old.part", string="Old Part", index="btree_not_null", copy=False
    )

    def _get_refurbish_cost(self):
        """Return what the refurbished part cost: its new parts, in company currency."""
        self.ensure_one()
        return sum(self.move_ids.filtered("repair_line_type").mapped("value"))
