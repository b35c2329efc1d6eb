from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.warranty.decision import CATEGORIES


class AfterSalesOrderLineCandidates(models.TransientModel):
    """Shows the cover that pays, and why each other one does not."""

    _name = "after.sales.order.line.candidates"
    _description = "All Candidates of a Service Line"

    line_id = fields.Many2one("after.sales.order.line", required=True, readonly=True)
    decision_text = fields.Char(related="line_id.decision_text")
    reason = fields.Text(related="line_id.reason")
    chosen_html = fields.Html(compute="_compute_chosen_html", sanitize=False)
    decision_ids = fields.One2many(related="line_id.decision_ids")
    can_override = fields.Boolean(
        compute="_compute_can_override", export_string_translation=False
    )

    @api.depends("line_id")
    def _compute_chosen_html(self):
        for wizard in self:
            decision = wizard.line_id.decision_id
            wizard.chosen_html = self.env["ir.qweb"]._render(
                "after_sales_service.after_sales_order_line_candidates",
                {
                    "cover": decision.cover_id,
                    "reasons": (wizard.line_id.reason or "").splitlines(),
                    "losers": (decision._render_losers() or "").splitlines()
                    if decision
                    else [],
                },
            )

    @api.depends_context("uid")
    def _compute_can_override(self):
        self.can_override = self.env["after.sales.order"]._is_supervisor()

    def action_override(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Override the Decision"),
            "res_model": "after.sales.order.line.override",
            "view_mode": "form",
            "target": "new",
            "context": {"default_line_id": self.line_id.id},
        }


class AfterSalesOrderLineOverride(models.TransientModel):
    """Another decision by hand, with a reason and a name."""

    _name = "after.sales.order.line.override"
    _description = "Override a Cover Decision"

    line_id = fields.Many2one("after.sales.order.line", required=True, readonly=True)
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
    reason = fields.Text(required=True)
    approver_id = fields.Many2one(
        "res.users",
        string="Approved by",
        required=True,
        default=lambda self: self.env.user,
        domain=lambda self: [
            (
                "all_group_ids",
                "in",
                self.env.ref("after_sales_service.after_sales_group_supervisor").ids,
            )
        ],
    )

    @api.depends("category")
    def _compute_share(self):
        for wizard in self:
            wizard.share = 0.0 if wizard.category == "A" else 100.0

    def action_apply(self):
        self.ensure_one()
        if not 0 <= self.share <= 100:
            raise UserError(self.env._("The covered share lies between 0 and 100 %."))
        if (self.category == "A") != (self.share == 0):
            raise UserError(
                self.env._(
                    "Category A means that nothing is covered; every other category "
                    "covers something. Correct the category or the share."
                )
            )
        self.line_id._override(self.category, self.share, self.reason, self.approver_id)
        return {"type": "ir.actions.act_window_close"}

    def action_withdraw(self):
        """Let the facts decide again; the override stays in the history."""
        self.ensure_one()
        self.line_id._check_supervisor()
        self.line_id._decide(force=True)
        return {"type": "ir.actions.act_window_close"}
