from odoo import api, fields, models
from odoo.exceptions import UserError

from ...rules import scores
from .scheme import MEASURES

LEVEL_MEASURES = {
    "judgement_time",
    "judgement_quality",
    "attitude",
    "skill",
    "punctuality",
    "promise",
}


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
    technician_id = fields.Many2one(
        "hr.employee", related="evaluation_id.technician_id", store=True
    )
    date_from = fields.Date(
        string="From", related="evaluation_id.date_from", store=True
    )
    scheme_line_id = fields.Many2one(
        "after.sales.evaluation.scheme.line",
        string="From the Scheme",
        ondelete="set null",
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(string="Criterion", required=True, translate=True)
    measure = fields.Selection(MEASURES, required=True)
    weight = fields.Float(string="Weight (%)")
    weight_counted = fields.Float(
        string="Counts (%)",
        compute="_compute_weight_counted",
        help="The weight of what could not be measured is spread over the others.",
    )
    value = fields.Float(
        string="Measured", help="Marks from 1 to 4, shares in per cent, or a number."
    )
    sample_count = fields.Integer(string="Cases")
    is_measured = fields.Boolean(
        string="Counts", compute="_compute_is_measured", store=True
    )
    score = fields.Float(string="Marks (0–100)", aggregator="avg")
    comment = fields.Char()

    _score_is_percentage = models.Constraint(
        "CHECK(score BETWEEN 0 AND 100)", "Marks lie between 0 and 100."
    )

    # === COMPUTES === #
    @api.depends("sample_count")
    def _compute_is_measured(self):
        for line in self:
            line.is_measured = line.sample_count > 0

    @api.depends("weight", "is_measured", "evaluation_id.line_ids.weight")
    def _compute_weight_counted(self):
        for evaluation, lines in self.grouped("evaluation_id").items():
            everything = evaluation.line_ids
            weights = scores.spread_weights(
                evaluation._get_marks() if evaluation else []
            )
            counted = dict(zip(everything, weights, strict=True))
            for line in lines:
                line.weight_counted = counted.get(line, 0.0)

    # === CRUD === #
    def write(self, vals):
        if not self.env.su:
            self._check_by_hand(vals)
            if "score" in vals:
                vals = vals | {"sample_count": 1, "value": vals["score"]}
        return super().write(vals)

    # === BUSINESS === #
    def _copy_names(self):
        """Take the names of the criteria over, in every language."""
        for lang, _name in self.env["res.lang"].get_installed():
            for line in self.with_context(lang=lang).filtered("scheme_line_id"):
                line.name = line.scheme_line_id.name

    def _check_by_hand(self, vals):
        """Let people enter what is judged by hand, and nothing that is measured."""
        self.evaluation_id._check_not_own()
        if any(line.evaluation_id.state == "confirmed" for line in self):
            raise UserError(
                self.env._(
                    "A confirmed evaluation is set back to draft before it is changed."
                )
            )
        measured = self.filtered(lambda line: line.measure != "manual")
        if vals.keys() - {"score", "comment"} or ("score" in vals and measured):
            raise UserError(
                self.env._("Only marks that are judged by hand can be entered.")
            )


class AfterSalesEvaluationSchemeLine(models.Model):
    _inherit = "after.sales.evaluation.scheme.line"

    def _prepare_evaluation_line_vals(self, fact):
        """Return the values of an evaluation's line for this criterion.

        :param fact: for marks in levels ``{level: count}``, for counted measures the
            pair of value and number of cases, ``None`` for what is judged by hand
        """
        self.ensure_one()
        vals = {
            "scheme_line_id": self.id,
            "sequence": self.sequence,
            "name": self.name,
            "measure": self.measure,
            "weight": self.weight,
        }
        if self.measure == "manual":
            return vals
        if self.measure in LEVEL_MEASURES:
            cases = sum(fact.values())
            total = sum(level * count for level, count in fact.items())
            value = total / cases if cases else 0.0
            points = scores.average_of_levels(fact, self.scheme_id._get_points())
        else:
            value, cases = fact
            points = scores.against_target(value, self.target)
        return vals | {
            "value": value,
            "sample_count": cases,
            "score": points if cases and points is not None else 0.0,
        }
