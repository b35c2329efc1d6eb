from odoo import api, fields, models
from odoo.exceptions import UserError

from ...rules.coverage import get_payer

CATEGORIES = [
    ("A", "A – paid"),
    ("B", "B – contract"),
    ("C", "C – free"),
    ("D", "D – administrative"),
]
PAYERS = [
    ("company", "We"),
    ("contract", "Contract"),
    ("shared", "Shared"),
    ("supplier", "Supplier"),
    ("customer", "Customer"),
]


class AfterSalesDecision(models.Model):
    """Who pays for a line, decided from facts that are kept. Rows are only added.

    Reasons are stored as codes with their parameters: the sentences are made when
    somebody reads them, in his language.
    """

    _name = "after.sales.decision"
    _description = "Cover Decision"
    _order = "id desc"

    company_id = fields.Many2one("res.company", required=True, index=True)
    unit_id = fields.Many2one("after.sales.unit", index="btree_not_null")
    category = fields.Selection(CATEGORIES, required=True)
    share = fields.Float(string="Covered (%)")
    payer = fields.Selection(
        PAYERS,
        string="Who Pays",
        compute="_compute_payer",
        store=True,
        precompute=True,
    )
    payer_id = fields.Many2one(
        "res.partner",
        string="Supplier Who Pays",
        readonly=True,
        index="btree_not_null",
        help="The supplier or manufacturer who stands behind the cover.",
    )
    cover_id = fields.Many2one(
        "after.sales.cover", ondelete="set null", index="btree_not_null"
    )
    facts = fields.Json(readonly=True)
    reasons = fields.Json(readonly=True)
    losers = fields.Json(readonly=True)
    # All covers as they were ranked; those that are no losers pay.
    ranking = fields.Json(readonly=True)
    # What the line takes of quotas: [{"cover_id", "visits", "hours", "amount"}].
    draws = fields.Json(readonly=True)
    reason_text = fields.Text(string="Why", compute="_compute_texts")
    loser_text = fields.Text(string="All Candidates", compute="_compute_texts")
    fact_text = fields.Text(string="Decided from", compute="_compute_fact_text")
    is_override = fields.Boolean(string="Overridden")
    override_reason = fields.Text()
    user_id = fields.Many2one("res.users", default=lambda self: self.env.user)
    approver_id = fields.Many2one("res.users", string="Approved by")

    _share_in_range = models.Constraint(
        "CHECK(share >= 0 AND share <= 100)",
        "The covered share of a decision lies between 0 and 100 %.",
    )

    # === COMPUTES === #
    @api.depends("category", "share", "payer_id")
    def _compute_payer(self):
        for decision in self:
            decision.payer = get_payer(
                decision.category, decision.share, bool(decision.payer_id)
            )

    @api.depends("reasons", "losers")
    @api.depends_context("lang")
    def _compute_texts(self):
        for decision in self:
            decision.reason_text = decision._render_reasons()
            decision.loser_text = decision._render_losers()

    @api.depends("facts")
    @api.depends_context("lang")
    def _compute_fact_text(self):
        for decision in self:
            decision.fact_text = "\n".join(
                self.env._("%(fact)s: %(value)s", fact=label, value=value)
                for label, value in decision._get_readable_facts().values()
                if value
            )

    # === CRUD === #
    def write(self, vals):
        self._refuse_change()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_kept(self):
        self._refuse_change()

    def _refuse_change(self):
        """Keep the ledger as it was written.

        :raise UserError: for whoever is not the server
        """
        if not self.env.su:
            raise UserError(
                self.env._(
                    "Decisions are kept as they were made. Correct the facts, or "
                    "override the decision: that adds a row."
                )
            )
