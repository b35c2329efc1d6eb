from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_datetime, plaintext2html

from ..promise.sla_clock import OPEN_CLOCK


class AfterSalesSlaDelay(models.Model):
    """A job will not be ready as promised: help is asked for, a new date is given.

    The first promise stays what it was; both are measured.
    """

    _name = "after.sales.sla.delay"
    _description = "Late Notice"
    _inherit = ["after.sales.ticket.row.mixin", "after.sales.state.mixin"]
    _order = "date desc, id desc"
    _rec_name = "ticket_id"

    clock_id = fields.Many2one(
        "after.sales.sla.clock",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    promise = fields.Selection(related="clock_id.promise")
    date = fields.Datetime(string="Given On", required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Given by", required=True, readonly=True
    )
    deadline = fields.Datetime(
        string="Promised Until", readonly=True, help="What was promised before."
    )
    date_expected = fields.Datetime(string="New Date", required=True, readonly=True)
    reason = fields.Char(
        required=True, readonly=True, help="The customer is told this reason."
    )
    help_wanted = fields.Text(
        readonly=True,
        help="What the supervisor is asked for. Not told to the customer.",
    )
    is_customer_told = fields.Boolean(string="Customer Told", readonly=True)
    supervisor_ids = fields.Many2many(
        "res.users", string="Supervisors Asked", readonly=True, copy=False
    )
    answer = fields.Text(help="What you do about it: a helper, parts, another date.")
    answered_by_id = fields.Many2one("res.users", string="Answered by", readonly=True)
    date_answered = fields.Datetime(string="Answered On", readonly=True)
    state = fields.Selection(
        [("asked", "Help Asked For"), ("answered", "Answered")],
        required=True,
        default="asked",
        readonly=True,
    )

    def _get_transitions(self):
        return {"asked": {"answered"}, "answered": set()}

    # === CRUD === #
    def write(self, vals):
        if not self.env.su and vals.keys() - {"answer"}:
            raise AccessError(
                self.env._(
                    "A late notice is not changed: the customer was told. Give another "
                    "notice with the new date."
                )
            )
        return super().write(vals)

    # === ACTIONS === #
    def action_answer(self):
        """Tell the technician what is done about it."""
        self.check_access("write")
        for delay in self:
            if not (delay.answer or "").strip():
                raise UserError(
                    self.env._(
                        "Write to %(name)s what you do about %(ticket)s before you "
                        "press “Answer”.",
                        name=delay.user_id.name,
                        ticket=delay.ticket_id.name,
                    )
                )
        # The state is the server's; the right to answer was checked above.
        self.sudo()._move_to(
            "answered",
            answered_by_id=self.env.uid,
            date_answered=fields.Datetime.now(),
        )
        for delay in self:
            delay.ticket_id.message_notify(
                body=delay.answer,
                subject=delay._get_title(delay.user_id),
                partner_ids=delay.user_id.partner_id.ids,
            )
        self._close_tasks()

    # === BUSINESS === #
    def _get_title(self, reader):
        """Return in the reader's language what will be late, in a few words."""
        self.ensure_one()
        own = self.with_context(lang=reader.lang)
        return own.env._(
            "%(promise)s will be late: %(date)s",
            promise=own.clock_id.promise_label,
            date=format_datetime(
                own.env, own.date_expected, tz=reader.tz, dt_format="short"
            ),
        )

    def _get_customer(self):
        """Return who is told; mail templates ask for it, too."""
        return self.ticket_id._get_mailed_person()

    def _tell_customer(self):
        """Write the new date and its reason to the customer, in their language.

        :return: whether there was an address to write to
        """
        self.ensure_one()
        customer = self._get_customer()
        if not customer.email:
            return False
        template = self.env.ref("after_sales_service.mail_template_after_sales_delay")
        # sudo: the template reads what a technician may not.
        parts = {
            name: template.sudo()._render_field(name, self.ids, compute_lang=True)[
                self.id
            ]
            for name in ("subject", "body_html")
        }
        self.ticket_id.message_post(
            subject=parts["subject"],
            body=parts["body_html"],
            partner_ids=customer.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        return True

    def _ask_supervisors(self):
        """Give the supervisors the task to help, each in their language."""
        self.ensure_one()
        for user in self.supervisor_ids:
            reader = self.with_context(lang=user.lang)
            lines = [
                reader.env._("%(name)s asks for help.", name=self.user_id.name),
                self.help_wanted or self.reason,
            ]
            if not self.is_customer_told:
                lines.append(
                    reader.env._(
                        "The customer has no e-mail address: call them about the "
                        "new date."
                    )
                )
            reader.ticket_id.with_context(after_sales_no_follow=True).activity_schedule(
                "after_sales_service.mail_activity_type_delay",
                fields.Date.context_today(self.with_context(tz=user.tz)),
                summary=self._get_title(user),
                note=plaintext2html("\n".join(lines)),
                user_id=user.id,
            )

    def _close_tasks(self):
        # The tasks belong to the supervisors; one of them has answered.
        tickets = self.ticket_id.sudo()
        waiting = self.search(
            [("ticket_id", "in", tickets.ids), ("state", "=", "asked")]
        ).ticket_id
        (tickets - waiting).activity_unlink(
            ["after_sales_service.mail_activity_type_delay"]
        )


class AfterSalesSlaClock(models.Model):
    _inherit = "after.sales.sla.clock"

    delay_ids = fields.One2many(
        "after.sales.sla.delay", "clock_id", string="Late Notices"
    )
    date_expected = fields.Datetime(
        string="New Date", help="What the customer was told last. The promise stays."
    )

    def _prepare_chip(self):
        return super()._prepare_chip() | {
            "expected": self.date_expected
            and fields.Datetime.to_string(self.date_expected)
        }


class AfterSalesTicket(models.Model):
    _inherit = "after.sales.ticket"

    delay_ids = fields.One2many(
        "after.sales.sla.delay", "ticket_id", string="Late Notices"
    )

    # === ACTIONS === #
    def action_late(self):
        """Open the notice that the job will not be ready as promised."""
        self.ensure_one()
        self._check_may_be_late()
        action = self._open_step("after.sales.ticket.late", self.env._("Will Be Late"))
        return action | {"context": {"default_ticket_id": self.id}}

    # === BUSINESS === #
    def _get_mailed_person(self):
        """Return who is mailed: the contact with an address, else the customer."""
        self.ensure_one()
        return self.contact_id if self.contact_id.email else self.partner_id

    def _check_may_be_late(self):
        if not self._get_late_clocks():
            raise UserError(
                self.env._(
                    "Nothing is promised on %(ticket)s any more that could be late.",
                    ticket=self.name,
                )
            )

    def _get_late_clocks(self):
        """Return the open promises, the next to break first."""
        return (
            self._get_clocks()
            .filtered(lambda clock: clock.state in OPEN_CLOCK)
            .sorted(lambda clock: (not clock.deadline, clock.deadline, clock.id))
            .sudo(False)
        )

    def _announce_delay(self, clock, date_expected, reason, help_wanted=False):
        """Give a new date for a promise, ask for help, tell the customer.

        :param clock: the promise, an open clock of this ticket
        :param datetime date_expected: naive UTC, later than the promise
        :param str reason: a sentence for the customer
        :param str help_wanted: what the supervisor is asked for
        :return: the ``after.sales.sla.delay``
        :raise UserError: if the date is not later than the promise, or already over
        """
        self.ensure_one()
        self.check_access("read")
        # Technicians only read tickets and clocks; the notice is theirs to give.
        ticket, clock = self.sudo(), clock.sudo()
        ticket._check_delay(clock, date_expected, reason)
        people = ticket._get_escalation_users()[self]
        delay = ticket.delay_ids.create(
            {
                "ticket_id": self.id,
                "clock_id": clock.id,
                "date": fields.Datetime.now(),
                "user_id": self.env.uid,
                "deadline": clock.deadline,
                "date_expected": date_expected,
                "reason": reason,
                "help_wanted": help_wanted,
                "supervisor_ids": (people["supervisor"] - self.env.user).ids,
            }
        )
        clock.date_expected = date_expected
        delay.is_customer_told = delay._tell_customer()
        delay._ask_supervisors()
        # Who gives a new date has taken the danger on.
        clock.escalation_ids.filtered(
            lambda row: row.user_id == self.env.user
        )._acknowledge()
        return delay

    def _check_delay(self, clock, date_expected, reason):
        if clock.ticket_id != self or clock.state not in OPEN_CLOCK:
            raise UserError(
                self.env._(
                    "Choose a promise of %(ticket)s that is still open.",
                    ticket=self.name,
                )
            )
        if not (reason or "").strip():
            raise UserError(
                self.env._(
                    "Tell the customer why %(ticket)s will be late: enter a reason.",
                    ticket=self.name,
                )
            )
        limit = max(clock.deadline or fields.Datetime.now(), fields.Datetime.now())
        if date_expected <= limit:
            raise UserError(
                self.env._(
                    "%(ticket)s is promised until %(deadline)s. The new date must be "
                    "later than that and must not be over; else it is not late.",
                    ticket=self.name,
                    deadline=format_datetime(self.env, clock.deadline or limit),
                )
            )
