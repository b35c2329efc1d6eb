from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...rules.prices import Rule
from ..technician.skill_requirement import ORDER_KINDS

# What the product of a rule has to stand for on a service order.
PRODUCT_KINDS = {
    "labour": {"labour"},
    "job": {"labour"},
    "travel": {"travel", "freight"},
    "fee": {"fee"},
    # Whether warranty pays for the surcharge, too, is told by its product.
    "surcharge": {"labour", "fee"},
}


class AfterSalesPriceRule(models.Model):
    """One row of the price list of service work: when which native product is due."""

    _name = "after.sales.price.rule"
    _description = "Service Price Rule"
    _order = "kind, sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: the rule holds in all companies."
    )
    kind = fields.Selection(
        [
            ("labour", "Hours of work"),
            ("job", "Flat job"),
            ("travel", "Travel"),
            ("surcharge", "Surcharge"),
            ("fee", "Check fee when refused"),
        ],
        required=True,
        default="labour",
    )
    product_id = fields.Many2one(
        "product.product",
        string="Service Product",
        domain=[("type", "=", "service")],
        check_company=True,
        ondelete="restrict",
        index=True,
        help="It stands on quotation and invoice, with its taxes and accounts. Its "
        "price comes from the customer's price list.",
    )
    # When the rule fits; empty is always.
    date_from = fields.Date(string="From")
    date_to = fields.Date(string="Until", help="The last day.")
    order_kind = fields.Selection(
        ORDER_KINDS,
        string="Kind of Work",
    )
    skill_id = fields.Many2one(
        "hr.skill",
        string="Technician's Skill",
        help="Hours of technicians who have it, with a valid certificate if it is one.",
    )
    product_tmpl_id = fields.Many2one(
        "product.template",
        string="Serviced Product",
        check_company=True,
        ondelete="cascade",
        index="btree_not_null",
    )
    categ_id = fields.Many2one(
        "product.category", string="Product Category", ondelete="cascade"
    )
    fault_id = fields.Many2one(
        "after.sales.fault.code", string="Fault Code", ondelete="cascade"
    )
    zone_id = fields.Many2one("after.sales.zone", check_company=True)
    # How much is charged.
    per = fields.Selection(
        [("trip", "Trip"), ("km", "Kilometre")],
        string="Charged per",
        default="trip",
        required=True,
    )
    minimum = fields.Float(string="At Least", digits="Product Unit")
    step = fields.Float(
        string="Rounded Up to",
        digits="Product Unit",
        help="0.25 charges every quarter of an hour begun; 0 charges what was worked.",
    )
    when = fields.Selection(
        [
            ("night", "At night"),
            ("weekend", "On days without working hours"),
            ("holiday", "On public holidays"),
            ("emergency", "For an emergency"),
        ],
        string="When It Is Due",
    )
    hour_from = fields.Float(string="From Hour", default=22.0)
    hour_to = fields.Float(string="To Hour", default=6.0)
    percent = fields.Float(
        string="Surcharge (%)", help="Of the price of the work it comes upon."
    )
    is_on_travel = fields.Boolean(
        string="Also on Travel",
        help="The travel charge rises as well, for trips that arrive at that time.",
    )
    is_fixed = fields.Boolean(
        string="Own Price", help="The same for every customer, whatever the price list."
    )
    price_fixed = fields.Monetary(string="Price")
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
    )

    _minimum_not_negative = models.Constraint(
        "CHECK(minimum >= 0 AND step >= 0)",
        "The quantities of a price rule cannot be negative.",
    )
    _hours_of_a_day = models.Constraint(
        "CHECK(hour_from >= 0 AND hour_from < 24 AND hour_to >= 0 AND hour_to <= 24)",
        "The hours of a surcharge lie between 0:00 and 24:00.",
    )

    # === CONSTRAINTS === #
    @api.constrains("name", "kind", "product_id")
    def _check_product(self):
        for rule in self:
            if not rule.product_id:
                raise ValidationError(
                    self.env._(
                        "The price rule “%(rule)s” has no service product. Choose the "
                        "product that shall stand on the quotation.",
                        rule=rule.name,
                    )
                )
            if rule.product_id.after_sales_kind not in PRODUCT_KINDS[rule.kind]:
                raise ValidationError(
                    self.env._(
                        "“%(product)s” cannot stand for “%(rule)s”. Set “Service Item” "
                        "on the product, or choose another one.",
                        product=rule.product_id.display_name,
                        rule=rule.name,
                    )
                )

    @api.constrains("is_fixed", "price_fixed", "percent")
    def _check_price(self):
        for rule in self:
            if rule.price_fixed < 0 or rule.percent < 0:
                raise ValidationError(
                    self.env._(
                        "The price rule “%(rule)s” has a negative price. Use a credit "
                        "note or a price list to give something back.",
                        rule=rule.name,
                    )
                )

    @api.constrains("kind", "when", "percent", "hour_from", "hour_to")
    def _check_surcharge(self):
        for rule in self.filtered(lambda rule: rule.kind == "surcharge"):
            if not rule.when or not rule.percent:
                raise ValidationError(
                    self.env._(
                        "Tell when the surcharge “%(rule)s” is due, and how many "
                        "percent it comes to.",
                        rule=rule.name,
                    )
                )
            if rule.when == "night" and rule.hour_from == rule.hour_to:
                raise ValidationError(
                    self.env._(
                        "The night of “%(rule)s” ends when it begins. Correct its "
                        "hours.",
                        rule=rule.name,
                    )
                )

    @api.constrains("kind", "product_tmpl_id", "categ_id", "fault_id")
    def _check_job(self):
        for rule in self.filtered(lambda rule: rule.kind == "job"):
            if not (rule.product_tmpl_id or rule.categ_id or rule.fault_id):
                raise ValidationError(
                    self.env._(
                        "Tell for which product, category or fault code the flat job "
                        "“%(rule)s” is; else no hour would ever be charged.",
                        rule=rule.name,
                    )
                )

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for rule in self:
            if rule.date_from and rule.date_to and rule.date_to < rule.date_from:
                raise ValidationError(
                    self.env._(
                        "The price rule “%(rule)s” ends before it begins. Correct its "
                        "dates.",
                        rule=rule.name,
                    )
                )

    # === BUSINESS === #
    @api.model
    def _get_for_company(self, company):
        """Return the rules a company may use, in one query."""
        return self.search(Domain("company_id", "in", [company.id, False]))

    def _get_pure_rules(self):
        """Return the rules as the pure functions of ``rules/prices.py`` want them."""
        return [rule._to_pure() for rule in self]

    def _to_pure(self):
        self.ensure_one()
        return Rule(
            rule_id=self.id,
            kind=self.kind,
            sequence=self.sequence,
            date_from=self.date_from or None,
            date_to=self.date_to or None,
            order_kind=self.order_kind or None,
            skill_id=self.skill_id.id or None,
            zone_id=self.zone_id.id or None,
            product_id=self.product_tmpl_id.id or None,
            categ_id=self.categ_id.id or None,
            fault_id=self.fault_id.id or None,
            per=self.per,
            minimum=self.minimum,
            step=self.step,
            when=self.when or None if self.kind == "surcharge" else None,
            hour_from=self.hour_from,
            hour_to=self.hour_to,
            percent=self.percent,
            on_travel=self.is_on_travel,
        )

    def _get_prices(self, partner, company, currency, date=None):
        """Return what one unit of each rule's product costs a customer, untaxed.

        :return: ``{rule: price}`` in ``currency``; 0 where no price is known
        """
        listed = self.filtered(lambda rule: not rule.is_fixed)
        prices = partner._get_after_sales_prices(
            listed.product_id, company, currency, date=date
        )
        found = {rule: prices.get(rule.product_id.id, 0.0) for rule in listed}
        for rule in self - listed:
            found[rule] = rule.currency_id._convert(
                rule.price_fixed,
                currency,
                company,
                date or fields.Date.context_today(self),
                round=False,
            )
        return found
