from math import ceil

from odoo import http
from odoo.http import request
from odoo.tools import email_normalize

from .portal_ticket import SERIAL_SIZE, SUBJECT_SIZE, TEXT_SIZE
from .uploads import get_limit_text, read_files

SIZES = {
    "name": 100,
    "email": 254,
    "phone": 40,
    "serial": SERIAL_SIZE,
    "subject": SUBJECT_SIZE,
    "description": TEXT_SIZE,
    "kind": 20,
}
MAX_FILES = 3
MAX_MEGABYTES = 5
# What is too large by far is not even read; what is too large gets a sentence.
MAX_BODY = 64_000_000


class TicketPublicForm(http.Controller):
    """Customers without an account report a fault.

    The answer is the same whether or not a serial number or an address is known: the
    form looks nothing up.
    """

    @http.route(
        ["/after-sales/report", "/after-sales/report/<int:team_id>"],
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def public_form(self, team_id=0, **kwargs):
        if not request.env.user._is_public() and request.env.user.share:
            return request.redirect("/my/after-sales/tickets/new")
        team = self._find_team(team_id)
        if not team:
            raise request.not_found()
        return self._render_form(team)

    @http.route(
        ["/after-sales/report", "/after-sales/report/<int:team_id>"],
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
        max_content_length=MAX_BODY,
    )
    def public_report(self, team_id=0, website_url="", **kwargs):
        team = self._find_team(team_id)
        if not team:
            raise request.not_found()
        values = {
            name: str(kwargs.get(name) or "").strip()[:size]
            for name, size in SIZES.items()
        }
        # Strangers may have one thing counted: that they sent something.
        wait = (
            request.env["after.sales.public.visit"]
            .sudo()
            ._get_wait(request.httprequest.remote_addr, is_form=True)
        )
        if wait:
            return self._render_form(team, self._get_wait_text(wait), 429, **values)
        if website_url:
            # Nobody sees this field, so a machine filled it: thanked, and no ticket.
            return self._render_thanks()
        files, error = read_files("files", MAX_FILES, MAX_MEGABYTES)
        error = self._get_error(values) or error
        if error:
            return self._render_form(team, error, **values)
        values["email"] = email_normalize(values["email"]) or ""
        ticket = request.env["after.sales.ticket"]._create_from_form(
            team, values, files
        )
        return self._render_thanks(ticket.name)

    def _find_team(self, team_id):
        """Return the team of the address, or the first one that has a form."""
        # Whether a team has a form is what the form itself shows.
        teams = request.env["after.sales.team"].sudo()
        domain = [("is_form_published", "=", True)]
        if team_id:
            domain.append(("id", "=", team_id))
        return teams.search(domain, limit=1)

    def _get_error(self, values):
        """Return what the sender must still do, as a sentence, or an empty text."""
        if not values["subject"]:
            return request.env._("Tell us in a few words what it is about.")
        if not values["name"]:
            return request.env._("Tell us your name, please.")
        if values["email"] and not email_normalize(values["email"]):
            return request.env._(
                "“%(email)s” is no e-mail address. Please correct it.",
                email=values["email"],
            )
        if not values["email"] and not values["phone"]:
            return request.env._(
                "Tell us a phone number or an e-mail address, so that we can answer."
            )
        return ""

    def _get_wait_text(self, wait):
        return request.env._(
            "From your network more was sent than we take at once. Please try again in "
            "%(minutes)s minutes, or call us.",
            minutes=ceil(wait / 60),
        )

    def _render_form(self, team, error="", status=200, **values):
        response = request.render(
            "after_sales_service.public_ticket_form",
            {
                "team": team,
                "error": error,
                "kinds": request.env["after.sales.ticket"]._get_portal_kinds(),
                "limit_text": get_limit_text(MAX_FILES, MAX_MEGABYTES),
                "given": dict.fromkeys(SIZES, "") | values,
                "sizes": SIZES,
            },
        )
        response.status_code = status
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    def _render_thanks(self, number=""):
        text = number and request.env._(
            "We registered your report as %(number)s. Please keep this number.",
            number=number,
        )
        return request.render(
            "after_sales_service.public_ticket_thanks", {"number": text}
        )
