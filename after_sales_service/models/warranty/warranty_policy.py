from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...rules.serials import natural_key

START_EVENTS = [
    ("delivered", "Delivery"),
    ("installed", "Signed acceptance"),
    ("manufactured", "Manufacture"),
    ("sold", "Sale"),
    ("first_use", "First use"),
]
START_PICKS = [("earlier", "the earlier of the two"), ("later", "the later of the two")]
# What a unit is sold with, beside the lines: fixed once a unit was sold with it.
TERM_FIELDS = {
    "company_id",
    "product_tmpl_id",
    "categ_id",
    "partner_id",
    "campaign_id",
    "serial_from",
    "serial_to",
    "date_from",
    "start_rule",
    "start_rule_other",
    "start_pick",
    "start_limit_days",
    "is_paused_in_workshop",
    "replaced_part_rule",
    "replaced_part_months",
    "replaced_part_days",
    "repair_days",
    "repair_scope",
    "is_lifetime_service",
    "lifetime_surcharge",
    "conditions",
}


class AfterSalesWarrantyPolicy(models.Model):
    """The warranty terms of a product, category, customer, campaign, serial range.

    One record is one version: what units were sold with stays readable in it.
    """

    _name = "after.sales.warranty.policy"
    _description = "Warranty Policy"
    _inherit = ["after.sales.staff.notice", "after.sales.state.mixin"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    # Records of the screen begin as drafts; those of a file or program hold at once.
    state = fields.Selection(
        [("draft", "Draft"), ("in_force", "In force"), ("replaced", "Replaced")],
        default="in_force",
        required=True,
        copy=False,
        index=True,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    product_tmpl_id = fields.Many2one(
        "product.template", string="Product", check_company=True, index=True
    )
    categ_id = fields.Many2one("product.category", string="Product Category")
    partner_id = fields.Many2one("res.partner", string="Customer", index=True)
    campaign_id = fields.Many2one(
        "after.sales.campaign",
        check_company=True,
        ondelete="restrict",
        index="btree_not_null",
        help="Only what is sold in this sales campaign.",
    )
    serial_from = fields.Char(
        string="Serials from", help="The first serial number of the product."
    )
    serial_to = fields.Char(
        string="Serials up to", help="The last serial number of the product."
    )
    date_from = fields.Date(string="Valid for Deliveries from", copy=False)
    date_to = fields.Date(string="Valid until")
    start_rule = fields.Selection(
        START_EVENTS, string="Starts with", default="delivered", required=True
    )
    start_rule_other = fields.Selection(
        START_EVENTS,
        string="And",
        help="A second event; the term starts with the earlier or later of the two.",
    )
    start_pick = fields.Selection(
        START_PICKS, string="Which of the Two", default="later", required=True
    )
    start_limit_days = fields.Integer(
        string="Starts at the Latest (Days after Delivery)",
        help="0: wait for the event without limit. With a limit the term starts that "
        "day, also if the event is dated later.",
    )
    is_paused_in_workshop = fields.Boolean(
        string="Pauses in Our Workshop",
        help="When a unit goes back to the customer, the end moves by the days it "
        "stood with us.",
    )
    replaced_part_rule = fields.Selection(
        [
            ("fresh", "A fresh term"),
            ("rest", "The rest of the old term"),
            ("longer", "The longer of the two"),
            ("at_least", "The rest, but so many days at least"),
        ],
        string="Replaced Part Gets",
        default="longer",
        required=True,
    )
    replaced_part_months = fields.Integer(string="Replaced Part (Months)", default=12)
    replaced_part_days = fields.Integer(
        string="Replaced Part at Least (Days)", default=90
    )
    repair_days = fields.Integer(string="Repair Warranty (Days)", default=90)
    repair_scope = fields.Selection(
        [
            ("component", "Any fault of the repaired component"),
            ("fault", "Only the same fault of it"),
        ],
        string="Repair Warranty Covers",
        default="component",
        required=True,
    )
    is_lifetime_service = fields.Boolean(
        string="Lifetime Service at Cost",
        help="When all terms are over, parts and labour are charged at what they cost "
        "us and the surcharge, not at list price.",
    )
    lifetime_surcharge = fields.Float(string="Surcharge on Cost (%)", default=10.0)
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
        "replaced_part_months >= 0 AND replaced_part_days >= 0)",
        "The days and months of a warranty policy cannot be negative.",
    )

    _surcharge_positive = models.Constraint(
        "CHECK(lifetime_surcharge >= 0)",
        "The surcharge on cost of a warranty policy cannot be negative.",
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

    @api.constrains("serial_from", "serial_to", "product_tmpl_id")
    def _check_serials(self):
        for policy in self.filtered(lambda it: it.serial_from or it.serial_to):
            if not policy.product_tmpl_id:
                raise ValidationError(
                    self.env._(
                        "Policy “%(name)s” is for serial numbers, but not for one "
                        "product. Choose the “Product” they belong to.",
                        name=policy.name,
                    )
                )
            if not (policy.serial_from and policy.serial_to):
                raise ValidationError(
                    self.env._(
                        "Policy “%(name)s” has one end of the serial numbers only. "
                        "Enter both “Serials from” and “Serials up to”.",
                        name=policy.name,
                    )
                )
            if natural_key(policy.serial_to) < natural_key(policy.serial_from):
                raise ValidationError(
                    self.env._(
                        "Policy “%(name)s”: serial %(last)s comes before %(first)s. "
                        "Correct “Serials from” or “Serials up to”.",
                        name=policy.name,
                        first=policy.serial_from,
                        last=policy.serial_to,
                    )
                )

    @api.constrains("start_rule", "start_rule_other")
    def _check_two_events(self):
        for policy in self:
            if policy.start_rule == policy.start_rule_other:
                raise ValidationError(
                    self.env._(
                        "Policy “%(name)s” starts with the same event twice. Choose "
                        "another one in “And”, or empty it.",
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

    # === CRUD === #
    def copy(self, default=None):
        # A second policy for the same holds only once its differences are entered.
        return super(
            AfterSalesWarrantyPolicy, self.with_context(default_state="draft")
        ).copy(default)

    def write(self, vals):
        if self._get_changed_terms(vals) and not self._is_state_move(vals):
            self._check_not_sold_under()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sold_under(self):
        sold = self._filter_sold_under()
        if sold:
            raise UserError(
                self.env._(
                    "Units were sold with policy “%(name)s”: it stays readable. "
                    "Archive it instead.",
                    name=sold[0].name,
                )
            )

    # === BUSINESS === #
    def _get_changed_terms(self, vals):
        """Return the names of the terms that ``vals`` would really change."""
        return {
            fname
            for fname in TERM_FIELDS & set(vals)
            if any(
                self._fields[fname].convert_to_cache(vals[fname], policy)
                != self._fields[fname].convert_to_cache(policy[fname], policy)
                for policy in self
            )
        }
