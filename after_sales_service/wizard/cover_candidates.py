from odoo import api, fields, models

from ..models.warranty.decision_candidate import VERDICTS


class AfterSalesOrderLineCandidates(models.TransientModel):
    """Shows the cover that pays, and why each other one does not."""

    _name = "after.sales.order.line.candidates"
    _description = "All Candidates of a Service Line"

    line_id = fields.Many2one("after.sales.order.line", readonly=True)
    title = fields.Char(string="Decision", compute="_compute_decision")
    reason = fields.Text(string="Why", compute="_compute_decision")
    candidate_ids = fields.One2many(
        "after.sales.cover.candidate",
        "wizard_id",
        string="Covers",
        domain=[("is_other", "=", False)],
        readonly=True,
    )
    other_ids = fields.One2many(
        "after.sales.cover.candidate",
        "wizard_id",
        string="For Something Else",
        domain=[("is_other", "=", True)],
        readonly=True,
    )
    fact_text = fields.Text(
        related="line_id.decision_id.fact_text", string="Decided from"
    )
    decision_ids = fields.One2many(related="line_id.decision_ids", string="History")
    can_override = fields.Boolean(
        compute="_compute_can_override", export_string_translation=False
    )

    @api.model_create_multi
    def create(self, vals_list):
        wizards = super().create(vals_list)
        for wizard in wizards.filtered("line_id.decision_id"):
            rows = wizard.line_id.decision_id._get_candidate_rows()
            wizard._add_rows(rows)
        return wizards

    def _add_rows(self, rows):
        """Fill the table, in the order of ``rows``."""
        self.ensure_one()
        self.env["after.sales.cover.candidate"].create(
            [
                row | {"wizard_id": self.id, "sequence": number}
                for number, row in enumerate(rows)
            ]
        )

    @api.depends("line_id")
    @api.depends_context("lang")
    def _compute_decision(self):
        for wizard in self:
            wizard.title = wizard.line_id.decision_text
            wizard.reason = wizard.line_id.reason

    @api.depends("line_id")
    @api.depends_context("uid")
    def _compute_can_override(self):
        for wizard in self:
            line = wizard.line_id
            wizard.can_override = line and line.has_access("write")

    def action_override(self):
        self.ensure_one()
        return self.line_id.action_override()


class AfterSalesCoverCandidate(models.TransientModel):
    """A cover that was looked at, and what became of it."""

    _name = "after.sales.cover.candidate"
    _description = "Cover Looked at"
    _order = "sequence, id"

    wizard_id = fields.Many2one(
        "after.sales.order.line.candidates",
        string="Shown in",
        required=True,
        ondelete="cascade",
    )
    sequence = fields.Integer()
    cover_id = fields.Many2one("after.sales.cover")
    verdict = fields.Selection(VERDICTS, string="Result")
    is_chosen = fields.Boolean(string="Chosen", compute="_compute_is_chosen")
    kind = fields.Selection(
        selection=lambda self: (
            self.env["after.sales.cover"]
            ._fields["kind"]
            ._description_selection(self.env)
        ),
        string="Kind of Cover",
    )
    subject = fields.Char(string="Covers")
    date_start = fields.Date(string="From")
    date_end = fields.Date(string="Until")
    share = fields.Float(string="Pays (%)", help="Of this kind of cost.")
    source = fields.Char(string="Comes from")
    reason = fields.Text(string="Why")
    is_other = fields.Boolean(string="For Something Else")

    @api.depends("verdict")
    def _compute_is_chosen(self):
        for candidate in self:
            candidate.is_chosen = candidate.verdict == "pays"
