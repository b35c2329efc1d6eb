from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.http import request
from odoo.tools import consteq

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

PAGE = 20


class UnitPortal(CustomerPortal):
    """A customer's own units, and the page behind the QR code of a certificate."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "after_sales_unit_count" in counters:
            units = request.env["after.sales.unit"]
            values["after_sales_unit_count"] = (
                units.search_count([]) if units.has_access("read") else 0
            )
        return values

    @http.route(
        ["/my/units", "/my/units/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_units(self, page=1, search="", **kwargs):
        # The record rule leaves the customer's own units.
        units = request.env["after.sales.unit"]
        domain = [("name", "ilike", search)] if search else []
        values = pager(
            url="/my/units",
            url_args={"search": search},
            total=units.search_count(domain),
            page=page,
            step=PAGE,
        )
        found = units.search(domain, limit=PAGE, offset=values["offset"])
        request.session["my_after_sales_units_history"] = found.ids[:100]
        return request.render(
            "after_sales_service.portal_my_units",
            self._prepare_portal_layout_values()
            | {
                "units": found,
                "search": search,
                "page_name": "after_sales_unit",
                "pager": values,
                "default_url": "/my/units",
            },
        )

    @http.route("/my/units/<int:unit_id>", type="http", auth="public", website=True)
    def portal_my_unit(self, unit_id, access_token=None, report_type=None, **kwargs):
        try:
            unit = self._document_check_access(
                "after.sales.unit", unit_id, access_token
            )
        except (AccessError, MissingError):
            return request.redirect("/my")
        if report_type == "pdf":
            return self._show_report(
                model=unit,
                report_type=report_type,
                report_ref="after_sales_service.after_sales_unit_report_certificate",
                download=bool(kwargs.get("download")),
            )
        values = self._get_page_view_values(
            unit,
            access_token,
            {"page_name": "after_sales_unit", "unit": unit},
            "my_after_sales_units_history",
            False,
            **kwargs,
        )
        return request.render("after_sales_service.portal_unit_page", values)

    @http.route(
        "/after-sales/warranty/<int:unit_id>/<string:token>",
        type="http",
        auth="public",
        website=True,
        readonly=True,
        sitemap=False,
    )
    def public_warranty(self, unit_id, token, **kwargs):
        # The token from the certificate is the right to see model and covers.
        unit = request.env["after.sales.unit"].sudo().browse(unit_id).exists()
        if not unit.public_token or not consteq(unit.public_token, token):
            return request.not_found()
        return request.render(
            "after_sales_service.public_warranty_page", {"unit": unit}
        )
