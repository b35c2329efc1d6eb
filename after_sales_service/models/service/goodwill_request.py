from odoo import api, fields, models
from odoo.exceptions import UserError

from .request_mixin import OVERRIDE_ACTIVITY

GRANT_FIELDS = (
    "component_id",
    "date_end",
    "share_part",
    "share_labour",
    "share_travel",
)


class AfterSalesGoodwillRequest(models.Model):
    """Goodwill above somebody's limit: asked, answered by a manager, kept."""

    _name = "after.sales.goodwill.request"
    _description = "Goodwill Request"
    _inherit = ["after.sales.request.mixin"]
    _order = "id desc"
    _rec_name = "order_id"

    order_id = fields.Many2one(
        "after.sales.order",
        string="Service Order",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(
        related="order_id.company_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    component_id = fields.Many2one("after.sales.component", readonly=True)
    date_end = fields.Date(string="Until", readonly=True)
    share_part = fields.Float(string="Part (%)", readonly=True)
    share_labour = fields.Float(string="Labour (%)", readonly=True)
    share_travel = fields.Float(string="Travel (%)", readonly=True)
    reason = fields.Text(required=True, readonly=True)
    amount = fields.Monetary(string="Costs Us", readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Asked by", required=True, readonly=True, index=True
    )
    approver_id = fields.Many2one("res.users", string="Answered by", readonly=True)
    date_answered = fields.Datetime(string="Answered on", readonly=True)
    state = fields.Selection(
        [("asked", "Asked"), ("approved", "Approved"), ("refused", "Refused")],
        default="asked",
        required=True,
        readonly=True,
        index=True,
    )

    _one_open_unique = models.UniqueIndex(
        "(order_id) WHERE state = 'asked'",
        "A goodwill request for this order waits for an answer already.",
    )

    def _get_transitions(self):
        return {
            "asked": {"approved", "refused"},
            "approved": set(),
            "refused": set(),
        }

    # === ACTIONS === #
    def action_approve(self):
        """Give the customer what was asked for."""
        self._check_may_answer()
        self._answer("approved")
        for request in self:
            request.order_id._grant_goodwill(
                {name: request._get_value(name) for name in GRANT_FIELDS},
                request.reason,
            )

    def action_refuse(self):
        """Give nothing; whoever asked is told."""
        self._check_may_answer()
        self._answer("refused")
        for request in self:
            request.order_id.message_post(
                body=self.env._(
                    "Goodwill refused by %(user)s. Asked by %(asker)s: %(reason)s",
                    user=self.env.user.name,
                    asker=request.user_id.name,
                    reason=request.reason,
                ),
                partner_ids=request.user_id.partner_id.ids,
            )

    # === BUSINESS === #
    def _get_value(self, name):
        value = self[name]
        return value.id if self._fields[name].relational else value

    def _get_limit_text(self):
        self.ensure_one()
        return self.env._(
            "%(amount)s of goodwill is above what you may approve. Ask your manager.",
            amount=self.currency_id.format(self.amount),
        )

    def _get_task_text(self):
        """Return what the manager is asked, in the reader's language."""
        self.ensure_one()
        return self.env._(
            "%(user)s asks for goodwill: part %(part)g %%, labour %(labour)g %%, "
            "travel %(travel)g %%; it costs %(amount)s. %(reason)s",
            user=self.user_id.name,
            part=self.share_part,
            labour=self.share_labour,
            travel=self.share_travel,
            amount=self.currency_id.format(self.amount),
            reason=self.reason,
        )


class AfterSalesOrder(models.Model):
    _inherit = "after.sales.order"

    goodwill_request_ids = fields.One2many(
        "after.sales.goodwill.request", "order_id", string="Goodwill Requests"
    )
    goodwill_request_text = fields.Char(
        string="Goodwill Asked for", compute="_compute_goodwill_request_text"
    )

    @api.depends("goodwill_request_ids.state")
    @api.depends_context("lang")
    def _compute_goodwill_request_text(self):
        for order in self:
            asked = order._get_open_goodwill_request()
            order.goodwill_request_text = asked._get_task_text() if asked else False

    # === ACTIONS === #
    def action_approve_goodwill(self):
        return self._get_open_goodwill_request().action_approve()

    def action_refuse_goodwill(self):
        return self._get_open_goodwill_request().action_refuse()

    # === BUSINESS === #
    def _get_open_goodwill_request(self):
        self.ensure_one()
        return self.goodwill_request_ids.filtered(lambda it: it.state == "asked")

    def _ask_goodwill(self, vals, amount, reason):
        """Ask a manager for goodwill above one's limit.

        :param dict vals: what is wanted, by the names of ``GRANT_FIELDS``
        :return: the request
        """
        self.ensure_one()
        if self._get_open_goodwill_request():
            raise UserError(
                self.env._(
                    "A goodwill request for %(order)s waits for an answer already.",
                    order=self.name,
                )
            )
        # Requests are written by the server alone; the right was checked.
        request = (
            self.env["after.sales.goodwill.request"]
            .sudo()
            .create(
                vals
                | {
                    "order_id": self.id,
                    "amount": amount,
                    "reason": reason,
                    "user_id": self.env.uid,
                }
            )
        )
        self._schedule_decision(
            OVERRIDE_ACTIVITY,
            lambda env: request.with_env(env)._get_task_text(),
            is_manager_needed=True,
            asker=self.env.user,
        )
        return request.sudo(False)
