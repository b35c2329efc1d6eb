from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import formatLang


class AfterSalesSupplierClaim(models.Model):
    """How a claim is settled: by a native credit note, or by pieces received."""

    _inherit = "after.sales.supplier.claim"

    is_to_credit = fields.Boolean(
        compute="_compute_is_to_credit", export_string_translation=False
    )

    # === COMPUTES === #
    @api.depends(
        "state",
        "line_ids.amount_accepted",
        "line_ids.refund_line_ids.balance",
        "line_ids.refund_line_ids.parent_state",
    )
    def _compute_is_to_credit(self):
        """Tell whether something accepted stands on no credit note, draft or posted."""
        for claim in self:
            # The clerk who asks for the draft cannot read journal items.
            claim.is_to_credit = claim.state == "answered" and any(
                line._get_amount_to_credit() > 0 for line in claim.sudo().line_ids
            )

    # === ACTIONS === #
    def action_create_credit_note(self):
        """Make the draft of the supplier's credit note of what was accepted."""
        self.ensure_one()
        self.check_access("write")
        self._lock_for_move()
        if self.state != "answered":
            raise UserError(
                self.env._(
                    "%(claim)s has to be answered before it is credited.",
                    claim=self.display_name,
                )
            )
        # The right to the claim was checked; the accountant posts the draft.
        claim = self.sudo()
        lines = claim.line_ids.filtered(lambda line: line._get_amount_to_credit() > 0)
        if not lines:
            raise UserError(
                self.env._(
                    "Nothing of %(claim)s is left to credit: it was refused, replaced "
                    "or credited.",
                    claim=self.display_name,
                )
            )
        move = claim.env["account.move"].create(claim._prepare_credit_note_vals(lines))
        if not self.env["account.move"].has_access("read"):
            return self._tell_of_credit_note()
        return move.sudo(False)._get_records_action(name=self.env._("Credit Note"))

    def _tell_of_credit_note(self):
        """Return a word for who may not open the draft that was just made."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "The draft credit note of %(claim)s waits for the accountant.",
                    claim=self.display_name,
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_view_credit_notes(self):
        self.ensure_one()
        return self.move_ids._get_records_action(name=self.env._("Credit Notes"))

    # === BUSINESS === #
    def _prepare_credit_note_vals(self, lines):
        """Return the values of the native credit note. Meant to be extended."""
        self.ensure_one()
        return {
            "move_type": "in_refund",
            "company_id": self.company_id.id,
            "partner_id": self.supplier_id.id,
            "currency_id": self.currency_id.id,
            "invoice_date": fields.Date.context_today(self),
            "ref": self.reference or self.name,
            "invoice_origin": self.name,
            "invoice_line_ids": [
                Command.create(line._prepare_credit_line_vals()) for line in lines
            ],
        }

    def _follow_recovery(self):
        """Settle claims of which everything came, open those that lost it again."""
        today = fields.Date.context_today(self)
        for claim in self:
            accepted = claim.line_ids.filtered(
                lambda line: line.answer in ("accepted", "partly", "replaced")
            )
            is_done = all(line._is_recovered() for line in accepted)
            if claim.state == "answered" and not accepted:
                claim._move_to("closed", date_settled=today)
            elif claim.state == "answered" and is_done:
                claim._move_to("settled", date_settled=today)
            elif claim.state == "settled" and not is_done:
                claim._move_to("answered", date_settled=False)


class AfterSalesSupplierClaimLine(models.Model):
    """One answered line: what it needs, and what is credited for it."""

    _inherit = "after.sales.supplier.claim.line"

    # === BUSINESS === #
    def _get_answer_problem(self):
        """Return what is missing in the answer, as a sentence; else ``""``."""
        self.ensure_one()
        currency = self.currency_id
        name = self.display_name
        if not self.answer:
            return self.env._(
                "Write down what the supplier answered about %(line)s.", line=name
            )
        if self.answer in ("refused", "partly") and not (self.refuse_reason or ""):
            return self.env._(
                "Write in “Why Refused” of %(line)s why the supplier does not pay all "
                "of it.",
                line=name,
            )
        if self.answer == "partly" and not (
            currency.compare_amounts(self.amount_accepted, 0) > 0
            and currency.compare_amounts(self.amount_accepted, self.amount) < 0
        ):
            return self.env._(
                "What is accepted in part of %(line)s lies between zero and "
                "%(amount)s.",
                line=name,
                amount=formatLang(self.env, self.amount, currency_obj=currency),
            )
        # Whether the piece has come does not depend on the reader's stock rights.
        if self.answer == "replaced" and not self.sudo().replacement_move_ids:
            return self.env._(
                "The piece sent instead of %(line)s has not come. Take it in at the "
                "old-part desk with the answer “Replaced”.",
                line=name,
            )
        return ""

    def _get_amount_to_credit(self):
        """Return what was accepted and stands on no credit note yet."""
        self.ensure_one()
        rows = self.refund_line_ids.filtered(lambda row: row.parent_state != "cancel")
        return self.currency_id.round(
            self.amount_accepted + sum(rows.mapped("balance"))
        )

    def _is_recovered(self):
        self.ensure_one()
        if self.answer == "replaced":
            # As in _get_answer_problem.
            return bool(self.sudo().replacement_move_ids)
        return (
            self.currency_id.compare_amounts(
                self.amount_recovered, self.amount_accepted
            )
            >= 0
        )

    def _prepare_credit_line_vals(self):
        """Return the values of one line of the credit note. Meant to be extended.

        It names no product: a part that failed is no stock, so that its credit
        lowers what free work costs, not what the stock is worth.
        """
        self.ensure_one()
        taxes = self.agreement_id.tax_ids
        # Agreed amounts are without taxes, whatever the tax's prices include.
        price = self._get_amount_to_credit()
        if taxes:
            price = self._add_included_taxes(taxes, price)
        vals = {
            "name": f"{self.display_name} ({self.order_id.name})",
            "quantity": 1.0,
            "price_unit": price,
            "tax_ids": [Command.set(taxes.ids)],
            "after_sales_claim_line_id": self.id,
            "analytic_distribution": self.order_line_id._get_analytic_distribution(),
        }
        account = self._get_recovery_account()
        if account:
            vals["account_id"] = account.id
        return vals

    def _add_included_taxes(self, taxes, price):
        """Return the price that is ``price`` after taking out included taxes."""
        included = taxes.filtered("price_include")
        if not included:
            return price
        details = included._get_tax_details(
            price, 1.0, special_mode="total_excluded", rounding_method="round_globally"
        )
        return details["total_included"]

    def _get_recovery_account(self):
        """Return where the credit is booked, so that the order costs us less.

        The account of the location “Replaced by suppliers” where the company gave it
        one of its own, else the account on which the cost stands.
        """
        self.ensure_one()
        company = self.company_id
        own = company.after_sales_supplier_location_id.valuation_account_id
        common = company.after_sales_warranty_location_id.valuation_account_id
        if own and own != common:
            return own
        place = self.order_line_id._get_consumption_location()
        return (
            place.valuation_account_id
            or self.order_line_id.product_id._get_product_accounts()["expense"]
            or common
        )


class AccountMove(models.Model):
    _inherit = "account.move"

    after_sales_claim_count = fields.Integer(
        string="Supplier Claim Count",
        compute="_compute_after_sales_claim_count",
        compute_sudo=True,  # a bill is opened by people without service rights
    )

    # === COMPUTES === #
    def _compute_after_sales_claim_count(self):
        for move in self:
            lines = move.line_ids.after_sales_claim_line_id
            move.after_sales_claim_count = len(lines.claim_id)

    # === ACTIONS === #
    def action_view_after_sales_claims(self):
        return self.line_ids.after_sales_claim_line_id.claim_id._get_records_action(
            name=self.env._("Supplier Claims")
        )

    def button_draft(self):
        result = super().button_draft()
        self._follow_after_sales_claims()
        return result

    # === BUSINESS === #
    def _post(self, soft=True):
        posted = super()._post(soft)
        posted._follow_after_sales_claims()
        return posted

    def _follow_after_sales_claims(self):
        """Tell the claims that what was accepted has been credited, or not any more."""
        claims = self.line_ids.after_sales_claim_line_id.claim_id
        if claims:
            # Who may post need not have a right on claims.
            claims.sudo()._follow_recovery()


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    after_sales_claim_line_id = fields.Many2one(
        "after.sales.supplier.claim.line",
        string="Supplier Claim Line",
        index="btree_not_null",
        ondelete="restrict",
    )
