from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...rules.billing_periods import Period, get_amount


class AfterSalesContractPeriod(models.Model):
    """Days of a contract that were invoiced, or credited when it ended early.

    There is at most one invoice of a period: the database sees to it. An invoice
    that is reversed, cancelled or deleted keeps its period, so that the job does not
    invoice again what somebody took back on purpose; “Bill Again” frees it.
    """

    _name = "after.sales.contract.period"
    _description = "Billed Period of a Service Contract"
    _order = "date_from desc, id desc"

    contract_id = fields.Many2one(
        "after.sales.contract", required=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(
        "res.company",
        related="contract_id.company_id",
        store=True,
        precompute=True,
        index=True,
    )
    partner_id = fields.Many2one(
        related="contract_id.partner_id", string="Customer", store=True, precompute=True
    )
    currency_id = fields.Many2one(
        related="contract_id.currency_id", store=True, precompute=True
    )
    kind = fields.Selection(
        [("invoice", "Invoice"), ("credit", "Credit")], required=True, default="invoice"
    )
    date_from = fields.Date(string="From", required=True)
    date_to = fields.Date(string="Until", required=True)
    # The full period of which these days are a part: its price is split by days.
    date_full_from = fields.Date(required=True, export_string_translation=False)
    date_full_to = fields.Date(required=True, export_string_translation=False)
    price_full = fields.Monetary(string="Price of the Full Period")
    amount = fields.Monetary(help="Without taxes. A credit is negative.")
    move_id = fields.Many2one(
        "account.move", string="Invoice", index="btree_not_null", ondelete="set null"
    )
    is_freed = fields.Boolean(
        string="Freed", help="Invoiced again, since its invoice was taken back."
    )
    state = fields.Selection(
        [
            ("draft", "Draft invoice"),
            ("posted", "Invoiced"),
            ("paid", "Paid"),
            ("reversed", "Taken back"),
            ("none", "Nothing to pay"),
        ],
        string="Invoice State",
        compute="_compute_state",
        compute_sudo=True,
    )

    _once = models.UniqueIndex(
        "(contract_id, kind, date_from) WHERE is_freed IS NOT TRUE",
        "This period of the contract is invoiced already.",
    )
    _dates_in_order = models.Constraint(
        "CHECK(date_to >= date_from)", "A billed period cannot end before it starts."
    )

    # === COMPUTES === #
    @api.depends("move_id.state", "move_id.payment_state", "amount")
    def _compute_state(self):
        for period in self:
            move = period.move_id
            if not period.amount:
                period.state = "none"
            elif (
                not move or move.state == "cancel" or (move.payment_state == "reversed")
            ):
                period.state = "reversed"
            elif move.state == "draft":
                period.state = "draft"
            else:
                is_paid = move.payment_state in ("paid", "in_payment")
                period.state = "paid" if is_paid else "posted"

    @api.depends("date_from", "date_to")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for period in self:
            period.display_name = period._get_days_text()

    # === CRUD === #
    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("A billed period is kept. Use “Bill Again” to free it.")
        )

    # === ACTIONS === #
    def action_open_invoice(self):
        self.ensure_one()
        return self.move_id._get_records_action(name=self.env._("Invoice"))

    def action_bill_again(self):
        """Free periods whose invoice was taken back; the job invoices them again."""
        self.check_access("write")
        for period in self:
            if period.state != "reversed" or period.kind != "invoice":
                raise UserError(
                    self.env._(
                        "%(period)s of contract %(name)s has an invoice. Reverse or "
                        "cancel it first.",
                        period=period.display_name,
                        name=period.contract_id.name,
                    )
                )
        self.is_freed = True
        for period in self:
            period.contract_id._message_log(
                body=self.env._(
                    "%(period)s is to be invoiced again.", period=period.display_name
                )
            )

    # === BUSINESS === #
    def _get_days_text(self):
        self.ensure_one()
        return f"{format_date(self.env, self.date_from)} – " + format_date(
            self.env, self.date_to
        )

    def _prepare_credit_vals(self):
        """Return the values of the credit of the days after the contract's end."""
        self.ensure_one()
        full = Period(
            self.date_from, self.date_to, self.date_full_from, self.date_full_to
        )
        return self._prepare_part_credit_vals(full.after(self.contract_id.date_closed))

    def _is_billed(self):
        """Tell whether the customer has an invoice for these days."""
        self.ensure_one()
        return self.kind == "invoice" and not self.is_freed and bool(self.move_id)

    def _prepare_part_credit_vals(self, part):
        """Return the values of the credit of some days of the period.

        :param part: a ``rules.billing_periods.Period`` within this one
        """
        self.ensure_one()
        step = self.currency_id.rounding
        return {
            "contract_id": self.contract_id.id,
            "kind": "credit",
            "date_from": part.start,
            "date_to": part.end,
            "date_full_from": self.date_full_from,
            "date_full_to": self.date_full_to,
            "price_full": self.price_full,
            "amount": -get_amount(self.price_full, part, step),
        }

    @api.model
    def _create_credits(self, vals_list):
        """Make credits with their drafts.

        :return: ``[(contract, amount as text)]``, one for each contract
        """
        credits = self.create(vals_list)
        credits.filtered("amount")._create_moves()
        return [
            (contract, contract.currency_id.format(-sum(rows.mapped("amount"))))
            for contract, rows in credits.grouped("contract_id").items()
        ]

    def _create_moves(self):
        """Make the native invoices and credit notes of the periods, in one batch.

        Periods of contracts that share an invoice stand together on one.
        """
        groups = list(self.grouped(lambda period: period._get_move_key()).values())
        moves = self.env["account.move"].create(
            [group._prepare_move_vals() for group in groups]
        )
        for group, move in zip(groups, moves, strict=True):
            group.move_id = move
        return moves

    def _get_move_key(self):
        """Return what periods on one invoice have in common. Meant to be extended."""
        self.ensure_one()
        contract = self.contract_id
        own = False if contract.is_invoice_shared else contract.id
        return (
            self.kind,
            own,
            contract.company_id.id,
            contract._get_invoice_partner().id,
            contract.currency_id.id,
            contract.payment_term_id.id,
            contract.journal_id.id,
        )

    def _prepare_move_vals(self):
        """Return the values of one native invoice. Meant to be extended."""
        contract = self[0].contract_id
        partner = contract._get_invoice_partner()
        vals = {
            "move_type": "out_refund" if self[0].kind == "credit" else "out_invoice",
            "company_id": contract.company_id.id,
            "partner_id": partner.id,
            "currency_id": contract.currency_id.id,
            "invoice_user_id": contract.user_id.id,
            "invoice_origin": ", ".join(self.contract_id.mapped("name")),
            "ref": contract.reference if len(self.contract_id) == 1 else False,
            "invoice_line_ids": [
                (0, 0, period._prepare_move_line_vals()) for period in self
            ],
        }
        if contract.company_id.after_sales_invoice_post:
            # Else Odoo sets it when posting, and checks each invoice once more.
            vals["invoice_date"] = fields.Date.context_today(self)
        if contract.payment_term_id:
            vals["invoice_payment_term_id"] = contract.payment_term_id.id
        if contract.journal_id or contract.currency_id == (
            contract.company_id.currency_id
        ):
            # Odoo would look for the same journal for each invoice anew.
            vals["journal_id"] = contract._get_journal().id
        return vals

    def _prepare_move_line_vals(self):
        """Return the values of one line of the invoice. Meant to be extended."""
        self.ensure_one()
        contract = self.contract_id
        lang = contract._get_invoice_partner().lang or self.env.lang
        period = self.with_context(lang=lang)
        name = period.env._(
            "%(product)s\nContract %(name)s, %(days)s",
            product=period.contract_id.product_id.name,
            name=contract.name,
            days=period._get_days_text(),
        )
        return {
            "product_id": contract.product_id.id,
            "name": name,
            "quantity": 1,
            "price_unit": abs(self.amount),
            "after_sales_contract_id": contract.id,
            "after_sales_period_id": self.id,
        }
