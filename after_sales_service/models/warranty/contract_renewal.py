from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...rules.visit_plan import add_months
from .cover import SHARES

BATCH = 50


class ResCompany(models.Model):
    _inherit = "res.company"

    after_sales_contract_notice_days = fields.Integer(
        string="Notice of Expiry (Days Before)", default=30
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    after_sales_contract_notice_days = fields.Integer(
        related="company_id.after_sales_contract_notice_days", readonly=False
    )


class AfterSalesContract(models.Model):
    """The end of a contract: notice, task for the salesperson, renewal."""

    _inherit = "after.sales.contract"

    notice_days = fields.Integer(
        string="Notice Before the End (Days)",
        compute="_compute_notice_days",
        store=True,
        readonly=False,
        precompute=True,
    )
    date_notice = fields.Date(
        string="Customer Notified on", copy=False, readonly=True, tracking=True
    )
    is_auto_renewed = fields.Boolean(
        string="Renews by Itself",
        help="On its last day the next contract is made and activated, for a period of "
        "the same length.",
        tracking=True,
    )
    renewal_percent = fields.Float(
        string="Price Adjustment (%)", help="Of the price in the next period."
    )
    renewed_from_id = fields.Many2one(
        "after.sales.contract", string="Renews", copy=False, readonly=True, index=True
    )
    renewal_ids = fields.One2many(
        "after.sales.contract", "renewed_from_id", string="Renewed by"
    )
    renewal_id = fields.Many2one(
        "after.sales.contract", string="Next Contract", compute="_compute_renewal_id"
    )
    days_left = fields.Integer(compute="_compute_days_left")

    _notice_days_not_negative = models.Constraint(
        "CHECK(notice_days >= 0)",
        "The days of notice before the end of a contract are zero or more.",
    )

    # === COMPUTES === #
    @api.depends("company_id")
    def _compute_notice_days(self):
        for contract in self:
            contract.notice_days = contract.company_id.after_sales_contract_notice_days

    @api.depends("renewal_ids.state")
    def _compute_renewal_id(self):
        for contract in self:
            contract.renewal_id = contract.renewal_ids.filtered(
                lambda renewal: renewal.state != "terminated"
            )[:1]

    @api.depends("date_end")
    def _compute_days_left(self):
        today = fields.Date.context_today(self)
        for contract in self:
            end = contract.date_end or today
            contract.days_left = max(0, (end - today).days)

    # === ACTIONS === #
    def action_renew(self):
        """Open the dialog that makes the contract of the next period."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Renew Contract"),
            "res_model": "after.sales.contract.renew",
            "view_mode": "form",
            "target": "new",
            "context": {"default_contract_id": self.id},
        }

    def action_view_renewal(self):
        self.ensure_one()
        return self.renewal_id._get_records_action(name=self.env._("Next Contract"))

    def action_view_renewed(self):
        self.ensure_one()
        return self.renewed_from_id._get_records_action(
            name=self.env._("Contract Before")
        )

    def action_send_notice(self):
        """Send the notice of expiry now; also again, if somebody asks for it."""
        self.check_access("write")
        for contract in self:
            contract._check_notice()
        self._send_notices()

    # === BUSINESS: notice === #
    @api.model
    def _cron_send_notices(self):
        """Tell customers and salespeople of contracts that end soon, each once."""
        while due := self._find_notice_due(BATCH):
            # Two workers: each takes what the other one has not.
            contracts = due.try_lock_for_update(allow_referencing=True)
            if not contracts:
                break
            for contract in contracts:
                contract._send_notice_or_note()
            left = len(self._find_notice_due(None))
            if not self.env["ir.cron"]._commit_progress(len(contracts), remaining=left):
                break

    @api.model
    def _find_notice_due(self, limit):
        today = fields.Date.context_today(self)
        contracts = self.search(
            [
                ("state", "=", "active"),
                ("date_notice", "=", False),
                ("date_end", ">=", today),
                ("date_end", "<=", today + timedelta(days=366)),
                ("notice_days", ">", 0),
            ]
        )
        due = contracts.filtered(
            lambda contract: (
                contract.date_end - timedelta(days=contract.notice_days) <= today
            )
        )
        return due[:limit]

    def _check_notice(self):
        """:raise UserError: if there is nobody to send the notice to"""
        self.ensure_one()
        if not self._get_notice_partner().email:
            raise UserError(
                self.env._(
                    "%(customer)s has no e-mail address for the notice of contract "
                    "%(name)s. Enter one, or print the letter.",
                    customer=self._get_notice_partner().display_name,
                    name=self.name,
                )
            )

    def _send_notice_or_note(self):
        """Send one notice; who has no address is left to the salesperson."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                self._check_notice()
                self._send_notices()
        except UserError as error:
            self.date_notice = fields.Date.context_today(self)
            self._schedule_renewal(
                self.env._(
                    "The notice was not sent: print and post the letter. %(why)s",
                    why=str(error),
                )
            )

    def _send_notices(self):
        template = self.env.ref(
            "after_sales_service.mail_template_after_sales_contract_notice"
        )
        today = fields.Date.context_today(self)
        for contract in self:
            template.send_mail(contract.id)
            if not contract.date_notice:
                contract._schedule_renewal("")
            contract.date_notice = today

    def _schedule_renewal(self, note):
        """Give the salesperson the task to win the renewal."""
        self.ensure_one()
        user = self.user_id or self.create_uid
        reader = self.with_context(lang=user.lang)
        reader.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=self.date_end,
            summary=reader.env._(
                "Contract %(name)s ends on %(date)s: win the renewal",
                name=self.name,
                date=format_date(reader.env, self.date_end),
            ),
            note=note,
            user_id=user.id,
        )

    def _get_notice_partner(self):
        """Return who gets the letters of the contract. Meant to be extended."""
        self.ensure_one()
        return self.partner_id

    # === BUSINESS: renewal === #
    def _close_expired(self):
        """Let a contract that has a successor end as renewed."""
        renewed = self.filtered(lambda contract: contract.renewal_id)
        if renewed:
            renewed._move_to("renewed")
        rest = self - renewed
        return super(AfterSalesContract, rest)._close_expired() if rest else None

    @api.model
    def _cron_expire(self):
        """Renew what renews by itself before its last day is over."""
        today = fields.Date.context_today(self)
        renewing = self.search(
            [
                ("state", "=", "active"),
                ("is_auto_renewed", "=", True),
                ("date_end", "<=", today),
            ]
        ).filtered(lambda contract: not contract.renewal_id)
        for contract in renewing:
            contract._renew(contract.renewal_percent, activate=True)
        return super()._cron_expire()

    def _renew(self, percent=0.0, date_end=None, activate=False):
        """Make the contract of the next period: same units, same terms, linked.

        :param float percent: how much the price changes, −5.0 is five percent less
        :param date date_end: last day; the same number of months if not given
        :param bool activate: put it into force at once; it holds from its first day
        :raise UserError: if there is a next contract, or there is nothing to renew
        """
        self.ensure_one()
        self._lock_for_move()
        if self.renewal_id or self.state not in ("active", "suspended", "expired"):
            raise UserError(
                self.env._(
                    "Contract %(name)s cannot be renewed: it is not in force, or "
                    "%(next)s renews it already.",
                    name=self.name,
                    next=self.renewal_id.name or "–",
                )
            )
        renewal = self.copy(self._prepare_renewal_vals(percent, date_end))
        if self.state == "expired":
            self._move_to("renewed")
        if activate:
            renewal.action_activate()
        self.activity_feedback(["mail.mail_activity_data_todo"])
        self._message_log(
            body=self.env._("Renewed by %(link)s.", link=renewal._get_html_link())
        )
        return renewal

    def _prepare_renewal_vals(self, percent, date_end=None):
        """Return what differs in the next contract. Meant to be extended."""
        self.ensure_one()
        start = self.date_end + timedelta(days=1)
        return {
            "date_start": start,
            "date_end": date_end or self._get_next_end(),
            "renewed_from_id": self.id,
            "renewal_percent": percent,
            "user_id": self.user_id.id,
            # Units that left stay in the history of this contract.
            "line_ids": [
                Command.create(
                    {
                        "unit_id": line.unit_id.id,
                        **{fname: line[fname] for fname in SHARES.values()},
                    }
                )
                for line in self._get_open_lines()
            ],
        }

    def _get_next_end(self):
        """Return the last day of a next period as long as this one, in months."""
        self.ensure_one()
        start = self.date_end + timedelta(days=1)
        months = (start.year - self.date_start.year) * 12 + (
            start.month - self.date_start.month
        )
        if months > 0 and add_months(self.date_start, months) == start:
            return add_months(start, months) - timedelta(days=1)
        return start + (self.date_end - self.date_start)
