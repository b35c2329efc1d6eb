from odoo import models


class StockMove(models.Model):
    """What goods movements mean for supplier warranties and for the ledger."""

    _inherit = "stock.move"

    # === BUSINESS === #
    def _after_sales_follow_up(self):
        result = super()._after_sales_follow_up()
        self.env["after.sales.supplier.warranty"]._follow_moves(self)
        return result

    def _get_after_sales_supplier(self):
        """Return from whom the goods came: the order's vendor, or the transfer's."""
        self.ensure_one()
        vendor = self.purchase_line_id.partner_id or self.picking_id.partner_id
        return vendor.commercial_partner_id
