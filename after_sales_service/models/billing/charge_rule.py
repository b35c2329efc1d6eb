from odoo import api, fields, models

LEVELS = [
    ("none", "Nobody"),
    ("supervisor", "A supervisor"),
    ("manager", "A manager"),
]
APPROVER_GROUPS = {
    "supervisor": "after_sales_service.after_sales_group_supervisor",
    "manager": "after_sales_service.after_sales_group_manager",
}


class AfterSalesChargeRule(models.Model):
    """Who approves charges before the customer sees them: the first rule that fits."""

    _name = "after.sales.charge.rule"
    _description = "Charge Approval Rule"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    value_min = fields.Monetary(
        string="Charges From", help="All quotations of the service order, untaxed."
    )
    value_max = fields.Monetary(
        string="Charges Below",
        help="All quotations of the service order, untaxed; 0 is no limit.",
    )
    case = fields.Selection(
        [
            ("added", "Found after the customer accepted"),
            ("price", "Price changed by hand"),
        ],
        string="Only When",
        help="Empty: every quotation.",
    )
    level = fields.Selection(
        LEVELS, string="Who Approves", required=True, default="supervisor"
    )
    approver_ids = fields.Many2many(
        "res.users",
        "after_sales_charge_rule_user_rel",
        "rule_id",
        "user_id",
        string="Asked First",
        help="They are asked and may approve, whatever their role in the service.",
    )

    _values_not_negative = models.Constraint(
        "CHECK(value_min >= 0 AND value_max >= 0)",
        "The value limits of an approval rule cannot be negative.",
    )

    # === BUSINESS === #
    @api.model
    def _get_by_company(self, companies):
        """Return ``{company: its rules in order}`` in one query."""
        # Who quotes need not read the rules of its approval.
        rules = self.sudo().search([("company_id", "in", companies.ids)])
        return {
            company: rules.filtered(
                lambda rule, company=company: rule.company_id == company
            )
            for company in companies
        }

    def _get_first(self, amount, cases):
        """Return the first rule that fits, or none.

        :param float amount: the charges, untaxed, in company currency
        :param set cases: what is true of them, as in ``case``
        """
        return next((rule for rule in self if rule._fits(amount, cases)), self[:0])

    def _fits(self, amount, cases):
        self.ensure_one()
        compare = self.currency_id.compare_amounts
        return (
            (not self.case or self.case in cases)
            and compare(amount, self.value_min) >= 0
            and (not self.value_max or compare(amount, self.value_max) < 0)
        )
