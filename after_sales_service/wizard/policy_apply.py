from odoo import Command, api, fields, models
from odoo.fields import Domain

from ..models.warranty.policy_application import EFFECTS

PREVIEW_LIMIT = 200


class AfterSalesPolicyApply(models.TransientModel):
    """Shows what terms would change on units already sold, then applies them."""

    _name = "after.sales.policy.apply"
    _description = "Apply to Units Already Sold"

    policy_id = fields.Many2one(
        "after.sales.warranty.policy", required=True, readonly=True
    )
    date_from = fields.Date(string="Delivered from")
    date_to = fields.Date(string="Delivered until")
    is_shortening_allowed = fields.Boolean(
        string="Also Shorten",
        help="Without this tick nobody gets less than he was sold.",
    )
    reason = fields.Text(help="Kept in the log, and written on each unit.")
    line_ids = fields.One2many(
        "after.sales.policy.apply.line",
        "apply_id",
        string="Preview",
        compute="_compute_line_ids",
        store=True,
    )
    unit_count = fields.Integer(
        string="Units of the Policy", compute="_compute_line_ids", store=True
    )
    change_count = fields.Integer(
        string="Covers That Change", compute="_compute_line_ids", store=True
    )
    kept_count = fields.Integer(
        string="Kept, since Better", compute="_compute_line_ids", store=True
    )

    # === COMPUTES === #
    @api.depends("policy_id", "date_from", "date_to", "is_shortening_allowed")
    def _compute_line_ids(self):
        for wizard in self:
            units = wizard._get_units()
            # The preview shows covers, which nobody but the server reads in full.
            policy = wizard.policy_id.sudo()
            rows = policy._get_application(units.sudo()) if policy else []
            rows = [row for row in rows if row["effect"] != "same"]
            kept = [
                row
                for row in rows
                if row["effect"] == "shorter" and not wizard.is_shortening_allowed
            ]
            wizard.unit_count = len(units)
            wizard.change_count = len(rows) - len(kept)
            wizard.kept_count = len(kept)
            wizard.line_ids = [
                Command.clear(),
                *(
                    Command.create(wizard._prepare_line_vals(row))
                    for row in rows[:PREVIEW_LIMIT]
                ),
            ]

    def _get_units(self):
        """Return the units of the policy in the chosen days."""
        if not self.policy_id:
            return self.env["after.sales.unit"]
        domain = Domain.TRUE
        if self.date_from:
            domain &= Domain("date_delivered", ">=", self.date_from)
        if self.date_to:
            domain &= Domain("date_delivered", "<=", self.date_to)
        return self.policy_id._find_sold_units(domain)

    def _prepare_line_vals(self, row):
        render = self.env["after.sales.policy.application.line"]._render_terms
        is_kept = row["effect"] == "shorter" and not self.is_shortening_allowed
        return {
            "unit_id": row["unit"].id,
            "subject": row["line"]._get_subject(),
            "text_before": render(row["before"]),
            "text_after": render(row["after"]),
            "effect": row["effect"],
            "is_kept": is_kept,
        }

    # === ACTIONS === #
    def action_apply(self):
        self.ensure_one()
        application = self.policy_id._apply_to_units(
            self._get_units(), self.reason, self.is_shortening_allowed
        )
        if not application:
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "message": self.env._("No cover was to change: nothing was done."),
                    "type": "info",
                    "next": {"type": "ir.actions.act_window_close"},
                },
            }
        return application.sudo(False)._get_records_action()


class AfterSalesPolicyApplyLine(models.TransientModel):
    """One cover that would change."""

    _name = "after.sales.policy.apply.line"
    _description = "Change to Be Applied"

    apply_id = fields.Many2one(
        "after.sales.policy.apply", required=True, ondelete="cascade"
    )
    unit_id = fields.Many2one("after.sales.unit")
    subject = fields.Char(string="Term for")
    text_before = fields.Char(string="Before")
    text_after = fields.Char(string="After")
    effect = fields.Selection(EFFECTS)
    is_kept = fields.Boolean(string="Kept")
