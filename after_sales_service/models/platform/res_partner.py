from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    after_sales_zone_id = fields.Many2one(
        "after.sales.zone",
        string="Service Zone",
        help="Set by hand it wins over the zone found from the address.",
    )
    after_sales_calendar_id = fields.Many2one(
        "resource.calendar",
        string="Service Hours",
        help="Promised times of this customer are counted in these hours.",
    )
    after_sales_site_note = fields.Text(
        string="Site Notes", help="Door code, whom to ask for, where to park."
    )

    # === BUSINESS === #
    def _get_after_sales_zone(self, company):
        """Return the zone of an address: its own, its customer's, or by address."""
        self.ensure_one()
        return self._get_after_sales_zones(company)[self]

    def _get_after_sales_zones(self, company):
        """Return the zone of each address, ``{partner: zone}``, in constant queries.

        A zone of another company is passed over.
        """
        zones = self.env["after.sales.zone"]._get_for_company(company)
        found = {}
        for partner in self:
            own = partner.after_sales_zone_id or (
                partner.commercial_partner_id.after_sales_zone_id
            )
            found[partner] = own if own in zones else zones._find_for(partner)
        return found

    def _get_after_sales_calendar(self):
        """Return the service hours of the customer, or none."""
        self.ensure_one()
        return (
            self.after_sales_calendar_id
            or self.commercial_partner_id.after_sales_calendar_id
        )

    def _get_after_sales_prices(
        self, products, company, currency, quantity=1.0, uom=None, date=None
    ):
        """Return the customer's prices without taxes, ``{product id: price}``.

        :param currency: of the prices returned; they are not rounded
        :param uom: unit of measure of quantity and price; the product's if none
        :param date: the day of price list and rate; today if none
        """
        self.ensure_one()
        # Technicians may not read every price list; the result is theirs to see.
        pricelist = self.with_company(company).sudo().property_product_pricelist
        # A fixed price is in the currency of its list, whatever one asks for.
        own = pricelist.currency_id or company.currency_id
        prices = pricelist._get_products_price(
            products.with_company(company),
            quantity,
            uom=uom or None,
            currency=own,
            date=date or False,
        )
        if own == currency:
            return prices
        date = date or fields.Date.context_today(self)
        return {
            key: own._convert(price, currency, company, date, round=False)
            for key, price in prices.items()
        }
