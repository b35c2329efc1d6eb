from odoo import api, models

# What says which goods a done move has moved, and how many.
GOODS = {"lot_id", "quant_id", "quantity", "product_uom_id"}


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        moves = self.move_id.browse(
            [vals["move_id"] for vals in vals_list if vals.get("move_id")]
        )
        before = moves._get_after_sales_goods()
        lines = super().create(vals_list)
        done = lines.filtered(lambda line: line.state == "done").move_id
        if done:
            done._correct_after_sales(before)
            # A product added to a done transfer gets a move of its own, done at once.
            done._register_after_sales_units()
        return lines

    def write(self, vals):
        if not GOODS & vals.keys():
            return super().write(vals)
        before = self.move_id._get_after_sales_goods()
        result = super().write(vals)
        if before:
            self.move_id._correct_after_sales(before)
        return result
