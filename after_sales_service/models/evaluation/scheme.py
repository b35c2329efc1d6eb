from odoo import fields, models

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


class AfterSalesEvaluationScheme(models.Model):
    """Criteria and weights of the periodic evaluation."""

    _name = "after.sales.evaluation.scheme"
    _description = "Evaluation Scheme"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True)
    line_ids = fields.One2many("after.sales.evaluation.scheme.line", "scheme_id")


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
    name = fields.Char(required=True, translate=True)
    measure = fields.Selection(MEASURES, required=True, default="manual")
    weight = fields.Float(string="Weight (%)", required=True)
    target = fields.Float(help="What earns full marks, for counted measures.")
