from odoo import api, models


class AfterSalesOrderLine(models.Model):
    """Lifetime service: once the warranty is over, cost and a little more is paid."""

    _inherit = "after.sales.order.line"

    # === COMPUTES === #
    @api.depends("order_id.unit_id")
    def _compute_price_unit(self):
        result = super()._compute_price_unit()
        priced = self.filtered(
            lambda line: (
                line.kind in ("part", "labour")
                and line.order_id.unit_id
                and not line._is_locked_by_quotation()
            )
        )
        for order, lines in priced.grouped("order_id").items():
            # Terms and cost prices are not the technician's; the price is.
            policy = order.unit_id.sudo()._get_lifetime_policy(order.date_fault)
            for line in lines if policy else ():
                line.price_unit = line._get_lifetime_price(policy) or line.price_unit
        return result

    # === BUSINESS === #
    def _get_lifetime_price(self, policy):
        """Return cost plus the policy's surcharge per unit of measure; 0: no cost."""
        self.ensure_one()
        order = self.order_id
        # Cost prices are not the technician's; what follows from them is.
        product = self.product_id.sudo().with_company(order.company_id)
        cost = product.standard_price * (1 + policy.lifetime_surcharge / 100)
        uom = self.uom_id or product.uom_id
        return order.company_id.currency_id._convert(
            product.uom_id._compute_price(cost, uom),
            order.currency_id,
            order.company_id,
            order.date_fault,
        )
