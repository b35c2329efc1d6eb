from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.warranty.cover import SHARES
from .order_line_override import MIN_REASON

DAYS = 30


class AfterSalesGoodwillGrant(models.TransientModel):
    """Gives a customer something that nothing promised, for this fault alone."""

    _name = "after.sales.goodwill.grant"
    _description = "Grant Goodwill"

    order_id = fields.Many2one("after.sales.order", required=True, readonly=True)
    unit_id = fields.Many2one(related="order_id.unit_id")
    currency_id = fields.Many2one(related="order_id.currency_id")
    product_tmpl_id = fields.Many2one(
        related="order_id.unit_id.product_id.product_tmpl_id", string="Unit's Product"
    )
    component_id = fields.Many2one(
        "after.sales.component",
        string="Only for",
        domain="[('product_tmpl_id', '=', product_tmpl_id)]",
        help="Empty: for everything on this order.",
    )
    share_part = fields.Float(string="Part (%)", default=50.0)
    share_labour = fields.Float(string="Labour (%)", default=50.0)
    share_travel = fields.Float(string="Travel (%)")
    date_end = fields.Date(
        string="Until",
        compute="_compute_date_end",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        help="The last day on which the same fault may be reported again.",
    )
    reason = fields.Text(required=True)
    amount = fields.Monetary(
        string="Costs Us",
        compute="_compute_amount",
        help="What the customer would pay less for the lines entered so far.",
    )

    is_asking = fields.Boolean(string="Needs Approval", compute="_compute_amount")

    @api.depends("order_id")
    def _compute_date_end(self):
        for grant in self:
            day = grant.order_id.date_fault
            grant.date_end = day and day + timedelta(days=DAYS)

    @api.depends(
        "order_id", "component_id", "share_part", "share_labour", "share_travel"
    )
    @api.depends_context("uid")
    def _compute_amount(self):
        for grant in self:
            lines = grant.order_id.line_ids.filtered(
                lambda line, only=grant.component_id: (
                    line.payer == "customer"
                    and line.kind in SHARES
                    and (not only or line.component_id == only)
                )
            )
            grant.amount = sum(
                line.amount_total * grant._get_share(line.kind) / 100 for line in lines
            )
            percent = max(grant[fname] for fname in grant._get_share_fields())
            grant.is_asking = grant.order_id and not (
                grant.order_id._is_goodwill_in_limit(grant.amount, percent)
            )

    def _get_share(self, kind):
        fname = SHARES[kind]
        return self[fname] if fname in self._fields else 0.0

    def action_apply(self):
        """Grant it, or ask a manager where it is above one's limit."""
        self.ensure_one()
        self._check()
        vals = self._prepare_cover_vals()
        if self.is_asking:
            self.order_id._ask_goodwill(vals, self.amount, self.reason)
        else:
            self.order_id._grant_goodwill(vals, self.reason)
        return {"type": "ir.actions.act_window_close"}

    def _prepare_cover_vals(self):
        """Return what is given: component, last day and shares."""
        self.ensure_one()
        return {
            "component_id": self.component_id.id,
            "date_end": self.date_end,
            "share_part": self.share_part,
            "share_labour": self.share_labour,
            "share_travel": self.share_travel,
        }

    def _check(self):
        self.order_id._check_may_grant_goodwill()
        if not self.unit_id:
            raise UserError(
                self.env._(
                    "Goodwill is given for a unit. Enter the unit of %(order)s first.",
                    order=self.order_id.name,
                )
            )
        shares = [self[fname] for fname in self._get_share_fields()]
        if not any(shares) or min(shares) < 0 or max(shares) > 100:
            raise UserError(self.env._("Enter at least one share between 0 and 100 %."))
        if self.date_end < self.order_id.date_fault:
            raise UserError(
                self.env._(
                    "“Until” lies before the day on which the fault was reported."
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

    def _get_share_fields(self):
        return [fname for fname in SHARES.values() if fname in self._fields]
