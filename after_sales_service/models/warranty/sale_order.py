from odoo import api, fields, models
from odoo.exceptions import UserError


class SaleOrder(models.Model):
    _inherit = "sale.order"

    has_after_sales_extension = fields.Boolean(
        string="Sells a Warranty Extension",
        compute="_compute_has_after_sales_extension",
    )

    # === COMPUTES === #
    @api.depends("order_line.product_id")
    def _compute_has_after_sales_extension(self):
        for order in self:
            order.has_after_sales_extension = bool(
                order.order_line.after_sales_extension_id
            )

    # === ACTIONS === #
    def _action_confirm(self):
        """Start the warranty extensions that the orders sell."""
        self._check_after_sales_extensions()
        result = super()._action_confirm()
        self.order_line._sync_after_sales_covers()
        return result

    def _action_cancel(self):
        result = super()._action_cancel()
        self.order_line._sync_after_sales_covers()
        return result

    # === BUSINESS === #
    def _check_after_sales_extensions(self):
        """Refuse to sell an extension for a unit that has lost its cover."""
        # Whether a cover is void is no secret; salespeople have no right on covers.
        units = self.order_line.sudo().after_sales_unit_ids
        void = units.filtered("is_cover_void")
        if void:
            raise UserError(
                self.env._(
                    "The cover of %(unit)s was voided, an extension would be void, "
                    "too. Let a supervisor restore it, or take the unit off the order.",
                    unit=void[0].name,
                )
            )
