from odoo import fields, models

from ...rules.billing_periods import Period, get_amount


class AfterSalesContract(models.Model):
    """Days on which a contract rests cost nothing, unless it is agreed otherwise."""

    _inherit = "after.sales.contract"

    is_suspension_billed = fields.Boolean(
        string="Bill Suspended Days",
        tracking=True,
        help="Not ticked: days on which the contract rests cost nothing. Those that "
        "were paid in advance are credited once it is active again or has ended.",
    )

    # === BUSINESS === #
    def _get_period_amount(self, period):
        price = self._get_period_price(period)
        step = self.currency_id.rounding
        rest = sum(get_amount(price, part, step) for part in self._get_rests(period))
        return self.currency_id.round(super()._get_period_amount(period) - rest)

    def _get_rests(self, period):
        """Return the parts of ``period`` that are not billed, since it rested."""
        self.ensure_one()
        if self.is_suspension_billed:
            return []
        days = [
            row._get_days_in(period.start, period.end) for row in self.suspension_ids
        ]
        return [
            Period(first, last, period.full_start, period.full_end)
            for first, last in filter(None, days)
        ]

    def _end_suspension(self):
        rows = super()._end_suspension()
        rows._credit_billed()
        return rows

    def _get_bill_problem(self):
        if self.state == "suspended":
            return self.env._(
                "Contract %(name)s is suspended. Activate it again to invoice it.",
                name=self.name,
            )
        return super()._get_bill_problem()


class AfterSalesContractSuspension(models.Model):
    _inherit = "after.sales.contract.suspension"

    # === BUSINESS === #
    def _credit_billed(self):
        """Credit the days of rest that were invoiced in advance, as drafts."""
        vals_list = [
            vals
            for row in self
            if not row.contract_id.is_suspension_billed
            for billed in row.contract_id.period_ids
            if billed._is_billed() and (vals := row._prepare_credit_vals(billed))
        ]
        periods = self.env["after.sales.contract.period"]
        for contract, amount in periods._create_credits(vals_list):
            contract._message_log(
                body=self.env._(
                    "Prepaid days of the suspension are credited with a draft: "
                    "%(amount)s.",
                    amount=amount,
                )
            )

    def _prepare_credit_vals(self, billed):
        """Return the values of the credit of one billed period, None without days."""
        days = self._get_days_in(billed.date_from, billed.date_to)
        if not days:
            return None
        return billed._prepare_part_credit_vals(
            Period(*days, billed.date_full_from, billed.date_full_to)
        )
