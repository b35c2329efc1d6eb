from collections import defaultdict
from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_datetime

from ..promise.sla_clock import OPEN_CLOCK
from .ticket import OPEN_STATES

# States of a contract whose promises hold for what was reported in its time.
PROMISING = ("active", "expired", "terminated", "renewed")
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
    """The promised times of a ticket: what is promised, started, replanned, proven."""

    _inherit = "after.sales.ticket"

    # === ACTIONS === #
    def action_note_fact(self):
        """Open what was done, and when."""
        self.ensure_one()
        action = self._open_step("after.sales.ticket.fact", self.env._("Note a Fact"))
        first = self._get_clocks().filtered(lambda clock: clock.state in OPEN_CLOCK)
        return action | {
            "context": {
                "default_ticket_id": self.id,
                "default_promise": first.sorted("deadline")[:1].promise,
            }
        }

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
        """Return the contract that held for each unit when it was reported.

        Of two contracts the one that promises times or has service hours counts. A
        contract that ends later takes nothing back from what was reported before.

        :return: ``{unit's id: after.sales.contract}``, empty where there is none
        """
        none = self.env["after.sales.contract"]
        contracts = defaultdict(lambda: none)
        if not self.unit_id:
            return contracts
        days = defaultdict(set)
        for ticket in self:
            days[ticket.unit_id.id].add(ticket._get_report_day())
        # What is promised must not depend on who writes the ticket.
        lines = (
            self.env["after.sales.contract.line"]
            .sudo()
            .search(
                Domain("unit_id", "in", self.unit_id.ids)
                & Domain("contract_id.state", "in", PROMISING)
            )
        )
        for line in lines.sorted(
            lambda line: (
                bool(line.contract_id.sla_policy_ids),
                bool(line.contract_id.calendar_id),
            )
        ):
            if any(line._is_promising_on(day) for day in days[line.unit_id.id]):
                contracts[line.unit_id.id] = line.contract_id
        return contracts

    def _get_report_day(self):
        """Return the day of the report where the company is, whoever asks."""
        self.ensure_one()
        zone = self.company_id.partner_id.tz or "UTC"
        return fields.Datetime.context_timestamp(
            self.with_context(tz=zone), self.date_reported or fields.Datetime.now()
        ).date()

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

    @api.model
    def _find_promised(self, domain):
        """Return the open tickets to which a change elsewhere may promise other times.

        :return: tickets in superuser mode: who changes a contract, the hours of a team
            or a customer need not see all tickets they concern
        """
        # sudo: see above; nothing of the tickets is shown.
        return self.sudo().search(Domain(domain) & Domain("state", "in", OPEN_STATES))

    @contextmanager
    def _replanned(self, cause):
        """Replan the open tickets by what changes inside the ``with`` block.

        :param str cause: what changes, for the reader of the history
        """
        tickets = self.filtered(lambda ticket: ticket.state in OPEN_STATES)
        before = tickets._get_promises() if tickets else {}
        yield
        if tickets:
            tickets._replan_clocks(before, cause)

    def _replan_clocks(self, before, cause):
        """Bring the clocks in line with what is promised now.

        :param dict before: what was promised before the change, by ticket
        :param str cause: what changed, for the reader of the history
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
        for key, clocks in changed.items():
            if key is None:
                clocks._cancel(cause)
            else:
                clocks._replan(cause, **dict(key))
        if missing:
            self._start_clocks(missing)

    @api.model
    def _replanned_by(self, records, fname, domain):
        """Replan what is open by a field of other records that changes inside ``with``.

        :param domain: which tickets they concern
        """
        cause = self._get_replan_cause([fname], records)
        return self._find_promised(domain)._replanned(cause)

    @api.model
    def _get_replan_cause(self, changed_fields, records=None):
        known = (self if records is None else records)._fields
        labels = sorted(
            known[name]._description_string(self.env) for name in changed_fields
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

    def _note_fact(self, promise, at, note=None):
        """Record by hand what was done, at the time when it was done.

        :param datetime at: naive UTC, between the report and now
        :raise UserError: if it lies outside, or nothing of the kind is promised
        """
        self.ensure_one()
        # Customers may read their ticket, but not say what was done for them.
        self.check_access("write")
        clocks = self._get_clocks([promise]).filtered(
            lambda clock: clock.state in OPEN_CLOCK
        )
        labels = dict(
            self.clock_ids._fields["promise"]._description_selection(self.env)
        )
        if not clocks:
            raise UserError(
                self.env._(
                    "“%(promise)s” is not open on %(ticket)s: nothing is to be noted.",
                    promise=labels[promise],
                    ticket=self.name,
                )
            )
        if not self.date_reported <= at <= fields.Datetime.now():
            raise UserError(
                self.env._(
                    "%(ticket)s was reported at %(reported)s. Enter a time between "
                    "then and now.",
                    ticket=self.name,
                    reported=format_datetime(self.env, self.date_reported),
                )
            )
        self._record_fact(promise, at)
        self._message_log(
            body=self.env._(
                "%(promise)s, at %(time)s. %(note)s",
                promise=labels[promise],
                time=format_datetime(self.env, at),
                note=note or "",
            )
        )
