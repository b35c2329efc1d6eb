from odoo import models


class AfterSalesUnit(models.Model):
    _inherit = "after.sales.unit"

    # === BUSINESS === #
    def _get_transfer_warnings(self):
        """Name the open orders: what is done on them is for the old owner."""
        orders = self.env["after.sales.order"].search(
            [
                ("unit_id", "in", self.ids),
                ("state", "not in", ("done", "reviewed", "cancel")),
            ]
        )
        return super()._get_transfer_warnings() + [
            self.env._(
                "%(unit)s: service order %(order)s for %(customer)s is still open.",
                unit=order.unit_id.name,
                order=order.name,
                customer=order.partner_id.display_name,
            )
            for order in orders
        ]
