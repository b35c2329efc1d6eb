from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from .portal_ticket import TicketPortal


class WishPortal(TicketPortal):
    """A customer asks for another technician on a ticket of their own."""

    @http.route(
        "/my/after-sales/tickets/<int:ticket_id>/somebody-else",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_ask_for_other(self, ticket_id, reason="", **kwargs):
        ticket = self._find_ticket(ticket_id, None)
        if not ticket:
            return request.redirect("/my")
        url = f"/my/after-sales/tickets/{ticket_id}"
        try:
            # The record rule left only the customer's own tickets.
            ticket.with_env(request.env)._ask_for_other(reason)
        except UserError as error:
            return request.render(
                "after_sales_service.portal_wish_refused",
                {"message": str(error), "url": url, "page_name": "after_sales_ticket"},
            )
        return request.redirect(url)
