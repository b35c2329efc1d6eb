from datetime import timedelta

from odoo import fields, models

DAY = timedelta(days=1)


class AfterSalesContractSuspension(models.Model):
    """Days on which a contract rested: nothing was covered. The server writes it."""

    _name = "after.sales.contract.suspension"
    _description = "Suspension of a Service Contract"
    _order = "date_from desc, id desc"

    contract_id = fields.Many2one(
        "after.sales.contract", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company",
        related="contract_id.company_id",
        store=True,
        precompute=True,
        index=True,
    )
    date_from = fields.Date(string="From", required=True)
    date_to = fields.Date(string="Until", help="Empty: it rests today.")
    reason = fields.Char()

    _dates_in_order = models.Constraint(
        "CHECK(date_to >= date_from)", "A suspension cannot end before it starts."
    )

    # === BUSINESS === #
    def _get_days_in(self, start, end):
        """Return first and last day of the rest within two days, None without one.

        :param start: the first day to look at
        :param end: the last one
        """
        self.ensure_one()
        first, last = max(start, self.date_from), min(end, self.date_to or end)
        return (first, last) if first <= last else None


class AfterSalesContract(models.Model):
    _inherit = "after.sales.contract"

    suspension_ids = fields.One2many(
        "after.sales.contract.suspension", "contract_id", string="Suspensions"
    )

    # === BUSINESS === #
    def _move_to(self, state, **vals):
        resting = self.filtered(lambda contract: contract.state == "suspended")
        result = super()._move_to(state, **vals)
        if state == "suspended":
            self._start_suspension(vals.get("state_reason"))
        else:
            resting._end_suspension()
        return result

    def _start_suspension(self, reason):
        """Write down that the contracts rest from tomorrow on."""
        tomorrow = fields.Date.context_today(self) + DAY
        # The book of rests is kept by the server; the state table allowed it.
        self.env["after.sales.contract.suspension"].sudo().create(
            [
                {"contract_id": contract.id, "date_from": tomorrow, "reason": reason}
                for contract in self
            ]
        )

    def _end_suspension(self):
        """Write down until when the contracts rested. Meant to be extended.

        :return: the suspensions that ended and had a day at least, in superuser mode
        """
        # As above.
        rows = self.sudo().suspension_ids.filtered(lambda row: not row.date_to)
        for row in rows:
            last = row.contract_id._get_last_day_of_rest()
            if last < row.date_from:
                row.unlink()
            else:
                row.date_to = last
        return rows.exists()

    def _get_last_day_of_rest(self):
        """Return the day before the contract holds again, else its last day."""
        self.ensure_one()
        if self.state == "active":
            return fields.Date.context_today(self) - DAY
        return self._get_last_day()
