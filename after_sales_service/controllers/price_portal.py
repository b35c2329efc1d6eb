from odoo import fields, http
from odoo.http import content_disposition, request

from odoo.addons.portal.controllers.portal import CustomerPortal


class PricePortal(CustomerPortal):
    """What service work costs the customer who is logged in, before any work."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "after_sales_price_count" in counters:
            values["after_sales_price_count"] = sum(
                len(section["rows"]) for section in self._get_prices()[1]
            )
        return values

    def _get_prices(self):
        """Return the customer and the prices; none where they are not shown."""
        # Customers read their own prices; the rules have no door of their own.
        partner = request.env.user.partner_id.commercial_partner_id.sudo()
        company = request.env.company
        # A setting of the house decides, which customers cannot read.
        if not company.sudo().after_sales_prices_on_portal:
            return partner, []
        date = fields.Date.context_today(partner)
        return partner, partner._get_service_prices(company, date)

    @http.route(
        "/my/service-prices", type="http", auth="user", website=True, readonly=True
    )
    def portal_my_service_prices(self, report_type=None, download=False, **kwargs):
        partner, sections = self._get_prices()
        if report_type == "pdf" and sections:
            return self._print_prices(partner, download)
        values = self._prepare_portal_layout_values() | {
            "sections": sections,
            "page_name": "service_prices",
        }
        return request.render("after_sales_service.portal_my_service_prices", values)

    def _print_prices(self, partner, download):
        # The customer's own prices only: the partner is that of the login.
        pdf, _kind = (
            request.env["ir.actions.report"]
            .sudo()
            ._render_qweb_pdf(
                "after_sales_service.res_partner_report_service_prices", partner.ids
            )
        )
        name = request.env._("Service Prices") + ".pdf"
        return request.make_response(
            pdf,
            headers=[
                ("Content-Type", "application/pdf"),
                ("Content-Length", len(pdf)),
                ("X-Content-Type-Options", "nosniff"),
                (
                    "Content-Disposition",
                    content_disposition(name, "attachment" if download else "inline"),
                ),
            ],
        )
