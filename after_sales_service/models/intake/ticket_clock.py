from collections import defaultdict
from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..promise.sla_clock import format_left
from .ticket import OPEN_STATES

OPEN_CLOCK = ("running", "paused")
# A fact proves the earlier ones too, even if nobody noted them: who stands at the
# customer has answered them. Only a repair does not prove that somebody went there.
PROVEN = {
    "reply": {"reply"},
    "contact": {"reply", "contact"},
    "appointment": {"reply", "contact", "appointment"},
    "arrival": {"reply", "contact", "appointment", "arrival"},
    "repair": {"reply", "contact", "repair"},
}


class AfterSalesTicket(models.Model):
    _inherit = "after.sales.ticket"

    date_next_deadline = fields.Datetime(
        string="Promised Until",
        compute="_compute_date_next_deadline",
        store=True,
        help="The first promise that is still running.",
    )
    date_next_warning = fields.Datetime(
        compute="_compute_date_next_deadline",
        store=True,
        export_string_translation=False,
    )
    date_broken = fields.Datetime(
        string="Promise Broken On", compute="_compute_date_next_deadline", store=True
    )
    chip_ids = fields.Many2many(
        "after.sales.sla.clock", string="Promises", compute="_compute_chip_ids"
    )
    time_left = fields.Char(compute="_compute_time_left")
    is_late = fields.Boolean(
        string="Promise Broken", compute="_compute_time_left", search="_search_is_late"
    )
    is_soon_late = fields.Boolean(string="Soon Due", compute="_compute_time_left")

    # === COMPUTES === #
    @api.depends(
        "clock_ids.state",
        "clock_ids.deadline",
        "clock_ids.date_warning",
        "clock_ids.date_broken",
    )
    def _compute_date_next_deadline(self):
        for ticket in self:
            running = ticket.clock_ids.filtered(
                lambda clock: clock.state == "running" and clock.deadline
            )
            first = min(running, key=lambda clock: clock.deadline, default=None)
            ticket.date_next_deadline = first.deadline if first else False
            warnings = [clock.date_warning for clock in running if clock.date_warning]
            ticket.date_next_warning = min(warnings, default=False)
            broken = [
                clock.date_broken for clock in ticket.clock_ids if clock.date_broken
            ]
            ticket.date_broken = min(broken, default=False)

    @api.depends("clock_ids.state", "clock_ids.deadline", "clock_ids.date_broken")
    def _compute_chip_ids(self):
        for ticket in self:
            ticket.chip_ids = ticket.clock_ids.filtered(
                lambda clock: clock.state != "cancel" or clock.date_broken
            ).sorted(
                lambda clock: (
                    clock.state not in OPEN_CLOCK,
                    not clock.is_late,
                    clock.deadline or datetime.max,
                    clock.id,
                )
            )

    @api.depends("date_next_deadline", "date_next_warning", "date_broken")
    def _compute_time_left(self):
        now = fields.Datetime.now()
        for ticket in self:
            deadline = ticket.date_next_deadline
            ticket.time_left = deadline and format_left(self.env, deadline - now)
            ticket.is_late = bool(ticket.date_broken or (deadline and deadline < now))
            warning = ticket.date_next_warning
            ticket.is_soon_late = bool(not ticket.is_late and warning and warning < now)

    def _search_is_late(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        late = Domain("date_broken", "!=", False) | Domain(
            "date_next_deadline", "<", fields.Datetime.now()
        )
        return late if (True in value) == (operator == "in") else ~late

    # === BUSINESS === #
    @api.model
    def _get_replan_fields(self):
        """Return the fields on which the promises of a ticket depend."""
        return {
            "kind",
            "level",
            "urgency",
            "zone_id",
            "team_id",
            "unit_id",
            "partner_id",
        }

    def _get_promise_facts(self):
        """Return what the promised times are matched by."""
        self.ensure_one()
        return {
            "company_id": self.company_id.id,
            "ticket_kind": self.kind,
            "level": self.level,
            "urgency": self.urgency,
            "zone_id": self.zone_id.id,
            "team_id": self.team_id.id,
        }

    def _get_promises(self):
        """Return what is promised for each ticket, in constant queries.

        :return: ``{ticket: {promise: values of its clock}}``
        """
        counted = self.filtered(lambda ticket: ticket.kind != "internal")
        # Customers who open a ticket may not read policies; _match asks by company.
        contracts = counted._get_contracts()
        policies = (
            self.env["after.sales.sla.policy"]
            .sudo()
            ._match(
                [
                    ticket._get_promise_facts()
                    | {"contract_id": contracts[ticket.unit_id.id].id}
                    for ticket in counted
                ]
            )
        )
        calendars = counted._get_calendars(contracts)
        promises = {ticket: {} for ticket in self}
        for ticket, found in zip(counted, policies, strict=True):
            promises[ticket] = {
                policy.promise: {
                    "policy_id": policy.id,
                    "hours_promised": policy.hours_promised,
                    "calendar_id": False
                    if policy.is_around_the_clock
                    else calendars[ticket].id,
                }
                for policy in found
            }
        return promises

    def _get_calendars(self, contracts=None):
        """Return the hours that count: of contract, customer, team, then company.

        Where none of them has a calendar, promises are counted around the clock.

        :return: ``{ticket: resource.calendar}``
        """
        contracts = contracts or self._get_contracts()
        calendars = {}
        for ticket in self:
            calendars[ticket] = (
                contracts[ticket.unit_id.id].calendar_id
                or (ticket.partner_id and ticket.partner_id._get_after_sales_calendar())
                or ticket.team_id.resource_calendar_id
                or ticket.company_id.resource_calendar_id
            )
        return calendars

    def _get_contracts(self):
        """Return the contract that holds for each unit today, by the unit's id.

        Of two contracts the one that promises times or has service hours counts.
        """
        none = self.env["after.sales.contract"]
        contracts = defaultdict(lambda: none)
        if not self.unit_id:
            return contracts
        today = fields.Date.context_today(self)
        # What is promised must not depend on who writes the ticket.
        lines = (
            self.env["after.sales.contract.line"]
            .sudo()
            .search(
                Domain("unit_id", "in", self.unit_id.ids)
                & Domain("date_left", "=", False)
                & Domain("contract_id.state", "=", "active")
                & Domain("contract_id.date_start", "<=", today)
                & Domain("contract_id.date_end", ">=", today)
            )
        )
        for line in lines.sorted(
            lambda line: (
                bool(line.contract_id.sla_policy_ids),
                bool(line.contract_id.calendar_id),
            )
        ):
            contracts[line.unit_id.id] = line.contract_id
        return contracts

    def _start_clocks(self, promises=None):
        """Start what is promised, for all tickets in one batch."""
        vals_list = [
            {
                **vals,
                "promise": promise,
                "ticket_id": ticket.id,
                "company_id": ticket.company_id.id,
                "date_start": ticket.date_reported,
            }
            for ticket, by_promise in (promises or self._get_promises()).items()
            for promise, vals in by_promise.items()
        ]
        # Nobody has the right to make clocks by hand; they follow from the ticket.
        return self.env["after.sales.sla.clock"].sudo()._start(vals_list)

    def _start_clocks_or_note(self):
        """Start the clocks; where the settings are wrong, note it and lose nothing.

        For tickets nobody stands before: what a customer wrote must not be refused
        because our calendar has no hours.
        """
        try:
            with self.env.cr.savepoint():
                self._start_clocks()
        except UserError as error:
            for ticket in self:
                ticket.message_post(body=str(error), subtype_xmlid="mail.mt_note")

    def _replan_clocks(self, before, changed_fields):
        """Bring the clocks in line with what is promised now.

        :param dict before: what was promised before the change, by ticket
        :param changed_fields: names of the fields written, for the history
        """
        after = self._get_promises()
        missing, changed = {}, {}
        # Nobody may write clocks by hand; the change of the ticket was allowed.
        for ticket in self.sudo().filtered(lambda ticket: ticket.state in OPEN_STATES):
            if after[ticket] == before[ticket]:
                continue
            for clock in ticket.clock_ids:
                wanted = after[ticket].get(clock.promise)
                key = tuple(wanted.items()) if wanted else None
                if clock.state in OPEN_CLOCK and wanted != before[ticket].get(
                    clock.promise
                ):
                    changed.setdefault(key, clock.browse())
                    changed[key] |= clock
            known = ticket.clock_ids.filtered(lambda clock: clock.state != "cancel")
            missing[ticket] = {
                promise: vals
                for promise, vals in after[ticket].items()
                if promise not in before[ticket]
                and promise not in known.mapped("promise")
            }
        cause = self._get_replan_cause(changed_fields)
        for key, clocks in changed.items():
            if key is None:
                clocks._cancel(cause)
            else:
                clocks._replan(cause, **dict(key))
        if missing:
            self._start_clocks(missing)

    def _get_replan_cause(self, changed_fields):
        labels = sorted(
            self._fields[name]._description_string(self.env) for name in changed_fields
        )
        return self.env._("Changed: %(fields)s", fields=", ".join(labels))

    def _get_clocks(self, promises=None):
        """Return the clocks to write; nobody has the right to do it by hand."""
        # sudo: callers have checked the ticket; its clocks follow.
        clocks = self.sudo().clock_ids
        if promises is None:
            return clocks
        return clocks.filtered(lambda clock: clock.promise in promises)

    def _record_fact(self, promise, at=None):
        """Stop the clocks of a promise at the time of the fact, and what it proves.

        :param str promise: reply, contact, appointment, arrival or repair
        :param datetime at: when it happened; now if left out
        """
        self._get_clocks(PROVEN[promise])._stop(at or fields.Datetime.now())

    def _get_deadlines(self):
        """Return the promised moments for messages: ``[(label, datetime)]``."""
        self.ensure_one()
        clocks = self._get_clocks().filtered(lambda clock: clock.state == "running")
        return [
            (clock.promise_label, clock.deadline)
            for clock in clocks.sorted(lambda clock: clock.deadline or datetime.max)
        ]
