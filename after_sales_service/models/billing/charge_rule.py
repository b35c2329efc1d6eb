from odoo import fields, models

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
    _inherit = "after.sales.rule.mixin"

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
    def _fits(self, amount, cases):
        """Say if the rule speaks about charges.

        :param float amount: the charges, untaxed, in company currency
        :param set cases: what is true of them, as in ``case``
        """
        self.ensure_one()
        compare = self.currency_id.compare_amounts
        return (
            (not self.case or self.case in cases)
            and compare(amount, self.value_min) >= 0
            and (not self.value_max or compare(amount, self.value_max) < 0)
        )
