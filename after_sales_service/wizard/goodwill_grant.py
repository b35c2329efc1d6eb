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

    @api.depends("order_id")
    def _compute_date_end(self):
        for grant in self:
            day = grant.order_id.date_fault
            grant.date_end = day and day + timedelta(days=DAYS)

    @api.depends(
        "order_id", "component_id", "share_part", "share_labour", "share_travel"
    )
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

    def _get_share(self, kind):
        fname = SHARES[kind]
        return self[fname] if fname in self._fields else 0.0

    def action_apply(self):
        self.ensure_one()
        self._check()
        vals = self._prepare_cover_vals()
        # Who grants goodwill has no right on other covers; the right was checked.
        self.env["after.sales.cover"].sudo().create(vals)
        self.order_id.message_post(
            body=self.env._(
                "Goodwill granted: part %(part)g %%, labour %(labour)g %%, travel "
                "%(travel)g %%. %(reason)s",
                part=self.share_part,
                labour=self.share_labour,
                travel=self.share_travel,
                reason=self.reason,
            )
        )
        return {"type": "ir.actions.act_window_close"}

    def _prepare_cover_vals(self):
        """Return the values of the cover. Meant to be extended."""
        self.ensure_one()
        return {
            "company_id": self.order_id.company_id.id,
            "unit_id": self.unit_id.id,
            "component_id": self.component_id.id,
            "order_id": self.order_id.id,
            "kind": "goodwill",
            "date_start": self.order_id.date_fault,
            "date_end": self.date_end,
            "share_part": self.share_part,
            "share_labour": self.share_labour,
            "share_travel": self.share_travel,
            "origin": self.order_id.name,
        }

    def _check(self):
        self.order_id._check_may_grant_goodwill(self.amount)
        if not self.unit_id:
            raise UserError(
                self.env._(
                    "Goodwill is given for a unit. Enter the unit of %(order)s first.",
                    order=self.order_id.name,
                )
            )
        if not any(0 < self[fname] <= 100 for fname in self._get_share_fields()):
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
