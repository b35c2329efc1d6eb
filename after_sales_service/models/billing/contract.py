from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from ...rules.billing_periods import Period, get_amount, get_bill_date, get_periods

MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


class AfterSalesContract(models.Model):
    """What a contract costs, and when its periods are invoiced."""

    _inherit = "after.sales.contract"

    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
    )
    price = fields.Monetary(
        string="Price per Period", tracking=True, help="Without taxes."
    )
    price_mode = fields.Selection(
        [("contract", "For all units together"), ("unit", "For each unit")],
        string="The Price Is",
        default="contract",
        required=True,
        tracking=True,
    )
    bill_interval = fields.Selection(
        [
            ("month", "Month"),
            ("quarter", "Quarter"),
            ("half", "Half-year"),
            ("year", "Year"),
        ],
        string="Invoiced per",
        tracking=True,
        help="Empty: the contract is not invoiced from here.",
    )
    bill_timing = fields.Selection(
        [("advance", "In advance"), ("arrears", "In arrears")],
        string="Invoice Date",
        default="advance",
        required=True,
        tracking=True,
    )
    is_calendar_billed = fields.Boolean(
        string="Calendar Periods",
        help="Calendar months, quarters … instead of periods from the first day; what "
        "is cut at the ends costs its days' part.",
    )
    product_id = fields.Many2one(
        "product.product",
        string="Invoiced as",
        check_company=True,
        domain=[("type", "=", "service")],
        help="Its income account and taxes are those of the invoice.",
    )
    journal_id = fields.Many2one(
        "account.journal", check_company=True, domain=[("type", "=", "sale")]
    )
    payment_term_id = fields.Many2one(
        "account.payment.term", string="Payment Terms", check_company=True
    )
    partner_invoice_id = fields.Many2one(
        "res.partner", string="Invoice Address", help="Empty: the customer's."
    )
    is_invoice_shared = fields.Boolean(
        string="Shared Invoice",
        help="On one invoice with the other contracts of the same invoice address.",
    )
    period_ids = fields.One2many(
        "after.sales.contract.period", "contract_id", string="Billed Periods"
    )
    date_next_bill = fields.Date(
        string="Next Invoice on",
        compute="_compute_date_next_bill",
        store=True,
        index=True,
    )
    bill_problem = fields.Char(
        string="Why Not Invoiced",
        copy=False,
        readonly=True,
        groups="base.group_user",
    )
    invoice_count = fields.Integer(compute="_compute_invoice_count", compute_sudo=True)
    amount_year = fields.Monetary(
        string="Price per Year", compute="_compute_amount_year"
    )

    _price_not_negative = models.Constraint(
        "CHECK(price >= 0)", "The price of a service contract is zero or more."
    )

    # === COMPUTES === #
    @api.depends(
        "bill_interval",
        "bill_timing",
        "date_closed",
        "date_end",
        "date_start",
        "is_calendar_billed",
        "period_ids.date_to",
        "period_ids.is_freed",
        "price",
        "state",
    )
    def _compute_date_next_bill(self):
        for contract in self:
            period = contract._get_open_periods()[:1]
            is_open = contract.state not in ("draft", False)
            contract.date_next_bill = (
                is_open and period and contract._get_bill_date(period[0])
            )

    @api.depends("period_ids.move_id")
    def _compute_invoice_count(self):
        for contract in self:
            contract.invoice_count = len(contract.period_ids.move_id)

    @api.depends("price", "price_mode", "bill_interval", "unit_count")
    def _compute_amount_year(self):
        for contract in self:
            months = MONTHS.get(contract.bill_interval)
            units = contract.unit_count if contract.price_mode == "unit" else 1
            contract.amount_year = (
                contract.price * units * 12 / months if months else 0.0
            )

    # === CONSTRAINS === #
    @api.constrains("date_end", "period_ids")
    def _check_billed(self):
        for contract in self:
            billed = contract._get_billed_until()
            if billed and contract.date_end < billed:
                raise ValidationError(
                    self.env._(
                        "Contract %(name)s is invoiced until %(date)s. Terminate it "
                        "instead of moving “Until”: what is prepaid is then credited.",
                        name=contract.name,
                        date=format_date(self.env, billed),
                    )
                )

    @api.constrains("currency_id")
    def _check_currency(self):
        for contract in self:
            if contract.period_ids.currency_id - contract.currency_id:
                raise ValidationError(
                    self.env._(
                        "Contract %(name)s was invoiced in another currency. Make a "
                        "new contract for the new one.",
                        name=contract.name,
                    )
                )

    # === CRUD === #
    @api.ondelete(at_uninstall=False)
    def _unlink_except_billed(self):
        billed = self.filtered("period_ids")
        if billed:
            raise UserError(
                self.env._("Contract %(name)s was invoiced.", name=billed[0].name)
            )

    # === ACTIONS === #
    def action_bill(self):
        """Invoice what is due today, and open the invoices."""
        self.check_access("write")
        problems = [
            problem
            # Supervisors need no right on journals to be told what is missing.
            for contract in self.sudo()
            if (problem := contract._get_bill_problem())
        ]
        if problems:
            raise UserError("\n".join(problems))
        periods = self._bill()
        if not periods:
            raise UserError(
                self.env._(
                    "Nothing is due. The next invoice of %(name)s is made on %(date)s.",
                    name=self[:1].name,
                    date=format_date(self.env, self[:1].date_next_bill) or "–",
                )
            )
        if not self.env["account.move"].has_access("read"):
            return True
        return periods.move_id.sudo(False)._get_records_action(
            name=self.env._("Invoices")
        )

    def action_view_invoices(self):
        self.ensure_one()
        return self.period_ids.move_id._get_records_action(
            name=self.env._("Invoices"),
            views=[
                (self.env.ref("account.view_out_invoice_tree").id, "list"),
                (self.env.ref("account.view_move_form").id, "form"),
            ],
        )

    # === BUSINESS: periods === #
    def _get_kept_periods(self):
        """Return the rows of days that are not invoiced again."""
        self.ensure_one()
        return self.period_ids.filtered(
            lambda period: period.kind == "invoice" and not period.is_freed
        )

    def _get_billed_until(self):
        """Return the last day that is invoiced; False if none is."""
        return max(self._get_kept_periods().mapped("date_to"), default=False)

    def _get_open_periods(self):
        """Return the ``Period`` that are not invoiced, in order, freed ones first."""
        self.ensure_one()
        months = MONTHS.get(self.bill_interval)
        last = self._get_last_day()
        if not (months and self.price and self.date_start and last):
            return []
        periods = get_periods(self.date_start, last, months, self.is_calendar_billed)
        for row in self._get_kept_periods():
            periods = [
                part
                for period in periods
                for part in _cut(period, row.date_from, row.date_to)
            ]
        return periods

    def _get_bill_date(self, period):
        return get_bill_date(period, self.bill_timing == "advance")

    def _get_due_periods(self, today):
        """Return the periods to invoice until ``today``."""
        return [
            period
            for period in self._get_open_periods()
            if self._get_bill_date(period) <= today
        ]

    def _get_period_price(self, period):
        """Return what the full period costs. Meant to be extended.

        For a price per unit those count that are in on the first day.
        """
        self.ensure_one()
        if self.price_mode == "contract":
            return self.price
        lines = self.line_ids.filtered(
            lambda line: (
                (not line.date_joined or line.date_joined <= period.start)
                and (not line.date_left or line.date_left >= period.start)
            )
        )
        return self.price * len(lines)

    def _get_period_amount(self, period):
        return get_amount(
            self._get_period_price(period), period, self.currency_id.rounding
        )

    # === BUSINESS: termination and renewal === #
    def _terminate(self, reason, date=None):
        result = super()._terminate(reason, date)
        self._credit_prepaid()
        return result

    def _credit_prepaid(self):
        """Credit what was invoiced for the days after the end, as a draft."""
        # The rights on the contract were checked; supervisors need none in accounting.
        rows = self.sudo().period_ids.filtered(
            lambda row: row._is_billed() and row.date_to > row.contract_id.date_closed
        )
        credits = rows._create_credits([row._prepare_credit_vals() for row in rows])
        for contract, amount in credits:
            contract._message_log(
                body=self.env._(
                    "Prepaid days are credited with a draft: %(amount)s.",
                    amount=amount,
                )
            )

    def _prepare_renewal_vals(self, percent, date_end=None):
        price = self.currency_id.round(self.price * (1 + percent / 100))
        return super()._prepare_renewal_vals(percent, date_end) | {"price": price}

    # === BUSINESS: problems === #
    def _get_bill_problem(self):
        """Return why the contract cannot be invoiced, as a sentence; else ``""``."""
        self.ensure_one()
        contract = self.with_company(self.company_id)
        if not contract.product_id:
            return self.env._(
                "Contract %(name)s has no product to invoice. Fill in “Invoiced as”.",
                name=self.name,
            )
        if not contract._get_journal():
            return self.env._(
                "%(company)s has no sales journal for contract %(name)s. Make one in "
                "accounting, or fill in “Journal”.",
                company=self.company_id.name,
                name=self.name,
            )
        account = contract.product_id._get_product_accounts()["income"]
        if not (account or contract._get_journal().default_account_id):
            return self.env._(
                "Product %(product)s has no income account for contract %(name)s. Fill "
                "it in on the product or its category.",
                product=self.product_id.display_name,
                name=self.name,
            )
        return ""

    def _get_journal(self):
        """Return the contract's journal, else the first sales journal there is."""
        if self.journal_id:
            return self.journal_id
        # The same for all contracts of the batch: read once.
        key = ("after_sales_sale_journals", self.company_id.id)
        found = self.env.cr.cache.get(key)
        if not found:
            found = (
                self.env["account.journal"]
                .search(
                    [
                        *self.env["account.journal"]._check_company_domain(
                            self.company_id
                        ),
                        ("type", "=", "sale"),
                    ],
                    limit=1,
                )
                .ids
            )
            self.env.cr.cache[key] = found
        return self.env["account.journal"].browse(found)


def _cut(period, start, end):
    """Return what is left of ``period`` without the days from ``start`` to ``end``."""
    if end < period.start or start > period.end:
        return [period]
    day = timedelta(days=1)
    parts = []
    if start > period.start:
        parts.append(
            Period(period.start, start - day, period.full_start, period.full_end)
        )
    if end < period.end:
        parts.append(Period(end + day, period.end, period.full_start, period.full_end))
    return parts
