from datetime import datetime, time, timedelta

import pytz

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ...rules import scores
from .scheme import GRADES


class AfterSalesEvaluation(models.Model):
    """A technician's evaluation of one period."""

    _name = "after.sales.evaluation"
    _description = "Technician Evaluation"
    _inherit = ["after.sales.state.mixin", "mail.thread"]
    _order = "date_from desc, id desc"
    _mail_post_access = "read"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name", store=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    technician_id = fields.Many2one(
        "hr.employee", required=True, index=True, check_company=True
    )
    scheme_id = fields.Many2one(
        "after.sales.evaluation.scheme", required=True, check_company=True
    )
    date_from = fields.Date(string="From", required=True)
    date_to = fields.Date(string="To", required=True)
    line_ids = fields.One2many(
        "after.sales.evaluation.line", "evaluation_id", string="Marks"
    )
    score = fields.Float(
        string="Score (0–100)", compute="_compute_score", store=True, aggregator="avg"
    )
    is_scored = fields.Boolean(
        string="Something Measured", compute="_compute_score", store=True
    )
    grade = fields.Selection(GRADES, compute="_compute_score", store=True)
    job_count = fields.Integer(string="Jobs Done", readonly=True)
    comment = fields.Text()
    state = fields.Selection(
        [("draft", "Draft"), ("confirmed", "Confirmed")],
        default="draft",
        required=True,
        tracking=True,
        copy=False,
        index=True,
    )

    _once_per_period = models.Constraint(
        "unique(company_id, technician_id, date_from, date_to)",
        "This technician has an evaluation of the same period already.",
    )
    _period_runs_forward = models.Constraint(
        "CHECK(date_from <= date_to)", "The period ends before it begins."
    )

    # === COMPUTES === #
    @api.depends("technician_id", "date_from", "date_to")
    def _compute_name(self):
        for evaluation in self:
            start, end = evaluation.date_from, evaluation.date_to
            if not (start and end):
                evaluation.name = False
                continue
            # sudo: the name is stored once, for every reader the same.
            name = evaluation.sudo().technician_id.name
            following = end + timedelta(days=1)
            whole = start.day == following.day == 1 and (start.year, start.month) == (
                end.year,
                end.month,
            )
            period = f"{start:%Y-%m}" if whole else f"{start} – {end}"
            evaluation.name = f"{name} {period}"

    @api.depends(
        "line_ids.weight",
        "line_ids.score",
        "line_ids.is_measured",
        "scheme_id.limit_a",
        "scheme_id.limit_b",
        "scheme_id.limit_c",
    )
    def _compute_score(self):
        for evaluation in self:
            value = scores.score(evaluation._get_marks())
            evaluation.is_scored = value is not None
            evaluation.score = round(value or 0.0, 2)
            evaluation.grade = scores.grade(
                value,
                evaluation.scheme_id._get_limits() if evaluation.scheme_id else {},
                "d",
            )

    # === CRUD === #
    def write(self, vals):
        if not self.env.su and vals.keys() & {
            "score",
            "is_scored",
            "grade",
            "job_count",
        }:
            raise UserError(
                self.env._(
                    "Scores are measured. Enter marks that are judged by hand "
                    "in the lines."
                )
            )
        if vals.keys() & self._get_frozen_fields() and any(
            evaluation.state == "confirmed" for evaluation in self
        ):
            raise UserError(
                self.env._(
                    "A confirmed evaluation is set back to draft before it is changed."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_confirmed(self):
        if any(evaluation.state == "confirmed" for evaluation in self):
            raise UserError(
                self.env._(
                    "A confirmed evaluation is set back to draft before it is deleted."
                )
            )

    # === ACTIONS === #
    def action_measure(self):
        """Measure again, with what has become known since."""
        self._check_not_own()
        self._measure()

    def action_confirm(self):
        self._check_not_own()
        for evaluation in self:
            if not evaluation.is_scored:
                raise UserError(
                    self.env._(
                        "%(name)s has nothing to judge by. Measure again, or enter a "
                        "mark by hand.",
                        name=evaluation.name,
                    )
                )
        self._move_to("confirmed")

    def action_draft(self):
        self._check_not_own()
        self._move_to("draft")

    def action_export(self):
        """Download the evaluations as a spreadsheet."""
        ids = ",".join(map(str, self.ids))
        return {
            "type": "ir.actions.act_url",
            "url": f"/after_sales/evaluations.xlsx?ids={ids}",
            "target": "self",
        }

    # === BUSINESS === #
    def _get_transitions(self):
        return {"draft": {"confirmed"}, "confirmed": {"draft"}}

    @api.model
    def _get_frozen_fields(self):
        """Return the fields that do not change once confirmed."""
        return {
            "technician_id",
            "scheme_id",
            "date_from",
            "date_to",
            "company_id",
            "line_ids",
            "comment",
            "job_count",
        }

    def _check_not_own(self):
        """Let nobody evaluate themselves, and only those who may evaluate at all."""
        self.check_access("write")
        own = self.filtered(
            lambda evaluation: evaluation.technician_id.user_id == self.env.user
        )
        if own:
            raise UserError(
                self.env._(
                    "%(name)s is your own evaluation. Another supervisor has to do it.",
                    name=own[0].name,
                )
            )

    def _get_marks(self):
        """Return weight and points of each line, in the shape of the rules."""
        self.ensure_one()
        return [
            (line.weight, line.score if line.is_measured else None)
            for line in self.line_ids
        ]

    def _get_period(self):
        """Return the first moment of the period and the first one after it.

        :return: two naive UTC datetimes; days are those of the company's calendar
        """
        self.ensure_one()
        tz = pytz.timezone(self.company_id.resource_calendar_id.tz or "UTC")
        return tuple(
            tz.localize(datetime.combine(day, time.min))
            .astimezone(pytz.utc)
            .replace(tzinfo=None)
            for day in (self.date_from, self.date_to + timedelta(days=1))
        )

    @api.model
    def _evaluate(self, technicians, date_from, date_to, scheme, company=None):
        """Make or measure again the evaluations of a period, one per technician.

        Confirmed evaluations are left as they are.

        :return: the evaluations of the technicians in that period
        """
        company = company or self.env.company
        found = self.search(
            [
                ("company_id", "=", company.id),
                ("technician_id", "in", technicians.ids),
                ("date_from", "=", date_from),
                ("date_to", "=", date_to),
            ]
        )
        missing = technicians - found.technician_id
        created = self.create(
            [
                {
                    "company_id": company.id,
                    "technician_id": technician.id,
                    "scheme_id": scheme.id,
                    "date_from": date_from,
                    "date_to": date_to,
                }
                for technician in missing
            ]
        )
        drafts = found.filtered(lambda evaluation: evaluation.state == "draft")
        (drafts | created)._measure()
        return found | created

    def _measure(self):
        """Fill the lines from what was judged, answered and done in the period."""
        open_ones = self.filtered(lambda evaluation: evaluation.state == "draft")
        open_ones.check_access("write")
        for (company, date_from, date_to), group in open_ones.grouped(
            lambda row: (row.company_id, row.date_from, row.date_to)
        ).items():
            facts = group._collect_facts(company, date_from, date_to)
            # sudo: measured lines are written by the program alone; whoever calls
            # may write the evaluation itself.
            for evaluation in group.sudo():
                found = facts[evaluation.technician_id.id]
                evaluation.write(
                    {
                        "job_count": found["jobs"][0],
                        "line_ids": evaluation._prepare_line_commands(found),
                    }
                )
            # sudo: as above.
            group.sudo().line_ids._copy_names()

    def _prepare_line_commands(self, facts):
        """Return the commands that bring the lines up to ``facts``."""
        self.ensure_one()
        known = {line.scheme_line_id: line for line in self.line_ids}
        criteria = self.scheme_id.line_ids
        commands = [
            Command.delete(line.id)
            for criterion, line in known.items()
            if criterion not in criteria
        ]
        for criterion in criteria:
            vals = criterion._prepare_evaluation_line_vals(facts.get(criterion.measure))
            line = known.get(criterion)
            commands.append(
                Command.update(line.id, vals) if line else Command.create(vals)
            )
        return commands
