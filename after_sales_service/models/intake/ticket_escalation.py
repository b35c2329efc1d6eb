import logging

from psycopg2 import IntegrityError
from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...rules.clock import get_moment
from .sla_escalation import EMERGENCY_HOURS, HIGHER, UNANSWERED

_logger = logging.getLogger(__name__)
BATCH = 200


class AfterSalesTicket(models.Model):
    """Who is told when a promise is in danger, and who has taken it on."""

    _inherit = "after.sales.ticket"

    escalation_ids = fields.One2many(
        "after.sales.sla.escalation", "ticket_id", string="Escalations"
    )
    is_acknowledge_needed = fields.Boolean(
        string="To Acknowledge",
        compute="_compute_is_acknowledge_needed",
        search="_search_is_acknowledge_needed",
        help="You were told that a promise is in danger, and have not answered yet.",
    )

    # === COMPUTES === #
    @api.depends("escalation_ids.state", "escalation_ids.user_id")
    @api.depends_context("uid")
    def _compute_is_acknowledge_needed(self):
        for ticket in self:
            ticket.is_acknowledge_needed = any(
                row.state in UNANSWERED and row.user_id == self.env.user
                for row in ticket.escalation_ids
            )

    def _search_is_acknowledge_needed(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        mine = Domain(
            "escalation_ids",
            "any",
            Domain("state", "in", UNANSWERED) & Domain("user_id", "=", self.env.uid),
        )
        return mine if (True in value) == (operator == "in") else ~mine

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        tickets._alert_emergency()
        return tickets

    def write(self, vals):
        result = super().write(vals)
        if {"urgency", "kind"} & vals.keys():
            self._alert_emergency()
        if vals.get("state") in ("solved", "closed", "cancel"):
            # sudo: who ends the ticket was checked; its escalations follow.
            self.sudo().escalation_ids._end()
        return result

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        if self.env.context.get("after_sales_no_follow"):
            return True
        return super().message_subscribe(partner_ids, subtype_ids)

    # === ACTIONS === #
    def action_acknowledge(self):
        """Take on what the user was told of these tickets."""
        mine = self.escalation_ids.filtered(
            lambda row: row.state in UNANSWERED and row.user_id == self.env.user
        )
        if not mine:
            raise UserError(
                self.env._(
                    "Nothing is left to acknowledge on %(ticket)s. Reload the page to "
                    "see who has taken it on.",
                    ticket=self[:1].name,
                )
            )
        mine.action_acknowledge()

    # === BUSINESS === #
    def _is_emergency(self):
        """Tell whether supervisor and managers are told at once. To be extended."""
        self.ensure_one()
        return self.urgency == "emergency" and self.kind != "internal"

    def _alert_emergency(self):
        """Tell supervisors and managers of new emergencies, each person once."""
        # sudo: agents and customers report; the server tells.
        tickets = self.sudo().filtered(lambda ticket: ticket._is_emergency())
        if not tickets:
            return
        now = fields.Datetime.now()
        people = tickets._get_escalation_users()
        rows = []
        for ticket in tickets:
            told = {
                (row.role, row.user_id)
                for row in ticket.escalation_ids
                if row.origin == "emergency"
            }
            for role in ("supervisor", "manager"):
                rows += [
                    {
                        "ticket_id": ticket.id,
                        "role": role,
                        "user_id": user.id,
                        "date": now,
                        "origin": "emergency",
                        "date_climb": role in HIGHER
                        and fields.Datetime.add(now, hours=EMERGENCY_HOURS),
                    }
                    for user in people[ticket][role]
                    if (role, user) not in told
                ]
        if rows:
            # sudo: as above.
            self.env["after.sales.sla.escalation"].sudo()._tell(rows)

    def _get_escalation_users(self):
        """Return who is told of each ticket, by role, in constant queries.

        A role that nobody has, or whose people are all absent, is taken by the next
        higher one.

        :return: ``{ticket: {"responsible", "supervisor", "manager": res.users}}``
        """
        # sudo: who tells need not see groups and teams.
        tickets = self.sudo()
        groups = tickets._get_escalation_groups()
        owners = {ticket: ticket._get_responsible() for ticket in tickets}
        people = {}
        for company, own in tickets.grouped("company_id").items():
            present = (
                tickets.env["res.users"]
                .union(*(owners[ticket] for ticket in own))
                ._after_sales_filter_present(company, fields.Datetime.now())
            )
            managers, others = (
                groups[role].filtered(lambda user, at=company: at in user.company_ids)
                for role in ("manager", "supervisor")
            )
            for ticket in own:
                supervisors = (
                    ticket.team_id.leader_id.filtered("active")
                    or (others - managers)
                    or managers
                )
                people[self.browse(ticket.id)] = {
                    "responsible": (owners[ticket] & present) or supervisors,
                    "supervisor": supervisors,
                    "manager": managers,
                }
        return people

    def _get_escalation_groups(self):
        """Return the users of each role in all companies."""
        groups = {
            role: self.env.ref(
                f"after_sales_service.after_sales_group_{role}"
            ).all_user_ids.filtered(lambda user: user.active and not user.share)
            for role in ("supervisor", "manager")
        }
        groups["manager"] -= self.env.ref("base.user_root")
        return groups

    def _get_responsible(self):
        """Return who answers for the ticket. Meant to be extended."""
        self.ensure_one()
        return self.user_id.filtered("active")


class AfterSalesSlaClock(models.Model):
    """The job that climbs the ladders, batch by batch; each is one transaction."""

    _inherit = "after.sales.sla.clock"

    escalation_ids = fields.One2many(
        "after.sales.sla.escalation", "clock_id", string="Escalations"
    )

    # === BUSINESS === #
    @api.model
    def _cron_escalate(self):
        """Tell who has to be told, once. A job that dies goes on where it stopped."""
        for find, handle in self._get_escalation_steps():
            skipped = []
            batch = find(skipped, BATCH)
            while batch:
                skipped += self._handle_batch(batch, handle)
                following = find(skipped, BATCH)
                stuck = following & batch  # never twice in one run
                skipped += stuck.ids
                left = len(following - stuck)
                if not self.env["ir.cron"]._commit_progress(len(batch), remaining=left):
                    return
                batch = following - stuck

    @api.model
    def _get_escalation_steps(self):
        """Return what the job does, in order: who finds it, and what is done."""
        return [
            (self._find_broken, "_mark_broken"),
            (self._find_due, "_escalate"),
            (self.env["after.sales.sla.escalation"]._find_climbing, "_climb"),
        ]

    @api.model
    def _handle_batch(self, batch, handle):
        """Do ``handle`` for the rows that nobody else holds.

        If one of them is wrong in a way that was not foreseen, the others go on.

        :param str handle: name of the method
        :return: ids of the rows that were left alone
        """
        try:
            with self.env.cr.savepoint():
                held = batch.try_lock_for_update(allow_referencing=True)
                if held:
                    getattr(held, handle)()
                self.env.flush_all()
                return (batch - held).ids
        except SerializationFailure:
            # Another job has just told some of them: the next run sees it.
            self.env.cr.rollback()
            return batch.ids
        except (UserError, IntegrityError):
            return [row.id for row in batch if not self._handle_alone(row, handle)]

    @api.model
    def _handle_alone(self, row, handle):
        try:
            with self.env.cr.savepoint():
                getattr(row, handle)()
                self.env.flush_all()
        except (UserError, IntegrityError) as error:
            _logger.warning("%s of %s failed: %s", handle, row, error)
            return False
        return True

    @api.model
    def _find_broken(self, skipped, limit):
        """Return running clocks past their deadline that the ledger does not know."""
        return self.search(
            [
                ("state", "=", "running"),
                ("deadline", "<", fields.Datetime.now()),
                ("date_broken", "=", False),
                ("id", "not in", skipped),
            ],
            order="deadline, id",
            limit=limit,
        )

    @api.model
    def _find_due(self, skipped, limit):
        """Return running clocks with a rung that is due."""
        return self.search(
            [
                ("state", "=", "running"),
                ("date_rung", "<=", fields.Datetime.now()),
                ("id", "not in", skipped),
            ],
            order="date_rung, id",
            limit=limit,
        )

    def _escalate(self):
        """Tell of every rung that is due; of several for one person, the highest."""
        now = fields.Datetime.now()
        works = self._get_works_running()
        people = self.ticket_id._get_escalation_users()
        rows = []
        for clock in self:
            work = works[clock.calendar_id.id or None]
            due = clock._get_due_rungs(now, work)
            rows += clock._prepare_rung_vals(due, now, work, people)
            told = max([clock.share_told, *due.mapped("share")])
            clock.write(
                {
                    "share_told": told,
                    "date_rung": clock._get_date_rung(
                        clock.date_running, round(clock.hours_used * 3600), work, told
                    ),
                }
            )
        if rows:
            self.env["after.sales.sla.escalation"]._tell(rows)

    def _get_works_running(self):
        """Return the working time by calendar since these clocks began to run."""
        first = min(clock.date_running for clock in self)
        return self._get_works_since(first, self.calendar_id)

    def _get_due_rungs(self, now, work):
        self.ensure_one()
        promised, used = (
            round(hours * 3600) for hours in (self.hours_promised, self.hours_used)
        )
        return self.policy_id.rung_ids.filtered(
            lambda rung: (
                rung.share > self.share_told
                and get_moment(
                    rung.share / 100, promised, used, self.date_running, work
                )
                <= now
            )
        )

    def _prepare_rung_vals(self, rungs, now, work, people):
        """Return one row for each person; who climbs several rungs hears the last."""
        self.ensure_one()
        found = {}
        for rung in rungs:
            for user in people[self.ticket_id][rung.role]:
                found[user] = {
                    "ticket_id": self.ticket_id.id,
                    "clock_id": self.id,
                    "share": rung.share,
                    "role": rung.role,
                    "user_id": user.id,
                    "date": now,
                    "origin": "rung",
                    "date_climb": rung._get_date_climb(now, work),
                    "is_mailed": rung.is_mailed,
                }
        return list(found.values())

    def _resume(self, at=None):
        """Who was told before the pause has the whole time to answer again."""
        result = super()._resume(at)
        # sudo: as in _on_end.
        self.env["after.sales.sla.escalation"].sudo().search(
            [
                ("clock_id", "in", self.ids),
                ("state", "=", "told"),
                ("date_climb", "!=", False),
            ]
        )._wait_again()
        return result

    def _on_end(self):
        """Nobody needs to acknowledge what is fulfilled or has fallen away."""
        result = super()._on_end()
        # sudo: facts are reported by many; the server ends what followed.
        self.env["after.sales.sla.escalation"].sudo().search(
            [("clock_id", "in", self.ids), ("state", "in", UNANSWERED)]
        )._end()
        return result


class AfterSalesSlaRung(models.Model):
    _inherit = "after.sales.sla.rung"

    # === BUSINESS === #
    def _get_date_climb(self, now, work):
        """Return until when somebody has to acknowledge, or False if it ends here."""
        self.ensure_one()
        if not self.hours_to_answer or self.role not in HIGHER:
            return False
        return work.add(now, round(self.hours_to_answer * 3600))
