from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import float_compare

from ...rules.prices import get_unit_price

# What the price list decides and nobody types.
PRICE_FIELDS = {
    "is_price_manual",
    "price_rule_id",
    "price_base_id",
    "price_base_product_id",
    "price_percent",
    "price_notes",
}


class AfterSalesOrderLine(models.Model):
    """The price of a line by the price list of service work, and why."""

    _inherit = "after.sales.order.line"

    price_rule_id = fields.Many2one(
        "after.sales.price.rule",
        ondelete="set null",
        index="btree_not_null",
        copy=False,
    )
    price_base_id = fields.Many2one(
        "after.sales.price.rule",
        string="In Percent of",
        ondelete="set null",
        copy=False,
    )
    price_base_product_id = fields.Many2one(
        "product.product",
        string="In Percent of the Price of",
        ondelete="set null",
        copy=False,
        help="Where it is in percent of the travel charge of the zone: its product.",
    )
    price_percent = fields.Float(string="Price (%)", default=100.0, copy=False)
    is_price_manual = fields.Boolean(string="Price by Hand", copy=False, readonly=True)
    price_notes = fields.Json(
        copy=False, export_string_translation=False, help="Why, as codes."
    )
    price_text = fields.Char(string="Why This Price", compute="_compute_price_text")

    # === COMPUTES === #
    @api.depends(
        "price_rule_id", "price_base_id", "price_base_product_id", "price_percent"
    )
    def _compute_price_unit(self):
        return super()._compute_price_unit()

    @api.depends("price_notes")
    @api.depends_context("lang")
    def _compute_price_text(self):
        rule = self.env["after.sales.price.rule"]
        for line in self:
            line.price_text = rule._render_notes(line.price_notes or [])

    # === CONSTRAINTS === #
    @api.constrains("price_unit")
    def _check_price_unit(self):
        for line in self:
            if line.price_unit < 0:
                raise ValidationError(
                    self.env._(
                        "The price of “%(line)s” cannot be negative. Give something "
                        "back with a credit note, or grant a share.",
                        line=line.name,
                    )
                )

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        typed = [
            line.id
            for line, vals in zip(lines, vals_list, strict=True)
            if "price_unit" in vals
        ]
        self.browse(typed)._note_manual_price()
        return lines

    def write(self, vals):
        if {"product_id", "uom_id", "price_rule_id"} & vals.keys():
            # Another thing, another price.
            self.sudo().is_price_manual = False  # the server's; read by approvers
        result = super().write(vals)
        if "price_unit" in vals:
            self._note_manual_price()
        return result

    def _note_manual_price(self):
        """Remember which prices are not the list's: who approves wants to know."""
        for currency, lines in self.grouped("currency_id").items():
            for line, price in lines._get_list_prices(currency).items():
                is_manual = line._is_other_price(price)
                if line.is_price_manual != is_manual:
                    # The server's; it marks what the user just did.
                    line.sudo().is_price_manual = is_manual

    def _refuse_decision_fields(self, vals):
        if not self.env.su and PRICE_FIELDS & vals.keys():
            raise AccessError(
                self.env._(
                    "Price rules are applied by “Charge by Price List”. Ask the office "
                    "if a price is wrong."
                )
            )
        return super()._refuse_decision_fields(vals)

    # === BUSINESS === #
    def _has_own_price(self):
        """Tell whether the price is not simply that of the line's product."""
        self.ensure_one()
        rule = self.price_rule_id
        return bool(rule) and (rule.is_fixed or rule.kind == "surcharge")

    def _is_price_kept(self):
        return self.is_price_manual or super()._is_price_kept()

    def _get_list_prices(self, currency):
        prices = super()._get_list_prices(currency)
        ruled = self.filtered(lambda line: line._has_own_price())
        for order, lines in ruled.grouped("order_id").items():
            partner, company = order.partner_id, order.company_id
            found = lines.price_base_id._get_prices(partner, company, currency)
            zones = partner._get_after_sales_prices(
                lines.price_base_product_id, company, currency
            )
            for line in lines:
                prices[line] = line._get_rule_price(found, zones)
        return prices

    def _get_rule_price(self, prices, zone_prices):
        """Return the price of one unit of measure.

        :param dict prices: by rule, as ``_get_prices`` returns them
        :param dict zone_prices: by the id of the product a zone charges for travel
        """
        self.ensure_one()
        base = self.price_base_id
        zone_price = zone_prices.get(self.price_base_product_id.id, 0.0)
        price = prices.get(base, zone_price)
        uom, own = self.uom_id, base.product_id.uom_id
        if base == self.price_rule_id and uom and own and uom != own:
            price = own._compute_price(price, uom)
        return get_unit_price(price, self.price_percent, 10 ** -self._get_digits())

    def _get_digits(self):
        return self._fields["price_unit"].get_digits(self.env)[1]

    def _is_other_price(self, price):
        """Tell whether the line's price is not ``price``, in the same currency."""
        self.ensure_one()
        digits = self._get_digits()
        return bool(float_compare(self.price_unit, price, precision_digits=digits))

    def _get_unit_price_in(self, currency, date):
        """Return what the customer pays for one unit, in another currency.

        A price of the list is the list's own, not one changed there and back.
        """
        self.ensure_one()
        price = self._get_unit_price()
        company = self.order_id.company_id
        if currency == self.currency_id or not self.price_unit:
            return self.currency_id._convert(
                price, currency, company, date, round=False
            )
        listed = self._get_list_prices(currency)[self]
        home = currency._convert(listed, self.currency_id, company, date, round=False)
        if self._is_other_price(home):
            return self.currency_id._convert(
                price, currency, company, date, round=False
            )
        return listed if price == self.price_unit else listed * price / self.price_unit

    def _get_quota_needs(self):
        """A surcharge takes no hours of a contract: the work it comes upon does."""
        if self.price_rule_id.kind == "surcharge":
            return {}
        return super()._get_quota_needs()
