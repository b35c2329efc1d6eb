from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..platform.state_mixin import _MOVE

MAIL = "after_sales_service.mail_template_after_sales_supplier_claim"
ACTIVITY = "after_sales_service.mail_activity_type_supplier_claim"
# What claims are made of, and what their buttons stamp.
FACTS = {
    "company_id",
    "supplier_id",
    "month",
    "date_sent",
    "date_answered",
    "date_settled",
}


class AfterSalesSupplierClaim(models.Model):
    """What we ask of one supplier for the work of one month."""

    _name = "after.sales.supplier.claim"
    _description = "Supplier Claim"
    _inherit = [
        "after.sales.number.mixin",
        "after.sales.state.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "month desc, id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    supplier_id = fields.Many2one(
        "res.partner", required=True, index=True, readonly=True
    )
    month = fields.Date(
        required=True, readonly=True, help="Of the completed service orders."
    )
    month_text = fields.Char(string="Repairs of", compute="_compute_month_text")
    user_id = fields.Many2one(
        "res.users",
        string="In Charge",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
    )
    reference = fields.Char(string="Supplier's Reference", copy=False)
    line_ids = fields.One2many(
        "after.sales.supplier.claim.line", "claim_id", string="Lines"
    )
    date_sent = fields.Date(string="Sent on", readonly=True, copy=False)
    date_due = fields.Date(string="Answer Due", copy=False)
    date_answered = fields.Date(string="Answered on", readonly=True, copy=False)
    date_settled = fields.Date(string="Settled on", readonly=True, copy=False)
    is_reminded = fields.Boolean(
        copy=False, readonly=True, export_string_translation=False
    )
    is_late = fields.Boolean(
        string="Overdue", compute="_compute_age", search="_search_is_late"
    )
    age_days = fields.Integer(
        string="Days Open", compute="_compute_age", help="Since it was sent."
    )
    amount_claimed = fields.Monetary(
        string="Claimed", compute="_compute_amounts", store=True
    )
    amount_accepted = fields.Monetary(
        string="Accepted", compute="_compute_amounts", store=True
    )
    amount_recovered = fields.Monetary(
        string="Recovered", compute="_compute_amounts", store=True
    )
    recovery_rate = fields.Float(
        string="Recovery Rate (%)", compute="_compute_recovery_rate", aggregator=None
    )
    move_ids = fields.Many2many(
        "account.move",
        string="Credit Notes",
        compute="_compute_move_ids",
        groups="account.group_account_invoice,"
        "after_sales_service.after_sales_group_auditor",
    )
    close_reason = fields.Char(string="Why Closed", copy=False)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("sent", "Sent to Supplier"),
            ("answered", "Answered"),
            ("settled", "Settled"),
            ("closed", "Closed"),
            ("cancel", "Cancelled"),
        ],
        default="draft",
        required=True,
        tracking=True,
        index=True,
        copy=False,
    )

    _one_draft = models.UniqueIndex(
        "(company_id, supplier_id, month) WHERE state = 'draft'",
        "There is a claim in preparation for this supplier and month already.",
    )

    # === COMPUTES === #
    @api.depends("month")
    @api.depends_context("lang")
    def _compute_month_text(self):
        for claim in self:
            claim.month_text = claim._get_month_text()

    @api.depends("date_sent", "date_due", "state", "date_settled")
    def _compute_age(self):
        today = fields.Date.context_today(self)
        for claim in self:
            end = claim.date_settled or today
            claim.age_days = (end - claim.date_sent).days if claim.date_sent else 0
            claim.is_late = (
                claim.state == "sent"
                and bool(claim.date_due)
                and claim.date_due < today
            )

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [
            ("state", "=", "sent"),
            ("date_due", "<", fields.Date.context_today(self)),
        ]

    @api.depends(
        "line_ids.amount", "line_ids.amount_accepted", "line_ids.amount_recovered"
    )
    def _compute_amounts(self):
        for claim in self:
            lines = claim.line_ids
            claim.amount_claimed = sum(lines.mapped("amount"))
            claim.amount_accepted = sum(lines.mapped("amount_accepted"))
            claim.amount_recovered = sum(lines.mapped("amount_recovered"))

    @api.depends("amount_claimed", "amount_recovered")
    def _compute_recovery_rate(self):
        for claim in self:
            claim.recovery_rate = (
                claim.amount_recovered * 100 / claim.amount_claimed
                if claim.amount_claimed
                else 0.0
            )

    @api.depends("line_ids.refund_line_ids.move_id")
    def _compute_move_ids(self):
        for claim in self:
            claim.move_ids = claim.line_ids.refund_line_ids.move_id

    @api.depends("name", "supplier_id")
    def _compute_display_name(self):
        for claim in self:
            claim.display_name = f"{claim.name} {claim.supplier_id.name or ''}".strip()

    # === CRUD === #
    def write(self, vals):
        moving = self.env.context.get("after_sales_move") is _MOVE
        if FACTS & vals.keys() and not (moving or self.env.su):
            raise UserError(
                self.env._(
                    "What can be claimed follows from the completed order. Only the "
                    "supplier's answer is written by hand."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        if any(claim.state not in ("draft", "cancel") for claim in self):
            raise UserError(
                self.env._("A claim that was sent is kept. Close it with a reason.")
            )

    def _get_transitions(self):
        return {
            "draft": {"sent", "cancel"},
            "sent": {"draft", "answered"},
            "answered": {"sent", "settled", "closed"},
            "settled": {"answered"},
            "closed": {"answered"},
            "cancel": set(),
        }

    # === ACTIONS === #
    def action_make_claims(self):
        """Make the claims of all months that are over, and open them.

        :raise UserError: if nothing is ready to be claimed
        """
        self.check_access("create")
        claims = self._make_claims(self.env.companies)
        if not claims:
            raise UserError(
                self.env._(
                    "Nothing of the months that are over is ready to be claimed. See "
                    "“To Claim” for what still waits for its old part."
                )
            )
        return claims._get_records_action(name=self.env._("Supplier Claims"))

    def action_send(self):
        """Open the mail to the supplier, with the evidence pack attached."""
        self.ensure_one()
        self._check_sendable()
        pack = self._create_evidence_pack()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send Claim"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_template_id": self.env.ref(MAIL).id,
                "default_composition_mode": "comment",
                "default_attachment_ids": pack.ids,
                "default_email_layout_xmlid": "mail.mail_notification_light",
                "after_sales_claim_sent": True,
                "force_email": True,
            },
        }

    def action_mark_sent(self):
        """Note that the claim was sent by another way, as the supplier's web page."""
        for claim in self:
            claim._check_sendable()
        self._mark_sent()

    def action_back_to_draft(self):
        """Take back what was sent by mistake; answers written so far are dropped."""
        self.check_access("write")
        self._move_to("draft", date_sent=False, date_due=False, is_reminded=False)
        # The right to the claim was checked; its lines are the server's.
        self.sudo().line_ids.write(
            {"answer": False, "amount_accepted": 0.0, "refuse_reason": False}
        )

    def action_cancel(self):
        """Free the lines, so that they can be claimed again."""
        self.check_access("write")
        self._move_to("cancel")
        self.sudo().line_ids.claim_id = False  # as above

    def action_answer(self):
        """Close the answer: every line has one, with what it needs."""
        self.check_access("write")
        for claim in self:
            claim._check_answers()
        self._move_to("answered", date_answered=fields.Date.context_today(self))
        self.activity_unlink([ACTIVITY])
        self._follow_recovery()

    def action_answer_again(self):
        """Go back to the supplier, who answers a second time."""
        self.check_access("write")
        settled = self.filtered("amount_recovered")
        if settled:
            raise UserError(
                self.env._(
                    "Something of %(claim)s was credited or replaced already. Reverse "
                    "the credit note first.",
                    claim=settled[0].name,
                )
            )
        self._move_to("sent", date_answered=False, date_settled=False)

    def action_close(self):
        """Give up what is still open, with a reason."""
        self.check_access("write")
        for claim in self:
            if not (claim.close_reason or "").strip():
                raise UserError(
                    self.env._(
                        "Write in “Why Closed” of %(claim)s why nothing more is "
                        "expected.",
                        claim=claim.name,
                    )
                )
        self._move_to("closed", date_settled=fields.Date.context_today(self))

    # === BUSINESS === #
    def message_post(self, **kwargs):
        """Mark the claim as sent when its mail goes out."""
        if self.env.context.get("after_sales_claim_sent"):
            self.filtered(lambda claim: claim.state == "draft")._mark_sent()
        return super().message_post(**kwargs)

    def _mark_sent(self):
        self.check_access("write")
        today = fields.Date.context_today(self)
        for claim in self:
            days = claim.company_id.after_sales_supplier_days
            claim._move_to(
                "sent", date_sent=today, date_due=today + relativedelta(days=days)
            )

    def _check_sendable(self):
        self.ensure_one()
        self.check_access("write")
        if not self.line_ids:
            raise UserError(
                self.env._(
                    "%(claim)s has no lines. Cancel it, and make the claims again.",
                    claim=self.display_name,
                )
            )

    def _check_answers(self):
        """Raise a UserError that names the line whose answer is not complete."""
        self.ensure_one()
        for line in self.line_ids:
            problem = line._get_answer_problem()
            if problem:
                raise UserError(problem)

    def _get_month_text(self):
        """Return the month in the reader's language, like “March 2026”."""
        self.ensure_one()
        return format_date(self.env, self.month, date_format="MMMM yyyy")

    @api.model
    def _prepare_claim_vals(self, company, supplier, month):
        """Return the values of the claim of one supplier and month. To be extended."""
        return {
            "company_id": company.id,
            "supplier_id": supplier.id,
            "month": month,
        }

    # === BUSINESS: the monthly job === #
    @api.model
    def _make_claims(self, companies):
        """Make the claims of all months that are over; twice changes nothing.

        :return: the claims that got lines
        """
        first = fields.Date.context_today(self).replace(day=1)
        lines = self.env["after.sales.supplier.claim.line"].search(
            [
                ("company_id", "in", companies.ids),
                ("verdict", "=", "claim"),
                ("claim_id", "=", False),
                ("date_done", "<", first),
            ]
        )
        # The day of the claim is a fact of the verdict: some come too late by now.
        orders = lines.order_id.sudo()  # the verdicts are the server's
        lines.sudo()._judge(orders)
        return lines.exists().filtered("is_ready")._batch()

    @api.model
    def _cron_claim(self):
        """Make the claims of the last month and remind of late answers."""
        agreements = self.env["after.sales.supplier.agreement"]._read_group(
            [], ["company_id"]
        )
        self._make_claims(self.env["res.company"].union(*sum(agreements, ())))
        for claim in self.search([("is_late", "=", True), ("is_reminded", "=", False)]):
            claim._remind()

    def _remind(self):
        """Tell who is in charge that the supplier's answer is late; once."""
        self.ensure_one()
        user = self.user_id or self.create_uid
        reader = self.with_context(lang=user.lang)
        reader.activity_schedule(
            ACTIVITY,
            date_deadline=self.date_due,
            user_id=user.id,
            summary=reader.env._(
                "Ask %(supplier)s for the answer to %(claim)s",
                supplier=self.supplier_id.name,
                claim=self.name,
            ),
        )
        self.is_reminded = True
