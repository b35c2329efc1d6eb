from odoo import api, models


class AfterSalesOrderLine(models.Model):
    """Lifetime service: once the warranty is over, cost and a little more is paid."""

    _inherit = "after.sales.order.line"

    # === COMPUTES === #
    @api.depends("order_id.unit_id")
    def _compute_price_unit(self):
        return super()._compute_price_unit()

    # === BUSINESS === #
    def _get_list_prices(self, currency):
        prices = super()._get_list_prices(currency)
        priced = self.filtered(
            lambda line: line.kind in ("part", "labour") and line.order_id.unit_id
        )
        for order, lines in priced.grouped("order_id").items():
            # Terms and cost prices are not the technician's; the price is.
            policy = order.unit_id.sudo()._get_lifetime_policy(order.date_fault)
            for line in lines if policy else ():
                price = line._get_lifetime_price(policy, currency)
                prices[line] = price or prices[line]
        return prices

    def _get_lifetime_price(self, policy, currency):
        """Return cost plus the policy's surcharge per unit of measure; 0: no cost."""
        self.ensure_one()
        order = self.order_id
        # Cost prices are not the technician's; what follows from them is.
        product = self.product_id.sudo().with_company(order.company_id)
        cost = product.standard_price * (1 + policy.lifetime_surcharge / 100)
        uom = self.uom_id or product.uom_id
        return order.company_id.currency_id._convert(
            product.uom_id._compute_price(cost, uom),
            currency,
            order.company_id,
            order.date_fault,
        )
