from odoo import api, fields, models
from odoo.exceptions import ValidationError

SUPERVISOR = "after_sales_service.after_sales_group_supervisor"


class AfterSalesGoodwillLimit(models.Model):
    """How much goodwill somebody may give alone; above it a manager is asked."""

    _name = "after.sales.goodwill.limit"
    _description = "Goodwill Limit"
    _order = "company_id, user_id, role, id"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    role = fields.Selection(
        [("goodwill", "Whoever grants goodwill"), ("supervisor", "Supervisors")],
        string="For Whom",
        required=True,
        default="goodwill",
    )
    user_id = fields.Many2one(
        "res.users", string="One Person", help="Goes before the limits of roles."
    )
    amount_max = fields.Monetary(
        string="Amount Up to", help="Of one grant, untaxed; 0 is no limit."
    )
    percent_max = fields.Float(string="Share Up to (%)", default=100.0)

    _amount_not_negative = models.Constraint(
        "CHECK(amount_max >= 0)",
        "The amount of a goodwill limit cannot be negative.",
    )
    _role_unique = models.UniqueIndex(
        "(company_id, role) WHERE user_id IS NULL",
        "This role has a goodwill limit already. Change the line that is there.",
    )
    _user_unique = models.UniqueIndex(
        "(company_id, user_id) WHERE user_id IS NOT NULL",
        "This person has a goodwill limit already. Change the line that is there.",
    )

    # === CONSTRAINTS === #
    @api.constrains("percent_max")
    def _check_percent(self):
        for limit in self:
            if not 0 < limit.percent_max <= 100:
                raise ValidationError(
                    self.env._(
                        "The share of a goodwill limit lies between 0 and 100 %."
                    )
                )

    # === BUSINESS === #
    @api.model
    def _get_for(self, user, company):
        """Return the limit that holds for ``user``, or none: person, then role."""
        # Limits are for everybody to keep, not only for those who may read them.
        limits = self.sudo().search([("company_id", "=", company.id)])
        own = limits.filtered(lambda limit: limit.user_id == user)
        roles = limits.filtered(lambda limit: not limit.user_id)
        if user.has_group(SUPERVISOR):
            own |= roles.filtered(lambda limit: limit.role == "supervisor")
        own |= roles.filtered(lambda limit: limit.role == "goodwill")
        return own[:1]

    def _allows(self, amount, percent):
        """Tell whether a grant of ``amount``, at most ``percent``, is within."""
        self.ensure_one()
        compare = self.currency_id.compare_amounts
        return percent <= self.percent_max and (
            not self.amount_max or compare(amount, self.amount_max) <= 0
        )
