from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.http import request
from odoo.tools import plaintext2html

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

PAGE = 20
SUBJECT_SIZE = 200
TEXT_SIZE = 10_000


class TicketPortal(CustomerPortal):
    """A customer's own tickets: list, page, messages."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "after_sales_ticket_count" in counters:
            Ticket = request.env["after.sales.ticket"]
            values["after_sales_ticket_count"] = (
                Ticket.search_count([]) if Ticket.has_access("read") else 0
            )
        return values

    @http.route(
        ["/my/after-sales/tickets", "/my/after-sales/tickets/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_tickets(self, page=1, **kwargs):
        Ticket = request.env["after.sales.ticket"]
        # The record rule leaves the customer's own tickets.
        page_values = pager(
            url="/my/after-sales/tickets",
            total=Ticket.search_count([]),
            page=page,
            step=PAGE,
        )
        tickets = Ticket.search([], limit=PAGE, offset=page_values["offset"])
        request.session["my_after_sales_tickets_history"] = tickets.ids[:100]
        values = self._prepare_portal_layout_values() | {
            "tickets": tickets,
            "page_name": "after_sales_ticket",
            "pager": page_values,
            "default_url": "/my/after-sales/tickets",
        }
        return request.render("after_sales_service.portal_my_tickets", values)

    @http.route(
        "/my/after-sales/tickets/new",
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
    )
    def portal_new_ticket(self, unit_id="", **kwargs):
        return self._render_new_ticket(
            unit_id=int(unit_id) if unit_id.isdecimal() else False
        )

    @http.route(
        "/my/after-sales/tickets/new",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_create_ticket(self, subject="", unit_id="", description="", **kwargs):
        subject = subject.strip()[:SUBJECT_SIZE]
        if not subject:
            return self._render_new_ticket(
                error=request.env._("Tell us in a few words what it is about."),
                description=description,
                unit_id=int(unit_id) if unit_id.isdecimal() else False,
            )
        ticket = request.env["after.sales.ticket"]._create_from_portal(
            subject,
            plaintext2html(description.strip()[:TEXT_SIZE]),
            int(unit_id) if unit_id.isdecimal() else False,
        )
        return request.redirect(f"/my/after-sales/tickets/{ticket.id}")

    def _render_new_ticket(self, **values):
        # The record rule leaves the customer's own units.
        units = request.env["after.sales.unit"].search([])
        values = self._prepare_portal_layout_values() | {
            "page_name": "after_sales_ticket",
            "units": units,
            **values,
        }
        return request.render("after_sales_service.portal_new_ticket", values)

    @http.route(
        "/my/after-sales/tickets/<int:ticket_id>",
        type="http",
        auth="public",
        website=True,
        readonly=True,
    )
    def portal_my_ticket(self, ticket_id, access_token=None, **kwargs):
        try:
            ticket = self._document_check_access(
                "after.sales.ticket", ticket_id, access_token
            )
        except (AccessError, MissingError):
            return request.redirect("/my")
        values = {
            "page_name": "after_sales_ticket",
            "ticket": ticket,
            # The reader may see the ticket, and with it which unit it is about.
            "unit": ticket.sudo().unit_id,
            "deadlines": ticket._get_deadlines(),
        }
        values = self._get_page_view_values(
            ticket,
            access_token,
            values,
            "my_after_sales_tickets_history",
            False,
            **kwargs,
        )
        return request.render("after_sales_service.portal_ticket_page", values)
