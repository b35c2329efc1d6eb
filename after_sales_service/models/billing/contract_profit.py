from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ...rules.deferral import get_month_end, spread
from .order_cost import COST_GROUPS


class AfterSalesContract(models.Model):
    """What a contract brought and cost, by the ledgers."""

    _inherit = "after.sales.contract"

    amount_revenue = fields.Monetary(
        string="Fees and Charges",
        compute="_compute_profit",
        currency_field="company_currency_id",
        groups=COST_GROUPS,
    )
    amount_cost = fields.Monetary(
        string="Cost of Its Orders",
        compute="_compute_profit",
        currency_field="company_currency_id",
        groups=COST_GROUPS,
    )
    amount_recovered = fields.Monetary(
        string="Recovered",
        compute="_compute_profit",
        currency_field="company_currency_id",
        groups=COST_GROUPS,
    )
    amount_profit = fields.Monetary(
        string="Profit",
        compute="_compute_profit",
        currency_field="company_currency_id",
        groups=COST_GROUPS,
        help="Fees, charges and recovery less cost, in the company's currency.",
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )

    # === COMPUTES === #
    @api.depends("period_ids.move_id.state")
    def _compute_profit(self):
        # The fields are for the groups above only; they see sums.
        rows = (
            self.env["after.sales.order.cost"]
            .sudo()
            ._read_group(
                [("contract_id", "in", self._origin.ids)],
                ["contract_id"],
                ["revenue:sum", "cost:sum", "recovery:sum", "margin:sum"],
            )
        )
        sums = {contract.id: amounts for contract, *amounts in rows}
        for contract in self:
            amounts = sums.get(contract._origin.id, (0.0, 0.0, 0.0, 0.0))
            (
                contract.amount_revenue,
                contract.amount_cost,
                contract.amount_recovered,
                contract.amount_profit,
            ) = amounts

    # === ACTIONS === #
    def action_view_costs(self):
        """Open the rows behind the profit."""
        return self.env["after.sales.order.cost"]._get_rows_action(
            [("contract_id", "in", self.ids)]
        )


class AfterSalesContractPeriod(models.Model):
    """Revenue of the months in which it is earned, as drafts for the accountant."""

    _inherit = "after.sales.contract.period"

    deferral_move_ids = fields.One2many(
        "account.move",
        "after_sales_deferred_period_id",
        string="Deferral Entries",
        groups="account.group_account_invoice,"
        "after_sales_service.after_sales_group_auditor",
    )

    # === BUSINESS === #
    def _defer(self):
        """Make the draft entries that move the revenue into its months; once.

        :raise UserError: if the company has no journal for them
        """
        vals_list = [
            vals
            for period in self.filtered(lambda row: not row.deferral_move_ids)
            if period.company_id.after_sales_deferral_account_id
            for vals in period._prepare_deferral_vals_list()
        ]
        companies = self.company_id.browse({vals["company_id"] for vals in vals_list})
        journals = {
            company.id: company._get_after_sales_deferral_journal()
            for company in companies
        }
        return self.env["account.move"].create(
            [
                vals | {"journal_id": journals[vals["company_id"]].id}
                for vals in vals_list
            ]
        )

    def _get_revenue_lines(self):
        """Return the posted invoice lines of the period."""
        self.ensure_one()
        return self.move_id.line_ids.filtered(
            lambda line: (
                line.after_sales_period_id == self and line.display_type == "product"
            )
        )

    def _prepare_deferral_vals_list(self):
        """Return the values of the entries of one period. Meant to be extended.

        The first takes the revenue out of the day of the invoice, the others bring
        it back, month by month. A period within the month of its invoice has none.
        """
        self.ensure_one()
        lines = self._get_revenue_lines()
        invoiced = self.move_id.date
        days = (invoiced, self.date_from, self.date_to)
        is_same_month = len({get_month_end(day) for day in days}) == 1
        revenue = -sum(lines.mapped("balance"))
        if is_same_month or not revenue:
            return []
        step = self.company_id.currency_id.rounding
        months = spread(revenue, self.date_from, self.date_to, step)
        rows = [(invoiced, -revenue)] + [(row.last_day, row.amount) for row in months]
        return [
            self._prepare_deferral_vals(lines[0], day, amount)
            for day, amount in rows
            if not self.company_id.currency_id.is_zero(amount)
        ]

    def _prepare_deferral_vals(self, line, day, amount):
        """Return the values, without journal, of what is earned on ``day``."""
        company = self.company_id
        label = f"{self.contract_id.name}, {self._get_days_text()}"
        base = {
            "name": label,
            "partner_id": self.move_id.commercial_partner_id.id,
            "after_sales_contract_id": self.contract_id.id,
        }
        return {
            "move_type": "entry",
            "company_id": company.id,
            "date": day,
            "ref": f"{self.move_id.name} {label}",
            "after_sales_deferred_period_id": self.id,
            "line_ids": [
                Command.create(
                    base
                    | {
                        "account_id": line.account_id.id,
                        "balance": -amount,
                        "analytic_distribution": line.analytic_distribution,
                    }
                ),
                Command.create(
                    base
                    | {
                        "account_id": company.after_sales_deferral_account_id.id,
                        "balance": amount,
                    }
                ),
            ],
        }


class AccountMove(models.Model):
    _inherit = "account.move"

    after_sales_deferred_period_id = fields.Many2one(
        "after.sales.contract.period",
        string="Deferred Contract Period",
        index="btree_not_null",
        copy=False,
        ondelete="restrict",
    )

    # === ACTIONS === #
    def button_draft(self):
        """An invoice that is corrected is deferred anew when it is posted again."""
        result = super().button_draft()
        # As in _post.
        drafts = self.sudo().line_ids.after_sales_period_id.deferral_move_ids
        drafts.filtered(lambda move: move.state == "draft").unlink()
        return result

    # === BUSINESS === #
    def _post(self, soft=True):
        posted = super()._post(soft)
        # Who posts an invoice need not have a right on contracts.
        posted.sudo().line_ids.after_sales_period_id._defer()
        return posted


class ResCompany(models.Model):
    _inherit = "res.company"

    after_sales_deferral_account_id = fields.Many2one(
        "account.account",
        string="Deferred Contract Revenue",
        check_company=True,
        domain=[("account_type", "in", ("liability_current", "liability_non_current"))],
    )

    # === BUSINESS === #
    def _get_after_sales_deferral_journal(self):
        """Return the journal of deferral entries.

        :raise UserError: if the company has none
        """
        self.ensure_one()
        journals = self.env["account.journal"]
        journal = journals.search(
            [*journals._check_company_domain(self), ("type", "=", "general")], limit=1
        )
        if not journal:
            raise UserError(
                self.env._(
                    "%(company)s has no journal for miscellaneous entries, in which "
                    "the revenue of contracts is deferred. Make one in accounting.",
                    company=self.name,
                )
            )
        return journal


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    after_sales_deferral_account_id = fields.Many2one(
        related="company_id.after_sales_deferral_account_id", readonly=False
    )
