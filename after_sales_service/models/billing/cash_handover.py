from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

REMINDER = "after_sales_service.mail_activity_type_cash"


class AfterSalesCashHandover(models.Model):
    """Cash that a technician hands to finance."""

    _name = "after.sales.cash.handover"
    _description = "Cash Handover"
    _inherit = [
        "after.sales.number.mixin",
        "after.sales.state.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    technician_id = fields.Many2one(
        "hr.employee",
        required=True,
        index=True,
        check_company=True,
        default=lambda self: self._default_technician(),
    )
    payment_ids = fields.One2many(
        "account.payment",
        "after_sales_handover_id",
        string="Payments",
        readonly=True,
    )
    amount_expected = fields.Monetary(
        compute="_compute_amount_expected", store=True, string="Expected"
    )
    amount_counted = fields.Monetary(string="Counted", copy=False)
    amount_difference = fields.Monetary(
        compute="_compute_amount_difference", string="Difference"
    )
    difference_reason = fields.Char(copy=False)
    date_handed = fields.Datetime(string="Handed over on", copy=False, readonly=True)
    date_confirmed = fields.Datetime(string="Confirmed on", copy=False, readonly=True)
    receiver_id = fields.Many2one(
        "res.users", string="Received by", copy=False, readonly=True
    )
    move_id = fields.Many2one(
        "account.move",
        string="Journal Entry",
        copy=False,
        readonly=True,
        index="btree_not_null",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("handed", "Handed over"),
            ("confirmed", "Confirmed"),
            ("cancel", "Cancelled"),
        ],
        default="draft",
        required=True,
        tracking=True,
        copy=False,
    )

    def _get_transitions(self):
        return {
            "draft": {"handed", "cancel"},
            "handed": {"draft", "confirmed"},
            "confirmed": set(),
            "cancel": {"draft"},
        }

    # === DEFAULTS === #
    def _default_technician(self):
        return self.env.user._after_sales_employee(self.env.company)

    # === COMPUTES === #
    @api.depends("payment_ids.amount_company_currency_signed")
    def _compute_amount_expected(self):
        for handover in self:
            handover.amount_expected = sum(
                handover.payment_ids.mapped("amount_company_currency_signed")
            )

    @api.depends("amount_expected", "amount_counted")
    def _compute_amount_difference(self):
        for handover in self:
            handover.amount_difference = (
                handover.amount_counted - handover.amount_expected
            )

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        handovers = super().create(vals_list)
        if any(handover.amount_counted for handover in handovers):
            handovers._check_may_count()
        handovers._take_open_payments()
        return handovers

    def write(self, vals):
        if {"technician_id", "company_id"} & vals.keys():
            self._check_may_prepare()
        if "amount_counted" in vals or "difference_reason" in vals:
            self._check_may_count()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_handed(self):
        if any(handover.state in ("handed", "confirmed") for handover in self):
            raise UserError(
                self.env._(
                    "A handover that was handed over is kept. Send it back first."
                )
            )

    # === ACTIONS === #
    def action_take_open_payments(self):
        """Put all cash in the technician's box on the handover."""
        self._check_may_prepare()
        self._take_open_payments()

    def action_hand_over(self):
        self._check_may_prepare()
        for handover in self:
            if not handover.payment_ids:
                raise UserError(
                    self.env._(
                        "%(technician)s has no cash to hand over.",
                        technician=handover.technician_id.name,
                    )
                )
        self._move_to("handed", date_handed=fields.Datetime.now())
        # Reminders of what is handed over now; technicians only read payments.
        self.sudo().payment_ids.activity_unlink([REMINDER])

    def action_send_back(self):
        """Return to preparation: something is missing or was left out."""
        self._move_to("draft", date_handed=False)

    def action_confirm(self):
        """Book the counted money into the company's cash."""
        self._check_may_count()
        for handover in self:
            handover._check_counted()
            handover._check_bookable()
            handover._move_to(
                "confirmed",
                date_confirmed=fields.Datetime.now(),
                receiver_id=self.env.uid,
            )
            handover._post_entry()

    def action_cancel(self):
        self._move_to("cancel")
        # The technician may read payments only; that they are theirs is checked.
        self.sudo().payment_ids.after_sales_handover_id = False

    def action_draft(self):
        self._move_to("draft")
        self._take_open_payments()

    def action_view_entry(self):
        return self.move_id._get_records_action()

    # === BUSINESS === #
    def _check_may_prepare(self):
        """Raise a UserError unless the handover is still in preparation."""
        self.check_access("write")
        if any(handover.state != "draft" for handover in self):
            raise UserError(
                self.env._(
                    "The money was handed over already. Ask finance to send the "
                    "handover back if something is to be changed."
                )
            )

    def _check_may_count(self):
        """Money is counted by an accountant who is not the one who hands it over."""
        self.check_access("write")
        if self.env.su:
            return
        if not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(
                self.env._("Only accountants count and confirm handed over cash.")
            )
        # sudo: only to learn whether the technician is the user.
        if self.env.user in self.technician_id.sudo().user_id:
            raise UserError(
                self.env._("You cannot confirm your own cash. Ask another accountant.")
            )

    def _check_counted(self):
        self.ensure_one()
        if self.currency_id.is_zero(self.amount_difference):
            return
        if not (self.difference_reason or "").strip():
            raise UserError(
                self.env._(
                    "Counted and expected amounts differ. Enter the reason of the "
                    "difference, or count again."
                )
            )

    def _check_bookable(self):
        """Raise a UserError if a journal or an account is missing, or today closed."""
        self.ensure_one()
        # After _check_may_count: billing clerks need not see every journal.
        handover = self.sudo()
        journal = handover._get_finance_journal()
        self.company_id._check_after_sales_day_open(journal)
        if not self.currency_id.is_zero(self.amount_difference):
            handover._get_difference_account(journal)

    def _take_open_payments(self):
        """Put what lies in the technicians' boxes on their handovers in preparation."""
        payment = self.env["account.payment"].sudo()  # the handover may be written
        open_payments = payment.search(
            [
                *payment._get_cash_on_hand_domain(self.technician_id),
                ("after_sales_handover_id", "=", False),
            ]
        )
        for handover in self:
            open_payments.filtered(
                lambda payment, handover=handover: (
                    payment.after_sales_technician_id == handover.technician_id
                    and payment.company_id == handover.company_id
                )
            ).after_sales_handover_id = handover

    def _post_entry(self):
        """Book what was counted out of the box into the company's cash."""
        self.ensure_one()
        # After _check_may_count: billing clerks may not post miscellaneous entries.
        handover = self.sudo().with_company(self.company_id)
        move = handover.env["account.move"].create(handover._prepare_entry_vals())
        move.action_post()
        handover.move_id = move
        handover._reconcile_entry()

    def _prepare_entry_vals(self):
        """Return the values of the entry. Meant to be extended."""
        self.ensure_one()
        journal = self._get_finance_journal()
        label = self.env._(
            "Cash of %(technician)s, %(handover)s",
            technician=self.technician_id.name,
            handover=self.name,
        )
        lines = [(journal.default_account_id, self.amount_counted)]
        if not self.currency_id.is_zero(self.amount_difference):
            account = self._get_difference_account(journal)
            lines.append((account, -self.amount_difference))
        lines += [
            (account, -amount) for account, amount in self._get_box_amounts().items()
        ]
        return {
            "move_type": "entry",
            "journal_id": journal.id,
            "date": fields.Date.context_today(self),
            "ref": label,
            "line_ids": [
                Command.create(
                    {"name": label, "account_id": account.id, "balance": balance}
                )
                for account, balance in lines
                if not self.currency_id.is_zero(balance)
            ],
        }

    def _get_finance_journal(self):
        """Return the journal that receives the cash.

        :raise UserError: if the company has not set one up
        """
        journal = self.company_id.after_sales_cash_journal_id
        if not journal.default_account_id:
            raise UserError(
                self.env._(
                    "No journal receives the technicians' cash in %(company)s. Choose "
                    "one in the after-sales settings: “Cash From Technicians Goes to”.",
                    company=self.company_id.name,
                )
            )
        return journal

    def _get_difference_account(self, journal):
        """Return the account of missing or surplus cash.

        :raise UserError: if neither the box nor the company has one
        """
        self.ensure_one()
        box = self.payment_ids.journal_id[:1]
        if self.amount_difference < 0:
            account = box.loss_account_id or journal.loss_account_id
        else:
            account = box.profit_account_id or journal.profit_account_id
        if not account:
            raise UserError(
                self.env._(
                    "Enter the profit and loss accounts on the journal %(journal)s: "
                    "the difference is booked there.",
                    journal=(box or journal).display_name,
                )
            )
        return account

    def _get_box_lines(self):
        """Return the entry lines of the payments where the money lies."""
        lines = self.env["account.move.line"]
        for payment in self.payment_ids:
            lines |= payment._seek_for_lines()[0]
        return lines

    def _get_box_amounts(self):
        amounts = {}
        for line in self._get_box_lines():
            amounts[line.account_id] = amounts.get(line.account_id, 0.0) + line.balance
        return amounts

    def _reconcile_entry(self):
        """Match the payments with the entry where the account is a waiting one."""
        box_lines = self._get_box_lines()
        for account in box_lines.account_id.filtered("reconcile"):
            (box_lines | self.move_id.line_ids).filtered(
                lambda line, account=account: (
                    line.account_id == account and not line.reconciled
                )
            ).reconcile()
