from odoo import api, fields, models
from odoo.exceptions import ValidationError

COST_CLASSES = [
    ("part", "Part"),
    ("labour", "Labour"),
    ("travel", "Travel"),
    ("freight", "Freight"),
    ("third_party", "Third party"),
]


class AfterSalesWarrantyPolicy(models.Model):
    """The warranty terms of a product, a category, a customer."""

    _name = "after.sales.warranty.policy"
    _description = "Warranty Policy"
    _inherit = ["mail.thread"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    product_tmpl_id = fields.Many2one(
        "product.template",
        string="Product",
        check_company=True,
        index=True,
        tracking=True,
    )
    categ_id = fields.Many2one(
        "product.category", string="Product Category", tracking=True
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", index=True, tracking=True
    )
    date_from = fields.Date(string="Valid for Deliveries from", tracking=True)
    date_to = fields.Date(string="Valid until", tracking=True)
    start_rule = fields.Selection(
        [
            ("delivered", "Delivery"),
            ("installed", "Signed acceptance"),
            ("manufactured", "Manufacture"),
            ("sold", "Sale"),
            ("first_use", "First use"),
        ],
        string="Starts with",
        default="delivered",
        required=True,
        tracking=True,
    )
    start_limit_days = fields.Integer(
        string="Starts at the Latest (Days after Delivery)",
        help="0: wait for the event without limit.",
    )
    replaced_part_rule = fields.Selection(
        [
            ("fresh", "A fresh term"),
            ("rest", "The rest of the old term"),
            ("longer", "The longer of the two"),
        ],
        string="Replaced Part Gets",
        default="longer",
        required=True,
        tracking=True,
    )
    replaced_part_months = fields.Integer(
        string="Replaced Part (Months)", default=12, tracking=True
    )
    repair_days = fields.Integer(
        string="Repair Warranty (Days)", default=90, tracking=True
    )
    line_ids = fields.One2many(
        "after.sales.warranty.policy.line", "policy_id", string="Terms", copy=True
    )

    conditions = fields.Text(
        string="Conditions and Exclusions",
        translate=True,
        help="Printed on the warranty certificate. Empty: a short standard text.",
    )

    _days_positive = models.Constraint(
        "CHECK(start_limit_days >= 0 AND repair_days >= 0 AND "
        "replaced_part_months >= 0)",
        "The days and months of a warranty policy cannot be negative.",
    )

    # === CONSTRAINS === #
    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for policy in self:
            if (
                policy.date_from
                and policy.date_to
                and policy.date_to < policy.date_from
            ):
                raise ValidationError(
                    self.env._(
                        "Policy “%(name)s” ends before it starts. "
                        "Correct “Valid until”.",
                        name=policy.name,
                    )
                )

    @api.constrains("product_tmpl_id", "categ_id")
    def _check_one_target(self):
        for policy in self:
            if policy.product_tmpl_id and policy.categ_id:
                raise ValidationError(
                    self.env._(
                        "Policy “%(name)s” is either for a product or for a category. "
                        "Empty one of the two.",
                        name=policy.name,
                    )
                )

    @api.constrains("line_ids", "product_tmpl_id")
    def _check_lines(self):
        for policy in self:
            policy.line_ids._check_component_of_product()
            seen = set()
            for line in policy.line_ids:
                key = (line.component_id, line.component_class)
                if key in seen:
                    raise ValidationError(
                        self.env._(
                            "Policy “%(name)s” has two terms for “%(subject)s”. Keep "
                            "one of them.",
                            name=policy.name,
                            subject=line._get_subject(),
                        )
                    )
                seen.add(key)

    # === BUSINESS === #
    def _get_rank(self, unit):
        """Return how specific the policy is for a unit, None if it does not fit.

        :return: a tuple; the greater, the more specific
        """
        self.ensure_one()
        if self.company_id != unit.company_id:
            return None
        day = (
            unit.date_delivered
            or unit.date_sold
            or unit.date_installed
            or fields.Date.context_today(self)
        )
        if (self.date_from and day < self.date_from) or (
            self.date_to and day > self.date_to
        ):
            return None
        customer = unit.partner_id.commercial_partner_id
        if self.partner_id and self.partner_id.commercial_partner_id != customer:
            return None
        depth = self._get_product_rank(unit.product_id)
        return None if depth is None else (bool(self.partner_id), depth)

    def _get_product_rank(self, product):
        """Return 0 for a general policy, a category's depth, 1000 for a product."""
        if self.product_tmpl_id:
            return 1000 if self.product_tmpl_id == product.product_tmpl_id else None
        if self.categ_id:
            path = (product.categ_id.parent_path or "").split("/")
            own = str(self.categ_id.id)
            return path.index(own) + 1 if own in path else None
        return 0


class AfterSalesWarrantyPolicyLine(models.Model):
    """One term: what it is for, how long it lasts, what it pays."""

    _name = "after.sales.warranty.policy.line"
    _description = "Warranty Term"
    _order = "policy_id, sequence, id"

    policy_id = fields.Many2one(
        "after.sales.warranty.policy", required=True, ondelete="cascade", index=True
    )
    product_tmpl_id = fields.Many2one(related="policy_id.product_tmpl_id")
    company_id = fields.Many2one(
        "res.company",
        related="policy_id.company_id",
        store=True,
        precompute=True,
        index=True,
    )
    sequence = fields.Integer(default=10)
    component_id = fields.Many2one("after.sales.component")
    component_class = fields.Selection(
        selection=lambda self: (
            self.env["after.sales.component"]
            ._fields["component_class"]
            ._description_selection(self.env)
        ),
        string="Class",
    )
    term = fields.Integer(string="Length", required=True, default=12)
    term_unit = fields.Selection(
        [("day", "Days"), ("month", "Months"), ("year", "Years")],
        string="Counted in",
        default="month",
        required=True,
    )
    meter_limit = fields.Float(help="0: no limit.")
    share_part = fields.Float(string="Part (%)", default=100.0)
    share_labour = fields.Float(string="Labour (%)", default=100.0)
    share_travel = fields.Float(string="Travel (%)", default=100.0)
    share_freight = fields.Float(string="Freight (%)")
    share_third_party = fields.Float(string="Third Party (%)")
    is_excluded = fields.Boolean(string="Excluded", help="No cover for this component.")

    _term_positive = models.Constraint(
        "CHECK(term > 0)", "A warranty term lasts one day, month or year at least."
    )
    _shares_in_range = models.Constraint(
        "CHECK(LEAST(share_part, share_labour, share_travel, share_freight, "
        "share_third_party) >= 0 AND GREATEST(share_part, share_labour, share_travel, "
        "share_freight, share_third_party) <= 100)",
        "The shares of a warranty term lie between 0 and 100 %.",
    )
    _meter_limit_positive = models.Constraint(
        "CHECK(meter_limit >= 0)", "The meter limit of a term cannot be negative."
    )

    # === CONSTRAINS === #
    @api.constrains("component_id", "component_class")
    def _check_component_of_product(self):
        for line in self:
            product = line.policy_id.product_tmpl_id
            if line.component_id and line.component_class:
                raise ValidationError(
                    self.env._(
                        "The term for “%(component)s” in policy “%(policy)s” is for "
                        "the component or for a class of components, not for both.",
                        component=line.component_id.name,
                        policy=line.policy_id.name,
                    )
                )
            if line.component_id and line.component_id.product_tmpl_id != product:
                raise ValidationError(
                    self.env._(
                        "“%(component)s” is a component of %(product)s, but policy "
                        "“%(policy)s” is not for that product. Choose another "
                        "component or a class.",
                        component=line.component_id.name,
                        product=line.component_id.product_tmpl_id.display_name,
                        policy=line.policy_id.name,
                    )
                )

    # A second line may be made from its own form too.
    @api.constrains("policy_id", "component_id", "component_class")
    def _check_no_double(self):
        self.policy_id._check_lines()

    # === BUSINESS === #
    def _get_subject(self):
        """Return the name of what the term is for, in the reader's language."""
        self.ensure_one()
        if self.component_id:
            return self.component_id.name
        if self.component_class:
            field = self._fields["component_class"]
            return dict(field._description_selection(self.env))[self.component_class]
        return self.env._("Whole unit")
