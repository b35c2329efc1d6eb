from odoo import fields, models

from .scheme import MEASURES


class AfterSalesEvaluation(models.Model):
    """A technician's evaluation of one period."""

    _name = "after.sales.evaluation"
    _description = "Technician Evaluation"
    _inherit = ["after.sales.state.mixin", "mail.thread"]
    _order = "date_from desc, id desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name", store=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    technician_id = fields.Many2one("hr.employee", required=True, index=True)
    scheme_id = fields.Many2one(
        "after.sales.evaluation.scheme", required=True, check_company=True
    )
    date_from = fields.Date(string="From", required=True)
    date_to = fields.Date(string="To", required=True)
    line_ids = fields.One2many("after.sales.evaluation.line", "evaluation_id")
    score = fields.Float(compute="_compute_score", store=True, aggregator="avg")
    comment = fields.Text()
    state = fields.Selection(
        [("draft", "Draft"), ("confirmed", "Confirmed")],
        default="draft",
        required=True,
        tracking=True,
        copy=False,
    )

    def _get_transitions(self):
        return {"draft": {"confirmed"}, "confirmed": {"draft"}}

    def _compute_name(self):
        self.name = False

    def _compute_score(self):
        self.score = 0.0


class AfterSalesEvaluationLine(models.Model):
    """One measured or judged mark."""

    _name = "after.sales.evaluation.line"
    _description = "Technician Evaluation Mark"
    _order = "evaluation_id, sequence, id"

    evaluation_id = fields.Many2one(
        "after.sales.evaluation", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company", related="evaluation_id.company_id", store=True, index=True
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True)
    measure = fields.Selection(MEASURES, required=True)
    weight = fields.Float(string="Weight (%)")
    value = fields.Float(string="Measured")
    sample_count = fields.Integer(string="Cases")
    score = fields.Float(string="Marks (0–100)")
