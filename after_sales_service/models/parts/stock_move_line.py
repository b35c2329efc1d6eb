from odoo import api, models


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        """Let rows that are made with their move belong to its transfer.

        Odoo sets the transfer on the rows it makes itself only; without it the
        transfer shows no detailed operations.
        """
        moves = self.env["stock.move"]
        for vals in vals_list:
            if vals.get("move_id") and "picking_id" not in vals:
                vals["picking_id"] = moves.browse(vals["move_id"]).picking_id.id
        return super().create(vals_list)
