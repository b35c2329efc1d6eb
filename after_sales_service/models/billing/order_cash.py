from odoo import api, fields, models
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

    # === COMPUTES === #
    @api.depends(
        "cash_payment_ids.state", "cash_payment_ids.amount_company_currency_signed"
    )
    def _compute_amount_cash(self):
        for order in self:
            # Whoever sees the order sees what was taken for it.
            payments = order.sudo().cash_payment_ids.filtered(
                lambda payment: payment.state in ("in_process", "paid")
            )
            order.amount_cash = sum(payments.mapped("amount_company_currency_signed"))

    # === ACTIONS === #
    def action_collect_cash(self):
        """Open the screen on which the technician enters the money received."""
        self.ensure_one()
        self._check_may_charge()
        self._get_cash_box()
        self._get_invoices_to_collect()
        return {
            "name": self.env._("Take cash"),
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
        return journal

    def _get_invoices_to_collect(self):
        """Return the posted invoices with a rest due, in superuser mode.

        :raise UserError: if there is none
        """
        self.ensure_one()
        # After _check_may_charge: technicians have no rights in accounting.
        invoices = (
            self.sudo()
            ._get_invoices()
            .filtered(
                lambda invoice: (
                    invoice.state == "posted"
                    and invoice.move_type == "out_invoice"
                    and invoice.amount_residual > 0
                )
            )
        )
        if not invoices:
            raise UserError(
                self.env._(
                    "No posted invoice of %(order)s is waiting to be paid. Make the "
                    "invoice first; if there is one, it is paid.",
                    order=self.name,
                )
            )
        return invoices

    def _check_cash_amount(self, amount, due):
        """Raise a UserError if ``amount`` (company currency) may not be taken."""
        self.ensure_one()
        currency, limit = self.currency_id, self.company_id.after_sales_cash_limit
        if currency.compare_amounts(amount, 0) <= 0:
            raise UserError(self.env._("Enter the amount you received."))
        if currency.compare_amounts(amount, due) > 0:
            raise UserError(
                self.env._(
                    "Only %(due)s are left to pay. Give back what is too much.",
                    due=formatLang(self.env, due, currency_obj=currency),
                )
            )
        if limit and currency.compare_amounts(self.amount_cash + amount, limit) > 0:
            raise UserError(
                self.env._(
                    "At most %(limit)s may be taken in cash for one order. Let the "
                    "customer pay the rest by bank.",
                    limit=formatLang(self.env, limit, currency_obj=currency),
                )
            )

    def _register_cash(self, amount):
        """Register cash received from the customer for the order's invoices.

        :param float amount: in the company's currency
        :return: the native payment, in superuser mode
        :raise UserError: if it may not be taken, or somebody else is taking it now
        """
        self.ensure_one()
        self._check_may_charge()
        journal = self._get_cash_box()
        invoices = self._get_invoices_to_collect()
        self._lock_invoices(invoices)
        self._check_cash_amount(amount, sum(invoices.mapped("amount_residual_signed")))
        register = (
            # After the checks above: technicians have no rights in accounting.
            self.env["account.payment.register"]
            .sudo()
            .with_company(self.company_id)
            .with_context(active_model="account.move", active_ids=invoices.ids)
            .create(self._prepare_cash_register_vals(amount, journal))
        )
        # sudo: as the register above
        payment = register._create_payments().sudo()
        payment.write(
            {
                "after_sales_technician_id": self._get_cash_technician().id,
                "after_sales_order_id": self.id,
            }
        )
        self._message_log(
            body=self.env._(
                "%(amount)s taken in cash, receipt %(receipt)s.",
                amount=formatLang(self.env, amount, currency_obj=self.currency_id),
                receipt=payment.name,
            )
        )
        return payment

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
