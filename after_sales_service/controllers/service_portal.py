import binascii

from odoo import http
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

PAGE_SIZE = 20
# A drawn signature is a few kilobytes; more is not a signature.
MAX_SIGNATURE = 500_000


class ServiceOrderPortal(CustomerPortal):
    """The customer's own service orders: follow, print, sign."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "service_order_count" in counters:
            orders = request.env["after.sales.order"]
            values["service_order_count"] = (
                orders.search_count(self._get_service_order_domain())
                if orders.has_access("read")
                else 0
            )
        return values

    def _get_service_order_domain(self):
        """Return what a customer sees in the list; the record rule does the rest."""
        partner = request.env.user.partner_id.commercial_partner_id
        return Domain("partner_id", "child_of", partner.id) & Domain(
            "state", "!=", "cancel"
        )

    @http.route(
        ["/my/service-orders", "/my/service-orders/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_service_orders(self, page=1, **kwargs):
        orders = request.env["after.sales.order"]
        domain = self._get_service_order_domain()
        pager = portal_pager(
            url="/my/service-orders",
            total=orders.search_count(domain),
            page=page,
            step=PAGE_SIZE,
        )
        found = orders.search(
            domain,
            order="create_date desc, id desc",
            limit=PAGE_SIZE,
            offset=pager["offset"],
        )
        values = self._prepare_portal_layout_values() | {
            # Units and technicians have no door for customers; the orders above
            # were found with the customer's own rights.
            "orders": found.sudo(),
            "page_name": "service_order",
            "pager": pager,
            "default_url": "/my/service-orders",
        }
        return request.render("after_sales_service.portal_my_service_orders", values)

    @http.route(
        ["/my/service-orders/<int:order_id>"], type="http", auth="public", website=True
    )
    def portal_my_service_order(
        self, order_id, access_token=None, report_type=None, download=False, **kwargs
    ):
        try:
            order = self._document_check_access(
                "after.sales.order", order_id, access_token
            )
        except (AccessError, MissingError):
            return request.redirect("/my")
        if report_type in ("html", "pdf", "text"):
            return self._show_report(
                model=order,
                report_type=report_type,
                report_ref="after_sales_service.after_sales_order_report_voucher",
                download=download,
            )
        lang = order._get_print_langs()[0]
        values = self._get_page_view_values(
            order.with_context(lang=request.env.lang or lang),
            access_token,
            {
                # Not “order”: the breadcrumbs of purchases would take it for theirs.
                "service_order": order,
                "page_name": "service_order",
                "can_sign": order._is_open_for_signature(),
                "message": kwargs.get("message"),
            },
            "my_service_orders_history",
            False,
            **kwargs,
        )
        return request.render("after_sales_service.portal_service_order_page", values)

    @http.route(
        ["/my/service-orders/<int:order_id>/sign"],
        type="jsonrpc",
        auth="public",
        website=True,
    )
    def portal_service_order_sign(
        self, order_id, access_token=None, name=None, signature=None
    ):
        try:
            order = self._document_check_access(
                "after.sales.order", order_id, access_token
            )
        except (AccessError, MissingError):
            return {
                "error": request.env._(
                    "This order does not exist, or the link is wrong."
                )
            }
        if not name or not signature:
            return {"error": request.env._("Write your name and sign in the box.")}
        if len(signature) > MAX_SIGNATURE:
            return {
                "error": request.env._("The signature is too large. Draw it again.")
            }
        if not order._is_open_for_signature():
            return {"error": request.env._("This order cannot be signed right now.")}
        try:
            order._sign(name[:100], signature)
        except (UserError, TypeError, binascii.Error):
            return {
                "error": request.env._(
                    "The signature could not be read. Draw it again."
                )
            }
        return {
            "force_refresh": True,
            "redirect_url": order.get_portal_url(query_string="&message=signed"),
        }

    @http.route(
        ["/my/service-orders/<int:order_id>/not-satisfied"],
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def portal_service_order_not_satisfied(
        self, order_id, access_token=None, remark=None, **kwargs
    ):
        try:
            order = self._document_check_access(
                "after.sales.order", order_id, access_token
            )
        except (AccessError, MissingError):
            return request.redirect("/my")
        if remark and order._is_open_for_signature():
            order._record_dissatisfaction(order.partner_id.name, remark[:2000])
        return request.redirect(order.get_portal_url(query_string="&message=remark"))

    @http.route(
        ["/my/service-orders/<int:order_id>/technician/<int:visit_id>"],
        type="http",
        auth="public",
        readonly=True,
    )
    def portal_service_order_technician(self, order_id, visit_id, access_token=None):
        """Return the photo of the technician who comes, for those with the link."""
        try:
            order = self._document_check_access(
                "after.sales.order", order_id, access_token
            )
        except (AccessError, MissingError):
            return request.not_found()
        visit = order.visit_ids.filtered(lambda visit: visit.id == visit_id)
        if not visit:
            return request.not_found()
        # Only the small photo of the person who is announced leaves the house.
        stream = request.env["ir.binary"]._get_image_stream_from(
            visit.technician_id.sudo(), "avatar_128"
        )
        return stream.get_response()
