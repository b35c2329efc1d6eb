from odoo import api, fields, models
from odoo.exceptions import UserError

from .sale_order_approval import APPROVALS

APPROVAL_ACTIVITY = "after_sales_service.mail_activity_type_charges"


class AfterSalesOrder(models.Model):
    """Who approves the charges of an order, asked and answered."""

    _inherit = "after.sales.order"

    charge_approval = fields.Selection(
        APPROVALS,
        string="Approval",
        compute="_compute_charge_approval",
        search="_search_charge_approval",
    )
    charge_approver = fields.Char(
        string="Approved by", compute="_compute_charge_approval"
    )
    can_approve_charges = fields.Boolean(
        compute="_compute_charge_approval", export_string_translation=False
    )

    # === COMPUTES === #
    @api.depends("sale_order_ids.after_sales_approval", "sale_order_ids.state")
    @api.depends_context("uid", "lang")
    def _compute_charge_approval(self):
        for order in self:
            # Technicians see how far the approval is, not the sale order.
            quotations = order.sudo().sale_order_ids
            waiting = quotations._after_sales_get_waiting()
            states = set(
                quotations.filtered(lambda it: it.state != "cancel").mapped(
                    "after_sales_approval"
                )
            )
            order.charge_approval = next(
                (it for it in ("wait", "refused", "given") if it in states), "none"
            )
            order.charge_approver = (
                waiting[:1]._after_sales_get_level_label()
                if waiting
                else ", ".join(quotations.after_sales_approver_id.mapped("name"))
            )
            order.can_approve_charges = bool(waiting) and all(
                it._after_sales_may_approve(
                    it.after_sales_approval_level, it.after_sales_approval_rule_id
                )
                for it in waiting
            )

    def _search_charge_approval(self, operator, value):
        if operator != "in":
            return NotImplemented
        # Who may see the orders may know which of them wait for an approval.
        waiting = (
            self.env["sale.order"]
            .sudo()
            ._search(
                [
                    ("after_sales_approval", "in", list(value)),
                    ("state", "!=", "cancel"),
                    ("after_sales_order_id", "!=", False),
                ]
            )
        )
        return [("id", "in", waiting.subselect("after_sales_order_id"))]

    # === ACTIONS === #
    def action_ask_approval(self):
        """Ask whom the rules name; what the user may approve is approved."""
        self._check_may_charge()
        self._check_prices_known()
        self._create_quotations()
        waiting = self._ask_approval(self._get_open_quotations())
        return self._tell_waiting(waiting) if waiting else True

    def action_approve_charges(self):
        """Let the customer see the prices that wait for an approval."""
        quotations = self._get_waiting_quotations()
        quotations._after_sales_check_approver()
        for quotation in quotations:
            quotation.write(
                {
                    "after_sales_approval": "given",
                    "after_sales_approver_id": self.env.uid,
                    "after_sales_amount_approved": quotation._after_sales_get_value(),
                }
            )
        self._close_approval(
            lambda env, user: env._("Charges approved by %(user)s.", user=user)
        )
        return True

    def action_refuse_charges(self):
        """Send the charges back to whoever asked; the lines can be changed again."""
        quotations = self._get_waiting_quotations()
        quotations._after_sales_check_approver()
        quotations.after_sales_approval = "refused"
        quotations._action_cancel()
        self._close_approval(
            lambda env, user: env._(
                "Charges refused by %(user)s: correct the lines and quote again.",
                user=user,
            )
        )
        return True

    # === BUSINESS === #
    def _get_waiting_quotations(self):
        """Return the quotations that wait for an approval, in superuser mode.

        :raise UserError: if there is none
        """
        self.check_access("read")
        # After the check: whoever approves need not have rights in sales.
        quotations = self.sudo().sale_order_ids._after_sales_get_waiting()
        if not quotations:
            raise UserError(
                self.env._(
                    "No charges of %(order)s wait for an approval any more. Reload the "
                    "page to see what was done meanwhile.",
                    order=self[:1].name,
                )
            )
        return quotations

    def _ask_approval(self, quotations):
        """Settle who approves, and put a task on the list of those who have to.

        :return: the quotations that wait
        """
        waiting = quotations._after_sales_settle_approval()
        for order in waiting.after_sales_order_id:
            order._schedule_approval(
                waiting.filtered(
                    lambda it, order=order: it.after_sales_order_id == order
                )
            )
        return waiting

    def _schedule_approval(self, quotations):
        self.ensure_one()
        kind = self.env.ref(APPROVAL_ACTIVITY)
        if kind in self.activity_ids.activity_type_id:
            return
        rule = quotations.after_sales_approval_rule_id[:1]
        deciders = rule.approver_ids or self._get_decider(rule.level == "manager")
        amount = quotations[:1]._after_sales_get_value()
        for user in deciders:
            reader = self.with_context(lang=user.lang)
            reader.activity_schedule(
                APPROVAL_ACTIVITY,
                note=reader.env._(
                    "Approve the charges of %(amount)s before the customer sees them. "
                    "%(rule)s",
                    amount=self.currency_id.format(amount),
                    rule=rule.with_context(lang=user.lang).name,
                ),
                user_id=user.id,
            )

    def _close_approval(self, get_text):
        for order in self.sudo():  # the right was checked by the buttons
            order.activity_feedback([APPROVAL_ACTIVITY])
            order.message_post(body=get_text(order.env, self.env.user.name))

    def _tell_waiting(self, quotations):
        """Return a message that says who has to approve first."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "message": self.env._(
                    "The charges have to be approved first. Asked: %(who)s. You can go "
                    "on as soon as they are.",
                    who=quotations[:1]._after_sales_get_level_label(),
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _check_completion(self):
        problems = super()._check_completion()
        for order in self:
            if order.charge_approval == "wait":
                problems.append(
                    self.env._(
                        "The charges are not approved yet. Asked: %(who)s.",
                        who=order.charge_approver,
                    )
                )
        return problems
