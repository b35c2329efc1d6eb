from odoo import models


class StockMove(models.Model):
    """What goods movements mean for supplier warranties and for the ledger."""

    _inherit = "stock.move"

    # === BUSINESS === #
    def _after_sales_follow_up(self):
        result = super()._after_sales_follow_up()
        self.env["after.sales.supplier.warranty"]._follow_moves(self)
        return result

    def _get_account_move_line_vals(self):
        """Book what free parts cost to the analytic account of their order."""
        vals_list = super()._get_account_move_line_vals()
        line = self._get_after_sales_line() or (
            # Which order a replacement belongs to is no secret of its claim.
            self.sudo().after_sales_claim_line_id.order_line_id
        )
        distribution = line and line._get_analytic_distribution()
        if distribution:
            places = self.location_id | self.location_dest_id
            for vals in vals_list:
                if vals["account_id"] in places.valuation_account_id.ids:
                    vals["analytic_distribution"] = distribution
        return vals_list

    def _get_after_sales_supplier(self):
        """Return from whom the goods came: the order's vendor, or the transfer's."""
        self.ensure_one()
        vendor = self.purchase_line_id.partner_id or self.picking_id.partner_id
        return vendor.commercial_partner_id
