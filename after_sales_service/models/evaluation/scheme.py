from odoo import api, fields, models
from odoo.exceptions import ValidationError

MEASURES = [
    ("judgement_time", "Supervisor: time"),
    ("judgement_quality", "Supervisor: quality"),
    ("attitude", "Customer: attitude"),
    ("skill", "Customer: skill"),
    ("punctuality", "Customer: punctuality"),
    ("promise", "Customer: keeping promises"),
    ("on_time", "Arrived on time"),
    ("first_time_fix", "First-time fix"),
    ("jobs", "Jobs done"),
    ("manual", "Judged by hand"),
]
GRADES = [("a", "A"), ("b", "B"), ("c", "C"), ("d", "D")]


class AfterSalesEvaluationScheme(models.Model):
    """Criteria and weights of the periodic evaluation."""

    _name = "after.sales.evaluation.scheme"
    _description = "Evaluation Scheme"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True)
    line_ids = fields.One2many(
        "after.sales.evaluation.scheme.line", "scheme_id", string="Criteria", copy=True
    )
    weight_total = fields.Float(
        string="Sum of Weights (%)", compute="_compute_weight_total"
    )
    # What a mark is worth, 0 to 100.
    points_4 = fields.Float(string="Points for Very Good", default=100.0)
    points_3 = fields.Float(string="Points for Good", default=80.0)
    points_2 = fields.Float(string="Points for Poor", default=50.0)
    points_1 = fields.Float(string="Points for Bad", default=0.0)
    # The least score of a grade.
    limit_a = fields.Float(string="Grade A From", default=90.0)
    limit_b = fields.Float(string="Grade B From", default=75.0)
    limit_c = fields.Float(string="Grade C From", default=60.0)

    _points_fall = models.Constraint(
        "CHECK(100 >= points_4 AND points_4 >= points_3 AND points_3 >= points_2 "
        "AND points_2 >= points_1 AND points_1 >= 0)",
        "A better mark cannot be worth less, and points lie between 0 and 100.",
    )
    _limits_fall = models.Constraint(
        "CHECK(100 >= limit_a AND limit_a >= limit_b AND limit_b >= limit_c "
        "AND limit_c >= 0)",
        "A better grade cannot begin at a lower score, and limits lie between 0 and "
        "100.",
    )

    # === COMPUTES === #
    @api.depends("line_ids.weight")
    def _compute_weight_total(self):
        for scheme in self:
            scheme.weight_total = sum(scheme.line_ids.mapped("weight"))

    # === BUSINESS === #
    @api.model
    def _get_default(self, company):
        """Return the first scheme that holds in ``company``."""
        return self.search([("company_id", "in", [False, company.id])], limit=1)

    def _get_points(self):
        """Return what each mark is worth, as ``{level: points}``."""
        self.ensure_one()
        return {
            4: self.points_4,
            3: self.points_3,
            2: self.points_2,
            1: self.points_1,
        }

    def _get_limits(self):
        """Return the least score of each grade but the lowest."""
        self.ensure_one()
        return {"a": self.limit_a, "b": self.limit_b, "c": self.limit_c}


class AfterSalesEvaluationSchemeLine(models.Model):
    """One criterion and its weight."""

    _name = "after.sales.evaluation.scheme.line"
    _description = "Evaluation Criterion"
    _order = "scheme_id, sequence, id"

    scheme_id = fields.Many2one(
        "after.sales.evaluation.scheme", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company", related="scheme_id.company_id", store=True, index=True
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(string="Criterion", required=True, translate=True)
    measure = fields.Selection(MEASURES, required=True, default="manual")
    weight = fields.Float(string="Weight (%)", required=True)
    target = fields.Float(help="What earns full marks, for counted measures.")

    _weight_not_negative = models.Constraint(
        "CHECK(weight >= 0 AND target >= 0)",
        "Weights and targets cannot be negative.",
    )

    # === CONSTRAINTS === #
    @api.constrains("measure", "target")
    def _check_target(self):
        for line in self:
            if line.measure == "jobs" and not line.target:
                raise ValidationError(
                    self.env._(
                        "Enter the number of jobs that earns full marks for "
                        "“%(name)s”.",
                        name=line.name,
                    )
                )
