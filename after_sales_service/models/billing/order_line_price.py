from odoo import api, fields, models
from odoo.exceptions import AccessError

from ...rules.prices import get_unit_price

# What the price list decides and nobody types.
PRICE_FIELDS = {
    "is_price_manual",
    "price_rule_id",
    "price_base_id",
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
    price_percent = fields.Float(string="Price (%)", default=100.0, copy=False)
    is_price_manual = fields.Boolean(string="Price by Hand", copy=False, readonly=True)
    price_notes = fields.Json(
        copy=False, export_string_translation=False, help="Why, as codes."
    )
    price_text = fields.Char(string="Why This Price", compute="_compute_price_text")

    # === COMPUTES === #
    @api.depends("price_rule_id", "price_base_id", "price_percent")
    def _compute_price_unit(self):
        result = super()._compute_price_unit()
        ruled = self.filtered(
            lambda line: line._has_own_price() and not line._is_locked_by_quotation()
        )
        for order, lines in ruled.grouped("order_id").items():
            prices = lines.price_base_id._get_prices(
                order.partner_id, order.company_id, order.currency_id
            )
            for line in lines:
                line.price_unit = line._get_rule_price(prices)
        return result

    @api.depends("price_notes")
    @api.depends_context("lang")
    def _compute_price_text(self):
        rule = self.env["after.sales.price.rule"]
        for line in self:
            line.price_text = rule._render_notes(line.price_notes or [])

    # === CRUD === #
    def write(self, vals):
        result = super().write(vals)
        if "price_unit" in vals and PRICE_FIELDS.isdisjoint(vals):
            # Who approves the quotation wants to know it.
            self.sudo().is_price_manual = True
        return result

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

    def _get_rule_price(self, prices):
        """Return the price of one unit of measure, in the company's currency.

        :param dict prices: by rule, as ``_get_prices`` returns them
        """
        self.ensure_one()
        digits = self._fields["price_unit"].get_digits(self.env)[1]
        base = self.price_base_id
        price = prices.get(base, 0.0)
        uom, own = self.uom_id, base.product_id.uom_id
        if base == self.price_rule_id and uom and own and uom != own:
            price = own._compute_price(price, uom)
        return get_unit_price(price, self.price_percent, 10**-digits)

    def _get_quota_needs(self):
        """A surcharge takes no hours of a contract: the work it comes upon does."""
        if self.price_rule_id.kind == "surcharge":
            return {}
        return super()._get_quota_needs()
