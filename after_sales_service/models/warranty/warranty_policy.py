from odoo import fields, models

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
        "product.template", string="Product", check_company=True, index=True
    )
    categ_id = fields.Many2one("product.category", string="Product Category")
    partner_id = fields.Many2one("res.partner", string="Customer", index=True)
    date_from = fields.Date(string="Valid for Deliveries from")
    date_to = fields.Date(string="Valid until")
    start_rule = fields.Selection(
        [
            ("delivered", "Delivery"),
            ("installed", "Signed acceptance"),
            ("manufactured", "Manufacture"),
            ("sold", "Sale"),
            ("first_use", "First use"),
        ],
        default="delivered",
        required=True,
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
        default="longer",
        required=True,
    )
    replaced_part_months = fields.Integer(string="Replaced Part (Months)", default=12)
    repair_days = fields.Integer(string="Repair Warranty (Days)", default=90)
    line_ids = fields.One2many("after.sales.warranty.policy.line", "policy_id")


class AfterSalesWarrantyPolicyLine(models.Model):
    """One term: what it is for, how long it lasts, what it pays."""

    _name = "after.sales.warranty.policy.line"
    _description = "Warranty Term"
    _order = "policy_id, sequence, id"

    policy_id = fields.Many2one(
        "after.sales.warranty.policy", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company", related="policy_id.company_id", store=True, index=True
    )
    sequence = fields.Integer(default=10)
    component_id = fields.Many2one("after.sales.component", string="Component")
    component_class = fields.Selection(
        selection=lambda self: self.env["after.sales.component"]
        ._fields["component_class"]
        ._description_selection(self.env),
        string="Class",
    )
    term = fields.Integer(required=True, default=12)
    term_unit = fields.Selection(
        [("day", "Days"), ("month", "Months"), ("year", "Years")],
        default="month",
        required=True,
    )
    meter_limit = fields.Float(string="Meter Limit", help="0: no limit.")
    share_part = fields.Float(string="Part (%)", default=100.0)
    share_labour = fields.Float(string="Labour (%)", default=100.0)
    share_travel = fields.Float(string="Travel (%)", default=100.0)
    share_freight = fields.Float(string="Freight (%)")
    share_third_party = fields.Float(string="Third Party (%)")
    is_excluded = fields.Boolean(string="Excluded", help="No cover for this component.")
