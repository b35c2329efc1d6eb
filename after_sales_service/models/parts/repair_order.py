from odoo import fields, models


class RepairOrder(models.Model):
    _inherit = "repair.order"

    after_sales_order_id = fields.Many2one(
        "after.sales.order", string="Service Order", index="btree_not_null", copy=False
    )
    after_sales_old_part_id = fields.Many2one(
        "after.sales.old.part", string="Old Part", index="btree_not_null", copy=False
    )

    def action_repair_done(self):
        result = super().action_repair_done()
        # The workshop has no rights on old parts.
        for repair in self.sudo().filtered("after_sales_old_part_id"):
            part = repair.after_sales_old_part_id
            if repair.state == "done" and part.state == "refurbish":
                part._move_to("disposed")
                part._add_movement("refurbish", note=repair.name)
        return result

    def action_repair_cancel(self):
        result = super().action_repair_cancel()
        # The workshop has no rights on old parts.
        parts = self.sudo().after_sales_old_part_id
        parts.filtered(lambda part: part.state == "refurbish")._move_to("analysed")
        return result

    def _get_refurbish_cost(self):
        """Return what the refurbished part cost: its new parts, in company currency."""
        self.ensure_one()
        return sum(self.move_ids.filtered("repair_line_type").mapped("value"))
