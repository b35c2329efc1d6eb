from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools.misc import formatLang

from .cash_handover import REMINDER


class HrEmployee(models.Model):
    """Reminders of cash that stays in the box too long."""

    _inherit = "hr.employee"

    # === BUSINESS === #
    @api.model
    def _cron_remind_of_cash(self):
        """Remind technicians of cash that is due at finance, later their leaders.

        Each is told once about the same payment.
        """
        for company in self.env["res.company"].search(
            [("after_sales_handover_days", ">", 0)]
        ):
            payments = self._get_late_cash(company, company.after_sales_handover_days)
            for technician, own in payments.grouped(
                "after_sales_technician_id"
            ).items():
                technician._remind_of_cash(own.sorted("date"))

    @api.model
    def _get_late_cash(self, company, days):
        """Return the payments in boxes that were taken more than ``days`` ago."""
        day = fields.Date.context_today(self) - relativedelta(days=days)
        payment = self.env["account.payment"]
        technicians = self.search([("company_id", "=", company.id)])
        return payment.search(
            [
                *payment._get_cash_on_hand_domain(technicians),
                ("company_id", "=", company.id),
                "|",
                ("after_sales_handover_id", "=", False),
                ("after_sales_handover_id.state", "in", ("draft", "cancel")),
                ("date", "<", day),
            ]
        )

    def _remind_of_cash(self, payments):
        self.ensure_one()
        days = self.company_id.after_sales_handover_days
        oldest = payments[0]
        day = oldest.date + relativedelta(days=days)
        users = self.user_id
        if fields.Date.context_today(self) > day + relativedelta(days=days):
            users |= self.after_sales_team_id.leader_id
        told = oldest.activity_ids.filtered(
            lambda row: row.activity_type_id == self.env.ref(REMINDER)
        ).user_id
        amount = sum(payments.mapped("amount_company_currency_signed"))
        for user in users - told:
            reader = oldest.with_context(lang=user.lang)
            reader.activity_schedule(
                REMINDER,
                date_deadline=day,
                user_id=user.id,
                summary=reader.env._(
                    "%(technician)s: hand over %(amount)s in cash",
                    technician=self.name,
                    amount=formatLang(
                        reader.env, amount, currency_obj=oldest.company_id.currency_id
                    ),
                ),
            )
