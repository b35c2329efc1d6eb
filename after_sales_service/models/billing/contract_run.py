import logging

from psycopg2 import IntegrityError
from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)
BATCH = 100


class AfterSalesContract(models.Model):
    """The job that invoices contracts: each period once, whatever happens."""

    _inherit = "after.sales.contract"

    # === BUSINESS === #
    @api.model
    def _cron_bill(self):
        """Invoice what is due, batch by batch, each in a transaction of its own.

        A job that dies goes on where it stopped. Two jobs at once take different
        contracts; if one looks at what the other has just finished, the database
        refuses and the batch is looked at anew.
        """
        seen = set()
        while ids := [
            contract_id
            for contract_id in self._find_due(None).ids
            if contract_id not in seen
        ]:
            seen.update(ids[:BATCH])
            done = self._bill_batch(ids[:BATCH])
            left = max(0, len(ids) - BATCH)
            if not self.env["ir.cron"]._commit_progress(done, remaining=left):
                break

    @api.model
    def _find_due(self, limit):
        """Return the contracts with something to invoice today."""
        return self.search(
            [
                ("state", "not in", ("draft", "suspended")),
                ("date_next_bill", "<=", fields.Date.context_today(self)),
            ],
            limit=limit,
            order="date_next_bill, id",
        )

    @api.model
    def _bill_batch(self, ids):
        """Invoice those of the contracts that nobody else holds.

        :return: how many were looked at
        """
        try:
            contracts = self.browse(ids).try_lock_for_update(allow_referencing=True)
            contracts._bill_or_tell()
        except (IntegrityError, SerializationFailure):
            # Another job has just invoiced one of them: the next run sees it.
            self.env.cr.rollback()
            return 0
        return len(contracts)

    def _bill_or_tell(self):
        """Invoice what can be; tell the others what is missing."""
        ready = self.browse()
        for contract in self:
            problem = contract._get_bill_problem()
            if problem:
                contract._tell_bill_problem(problem)
            else:
                ready |= contract
        try:
            with self.env.cr.savepoint():
                ready._bill()
        except UserError:
            # One of them is wrong in a way that was not foreseen: find out which.
            for contract in ready:
                contract._bill_alone()

    def _bill_alone(self):
        try:
            with self.env.cr.savepoint():
                self._bill()
        except UserError as error:
            self._tell_bill_problem(
                self.env._(
                    "Contract %(name)s could not be invoiced: %(why)s",
                    name=self.name,
                    why=str(error),
                )
            )

    def _tell_bill_problem(self, problem):
        """Show on the contract what is missing; tell the salesperson once."""
        self.ensure_one()
        if self.bill_problem == problem:
            return
        _logger.warning(problem)
        self.bill_problem = problem
        user = self.user_id or self.create_uid
        reader = self.with_context(lang=user.lang)
        reader.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=reader.env._("Contract cannot be invoiced"),
            note=problem,
            user_id=user.id,
        )

    def _bill(self):
        """Invoice every period that is due today, all contracts in one batch.

        :return: the periods, in superuser mode
        """
        # The caller may write the contract; accounting rights are not needed for it.
        contracts = self.sudo()
        today = fields.Date.context_today(self)
        periods = (
            self.env["after.sales.contract.period"]
            .sudo()
            .create(
                [
                    contract._prepare_period_vals(period)
                    for contract in contracts
                    for period in contract._get_due_periods(today)
                ]
            )
        )
        payable = periods.filtered("amount")
        if payable:
            moves = payable.with_context(
                mail_create_nolog=True, mail_create_nosubscribe=True
            )._create_moves()
            to_post = moves.filtered("company_id.after_sales_invoice_post")
            if to_post:
                to_post.action_post()
        contracts.filtered("bill_problem").bill_problem = False
        return periods

    def _prepare_period_vals(self, period):
        """Return the values of the row of one period. Meant to be extended."""
        self.ensure_one()
        return {
            "contract_id": self.id,
            "date_from": period.start,
            "date_to": period.end,
            "date_full_from": period.full_start,
            "date_full_to": period.full_end,
            "price_full": self._get_period_price(period),
            "amount": self._get_period_amount(period),
        }

    def _get_invoice_partner(self):
        """Return to whom the invoices go."""
        self.ensure_one()
        return self.partner_invoice_id or self.partner_id
