from odoo import models

from .contract_usage import OPEN_STATES


class AfterSalesOrder(models.Model):
    """What the orders report to their tickets: waits, facts, the end."""

    _inherit = "after.sales.order"

    # === BUSINESS === #
    def _tell_ticket(self, method, *args):
        """Report a fact to the tickets of the orders.

        :param str method: a method of the ticket, like ``_service_started``
        """
        # The ticket belongs to the office; the technician only reports the fact.
        for ticket in self.ticket_id.sudo():
            getattr(ticket, method)(*args)

    def _wait(self, reason, note=None):
        """Put the orders aside until what they wait for is there.

        :param reason: ``after.sales.pause.reason``; it says if the promised times of
            the ticket wait, too
        :param str note: what the reader should know besides
        :raise UserError: if there is no reason, or one of another company
        """
        reason._check_for(self)
        self._move_to("waiting", wait_reason=reason._get_text(note))
        self._tell_ticket("_service_waiting", reason, note)

    def _tell_tickets_done(self):
        """Report the repair to the tickets, once their last open order has ended.

        The repair counts at the time of the last order that was done: one that is
        cancelled afterwards changes nothing of it.
        """
        # sudo: as in _tell_ticket; the others' orders count, too.
        for ticket in self.ticket_id.sudo():
            orders = ticket.order_ids
            done = orders.filtered("date_done").sorted("date_done")[-1:]
            if done and not orders.filtered(lambda order: order.state in OPEN_STATES):
                ticket._record_fact("repair", done.date_done)
                ticket._service_done(done.outcome)
