from odoo import http
from odoo.http import request

from .portal_ticket import TicketPortal

COMMENT_SIZE = 2000


class TicketRating(TicketPortal):
    """Stars for how a ticket was handled."""

    @http.route(
        "/my/after-sales/tickets/<int:ticket_id>/rate",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def portal_rate_ticket(
        self, ticket_id, access_token=None, stars="", comment="", **kwargs
    ):
        ticket = self._find_ticket(ticket_id, access_token)
        if not ticket:
            return request.redirect("/my")
        ticket._rate(
            self._get_ticket_author(ticket),
            int(stars) if stars.isdecimal() else 0,
            comment.strip()[:COMMENT_SIZE],
        )
        return request.redirect(ticket.get_portal_url(anchor="rate"))
