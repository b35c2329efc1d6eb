from odoo import http
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.fields import Domain
from odoo.http import request
from odoo.tools import plaintext2html

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

from ..models.intake.ticket import OPEN_STATES
from .uploads import get_limit_text, read_files

PAGE = 20
SUBJECT_SIZE = 200
SERIAL_SIZE = 100
TEXT_SIZE = 10_000
MAX_FILES = 5
MAX_MEGABYTES = 20


class TicketPortal(CustomerPortal):
    """A customer's own tickets: list, page, messages, approval."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "after_sales_ticket_count" in counters:
            Ticket = request.env["after.sales.ticket"]
            values["after_sales_ticket_count"] = (
                Ticket.search_count([]) if Ticket.has_access("read") else 0
            )
        return values

    def _get_ticket_filters(self):
        """Return ``{key: {"label", "domain"}}``. Meant to be extended."""
        return {
            "open": {
                "label": request.env._("Open"),
                "domain": Domain("state", "in", OPEN_STATES),
            },
            "solved": {
                "label": request.env._("To Approve"),
                "domain": Domain("state", "=", "solved"),
            },
            "all": {"label": request.env._("All"), "domain": Domain.TRUE},
        }

    def _get_ticket_search_domain(self, search):
        search = search.strip()
        if not search:
            return Domain.TRUE
        return (
            Domain("name", "ilike", search)
            | Domain("subject", "ilike", search)
            | Domain("unit_id.name", "ilike", search)
        )

    @http.route(
        ["/my/after-sales/tickets", "/my/after-sales/tickets/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_tickets(self, page=1, search="", filterby="all", **kwargs):
        tickets = request.env["after.sales.ticket"]
        filters = self._get_ticket_filters()
        filterby = filterby if filterby in filters else "all"
        # The record rule leaves the customer's own tickets.
        domain = filters[filterby]["domain"] & self._get_ticket_search_domain(search)
        page_values = pager(
            url="/my/after-sales/tickets",
            url_args={"search": search, "filterby": filterby},
            total=tickets.search_count(domain),
            page=page,
            step=PAGE,
        )
        found = tickets.search(domain, limit=PAGE, offset=page_values["offset"])
        request.session["my_after_sales_tickets_history"] = found.ids[:100]
        values = self._prepare_portal_layout_values() | {
            "tickets": found,
            "search": search,
            "search_in": "all",
            "searchbar_inputs": {
                "all": {
                    "input": "all",
                    "label": request.env._("Search in Number, Subject and Serial"),
                }
            },
            "filterby": filterby,
            "searchbar_filters": filters,
            "is_narrowed": bool(search) or filterby != "all",
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
    def portal_create_ticket(
        self, subject="", unit_id="", serial="", description="", kind="", **kwargs
    ):
        given = {
            "subject": subject.strip()[:SUBJECT_SIZE],
            "serial": serial.strip()[:SERIAL_SIZE],
            "description": description.strip()[:TEXT_SIZE],
            "unit_id": int(unit_id) if unit_id.isdecimal() else False,
            "kind": kind,
        }
        files, error = read_files("files", MAX_FILES, MAX_MEGABYTES)
        if not given["subject"]:
            error = request.env._("Tell us in a few words what it is about.")
        if error:
            return self._render_new_ticket(error=error, **given)
        ticket = request.env["after.sales.ticket"]._create_from_portal(
            given["subject"],
            plaintext2html(given["description"]),
            given["unit_id"],
            "" if given["unit_id"] else given["serial"],
            files,
            kind,
        )
        return request.redirect(f"/my/after-sales/tickets/{ticket.id}")

    def _render_new_ticket(self, **values):
        # The record rule leaves the customer's own units.
        units = request.env["after.sales.unit"].search([])
        values = self._prepare_portal_layout_values() | {
            "page_name": "after_sales_ticket",
            "units": units,
            "kinds": request.env["after.sales.ticket"]._get_portal_kinds(),
            "limit_text": get_limit_text(MAX_FILES, MAX_MEGABYTES),
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
        ticket = self._find_ticket(ticket_id, access_token)
        if not ticket:
            return request.redirect("/my")
        return self._render_ticket(ticket, access_token, **kwargs)

    def _find_ticket(self, ticket_id, access_token):
        """Return the ticket if the login or the token may see it, else nothing."""
        try:
            return self._document_check_access(
                "after.sales.ticket", ticket_id, access_token
            )
        except (AccessError, MissingError):
            return request.env["after.sales.ticket"]

    def _render_ticket(self, ticket, access_token, error="", **kwargs):
        values = {
            "error": error,
            "page_name": "after_sales_ticket",
            "ticket": ticket,
            "author": self._get_ticket_author(ticket),
            # The reader may see the ticket, and with it which unit it is about.
            "unit": ticket.sudo().unit_id,
            "promises": ticket._get_shown_promises(),
            "tz": ticket._get_customer_tz(),
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

    # === WHAT CUSTOMERS DECIDE === #
    @http.route(
        "/my/after-sales/tickets/<int:ticket_id>/approve",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def portal_approve_ticket(self, ticket_id, access_token=None, **kwargs):
        ticket = self._find_ticket(ticket_id, access_token)
        if not ticket:
            return request.redirect("/my")
        ticket._approve(self._get_ticket_author(ticket))
        return request.redirect(ticket.get_portal_url(anchor="rate"))

    @http.route(
        "/my/after-sales/tickets/<int:ticket_id>/reopen",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def portal_reopen_ticket(self, ticket_id, access_token=None, reason="", **kwargs):
        ticket = self._find_ticket(ticket_id, access_token)
        if not ticket:
            return request.redirect("/my")
        try:
            ticket._reopen_by_customer(
                reason[:TEXT_SIZE], self._get_ticket_author(ticket)
            )
        except UserError as error:
            return self._render_ticket(ticket, access_token, error=str(error))
        return request.redirect(ticket.get_portal_url())

    def _get_ticket_author(self, ticket):
        """Return who decides: the login, or whom the link was sent to."""
        if not request.env.user._is_public():
            return request.env.user.partner_id
        # The token was checked; it was sent to the contact of this ticket.
        ticket = ticket.sudo()
        return ticket.contact_id or ticket.partner_id
