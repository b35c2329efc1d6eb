from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.service.decision_request import REASONS
from ..models.warranty.decision import CATEGORIES

# Fewer letters are no reason.
MIN_REASON = 10


class AfterSalesOrderLineOverride(models.TransientModel):
    """Another decision by hand, with a reason and a name; or a request for one."""

    _name = "after.sales.order.line.override"
    _description = "Override a Cover Decision"

    line_id = fields.Many2one("after.sales.order.line", required=True, readonly=True)
    currency_id = fields.Many2one(related="line_id.currency_id")
    is_override = fields.Boolean(related="line_id.is_override")
    decision_text = fields.Char(related="line_id.decision_text", string="Until Now")
    category = fields.Selection(CATEGORIES, required=True, default="C")
    share = fields.Float(
        string="Covered (%)",
        compute="_compute_share",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
    )
    reason_kind = fields.Selection(
        REASONS, string="Reason", required=True, default="other"
    )
    reason = fields.Text(
        string="In Words",
        required=True,
        help="What happened, and who promised what: it is kept with the decision.",
    )
    amount = fields.Monetary(
        string="Costs Us",
        compute="_compute_amount",
        help="What the customer would pay less than by the decision in force.",
    )
    is_asking = fields.Boolean(string="Needs Approval", compute="_compute_amount")

    @api.depends("category")
    def _compute_share(self):
        for wizard in self:
            wizard.share = 0.0 if wizard.category == "A" else 100.0

    @api.depends("share", "line_id")
    @api.depends_context("uid")
    def _compute_amount(self):
        for wizard in self:
            line = wizard.line_id
            wizard.amount = line and line._get_override_cost(wizard.share)
            wizard.is_asking = line and not line._is_override_in_limit(wizard.share)

    def action_apply(self):
        """Override, or ask for it where that is above one's right."""
        self.ensure_one()
        self._check()
        line = self.line_id
        if self.is_asking:
            line._ask_override(self.category, self.share, self.reason_kind, self.reason)
        else:
            line._override(self.category, self.share, self.reason, self.env.user)
        return {"type": "ir.actions.act_window_close"}

    def action_withdraw(self):
        """Let the facts decide again; the override stays in the history."""
        self.ensure_one()
        self.line_id._check_supervisor()
        self.line_id._decide(force=True)
        return {"type": "ir.actions.act_window_close"}

    def _check(self):
        if not 0 <= self.share <= 100:
            raise UserError(self.env._("The covered share lies between 0 and 100 %."))
        if (self.category == "A") != (self.share == 0):
            raise UserError(
                self.env._(
                    "Category A means that nothing is covered; every other category "
                    "covers something. Correct the category or the share."
                )
            )
        if len((self.reason or "").strip()) < MIN_REASON:
            raise UserError(
                self.env._(
                    "Give the reason in words, at least %(count)s letters: it is read "
                    "long after you have forgotten it.",
                    count=MIN_REASON,
                )
            )
