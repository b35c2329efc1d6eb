from odoo import models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    # === CRUD === #
    def write(self, vals):
        """Find the buyers of what a till sold when its session is closed.

        The point of sale makes one transfer without a customer for all orders of a
        session, and names the session afterwards. The app is not among our
        dependencies; without it nobody writes this field.
        """
        result = super().write(vals)
        if vals.get("pos_session_id") and not vals.get("pos_order_id"):
            # The cashier need not have a right on units.
            self.sudo().env["after.sales.unit"]._assign_till_buyers(self.sudo())
        return result
