from odoo import api, fields, models
from odoo.exceptions import UserError

from ..warranty.decision import CATEGORIES
from .request_mixin import OVERRIDE_ACTIVITY

REASONS = [
    ("facts", "The facts are wrong or incomplete"),
    ("promise", "Promised to the customer"),
    ("dispute", "Dispute settled"),
    ("loyalty", "Good customer"),
    ("other", "Other"),
]


class AfterSalesDecisionRequest(models.Model):
    """Somebody wants another decision; somebody else answers. Kept for ever."""

    _name = "after.sales.decision.request"
    _description = "Request for Another Decision"
    _inherit = ["after.sales.request.mixin"]
    _order = "id desc"
    _rec_name = "order_line_id"

    order_line_id = fields.Many2one(
        "after.sales.order.line",
        string="Service Line",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    order_id = fields.Many2one(
        related="order_line_id.order_id",
        string="Service Order",
        store=True,
        precompute=True,
        index=True,
    )
    company_id = fields.Many2one(
        related="order_line_id.company_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    category = fields.Selection(CATEGORIES, required=True, readonly=True)
    share = fields.Float(string="Covered (%)", readonly=True)
    request_text = fields.Char(string="Wanted", compute="_compute_request_text")
    decision_text = fields.Char(
        related="order_line_id.decision_text", string="Decision in Force"
    )
    reason_kind = fields.Selection(REASONS, string="Why", required=True, readonly=True)
    reason = fields.Text(string="In Words", required=True, readonly=True)
    amount = fields.Monetary(
        string="Costs Us",
        readonly=True,
        help="What the customer would pay less than by the decision in force.",
    )
    is_for_manager = fields.Boolean(
        string="Manager Decides",
        compute="_compute_is_for_manager",
        store=True,
        help="The amount is above what a supervisor may approve.",
    )
    user_id = fields.Many2one(
        "res.users", string="Asked by", required=True, readonly=True, index=True
    )
    approver_id = fields.Many2one("res.users", string="Answered by", readonly=True)
    date_answered = fields.Datetime(string="Answered on", readonly=True)
    state = fields.Selection(
        [
            ("asked", "Asked"),
            ("approved", "Approved"),
            ("refused", "Refused"),
            ("withdrawn", "Withdrawn"),
        ],
        default="asked",
        required=True,
        readonly=True,
        index=True,
    )

    _one_open_unique = models.UniqueIndex(
        "(order_line_id) WHERE state = 'asked'",
        "A request for this line waits for an answer already.",
    )
    _share_in_range = models.Constraint(
        "CHECK(share >= 0 AND share <= 100)",
        "The wanted share lies between 0 and 100 %.",
    )

    def _get_transitions(self):
        return {
            "asked": {"approved", "refused", "withdrawn"},
            "approved": set(),
            "refused": set(),
            "withdrawn": set(),
        }

    # === COMPUTES === #
    @api.depends("category", "share")
    @api.depends_context("lang")
    def _compute_request_text(self):
        line = self.env["after.sales.order.line"]
        for request in self:
            request.request_text = line._get_decision_label(
                request.category, request.share
            )

    @api.depends("amount")
    def _compute_is_for_manager(self):
        """Compare with the limit of the day; a later limit changes nothing."""
        for request in self:
            limit = request.company_id.after_sales_override_limit
            request.is_for_manager = bool(limit) and request.amount > limit

    # === ACTIONS === #
    def action_approve(self):
        """Let the wanted decision hold."""
        self._check_may_answer()
        self._answer("approved")
        for request in self:
            request.order_line_id._override(
                request.category,
                request.share,
                request.reason,
                self.env.user,
                asker=request.user_id,
            )

    def action_refuse(self):
        """Stay with the decision in force."""
        self._check_may_answer()
        self._answer("refused")
        for request in self:
            request.order_id.message_post(
                body=self.env._(
                    "%(line)s: %(wanted)s was refused. Asked by %(user)s: %(reason)s",
                    line=request.order_line_id.name,
                    wanted=request.request_text,
                    user=request.user_id.name,
                    reason=request.reason,
                ),
                partner_ids=request.user_id.partner_id.ids,
            )

    def action_withdraw(self):
        """Take back one's own request."""
        if any(request.user_id != self.env.user for request in self):
            raise UserError(
                self.env._("Only who asked withdraws a request. Refuse it instead.")
            )
        self._answer("withdrawn")

    # === BUSINESS === #
    def _may_answer(self):
        self.ensure_one()
        order = self.order_id
        return order._is_manager() if self.is_for_manager else order._is_supervisor()

    def _get_limit_text(self):
        self.ensure_one()
        return self.env._(
            "%(amount)s is above what you may approve. Ask your manager.",
            amount=self.currency_id.format(self.amount),
        )

    def _get_task_text(self):
        """Return what whoever may approve is asked, in the reader's language."""
        self.ensure_one()
        return self.env._(
            "%(user)s asks for %(wanted)s on %(line)s instead of %(now)s: %(reason)s",
            user=self.user_id.name,
            wanted=self.request_text,
            line=self.order_line_id.name,
            now=self.decision_text,
            reason=self.reason,
        )

    def _announce(self):
        """Put a task on the list of whoever may approve."""
        for request in self:
            request.order_id._schedule_decision(
                OVERRIDE_ACTIVITY,
                lambda env, request=request: request.with_env(env)._get_task_text(),
                is_manager_needed=request.is_for_manager,
                asker=request.user_id,
            )
