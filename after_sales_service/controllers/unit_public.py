from math import ceil

from odoo import http
from odoo.http import request
from odoo.tools import consteq

HEADERS = {
    "X-Robots-Tag": "noindex, nofollow",
    # The address is a secret: no other server is told where the visitor came from.
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class UnitPublic(http.Controller):
    """The page behind the QR code of label and certificate.

    Colleagues and the owner are led to the unit itself, strangers see model, masked
    serial number and covers.
    """

    @http.route(
        "/after-sales/warranty/<int:unit_id>/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
        # In the browser's language at this very address: a redirect to /zh_TW/… would
        # begin a session.
        multilang=False,
        # Whoever scans a code gets no session of ours, and keeps the one he has.
        save_session=False,
    )
    def public_warranty(self, unit_id, token, **kwargs):
        address = self._get_own_address(unit_id)
        if address:
            return request.redirect(address)
        # Strangers may have one thing counted: that they came.
        visits = request.env["after.sales.public.visit"].sudo()
        wait = visits._get_wait(request.httprequest.remote_addr)
        if wait:
            return self._render_too_many(wait)
        # The token from the certificate is the right to see model and covers.
        unit = request.env["after.sales.unit"].sudo().browse(unit_id).exists()
        # Compared in any case: a unit that is not there takes as long as another.
        known = unit.public_token or "-" * len(token)
        if not consteq(known, token) or not unit.public_token:
            return self._render("public_warranty_unknown", status=404)
        return self._render("public_warranty_page", unit=unit)

    def _get_own_address(self, unit_id):
        """Return where this user reads the unit with his own rights, if he may."""
        user = request.env.user
        units = request.env["after.sales.unit"].with_context(
            allowed_company_ids=user.company_ids.ids
        )
        if user._is_public() or not units.has_access("read"):
            return ""
        if not units.search_count([("id", "=", unit_id)], limit=1):
            return ""
        if user._is_internal():
            return f"/odoo/after-sales-units/{unit_id}"
        return f"/my/units/{unit_id}"

    def _render_too_many(self, wait):
        """Ask the visitor to come back; browsers are told when in seconds."""
        text = request.env._(
            "From your network more codes were opened than we answer at once. Please "
            "try again in %(minutes)s minutes.",
            minutes=ceil(wait / 60),
        )
        response = self._render("public_warranty_too_many", status=429, text=text)
        response.headers["Retry-After"] = str(wait)
        return response

    def _render(self, template, status=200, **values):
        response = request.render(f"after_sales_service.{template}", values)
        response.status_code = status
        response.headers.update(HEADERS)
        return response
