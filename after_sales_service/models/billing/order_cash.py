from odoo import Command, api, fields, models
from odoo.exceptions import LockError, UserError
from odoo.tools.misc import formatLang


class AfterSalesOrder(models.Model):
    """Charges of a service order: cash taken on the spot."""

    _inherit = "after.sales.order"

    cash_payment_ids = fields.One2many(
        "account.payment", "after_sales_order_id", string="Cash Payments"
    )
    amount_cash = fields.Monetary(
        string="Taken in Cash", compute="_compute_amount_cash"
    )
    is_to_collect = fields.Boolean(
        string="Money to Take", compute="_compute_is_to_collect"
    )

    # === COMPUTES === #
    @api.depends(
        "cash_payment_ids.state", "cash_payment_ids.amount_company_currency_signed"
    )
    def _compute_amount_cash(self):
        for order in self:
            # Whoever sees the order sees what was taken for it.
            payments = order.sudo().cash_payment_ids.filtered(
                lambda payment: (
                    payment.state in ("in_process", "paid") and payment._is_cash()
                )
            )
            order.amount_cash = sum(payments.mapped("amount_company_currency_signed"))

    @api.depends("invoice_state", "amount_due", "company_id.after_sales_cash_draft")
    def _compute_is_to_collect(self):
        for order in self:
            takes_early = order.company_id.after_sales_cash_draft
            order.is_to_collect = order.state in ("done", "reviewed") and (
                order.invoice_state == "open"
                or (takes_early and order.invoice_state == "draft")
            )

    # === ACTIONS === #
    def action_collect_cash(self):
        """Open the screen on which the technician enters the money received.

        :raise UserError: if there is nothing to collect, or no journal to take it
        """
        self.ensure_one()
        self._check_may_charge()
        if not self._get_collect_methods():
            self._get_cash_box()  # says what is missing
        self.company_id._check_after_sales_day_open(self.env["account.journal"])
        self._get_invoices_to_collect()
        return {
            "name": self.env._("Take Money"),
            "type": "ir.actions.act_window",
            "res_model": "after.sales.cash.collect",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id},
        }

    # === BUSINESS === #
    def _get_cash_technician(self):
        """Return the employee who takes the money: the user's own.

        :raise UserError: if the user has no employee in the order's company
        """
        self.ensure_one()
        # One's own employee, of which only the cash box is used.
        employee = self.env.user._after_sales_employee(self.company_id).sudo()
        if not employee:
            raise UserError(
                self.env._(
                    "You are no employee of %(company)s. Ask the office to link your "
                    "user to your employee card.",
                    company=self.company_id.name,
                )
            )
        return employee

    def _get_collect_methods(self):
        """Return how the user may take money for the order, the usual way first."""
        self.ensure_one()
        # One's own cash box and the company's journal, of which nothing is shown.
        box = self._get_cash_technician().after_sales_cash_journal_id
        methods = ["cash"] if box else []
        if self.sudo().company_id.after_sales_card_journal_id:
            methods += ["card", "transfer"]
        return methods

    def _get_collect_journal(self, method):
        """Return the journal into which money taken in this way goes.

        :param str method: ``cash``, ``card`` or ``transfer``
        :raise UserError: if it is missing or does not fit the order
        """
        self.ensure_one()
        if method == "cash":
            return self._get_cash_box()
        # Technicians have no rights on journals; the order's company chose this one.
        journal = self.sudo().company_id.after_sales_card_journal_id
        if not journal or not journal.active:
            raise UserError(
                self.env._(
                    "%(company)s takes no cards and transfers on the spot. Choose a "
                    "bank journal in the after-sales settings: “Cards and Transfers "
                    "Go to”.",
                    company=self.company_id.name,
                )
            )
        self._check_journal(journal)
        return journal

    def _check_journal(self, journal):
        """Raise a UserError if payments into ``journal`` could not be booked."""
        lines = journal.inbound_payment_method_line_ids
        if not journal.default_account_id or not lines:
            raise UserError(
                self.env._(
                    "The journal %(journal)s has no account or no incoming payment "
                    "method. Ask finance to complete it.",
                    journal=journal.display_name,
                )
            )
        self._check_outstanding_account(journal)
        partner = self.sudo().partner_id.with_company(self.company_id)  # as above
        if not partner.property_account_receivable_id:
            raise UserError(
                self.env._(
                    "%(customer)s has no receivable account. Ask finance to fill it in "
                    "on the customer.",
                    customer=partner.display_name,
                )
            )

    def _check_outstanding_account(self, journal):
        """Raise a UserError if Odoo would find no account for the payment's money."""
        method = journal.inbound_payment_method_line_ids[:1]
        # As in _get_collect_journal: a payment that is never saved.
        payment = self.env["account.payment"].sudo().new({"journal_id": journal.id})
        try:
            method.payment_account_id or payment._get_outstanding_account("inbound")
        except UserError as error:
            raise UserError(
                self.env._(
                    "The journal %(journal)s does not know on which account incoming "
                    "payments wait. Ask finance to enter the outstanding account on "
                    "its page “Incoming Payments”.",
                    journal=journal.display_name,
                )
            ) from error

    def _get_cash_box(self):
        """Return the cash journal of the user.

        :raise UserError: if there is none that fits the order
        """
        journal = self._get_cash_technician().after_sales_cash_journal_id
        if not journal or journal.type != "cash" or not journal.active:
            raise UserError(
                self.env._(
                    "You have no cash box. Ask finance to make one with the button "
                    "“Create Cash Box” on your employee card."
                )
            )
        if journal.company_id != self.company_id:
            raise UserError(
                self.env._(
                    "Your cash box belongs to %(box_company)s, the order to "
                    "%(company)s. Let the customer pay the invoice by bank.",
                    box_company=journal.company_id.name,
                    company=self.company_id.name,
                )
            )
        if journal.currency_id and journal.currency_id != self.currency_id:
            raise UserError(
                self.env._(
                    "Your cash box is kept in %(currency)s. Cash is taken in "
                    "%(company_currency)s only.",
                    currency=journal.currency_id.name,
                    company_currency=self.currency_id.name,
                )
            )
        self._check_journal(journal)
        return journal

    def _get_invoices_to_collect(self):
        """Return the invoices with a rest due, in superuser mode.

        Posted ones; where the company takes money early and there is none, the draft.

        :raise UserError: if there is none
        """
        self.ensure_one()
        # After _check_may_charge: technicians have no rights in accounting.
        invoices = (
            self.sudo()
            ._get_invoices()
            .filtered(lambda invoice: invoice.move_type == "out_invoice")
        )
        posted = invoices.filtered(
            lambda invoice: invoice.state == "posted" and invoice.amount_residual > 0
        )
        if not posted and self.company_id.after_sales_cash_draft:
            posted = invoices.filtered(
                lambda invoice: (
                    invoice.state == "draft" and invoice._get_after_sales_due() > 0
                )
            )
        if not posted:
            raise UserError(
                self.env._(
                    "No posted invoice of %(order)s is waiting to be paid. Make the "
                    "invoice first; if there is one, it is paid.",
                    order=self.name,
                )
            )
        return posted

    def _get_amount_to_collect(self):
        """Return what is left to pay of the invoices to collect."""
        invoices = self._get_invoices_to_collect()
        return sum(invoice._get_after_sales_due() for invoice in invoices)

    def _check_cash_amount(self, amount, due, method="cash"):
        """Raise a UserError if ``amount`` (company currency) may not be taken."""
        self.ensure_one()
        currency = self.currency_id
        if currency.compare_amounts(amount, 0) <= 0:
            raise UserError(self.env._("Enter the amount you received."))
        if currency.compare_amounts(amount, due) > 0:
            raise UserError(
                self.env._(
                    "Only %(due)s are left to pay. Give back what is too much.",
                    due=formatLang(self.env, due, currency_obj=currency),
                )
            )
        if method == "cash":
            self._check_cash_limits(amount)

    def _check_cash_limits(self, amount):
        """Raise a UserError if order or cash box would hold more than they may."""
        currency, limit = self.currency_id, self.company_id.after_sales_cash_limit
        if limit and currency.compare_amounts(self.amount_cash + amount, limit) > 0:
            raise UserError(
                self.env._(
                    "At most %(limit)s may be taken in cash for one order. Let the "
                    "customer pay the rest by bank.",
                    limit=formatLang(self.env, limit, currency_obj=currency),
                )
            )
        technician = self._get_cash_technician()
        limit = technician.after_sales_cash_limit
        held = technician.after_sales_cash_on_hand
        if limit and currency.compare_amounts(held + amount, limit) > 0:
            raise UserError(
                self.env._(
                    "You hold %(held)s of at most %(limit)s in cash. Hand your cash "
                    "over first, or let the customer pay by bank.",
                    held=formatLang(self.env, held, currency_obj=currency),
                    limit=formatLang(self.env, limit, currency_obj=currency),
                )
            )

    def _register_cash(self, amount, method="cash"):
        """Register money received from the customer for the order's invoices.

        :param float amount: in the company's currency
        :param str method: ``cash``, ``card`` or ``transfer``
        :return: the native payment, in superuser mode
        :raise UserError: if it may not be taken, or somebody else is taking it now
        """
        self.ensure_one()
        self._check_may_charge()
        journal = self._get_collect_journal(method)
        self.company_id._check_after_sales_day_open(journal)
        invoices = self._get_invoices_to_collect()
        self._lock_invoices(invoices)
        due = sum(invoice._get_after_sales_due() for invoice in invoices)
        self._check_cash_amount(amount, due, method)
        if invoices[0].state == "draft":
            payment = self._create_early_payment(amount, journal, invoices)
        else:
            payment = self._create_payment(amount, journal, invoices)
        payment.write(
            {
                "after_sales_technician_id": self._get_cash_technician().id,
                "after_sales_order_id": self.id,
                "after_sales_method": method,
            }
        )
        self._log_payment(payment, amount)
        return payment

    def _log_payment(self, payment, amount):
        facts = {
            "amount": formatLang(self.env, amount, currency_obj=self.currency_id),
            "receipt": payment.name,
        }
        bodies = {
            "cash": self.env._(
                "%(amount)s taken in cash, receipt %(receipt)s.", **facts
            ),
            "card": self.env._(
                "%(amount)s taken by card, receipt %(receipt)s.", **facts
            ),
            "transfer": self.env._(
                "%(amount)s shown as transferred, receipt %(receipt)s.", **facts
            ),
        }
        self._message_log(body=bodies[payment.after_sales_method])

    def _create_payment(self, amount, journal, invoices):
        """Pay posted invoices with Odoo's own wizard."""
        register = (
            # After the checks above: technicians have no rights in accounting.
            self.env["account.payment.register"]
            .sudo()
            .with_company(self.company_id)
            .with_context(active_model="account.move", active_ids=invoices.ids)
            .create(self._prepare_cash_register_vals(amount, journal))
        )
        # sudo: as the register above
        return register._create_payments().sudo()

    def _create_early_payment(self, amount, journal, invoices):
        """Take money for a draft; it is matched when the invoice is posted."""
        vals = self._prepare_early_payment_vals(amount, journal, invoices)
        # As in _create_payment.
        payment = self.env["account.payment"].sudo().create(vals)
        payment.action_post()
        return payment

    def _prepare_early_payment_vals(self, amount, journal, invoices):
        """Return the values of the payment of a draft invoice. To be extended."""
        return {
            "journal_id": journal.id,
            "company_id": self.company_id.id,
            "partner_id": invoices[0].commercial_partner_id.id,
            "partner_type": "customer",
            "payment_type": "inbound",
            "currency_id": self.currency_id.id,
            "amount": amount,
            "date": fields.Date.context_today(self),
            "memo": self.name,
            "invoice_ids": [Command.set(invoices[0].ids)],
        }

    def _prepare_cash_register_vals(self, amount, journal):
        """Return the values of the native payment wizard. Meant to be extended."""
        return {
            "journal_id": journal.id,
            "currency_id": self.currency_id.id,
            "amount": amount,
            "payment_date": fields.Date.context_today(self),
            "group_payment": True,
            "payment_difference_handling": "open",
        }

    def _lock_invoices(self, invoices):
        """Let nobody else register a payment of these invoices meanwhile."""
        try:
            invoices.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._(
                    "Somebody else is registering a payment of %(invoice)s right now. "
                    "Reload the page to see what is left to pay.",
                    invoice=invoices[:1].name,
                )
            ) from error
