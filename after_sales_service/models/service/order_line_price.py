from odoo import models


class AfterSalesOrderLine(models.Model):
    """What a line costs by the customer's price list."""

    _inherit = "after.sales.order.line"

    # === BUSINESS === #
    def _get_list_prices(self, currency):
        """Return the price of one unit of measure for each line, without taxes.

        Meant to be extended.

        :param currency: of the prices returned
        :return: ``{line: price}``, 0 where no price is known
        """
        prices = {}
        for key, lines in self.grouped(
            lambda line: (
                line.order_id.partner_id,
                line.order_id.company_id,
                line.uom_id,
                line.quantity,
            )
        ).items():
            partner, company, uom, quantity = key
            found = partner._get_after_sales_prices(
                lines.product_id, company, currency, quantity=quantity, uom=uom
            )
            prices |= {line: found.get(line.product_id.id, 0.0) for line in lines}
        return prices

    def _is_price_kept(self):
        """Tell whether the price is not the list's to change. To be extended."""
        return False
