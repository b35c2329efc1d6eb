from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .charge_rule import APPROVER_GROUPS, LEVELS

APPROVALS = [
    ("none", "Not needed"),
    ("wait", "Waiting"),
    ("given", "Approved"),
    ("refused", "Refused"),
]


class SaleOrder(models.Model):
    """No price leaves the house that nobody has approved."""

    _inherit = "sale.order"

    after_sales_approval = fields.Selection(
        APPROVALS,
        string="Approval of the Charges",
        copy=False,
        readonly=True,
    )
    after_sales_approval_level = fields.Selection(
        LEVELS, string="Charges Approved by Whom", copy=False, readonly=True
    )
    after_sales_approval_rule_id = fields.Many2one(
        "after.sales.charge.rule",
        string="Why It Needs Approval",
        copy=False,
        readonly=True,
    )
    after_sales_approver_id = fields.Many2one(
        "res.users", string="Charges Approved by", copy=False, readonly=True
    )
    after_sales_amount_approved = fields.Float(
        string="Approved Up to", copy=False, readonly=True, digits="Product Price"
    )
    is_after_sales_added = fields.Boolean(
        string="Added Quotation",
        compute="_compute_is_after_sales_added",
        help="Work found after the customer accepted an earlier quotation.",
    )

    # === COMPUTES === #
    @api.depends("after_sales_order_id.sale_order_ids.state")
    def _compute_is_after_sales_added(self):
        for quotation in self:
            # Salespeople need no access to service orders.
            others = quotation.sudo().after_sales_order_id.sale_order_ids
            quotation.is_after_sales_added = any(
                other.state == "sale" and other._origin.id < quotation._origin.id
                for other in others
            )

    # === CRUD === #
    def write(self, vals):
        if vals.get("state") in ("sent", "sale"):
            waiting = self.filtered(
                lambda quotation: (
                    quotation.after_sales_order_id
                    and quotation.state in ("draft", "sent")
                )
            )
            waiting._after_sales_check_approved()
        return super().write(vals)

    # === BUSINESS === #
    def _after_sales_check_approved(self):
        """:raise UserError: if a quotation still needs somebody's approval"""
        for quotation in self._after_sales_settle_approval():
            raise UserError(
                self.env._(
                    "The charges of %(order)s, %(amount)s, are approved by: %(who)s. "
                    "Ask for it with “Ask for Approval” on the service order.",
                    order=quotation.after_sales_order_id.name,
                    amount=quotation.company_id.currency_id.format(
                        quotation._after_sales_get_value()
                    ),
                    who=quotation._after_sales_get_level_label(),
                )
            )

    def _after_sales_settle_approval(self):
        """Find out who has to approve, and approve what the user may.

        An approval holds for what it was given for, and for less.

        :return: the quotations that wait for somebody else
        """
        # Who quotes service work need not have rights in sales.
        quotations = self.sudo()
        open_ones = quotations.filtered(lambda it: not it._after_sales_is_approved())
        if not open_ones:
            return open_ones
        rules = self.env["after.sales.charge.rule"]._get_by_company(
            open_ones.company_id
        )
        for quotation in open_ones:
            quotation._after_sales_set_level(rules[quotation.company_id])
        return open_ones.filtered(
            lambda quotation: quotation.after_sales_approval not in ("none", "given")
        )

    def _after_sales_is_approved(self):
        self.ensure_one()
        if self.state == "sent" and not self.after_sales_approval:
            return True  # sent before there were rules
        return (
            self.after_sales_approval in ("none", "given")
            and self.company_id.currency_id.compare_amounts(
                self._after_sales_get_value(), self.after_sales_amount_approved
            )
            <= 0
        )

    def _after_sales_get_value(self):
        """Return all charges of the service order, untaxed, in company currency."""
        self.ensure_one()
        quotations = self.after_sales_order_id.sale_order_ids.filtered(
            lambda quotation: quotation.state != "cancel"
        )
        return self.company_id.currency_id.round(
            sum(it.amount_untaxed / (it.currency_rate or 1.0) for it in quotations)
        )

    def _after_sales_get_cases(self):
        """Return what approval rules may ask about. Meant to be extended.

        :rtype: set[str]
        """
        self.ensure_one()
        lines = self.order_line.after_sales_line_id
        cases = {
            "added": self.is_after_sales_added,
            "price": any(lines.mapped("is_price_manual")),
        }
        return {case for case, is_true in cases.items() if is_true}

    def _after_sales_set_level(self, rules):
        """Write down who approves by ``rules``; approve it if that is the user."""
        self.ensure_one()
        value = self._after_sales_get_value()
        rule = rules.browse()
        if not self.company_id.currency_id.is_zero(value):
            rule = rules._get_first(value, self._after_sales_get_cases())
        level = rule.level or "none"
        vals = {
            "after_sales_approval_level": level,
            "after_sales_approval_rule_id": rule.id,
        }
        if level == "none":
            vals |= {"after_sales_approval": "none"}
        elif self._after_sales_may_approve(level, rule):
            vals |= {
                "after_sales_approval": "given",
                "after_sales_approver_id": self.env.uid,
            }
        else:
            vals |= {
                "after_sales_approval": "wait",
                "after_sales_approver_id": False,
            }
            value = 0.0
        self.write(vals | {"after_sales_amount_approved": value})

    def _after_sales_get_waiting(self):
        """Return those that wait for an approval."""
        return self.filtered(
            lambda quotation: (
                quotation.state in ("draft", "sent")
                and quotation.after_sales_approval == "wait"
            )
        )

    def _after_sales_may_approve(self, level, rule):
        # What counts is the person, not that this runs in superuser mode.
        user = self.env.user
        return user in rule.approver_ids or user.has_group(APPROVER_GROUPS[level])

    def _after_sales_get_level_label(self):
        labels = dict(
            self._fields["after_sales_approval_level"]._description_selection(self.env)
        )
        return labels[self.after_sales_approval_level or "none"]

    def _after_sales_check_approver(self):
        """:raise AccessError: for everybody but those whom the rule names"""
        for quotation in self:
            level = quotation.after_sales_approval_level
            rule = quotation.after_sales_approval_rule_id
            if not quotation._after_sales_may_approve(level, rule):
                raise AccessError(
                    self.env._(
                        "%(amount)s is above what you may approve yourself. The "
                        "charges of %(order)s are approved by: %(who)s.",
                        amount=quotation.company_id.currency_id.format(
                            quotation._after_sales_get_value()
                        ),
                        order=quotation.after_sales_order_id.name,
                        who=quotation._after_sales_get_level_label(),
                    )
                )
