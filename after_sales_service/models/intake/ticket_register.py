from datetime import datetime

from odoo import api, fields, models
from odoo.fields import Domain

from ..promise.sla_clock import OPEN_CLOCK, STAGES, format_left


class AfterSalesTicket(models.Model):
    """How the register shows promised times: stored moments, nothing planned."""

    _inherit = "after.sales.ticket"

    date_next_deadline = fields.Datetime(
        string="Promised Until",
        compute="_compute_date_next_deadline",
        store=True,
        help="The first promise that is still running.",
    )
    # When the ticket turns yellow, orange and red, if nothing happens until then.
    date_next_half = fields.Datetime(
        compute="_compute_date_next_deadline",
        store=True,
        export_string_translation=False,
    )
    date_next_warning = fields.Datetime(
        compute="_compute_date_next_deadline",
        store=True,
        export_string_translation=False,
    )
    date_next_breach = fields.Datetime(
        compute="_compute_date_next_deadline",
        store=True,
        export_string_translation=False,
    )
    date_broken = fields.Datetime(
        string="Promise Broken On", compute="_compute_date_next_deadline", store=True
    )
    is_clock_paused = fields.Boolean(
        string="Promised Times Wait",
        compute="_compute_date_next_deadline",
        store=True,
    )
    chip_ids = fields.Many2many(
        "after.sales.sla.clock", string="Promises", compute="_compute_chip_ids"
    )
    clock_chips = fields.Json(
        string="Clocks", compute="_compute_clock_chips", export_string_translation=False
    )
    time_left = fields.Char(compute="_compute_time_left")
    stage = fields.Selection(
        STAGES,
        string="Colour",
        compute="_compute_time_left",
        search="_search_stage",
        help="By the share of the time that is used, of the promise that stands worst.",
    )
    is_late = fields.Boolean(
        string="Promise Broken", compute="_compute_time_left", search="_search_is_late"
    )
    is_reply_due = fields.Boolean(
        compute="_compute_is_reply_due", export_string_translation=False
    )

    # === COMPUTES === #
    @api.depends(
        "clock_ids.state",
        "clock_ids.deadline",
        "clock_ids.date_half",
        "clock_ids.date_warning",
        "clock_ids.date_broken",
    )
    def _compute_date_next_deadline(self):
        for ticket in self:
            clocks = ticket.clock_ids.filtered(lambda clock: clock.state in OPEN_CLOCK)
            running = clocks.filtered(lambda clock: clock.state == "running")
            ticket.update(
                {
                    "date_next_deadline": _first(running, "deadline"),
                    "date_next_half": _first(running, "date_half"),
                    "date_next_warning": _first(running, "date_warning"),
                    "date_next_breach": _first(clocks, "date_broken")
                    or _first(running, "deadline"),
                    "date_broken": _first(ticket.clock_ids, "date_broken"),
                    "is_clock_paused": bool(clocks and not running),
                }
            )

    @api.depends("clock_ids.state")
    def _compute_is_reply_due(self):
        for ticket in self:
            ticket.is_reply_due = any(
                clock.promise == "reply" and clock.state in OPEN_CLOCK
                for clock in ticket.clock_ids
            )

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

    @api.depends(
        "clock_ids.state", "clock_ids.deadline", "clock_ids.date_broken", "pause_reason"
    )
    @api.depends_context("lang")
    def _compute_clock_chips(self):
        for ticket in self:
            ticket.clock_chips = [clock._prepare_chip() for clock in ticket.chip_ids]

    @api.depends(
        "date_next_deadline", "date_next_half", "date_next_warning", "date_broken"
    )
    def _compute_time_left(self):
        now = fields.Datetime.now()
        for ticket in self:
            deadline = ticket.date_next_deadline
            ticket.time_left = deadline and format_left(self.env, deadline - now)
            ticket.is_late = bool(ticket.date_broken or (deadline and deadline < now))
            ticket.stage = ticket._get_stage(now)

    def _search_is_late(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        late = Domain("date_broken", "!=", False) | Domain(
            "date_next_deadline", "<", fields.Datetime.now()
        )
        return late if (True in value) == (operator == "in") else ~late

    def _search_stage(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        now = fields.Datetime.now()
        red = Domain("date_next_breach", "<", now)
        orange = Domain("date_next_warning", "<=", now)
        yellow = Domain("date_next_half", "<=", now)
        running = Domain("date_next_deadline", "!=", False)
        domains = {
            "red": red,
            "orange": ~red & orange,
            "yellow": ~red & ~orange & yellow,
            "green": running & ~red & ~orange & ~yellow,
            False: ~running & ~red,
        }
        found = Domain.OR(domains[stage] for stage in value if stage in domains)
        return found if operator == "in" else ~found

    # === BUSINESS === #
    def _get_stage(self, now):
        """Return the colour of the promise that stands worst; none if none runs."""
        self.ensure_one()
        for stage, name in (
            ("red", "date_next_breach"),
            ("orange", "date_next_warning"),
            ("yellow", "date_next_half"),
        ):
            moment = self[name]
            if moment and (moment < now or (moment == now and stage != "red")):
                return stage
        return "green" if self.date_next_deadline else False


class AfterSalesSlaClock(models.Model):
    _inherit = "after.sales.sla.clock"

    # === BUSINESS === #
    def _prepare_chip(self):
        """Return what the screen needs to show one clock and let it tick.

        :return: ``{"id", "label", "state", "state_label", "stage", "share"}`` and the
            moments ``deadline``, ``half``, ``warning``, ``broken``, ``stop`` and
            ``expected`` as text in UTC, or False
        :rtype: dict
        """
        self.ensure_one()
        states = dict(self._fields["state"]._description_selection(self.env))
        moments = {
            "deadline": self.deadline,
            "half": self.date_half,
            "warning": self.date_warning,
            "broken": self.date_broken,
            "stop": self.date_stop,
        }
        return {
            "id": self.id,
            "label": self.promise_label,
            "state": self.state,
            "state_label": states[self.state],
            "stage": self.stage,
            "share": round(self.share_counted),
            **{
                name: moment and fields.Datetime.to_string(moment)
                for name, moment in moments.items()
            },
        }


def _first(clocks, name):
    """Return the earliest of the moments ``name``, or False."""
    return min((clock[name] for clock in clocks if clock[name]), default=False)
