from odoo import api, fields, models
from odoo.exceptions import UserError


class AfterSalesOrderLine(models.Model):
    """Another decision by hand: reason, name, kept for ever."""

    _inherit = "after.sales.order.line"

    request_ids = fields.One2many(
        "after.sales.decision.request", "order_line_id", string="Requests"
    )
    open_request_id = fields.Many2one(
        "after.sales.decision.request",
        string="Waiting for an Answer",
        compute="_compute_open_request_id",
    )
    request_text = fields.Char(string="Asked for", compute="_compute_open_request_id")

    # === COMPUTES === #
    @api.depends("request_ids.state")
    @api.depends_context("lang")
    def _compute_open_request_id(self):
        for line in self:
            line.open_request_id = line.request_ids.filtered(
                lambda request: request.state == "asked"
            )[:1]
            line.request_text = line.open_request_id.request_text

    # === ACTIONS === #
    def action_override(self):
        """Open the dialog in which another decision is made or asked for."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Override the Decision"),
            "res_model": "after.sales.order.line.override",
            "view_mode": "form",
            "target": "new",
            "context": {"default_line_id": self.id},
        }

    def action_approve_request(self):
        """Let the decision hold that somebody asked for."""
        return self.open_request_id.action_approve()

    def action_refuse_request(self):
        """Stay with what the facts decide."""
        return self.open_request_id.action_refuse()

    # === BUSINESS === #
    def _get_override_cost(self, share):
        """Return what the company would bear more than now, in its currency.

        :param float share: the wanted share, in percent
        """
        self.ensure_one()
        more = max(0.0, share - (self.share or 0.0))
        return self.currency_id.round(self.amount_total * more / 100)

    def _is_override_in_limit(self, share):
        """Tell whether the user may override by himself."""
        self.ensure_one()
        order = self.env["after.sales.order"]
        if not order._is_supervisor():
            return False
        # Limits are for everybody to keep, not only for those who may read settings.
        limit = self.company_id.sudo().after_sales_override_limit
        return (
            not limit
            or order._is_manager()
            or (self._get_override_cost(share) <= limit)
        )

    def _ask_override(self, category, share, reason_kind, reason):
        """Ask for another decision; until the answer the rule's decision holds.

        :param str category: A, B, C or D
        :param float share: what shall not be the customer's to pay, in percent
        :param str reason_kind: one of the reasons of ``after.sales.decision.request``
        :param str reason: why, in words
        :return: the request
        :raise UserError: if one waits already
        """
        self.ensure_one()
        self.check_access("write")
        if self.open_request_id:
            raise UserError(
                self.env._(
                    "%(line)s: a request waits for an answer already. Wait for it, or "
                    "withdraw it first.",
                    line=self.name,
                )
            )
        # Requests are written by the server alone; the right was checked above.
        request = (
            self.env["after.sales.decision.request"]
            .sudo()
            .create(
                {
                    "order_line_id": self.id,
                    "category": category,
                    "share": share,
                    "reason_kind": reason_kind,
                    "reason": reason,
                    "user_id": self.env.uid,
                    "amount": self._get_override_cost(share),
                }
            )
        )
        request._announce()
        return request.sudo(False)

    def _override(self, category, share, reason, approver, asker=None):
        """Set another decision by hand; the row is kept for ever.

        :param str category: A, B, C or D
        :param float share: what is not the customer's to pay, in percent
        :param str reason: why, in words
        :param approver: the ``res.users`` who answers for it
        :param asker: the ``res.users`` who wanted it; the current one if not given
        :return: the rows
        """
        self._check_supervisor()
        values = {
            "category": category,
            "share": share,
            "is_override": True,
            "override_reason": reason,
            "approver_id": approver.id,
            "user_id": (asker or self.env.user).id,
        }
        facts_list = self._get_cover_facts()
        # Nobody has the right to write decisions; the right was checked above.
        rows = (
            self.env["after.sales.decision"]
            .sudo()
            .create(
                [
                    values
                    | {
                        "company_id": line.company_id.id,
                        "unit_id": line.order_id.unit_id.id,
                        "order_line_id": line.id,
                        "facts": facts | {"date": fields.Date.to_string(facts["date"])},
                        "reasons": line.decision_id.reasons,
                        "losers": line.decision_id.losers,
                        "ranking": line.decision_id.ranking,
                    }
                    for line, facts in zip(self, facts_list, strict=True)
                ]
            )
        )
        for line, row in zip(self, rows, strict=True):
            old = line.decision_text
            line._apply_decision(row)
            line.order_id.message_post(
                body=self.env._(
                    "%(line)s: %(old)s overridden to %(new)s. Reason: %(reason)s. "
                    "Approved by %(approver)s.",
                    line=line.name,
                    old=old,
                    new=line.decision_text,
                    reason=reason,
                    approver=approver.name,
                )
            )
        return rows
