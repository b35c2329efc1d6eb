from odoo import api, fields, models
from odoo.exceptions import UserError

from ..promise.sla_rung import RANKS, ROLES

HIGHER = {"responsible": "supervisor", "supervisor": "manager"}
UNANSWERED = ("told", "climbed")
# An emergency is acknowledged within half an hour, day and night, or it climbs.
EMERGENCY_HOURS = 0.5


class AfterSalesSlaEscalation(models.Model):
    """Somebody was told that a promise is in danger: who, when, and what came of it.

    One row for each rung, role and person. The database refuses a second one, so
    nobody is told twice, whatever happens to the job that tells.
    """

    _name = "after.sales.sla.escalation"
    _description = "Escalation"
    _inherit = ["after.sales.ticket.row.mixin", "after.sales.state.mixin"]
    _order = "date desc, id desc"

    clock_id = fields.Many2one(
        "after.sales.sla.clock",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="Empty: the ticket as a whole, because it is an emergency.",
    )
    promise = fields.Selection(related="clock_id.promise")
    deadline = fields.Datetime(related="clock_id.deadline", string="Promised Until")
    share = fields.Integer(string="Time Used (%)", readonly=True)
    role = fields.Selection(ROLES, required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Told", required=True, readonly=True, index=True
    )
    date = fields.Datetime(string="Told On", required=True, readonly=True)
    origin = fields.Selection(
        [
            ("rung", "Rung of the ladder"),
            ("climb", "Nobody acknowledged"),
            ("emergency", "Emergency"),
        ],
        required=True,
        readonly=True,
    )
    date_climb = fields.Datetime(
        string="Climbs On",
        readonly=True,
        help="Without an acknowledgement by then the next higher role is told.",
    )
    date_waited = fields.Datetime(
        readonly=True,
        string="Waited Until",
        help="The promised times waited until then; the time to answer counts anew.",
    )
    date_acknowledged = fields.Datetime(string="Acknowledged On", readonly=True)
    acknowledged_by_id = fields.Many2one(
        "res.users", string="Acknowledged by", readonly=True
    )
    state = fields.Selection(
        [
            ("told", "Told"),
            ("acknowledged", "Acknowledged"),
            ("climbed", "Climbed"),
            ("over", "Over"),
        ],
        required=True,
        default="told",
        readonly=True,
        help="Over: the promise was fulfilled or fell away before anybody answered.",
    )

    activity_ids = fields.One2many(
        "mail.activity", "after_sales_escalation_id", string="Tasks"
    )

    _once_per_clock = models.UniqueIndex(
        "(clock_id, share, role, user_id) WHERE clock_id IS NOT NULL",
        "This person was told of this rung already.",
    )
    _once_per_ticket = models.UniqueIndex(
        "(ticket_id, role, user_id) WHERE clock_id IS NULL",
        "This person was told of this emergency already.",
    )
    _climb_idx = models.Index("(date_climb, id) WHERE state = 'told'")

    def _get_transitions(self):
        return {
            "told": {"acknowledged", "climbed", "over"},
            # Who was passed over may still take it up.
            "climbed": {"acknowledged", "over"},
            "acknowledged": set(),
            "over": set(),
        }

    # === COMPUTES === #
    @api.depends("ticket_id", "role", "share")
    @api.depends_context("lang")
    def _compute_display_name(self):
        roles = dict(self._fields["role"]._description_selection(self.env))
        for escalation in self:
            escalation.display_name = " · ".join(
                (escalation.ticket_id.name or "", roles.get(escalation.role, ""))
            )

    # === ACTIONS === #
    def action_acknowledge(self):
        """Take the escalation on; nobody higher is told then."""
        for escalation in self:
            if not escalation._can_acknowledge():
                raise UserError(
                    self.env._(
                        "%(name)s was told of %(ticket)s. They acknowledge it, or "
                        "their supervisor does.",
                        name=escalation.user_id.name,
                        ticket=escalation.ticket_id.name,
                    )
                )
        self._acknowledge()

    # === BUSINESS === #
    def _can_acknowledge(self):
        self.ensure_one()
        return self.user_id == self.env.user or self.env.user.has_group(
            "after_sales_service.after_sales_group_supervisor"
        )

    def _acknowledge(self):
        """Note who takes it on, also for the others who were told with them."""
        # The server writes escalations; who may acknowledge was checked before.
        rows = self.sudo()._get_siblings().filtered(lambda row: row.state in UNANSWERED)
        if not rows:
            return
        rows._move_to(
            "acknowledged",
            date_acknowledged=fields.Datetime.now(),
            acknowledged_by_id=self.env.uid,
        )
        rows._drop_activities()

    def _get_siblings(self):
        """Return the rows of the same clock, or the same emergency, up to this role.

        Who takes on what climbed to them takes it on for those below, too.
        """
        rows = self.search(
            [
                "|",
                ("clock_id", "in", self.clock_id.ids),
                "&",
                ("clock_id", "=", False),
                ("ticket_id", "in", self.ticket_id.ids),
            ]
        )
        return rows.filtered(
            lambda row: any(
                row.clock_id == own.clock_id
                and row.ticket_id == own.ticket_id
                and row.share <= own.share
                and RANKS[row.role] <= RANKS[own.role]
                for own in self
            )
        )

    def _end(self):
        """Nobody has to acknowledge any more: it is fulfilled or fell away."""
        rows = self.filtered(lambda row: row.state in UNANSWERED)
        if rows:
            rows._move_to("over")
            rows._drop_activities()

    def _drop_activities(self):
        """Take the task off the lists of those who were told with others."""
        # The tasks belong to those who were told; the server gave them.
        self.env["mail.activity"].sudo().search(
            [("after_sales_escalation_id", "in", self.ids)]
        ).unlink()

    @api.model
    def _tell(self, rows):
        """Write down who is told, and tell them: a task, and a mail where wanted.

        :param list[dict] rows: values of the escalations; ``is_mailed`` besides
        """
        mailed = [row.pop("is_mailed", True) for row in rows]
        escalations = self.create(rows)
        escalations._give_tasks()
        to_mail = self.browse(
            escalation.id
            for escalation, is_mailed in zip(escalations, mailed, strict=True)
            if is_mailed
        )
        if to_mail:
            self.env.ref(
                "after_sales_service.mail_template_after_sales_escalation"
            ).send_mail_batch(to_mail.ids)
        return escalations

    def _give_tasks(self):
        kind = self.env.ref("after_sales_service.mail_activity_type_escalation")
        model = self.env["ir.model"]._get_id("after.sales.ticket")
        # One mail is enough, and who is told of a danger need not follow the ticket.
        quiet = self.with_context(
            mail_activity_quick_update=True, after_sales_no_follow=True
        )
        quiet.env["mail.activity"].create(
            [
                {
                    "activity_type_id": kind.id,
                    "res_model_id": model,
                    "res_id": escalation.ticket_id.id,
                    "user_id": escalation.user_id.id,
                    "summary": escalation._get_title(),
                    "date_deadline": fields.Date.context_today(
                        escalation.with_context(tz=escalation.user_id.tz)
                    ),
                    "after_sales_escalation_id": escalation.id,
                }
                for escalation in quiet
            ]
        )

    def _get_title(self):
        """Return in the told person's language what it is about, in a few words."""
        self.ensure_one()
        own = self.with_context(lang=self.user_id.lang)
        if not self.clock_id:
            return own.env._("Emergency: %(subject)s", subject=own.ticket_id.subject)
        return own.env._(
            "%(promise)s: %(share)s %% of the time is used",
            promise=own.clock_id.promise_label,
            share=own.share,
        )

    def _get_climb_reason(self):
        """Return who did not acknowledge before, or an empty text."""
        self.ensure_one()
        if self.origin != "climb":
            return ""
        own = self.with_context(lang=self.user_id.lang)
        passed = own.search(
            [
                ("ticket_id", "=", self.ticket_id.id),
                ("clock_id", "=", self.clock_id.id),
                ("share", "=", self.share),
                ("state", "=", "climbed"),
            ]
        )
        return own.env._(
            "%(names)s did not acknowledge it.",
            names=", ".join(passed.user_id.mapped("name")),
        )

    @api.model
    def _find_climbing(self, skipped, limit):
        """Return what nobody acknowledged in time."""
        return self.search(
            [
                ("state", "=", "told"),
                ("date_climb", "<=", fields.Datetime.now()),
                ("id", "not in", skipped),
            ],
            order="date_climb, id",
            limit=limit,
        )

    def _climb(self):
        """Pass over those who did not answer: the next higher role is told."""
        waiting = self.filtered(lambda row: row.clock_id.state != "paused")
        # While the promised times wait, nothing is in danger.
        (self - waiting)._wait_again()
        waiting._move_to("climbed")
        keys = {}
        for row in waiting:
            keys.setdefault((row.ticket_id, row.clock_id, row.share, row.role), row)
        people = waiting.ticket_id._get_escalation_users()
        rows = []
        for (ticket, clock, share, role), row in keys.items():
            higher = HIGHER.get(role)
            if higher and not self._is_role_told(ticket, clock, share, higher):
                rows += row._prepare_higher_vals(higher, people[ticket][higher])
        return self._tell(rows) if rows else self.browse()

    def _wait_again(self):
        """Give those who were told the whole time to answer anew."""
        now = fields.Datetime.now()
        for row in self:
            row.write({"date_climb": now + row._get_wait(), "date_waited": now})

    def _get_wait(self):
        """Return how long the told person has to answer."""
        self.ensure_one()
        return self.date_climb - (self.date_waited or self.date)

    def _is_role_told(self, ticket, clock, share, role):
        return any(
            row.role == role and row.clock_id == clock and row.share == share
            for row in ticket.escalation_ids
        )

    def _prepare_higher_vals(self, role, users):
        self.ensure_one()
        now = fields.Datetime.now()
        wait = self._get_wait()
        return [
            {
                "ticket_id": self.ticket_id.id,
                "clock_id": self.clock_id.id,
                "share": self.share,
                "role": role,
                "user_id": user.id,
                "date": now,
                "origin": "climb",
                "date_climb": role in HIGHER and now + wait,
            }
            for user in users
        ]


class MailActivity(models.Model):
    _inherit = "mail.activity"

    after_sales_escalation_id = fields.Many2one(
        "after.sales.sla.escalation",
        string="Escalation",
        index="btree_not_null",
        ondelete="set null",
    )

    # === BUSINESS === #
    def _action_done(self, feedback=False, attachment_ids=None):
        """Doing the task of an escalation acknowledges it."""
        # Whoever was told may answer; the server writes it down.
        escalations = self.after_sales_escalation_id.sudo()
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        if escalations:
            escalations._acknowledge()
        return result
