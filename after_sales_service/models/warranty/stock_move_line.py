from odoo import models


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def write(self, vals):
        if "lot_id" not in vals:
            return super().write(vals)
        before = {line: line.lot_id for line in self if line.state == "done"}
        result = super().write(vals)
        changes = [
            (line.move_id, lot, line.lot_id)
            for line, lot in before.items()
            if lot and line.lot_id != lot
        ]
        if changes:
            # Whoever may correct the delivery need not have a right on units.
            self.env["after.sales.unit"].sudo()._correct_serials(changes)
        return result
