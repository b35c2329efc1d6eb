from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .term import METER_UNITS, TERM_UNITS


class AfterSalesWarrantyPolicyLine(models.Model):
    """One term: what it is for, how long it lasts, what it pays."""

    _name = "after.sales.warranty.policy.line"
    _description = "Warranty Term"
    _inherit = ["after.sales.term"]
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
    term = fields.Integer(
        string="Length",
        required=True,
        default=12,
        help="0: no end by the calendar, only the meter limit counts.",
    )
    term_unit = fields.Selection(
        TERM_UNITS, string="Counted in", default="month", required=True
    )
    meter_limit = fields.Float(
        help="The cover ends with this reading, if not before by the calendar. "
        "0: no limit."
    )
    meter_unit = fields.Selection(METER_UNITS, string="Meter", default="hour")
    share_part = fields.Float(string="Part (%)", default=100.0)
    share_labour = fields.Float(string="Labour (%)", default=100.0)
    share_travel = fields.Float(string="Travel (%)", default=100.0)
    share_freight = fields.Float(string="Freight (%)")
    share_third_party = fields.Float(string="Third Party (%)")
    is_excluded = fields.Boolean(string="Excluded", help="No cover for this component.")
    backer_id = fields.Many2one(
        "res.partner",
        string="Paid by Supplier",
        help="The supplier or manufacturer who stands behind this term: decisions name "
        "him as the one who pays.",
    )

    _term_positive = models.Constraint(
        "CHECK(term >= 0)", "The length of a warranty term cannot be negative."
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
    @api.constrains("term", "meter_limit", "is_excluded")
    def _check_length(self):
        for line in self:
            problem = line._get_length_problem()
            if problem:
                raise ValidationError(
                    self.env._(
                        "Term for “%(subject)s” in policy “%(policy)s”: %(problem)s",
                        subject=line._get_subject(),
                        policy=line.policy_id.name,
                        problem=problem,
                    )
                )

    def _get_length_problem(self):
        """Return a sentence if the term has no length that can be, else ``""``."""
        self.ensure_one()
        if self.term < 0 or self.meter_limit < 0:
            return self.env._("“Length” and “Meter Limit” cannot be negative.")
        if not self.is_excluded and not self.term and not self.meter_limit:
            return self.env._(
                "It lasts one day at least. Enter a “Length” or a “Meter Limit”."
            )
        return ""

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

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.policy_id._check_not_sold_under()
        return lines

    def write(self, vals):
        if set(vals) - {"sequence"}:
            self.policy_id._check_not_sold_under()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sold_under(self):
        self.policy_id._check_not_sold_under()

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
