from odoo import api, fields, models
from odoo.exceptions import LockError, UserError
from odoo.tools import format_date

from ..platform.state_mixin import _MOVE

# What people write down; everything else follows from the order and its documents.
NOTES = {"answer", "amount_accepted", "refuse_reason"}
VERDICTS = [("claim", "To claim"), ("none", "Not recoverable")]
RECOVERY_GROUPS = (
    "account.group_account_invoice,"
    "after_sales_service.after_sales_group_supervisor,"
    "after_sales_service.after_sales_group_clerk,"
    "after_sales_service.after_sales_group_auditor"
)


class AfterSalesSupplierClaimLine(models.Model):
    """What becomes of one line that was free for the customer: claimed, or why not.

    Every covered line of a completed order has one. It belongs to no claim until the
    claims of its supplier and month are made.
    """

    _name = "after.sales.supplier.claim.line"
    _description = "Supplier Claim Line"
    _order = "date_done desc, id desc"
    _rec_name = "order_line_id"
    _check_company_auto = True

    order_line_id = fields.Many2one(
        "after.sales.order.line",
        string="Service Order Line",
        required=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    order_id = fields.Many2one(
        related="order_line_id.order_id",
        string="Service Order",
        store=True,
        index=True,
    )
    unit_id = fields.Many2one(related="order_id.unit_id")
    cause_id = fields.Many2one(related="order_id.cause_id")
    kind = fields.Selection(related="order_line_id.kind", store=True)
    part_line_id = fields.Many2one(
        "after.sales.order.line",
        string="Line of the Failed Part",
        index="btree_not_null",
        help="Labour and travel follow it.",
    )
    product_id = fields.Many2one("product.product", string="Failed Part", index=True)
    serial = fields.Char(string="Serial Number")
    supplier_id = fields.Many2one("res.partner", index="btree_not_null")
    agreement_id = fields.Many2one(
        "after.sales.supplier.agreement",
        ondelete="restrict",
        index="btree_not_null",
    )
    date_done = fields.Date(string="Completed", index=True)
    date_start = fields.Date(string="Supplier's Warranty From")
    date_end = fields.Date(string="Supplier's Warranty Until")
    date_limit = fields.Date(string="Claim Until")
    cost = fields.Monetary(
        string="Borne by Us", help="What the line cost, less the customer's share."
    )
    amount = fields.Monetary(string="To Claim")
    verdict = fields.Selection(
        VERDICTS,
        required=True,
        index=True,
    )
    reason = fields.Char(required=True, export_string_translation=False)
    reason_text = fields.Char(string="Why", compute="_compute_reason_text")
    old_part_ids = fields.One2many(related="part_line_id.old_part_ids")
    is_ready = fields.Boolean(
        string="Ready", compute="_compute_is_ready", compute_sudo=True
    )
    claim_id = fields.Many2one(
        "after.sales.supplier.claim", index="btree_not_null", check_company=True
    )
    claim_state = fields.Selection(related="claim_id.state", string="Claim State")
    answer = fields.Selection(
        [
            ("accepted", "Accepted"),
            ("partly", "Accepted in part"),
            ("replaced", "Replaced"),
            ("refused", "Refused"),
        ],
        string="Answer of the Supplier",
    )
    amount_accepted = fields.Monetary(
        string="Accepted Amount",
        compute="_compute_amount_accepted",
        store=True,
        readonly=False,
    )
    refuse_reason = fields.Char(string="Why Refused")
    refund_line_ids = fields.One2many(
        "account.move.line",
        "after_sales_claim_line_id",
        groups="account.group_account_invoice,"
        "after_sales_service.after_sales_group_auditor",
    )
    replacement_move_ids = fields.One2many(
        "stock.move",
        "after_sales_claim_line_id",
        groups="stock.group_stock_user,after_sales_service.after_sales_group_auditor",
    )
    amount_recovered = fields.Monetary(
        string="Recovered",
        compute="_compute_amount_recovered",
        store=True,
        compute_sudo=True,
        help="By posted credit notes, and by pieces received instead.",
    )

    _once = models.UniqueIndex(
        "(order_line_id)", "This line of the service order has a verdict already."
    )
    _accepted_not_negative = models.Constraint(
        "CHECK(COALESCE(amount_accepted, 0) >= 0)",
        "What a supplier accepts cannot be less than zero.",
    )

    # === COMPUTES === #
    @api.depends("order_line_id", "product_id", "serial")
    def _compute_display_name(self):
        for line in self:
            if line.kind == "part":
                texts = [line.product_id.display_name, line.serial]
            else:
                texts = [line.order_line_id.name]
            line.display_name = " ".join(filter(None, texts))

    @api.depends("verdict", "reason", "supplier_id", "agreement_id", "date_end")
    @api.depends_context("lang")
    def _compute_reason_text(self):
        for line in self:
            line.reason_text = line._get_reasons()[line.reason]

    @api.depends(
        "verdict",
        "claim_id",
        "agreement_id.is_return_needed",
        "part_line_id.old_part_ids.state",
    )
    def _compute_is_ready(self):
        """A claim waits until the part is on its way, where the supplier wants it."""
        for line in self:
            is_open = line.verdict == "claim" and not line.claim_id
            waits = line.agreement_id.is_return_needed and (
                line.part_line_id._get_old_part_place() != "sent"
            )
            line.is_ready = is_open and not waits

    @api.depends("answer", "amount")
    def _compute_amount_accepted(self):
        for line in self:
            if line.answer == "accepted":
                line.amount_accepted = line.amount
            elif line.answer != "partly":
                line.amount_accepted = 0.0

    @api.depends(
        "refund_line_ids.parent_state",
        "refund_line_ids.balance",
        "replacement_move_ids.value",
    )
    def _compute_amount_recovered(self):
        for line in self:
            posted = line.refund_line_ids.filtered(
                lambda row: row.parent_state == "posted"
            )
            line.amount_recovered = sum(
                line.replacement_move_ids.mapped("value")
            ) - sum(posted.mapped("balance"))

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        self._check_server(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        own = {fname for fname in vals if fname in self._fields} - NOTES
        if own:
            self._check_server([vals])
        elif not self.env.su:
            self._check_answerable()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_claimed(self):
        if any(line._is_claimed() for line in self):
            raise UserError(
                self.env._("What was sent to a supplier is kept with its answer.")
            )

    # === ACTIONS === #
    def action_batch(self):
        """Put these lines on the claims of their supplier and month.

        :raise UserError: if none of them is ready
        """
        claims = self._batch()
        if not claims:
            raise UserError(
                self.env._(
                    "None of these lines is ready to be claimed. Lines whose supplier "
                    "wants the old part wait until the old-part desk has sent it."
                )
            )
        return claims._get_records_action(name=self.env._("Supplier Claims"))

    # === BUSINESS === #
    def _check_server(self, vals_list):
        if self.env.su or self.env.context.get("after_sales_move") is _MOVE:
            return
        if vals_list:
            raise UserError(
                self.env._(
                    "What can be claimed follows from the completed order. Only the "
                    "supplier's answer is written by hand."
                )
            )

    def _check_answerable(self):
        wrong = self.filtered(lambda line: line.claim_id.state != "sent")
        if wrong:
            raise UserError(
                self.env._(
                    "The answer about %(line)s is written while its claim is at the "
                    "supplier. Send the claim first, or take its answer back.",
                    line=wrong[0].display_name,
                )
            )

    def _is_claimed(self):
        """Say if the line was sent to the supplier, so that it stays as it is."""
        self.ensure_one()
        return self.claim_id.state not in (False, "draft", "cancel")

    def _get_reasons(self):
        """Return ``{code: sentence}`` in the reader's language. To be extended."""
        self.ensure_one()
        facts = {
            "supplier": self.supplier_id.name or "–",
            "agreement": self.agreement_id.name or "–",
            "part": self.product_id.display_name or "–",
            "start": format_date(self.env, self.date_start) or "–",
            "end": format_date(self.env, self.date_end) or "–",
            "limit": format_date(self.env, self.date_limit) or "–",
        }
        return {
            "claim": self.env._(
                "%(supplier)s warrants it until %(end)s (%(agreement)s).", **facts
            ),
            "no_supplier": self.env._(
                "Nobody is known as supplier of %(part)s: it was neither received "
                "from a vendor nor has it one on the product.",
                **facts,
            ),
            "no_agreement": self.env._(
                "There is no warranty agreement with %(supplier)s for %(part)s.",
                **facts,
            ),
            "unknown_start": self.env._(
                "It is not known when the supplier's warranty of %(part)s began.",
                **facts,
            ),
            "not_begun": self.env._(
                "The fault was reported before the supplier's warranty began on "
                "%(start)s.",
                **facts,
            ),
            "expired": self.env._(
                "The warranty of %(supplier)s ended on %(end)s.", **facts
            ),
            "misuse": self.env._("The cause of the fault is no defect of the part."),
            "no_fault": self.env._("Our analysis found no fault in the part."),
            "not_agreed": self.env._(
                "%(agreement)s pays nothing for work of this kind.", **facts
            ),
            "too_late": self.env._(
                "The time to claim by %(agreement)s ended on %(limit)s.", **facts
            ),
            "not_kept": self.env._(
                "%(supplier)s wants the old part, and it need not be brought back. "
                "Set its old-part duty.",
                **facts,
            ),
            "part_gone": self.env._(
                "%(supplier)s wants the old part, and it was not sent back.", **facts
            ),
            "no_part": self.env._("None of the order's parts can be claimed."),
            "no_amount": self.env._("It cost nothing that could be claimed."),
        }

    # === BUSINESS: claims of a month === #
    def _batch(self):
        """Put the ready lines on draft claims; doing it twice changes nothing.

        :return: the claims that got lines
        """
        claims = self.env["after.sales.supplier.claim"]
        claims.check_access("create")
        self.check_access("write")
        self._lock_lines()
        self.invalidate_recordset(["claim_id", "is_ready"])
        # The right to claims and lines was checked; the links are the server's.
        ready = self.sudo().filtered("is_ready")
        groups = ready.grouped(
            lambda line: (
                line.company_id,
                line.supplier_id,
                line.date_done.replace(day=1),
            )
        )
        drafts = {
            (claim.company_id, claim.supplier_id, claim.month): claim
            for claim in claims.sudo().search([("state", "=", "draft")])  # as above
        }
        new = [key for key in groups if key not in drafts]
        made = claims.create(
            [claims._prepare_claim_vals(*key) for key in new]
        ).sudo()  # as above
        drafts |= dict(zip(new, made, strict=True))
        for key, lines in groups.items():
            lines.claim_id = drafts[key]
            claims |= drafts[key]
        return claims.sudo(False)

    def _lock_lines(self):
        try:
            self.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._(
                    "Somebody else is making supplier claims right now. Wait a "
                    "moment, reload the page and try again."
                )
            ) from error
