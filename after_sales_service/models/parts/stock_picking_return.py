from odoo import models

from .stock_move import LINKS


class StockReturnPicking(models.TransientModel):
    _inherit = "stock.return.picking"

    def _prepare_picking_default_values_based_on(self, picking):
        values = super()._prepare_picking_default_values_based_on(picking)
        return values | picking._prepare_after_sales_links()


class StockReturnPickingLine(models.TransientModel):
    _inherit = "stock.return.picking.line"

    def _prepare_move_default_values(self, new_picking):
        """A return belongs to the same service line, requisition or old part."""
        values = super()._prepare_move_default_values(new_picking)
        return values | {fname: self.move_id[fname].id for fname in LINKS}
