from odoo import fields, models

SECTIONS = ("labour", "job", "surcharge", "travel", "fee")


class ResPartner(models.Model):
    """A customer's prices of service work, and how often invoices come."""

    _inherit = "res.partner"

    is_after_sales_monthly = fields.Boolean(
        string="One Service Invoice a Month",
        help="Completed service orders are not invoiced one by one, but together.",
    )

    # === ACTIONS === #
    def action_print_service_prices(self):
        report = self.env.ref("after_sales_service.res_partner_report_service_prices")
        return report.report_action(self)

    # === BUSINESS === #
    def _is_invoiced_monthly(self):
        self.ensure_one()
        return self.is_after_sales_monthly or (
            self.commercial_partner_id.is_after_sales_monthly
        )

    def _get_service_prices(self, company, date):
        """Return the customer's price list of service work, to show before work.

        :param date: the day on which the prices hold
        :return: ``[{"title", "rows"}]``; a row is ``{"name", "fits", "price", "taxed",
            "unit", "quantity"}``, all texts; rows without a price are left out
        """
        self.ensure_one()
        rules = self.env["after.sales.price.rule"]._get_for_company(company)
        rules = rules.filtered(
            lambda rule: (
                (not rule.date_from or rule.date_from <= date)
                and (not rule.date_to or date <= rule.date_to)
            )
        )
        partner = self.with_company(company)
        # The price list and the taxes are the customer's; who reads it is told.
        currency = (
            partner.sudo().property_product_pricelist.currency_id or company.currency_id
        )
        prices = rules._get_prices(partner, company, currency, date)
        titles = dict(rules._fields["kind"]._description_selection(self.env))
        terms = {
            "company": company,
            "currency": currency,
            # As above.
            "position": partner.env["account.fiscal.position"]
            .sudo()
            ._get_fiscal_position(partner),
        }
        sections = []
        for kind in SECTIONS:
            rows = [
                partner._get_service_price_row(rule, prices[rule], **terms)
                for rule in rules.filtered(lambda rule, kind=kind: rule.kind == kind)
                if prices[rule] or kind == "surcharge"
            ]
            if kind == "travel" and not rows:
                rows = partner._get_zone_price_rows(date, **terms)
            if rows:
                sections.append({"title": titles[kind], "rows": rows})
        return sections

    def _get_service_price_row(self, rule, price, **terms):
        texts = {
            "name": rule.name,
            "fits": ", ".join(rule._get_conditions()),
            "quantity": rule._get_quantity_text(),
        }
        if rule.kind == "surcharge":
            # Not “+50 %”: a screen reader leaves out the sign.
            return texts | {
                "price": self.env._("%(percent)g %% more", percent=rule.percent),
                "taxed": "",
                "unit": "",
            }
        return texts | self._get_price_texts(
            rule.product_id, price, rule._get_unit_text(), **terms
        )

    def _get_zone_price_rows(self, date, company, currency, position):
        """Return the travel charges of the zones, where no rule speaks of travel."""
        zones = self.env["after.sales.zone"]._get_for_company(company)
        zones = zones.filtered("travel_product_id")
        prices = self._get_after_sales_prices(
            zones.travel_product_id, company, currency, date=date
        )
        return [
            {"name": zone.travel_product_id.name, "fits": zone.name, "quantity": ""}
            | self._get_price_texts(
                zone.travel_product_id,
                prices[zone.travel_product_id.id],
                self.env._("trip"),
                company,
                currency,
                position,
            )
            for zone in zones
            if prices.get(zone.travel_product_id.id)
        ]

    def _get_price_texts(self, product, price, unit, company, currency, position):
        """Return the price without and with taxes, as texts."""
        # As in _get_service_prices.
        product = product.sudo().with_company(company)
        taxes = product.taxes_id._filter_taxes_by_company(company)
        price = product._get_tax_included_unit_price_from_price(
            price, product_taxes=taxes, fiscal_position=position
        )
        totals = position.map_tax(taxes).compute_all(
            price, currency=currency, product=product, partner=self
        )
        return {
            "price": currency.format(totals["total_excluded"]),
            "taxed": currency.format(totals["total_included"]),
            "unit": unit,
        }
