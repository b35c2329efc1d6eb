from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date


class ResCompany(models.Model):
    _inherit = "res.company"

    after_sales_card_journal_id = fields.Many2one(
        "account.journal",
        string="Cards and Transfers Go to",
        domain=[("type", "=", "bank")],
        check_company=True,
    )
    after_sales_cash_draft = fields.Boolean(
        string="Take Money Before the Invoice Is Posted"
    )
    after_sales_handover_days = fields.Integer(
        string="Cash Handed Over Within (Days)", default=7
    )
    after_sales_invoice_at_return = fields.Boolean(
        string="Invoice Bring-in Repairs on the Day of Return", default=True
    )

    _after_sales_handover_days_positive = models.Constraint(
        "CHECK(after_sales_handover_days >= 0)",
        "The days to hand cash over cannot be negative. Zero: nobody is reminded.",
    )

    # === BUSINESS === #
    def _check_after_sales_day_open(self, journal):
        """Refuse to book money today where the books are closed.

        Odoo would book it on the first open day: a receipt of today, an entry of some
        other day, and a cash box that does not agree with either.

        :param journal: where the money goes; read in superuser mode
        :raise UserError: if a lock date, for this user, covers today
        """
        self.ensure_one()
        today = fields.Date.context_today(self)
        # Everybody may know that the books are closed; exceptions stay the user's.
        locks = self.sudo()._get_violated_lock_dates(today, False, journal)
        if locks:
            raise UserError(
                self.env._(
                    "The books of %(company)s are closed up to %(date)s: nothing can "
                    "be booked today, and nothing was. Take or hand over no money "
                    "before finance has opened the day or that date has passed.",
                    company=self.name,
                    date=format_date(self.env, locks[-1][0]),
                )
            )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    after_sales_card_journal_id = fields.Many2one(
        related="company_id.after_sales_card_journal_id", readonly=False
    )
    after_sales_cash_draft = fields.Boolean(
        related="company_id.after_sales_cash_draft", readonly=False
    )
    after_sales_handover_days = fields.Integer(
        related="company_id.after_sales_handover_days", readonly=False
    )
    after_sales_invoice_at_return = fields.Boolean(
        related="company_id.after_sales_invoice_at_return", readonly=False
    )


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    after_sales_cash_limit = fields.Monetary(
        string="Cash Box Limit",
        # No others: who is no HR user reads employees by their public profile.
        groups="hr.group_hr_user",
        help="What the box may hold at most. Zero: no limit of its own.",
    )
