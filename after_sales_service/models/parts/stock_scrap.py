from odoo import fields, models


class StockScrap(models.Model):
    _inherit = "stock.scrap"

    after_sales_old_part_id = fields.Many2one(
        "after.sales.old.part", string="Old Part", index="btree_not_null", copy=False
    )

    def _prepare_move_values(self):
        values = super()._prepare_move_values()
        return values | {"after_sales_old_part_id": self.after_sales_old_part_id.id}
