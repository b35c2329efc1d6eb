"""Promises in the demo: what rang, who answered, what waits and what will be late.

Told with its own random numbers, so that the rest of the story stays the same.
"""

import random
from datetime import timedelta

from odoo import fields

from .script import Case

BATCH = 200
LATE = "Pressure drops every night"
LATE_KEPT = "Membrane bypass opens by itself"
PAUSED = "Noise at start, plant stands still until next week"
PAUSED_SITE = "Foundation cracked, anchor loose"
HANDED_OVER = "Controller reboots twice a day"
WISH = "Second leak after the repair"
CASES = (
    Case(21, "WT500-0109", LATE_KEPT, "S-20", end="planned", wait=60),
    Case(2, "PX5-002141", LATE, "S-05", end="planned", wait=30),
    Case(5, "PX2-004903", PAUSED, "S-21", end="assigned"),
    Case(4, "PX5-002031", PAUSED_SITE, "S-21", end="assigned"),
    Case(3, "WT500-0121", HANDED_OVER, "S-20", end="assigned", level="3"),
    Case(3, "PX5-002089", WISH, "S-05", end="planned", wait=70),
)


class PromiseHistory:
    """Puts the promises' part of the story on the heap of the history."""

    def __init__(self, history):
        self.history = history
        self.env = history.env
        self.rng = random.Random(6)

    def schedule(self):
        history = self.history
        for case in CASES:
            history.at(case.days_ago, case.hour, history.call, case)
        for days in range(75, -1, -1):
            for hour in (0, 2, 4, 6, 8):
                history.at(days, hour, self.escalate)
        history.at(
            20, 3, self.announce, LATE_KEPT, "The spare membrane is at the customs."
        )
        history.at(19, 6, self.arrive, LATE_KEPT)
        history.at(1, 3, self.announce, LATE, "The pump head arrives on Thursday only.")
        history.at(4, 6, self.wait, PAUSED, "customer", "plant holiday")
        history.at(3, 6, self.wait, PAUSED_SITE, "site", "new foundation")
        history.at(2, 6, self.hand_over)
        history.at(1, 5, self.wish)

    def ticket(self, subject, user):
        found = self.env["after.sales.ticket"].search([("subject", "=", subject)])
        return self.history.as_user(found, user)

    def escalate(self):
        """Do what the job does every five minutes; some answer, others are passed."""
        clocks = self.env["after.sales.sla.clock"]
        escalations = self.env["after.sales.sla.escalation"]
        last = escalations.search([], order="id desc", limit=1).id or 0
        for find, handle in clocks._get_escalation_steps():
            clocks._handle_batch(find([], BATCH), handle)
        for row in escalations.search([("id", ">", last)], order="id"):
            if self.rng.random() < 0.5:
                self.history.after(0.2 + self.rng.random(), self.acknowledge, row)

    def acknowledge(self, row):
        if row.state == "told":
            row.with_user(row.user_id).action_acknowledge()

    def announce(self, subject, reason):
        """The technician sees that it will be late, asks for help, gives a date."""
        ticket = self.ticket(subject, "tech_zhao")
        clock = ticket._get_late_clocks().filtered(
            lambda clock: clock.promise == "arrival"
        )[:1]
        if not clock:
            return
        limit = max(
            clock.sudo().deadline or fields.Datetime.now(), fields.Datetime.now()
        )
        ticket._announce_delay(
            clock,
            limit + timedelta(days=1),
            reason,
            "Somebody with a lift on that day.",
        )
        if subject == LATE_KEPT:
            self.history.after(1, self.answer, subject)

    def answer(self, subject):
        delay = self.ticket(subject, "supervisor").delay_ids
        delay.answer = "Sun comes with the lift at nine."
        delay.action_answer()

    def arrive(self, subject):
        visit = self.ticket(subject, "tech_zhao").order_ids.visit_ids
        if visit.state == "planned":
            visit.action_depart()
            visit.action_arrive()

    def wait(self, subject, reason, note):
        """The promised times wait, for a reason of the list."""
        reason = self.env.ref(f"after_sales_service.after_sales_pause_reason_{reason}")
        self.ticket(subject, "agent")._wait(reason, note)

    def hand_over(self):
        self.ticket(HANDED_OVER, "supervisor")._reassign(
            self.history.ref("user_tech_qian_demo"), "Controllers are Qian's field."
        )

    def wish(self):
        self.ticket(WISH, "agent")._ask_for_other(
            "Please send Mr Sun again, he knows our plant."
        )
