from odoo import fields, models
from odoo.exceptions import UserError

from .ticket import OPEN_STATES

# What a finished service order means for the ticket.
OUTCOMES = {"advice": "answered"}


class AfterSalesTicket(models.Model):
    """The steps of a ticket: buttons of the agents, calls of the service room."""

    _inherit = "after.sales.ticket"

    # === ACTIONS === #
    def action_assign(self):
        """Take the tickets; the second of two people is told who was first."""
        self._lock_for_move()
        for ticket in self:
            if ticket.user_id and ticket.user_id != self.env.user:
                raise UserError(
                    self.env._(
                        "%(ticket)s was already taken by %(user)s. Ask them, or have "
                        "the supervisor assign it to you.",
                        ticket=ticket.name,
                        user=ticket.user_id.name,
                    )
                )
        self.user_id = self.env.user
        fresh = self.filtered(lambda ticket: ticket.state == "new")
        if fresh:
            fresh._move_to("assigned")

    def action_ask(self):
        """Open the question to the customer."""
        return self._open_step("after.sales.ticket.ask", self.env._("Ask the Customer"))

    def action_pause(self):
        """Open the reason to wait."""
        return self._open_step("after.sales.ticket.pause", self.env._("Wait"))

    def action_solve(self):
        """Open the outcome."""
        return self._open_step("after.sales.ticket.solve", self.env._("Solve"))

    def action_cancel(self):
        """Open the reason to cancel."""
        return self._open_step("after.sales.ticket.cancel", self.env._("Cancel"))

    def action_replied(self):
        """Note that the customer was answered, on the phone for instance."""
        # Customers may read their ticket, but not say that they were answered.
        self.check_access("write")
        self._record_fact("reply")
        for ticket in self:
            ticket.message_post(body=self.env._("The customer was answered."))

    def action_resume(self):
        """Go on after waiting or after the customer's answer."""
        for ticket in self:
            state = "assigned" if ticket.user_id else "new"
            if ticket.state == "waiting":
                state = "assigned"
            ticket._move_to(state, pause_reason=False)
        self._get_clocks()._resume()

    def action_close(self):
        """Close what the customer accepts as solved."""
        self._move_to("closed", date_closed=fields.Datetime.now())

    def action_reopen(self):
        """Work on again; promised times count on where they stopped."""
        cancelled = self.filtered(lambda ticket: ticket.state == "cancel")
        if cancelled:
            cancelled._move_to("new", cancel_reason=False, outcome=False)
            cancelled._get_clocks()._reopen(self.env._("Ticket reopened"))
        others = self - cancelled
        if others:
            others._move_to(
                "in_progress", outcome=False, date_solved=False, date_closed=False
            )
            others._get_clocks(["repair"])._reopen(self.env._("Ticket reopened"))

    def _open_step(self, model, name):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {"default_ticket_ids": self.ids},
        }

    # === BUSINESS === #
    def _ask(self, question):
        """Mail a question to the customers and let the promised times wait.

        :raise UserError: if there is no address to write to
        """
        for ticket in self:
            recipient = ticket.contact_id or ticket.partner_id
            if not recipient.email:
                raise UserError(
                    self.env._(
                        "%(ticket)s has no e-mail address to ask. Choose a contact "
                        "with an address, or call and wait with a reason instead.",
                        ticket=ticket.name,
                    )
                )
            ticket.message_post(
                body=question,
                subject=" ".join((ticket.name, ticket.subject)),
                partner_ids=recipient.ids,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        reason = self.env.ref("after_sales_service.after_sales_pause_reason_question")
        self._move_to("clarification", pause_reason=reason.name)
        self._get_clocks()._pause(reason.name, pause_reason_id=reason.id)

    def _wait(self, reason, note=None):
        """Let the tickets wait for a reason; it says if promised times wait too.

        :param reason: ``after.sales.pause.reason``
        :param str note: what the reader should know besides
        :raise UserError: if there is no reason, or one of another company
        """
        reason._check_for(self)
        text = reason._get_text(note)
        self.filtered(lambda ticket: ticket.state == "new")._move_to("assigned")
        self._move_to("waiting", pause_reason=text)
        if reason.is_clock_paused:
            self._get_clocks()._pause(text, pause_reason_id=reason.id)

    def _solve(self, outcome, solution=None):
        """Solve the tickets without a service order."""
        self._move_to(
            "solved",
            outcome=outcome,
            date_solved=fields.Datetime.now(),
            pause_reason=False,
            **({"solution": solution} if solution else {}),
        )
        self._finish_clocks()

    def _finish_clocks(self):
        """Stop what solving fulfils; what it made needless ends without a verdict."""
        self._get_clocks(["reply", "contact", "repair"])._stop()
        self._get_clocks(["appointment", "arrival"])._cancel(
            self.env._("Solved without a visit")
        )

    def _cancel(self, reason):
        """Cancel the tickets and their clocks."""
        self._move_to("cancel", cancel_reason=reason, pause_reason=False)
        self._get_clocks()._cancel(reason)

    def _service_started(self):
        """Note that work began, or began again. Harmless when it is already known."""
        # Technicians only read tickets; the service order checked their right.
        solved = self.sudo().filtered(
            lambda ticket: ticket.state in ("solved", "closed")
        )
        if solved:
            solved.action_reopen()
        # sudo: as above
        tickets = self.sudo().filtered(
            lambda ticket: ticket.state in OPEN_STATES and ticket.state != "in_progress"
        )
        if tickets:
            tickets._move_to("in_progress", pause_reason=False)
            tickets._get_clocks()._resume()

    def _service_waiting(self, reason, note=None):
        """Note that the work waits. Harmless when it is already known.

        :param reason: ``after.sales.pause.reason``; it says if the promised times wait
        :param str note: what the reader should know besides
        """
        # Technicians only read tickets; the service order checked their right.
        tickets = self.sudo().filtered(
            lambda ticket: (
                ticket.state in ("new", "assigned", "in_progress")
                and not ticket._is_at_work()
            )
        )
        if tickets:
            tickets._wait(reason, note)

    def _is_at_work(self):
        """Tell whether somebody works on the ticket just now. Meant to be extended."""
        self.ensure_one()
        return False

    def _service_done(self, outcome):
        """Note that the service order solved it. Harmless when already solved.

        :param str outcome: outcome of the order
        """
        # Technicians only read tickets; the service order checked their right.
        tickets = self.sudo().filtered(lambda ticket: ticket.state in OPEN_STATES)
        if tickets:
            tickets._solve(OUTCOMES.get(outcome, outcome))
