from odoo import fields, http
from odoo.exceptions import AccessError, MissingError
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

PAGE = 20
SOON_DAYS = 90


class UnitPortal(CustomerPortal):
    """A customer's own units: list, page, certificate, documents."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "after_sales_unit_count" in counters:
            units = request.env["after.sales.unit"]
            values["after_sales_unit_count"] = (
                units.search_count([]) if units.has_access("read") else 0
            )
        return values

    # === LIST === #
    def _get_unit_sortings(self):
        """Return ``{key: {"label", "order"}}``. Meant to be extended."""
        return {
            "serial": {"label": request.env._("Serial Number"), "order": "name, id"},
            "product": {
                "label": request.env._("Product"),
                "order": "product_id, name, id",
            },
            "end": {
                "label": request.env._("Covered Until"),
                "order": "date_cover_end desc nulls last, name, id",
            },
            "delivered": {
                "label": request.env._("Delivered"),
                "order": "date_delivered desc nulls last, name, id",
            },
        }

    def _get_unit_filters(self):
        """Return ``{key: {"label", "domain"}}``. Meant to be extended."""
        today = fields.Date.context_today(request.env["after.sales.unit"])
        soon = fields.Date.add(today, days=SOON_DAYS)
        return {
            "all": {"label": request.env._("All"), "domain": Domain.TRUE},
            "covered": {
                "label": request.env._("Covered Today"),
                "domain": Domain("is_covered", "=", True),
            },
            "soon": {
                "label": request.env._("Cover Ends Soon"),
                "domain": Domain("date_cover_end", ">=", today)
                & Domain("date_cover_end", "<=", soon),
            },
            "not_covered": {
                "label": request.env._("No Cover Today"),
                "domain": Domain("is_covered", "=", False),
            },
        }

    def _get_unit_inputs(self):
        return {
            "all": {
                "input": "all",
                "label": request.env._("Search in Serial Number and Product"),
            },
            "serial": {
                "input": "serial",
                "label": request.env._("Search in Serial Number"),
            },
            "product": {
                "input": "product",
                "label": request.env._("Search in Product"),
            },
        }

    def _get_unit_search_domain(self, search, search_in):
        search = search.strip()
        if not search:
            return Domain.TRUE
        # What sits in a system is found by the system's number, too.
        serial = Domain("name", "ilike", search) | Domain(
            "parent_id.name", "ilike", search
        )
        # Customers have no right on products; of these only their own units' show.
        products = request.env["product.product"].sudo()
        product = Domain(
            "product_id", "in", products._search([("name", "ilike", search)])
        )
        if search_in == "serial":
            return serial
        return product if search_in == "product" else serial | product

    @http.route(
        ["/my/units", "/my/units/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_units(
        self,
        page=1,
        search="",
        search_in="all",
        sortby="serial",
        filterby="all",
        **kwargs,
    ):
        # The record rule leaves the customer's own units.
        units = request.env["after.sales.unit"]
        sortings, filters = self._get_unit_sortings(), self._get_unit_filters()
        inputs = self._get_unit_inputs()
        sortby = sortby if sortby in sortings else "serial"
        filterby = filterby if filterby in filters else "all"
        search_in = search_in if search_in in inputs else "all"
        domain = filters[filterby]["domain"] & self._get_unit_search_domain(
            search, search_in
        )
        values = pager(
            url="/my/units",
            url_args={
                "search": search,
                "search_in": search_in,
                "sortby": sortby,
                "filterby": filterby,
            },
            total=units.search_count(domain),
            page=page,
            step=PAGE,
        )
        found = units.search(
            domain,
            order=sortings[sortby]["order"],
            limit=PAGE,
            offset=values["offset"],
        )
        request.session["my_after_sales_units_history"] = found.ids[:100]
        return request.render(
            "after_sales_service.portal_my_units",
            self._prepare_portal_layout_values()
            | {
                "units": found,
                "today": fields.Date.context_today(found),
                "search": search,
                "search_in": search_in,
                "sortby": sortby,
                "filterby": filterby,
                "searchbar_sortings": sortings,
                "searchbar_filters": filters,
                "searchbar_inputs": inputs,
                "is_narrowed": bool(search) or filterby != "all",
                "page_name": "after_sales_unit",
                "pager": values,
                "default_url": "/my/units",
            },
        )

    # === ONE UNIT === #
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
        "/my/units/<int:unit_id>/documents/<int:document_id>",
        type="http",
        auth="public",
        website=True,
        readonly=True,
    )
    def portal_unit_document(self, unit_id, document_id, access_token=None, **kwargs):
        try:
            unit = self._document_check_access(
                "after.sales.unit", unit_id, access_token
            )
        except (AccessError, MissingError):
            return request.redirect("/my")
        document = unit._get_customer_documents().filtered(
            lambda document: document.id == document_id
        )
        if not document:
            return request.not_found()
        if document.type == "url":
            return request.redirect(document.url, local=False)
        # It is one of the documents that customers may have, see above.
        attachment = document.ir_attachment_id.sudo()
        return (
            request.env["ir.binary"]
            ._get_stream_from(attachment)
            .get_response(as_attachment=True)
        )
