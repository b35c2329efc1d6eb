from odoo import fields, models

LEVELS = [
    ("none", "Nobody"),
    ("supervisor", "A supervisor"),
    ("manager", "A manager"),
]
RANKS = {level: rank for rank, (level, _label) in enumerate(LEVELS)}


class AfterSalesRequisitionRule(models.Model):
    """Who decides about parts asked for: the first rule that fits a line."""

    _name = "after.sales.requisition.rule"
    _description = "Requisition Approval Rule"
    _inherit = "after.sales.rule.mixin"

    currency_id = fields.Many2one(related="company_id.currency_id")
    value_min = fields.Monetary(
        string="Value From", help="Cost of the whole requisition."
    )
    value_max = fields.Monetary(
        string="Value Below", help="Cost of the whole requisition; 0 is no limit."
    )
    abc_class = fields.Selection(
        [("a", "A"), ("b", "B"), ("c", "C")],
        string="ABC Class",
        help="Empty: every class.",
    )
    is_critical = fields.Boolean(string="Critical Only")
    categ_id = fields.Many2one("product.category", string="Part Category")
    case = fields.Selection(
        [
            ("paid", "Paid by the customer"),
            ("warranty", "Free of charge"),
            ("contract", "Under contract"),
            ("internal", "Own work"),
            ("van", "For the van stock"),
        ],
        string="Used For",
        help="Empty: every use.",
    )
    level = fields.Selection(
        LEVELS, string="Who Decides", required=True, default="supervisor"
    )
    approver_ids = fields.Many2many(
        "res.users",
        "after_sales_requisition_rule_user_rel",
        "rule_id",
        "user_id",
        string="Asked First",
        help="They are asked and may decide, whatever their role in the service.",
    )

    _value_min_positive = models.Constraint(
        "CHECK(value_min >= 0 AND value_max >= 0)",
        "The value limits of an approval rule cannot be negative.",
    )

    # === BUSINESS === #
    def _fits(self, line, value):
        """Say if the rule speaks about one requisition line.

        :param float value: cost of the whole requisition in company currency
        """
        self.ensure_one()
        product = line.product_id
        return (
            self.currency_id.compare_amounts(value, self.value_min) >= 0
            and (
                not self.value_max
                or self.currency_id.compare_amounts(value, self.value_max) < 0
            )
            and self.abc_class
            in (False, product._get_after_sales_class(self.company_id))
            and (not self.is_critical or product._is_after_sales_vital())
            and (
                not self.categ_id
                or (product.categ_id.parent_path or "").startswith(
                    self.categ_id.parent_path
                )
            )
            and self.case in (False, line._get_case())
        )
