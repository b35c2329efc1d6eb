from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

PAGE = 20


class ContractPortal(CustomerPortal):
    """A customer's own service contracts: what is left, next visit, invoices."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "after_sales_contract_count" in counters:
            contracts = request.env["after.sales.contract"]
            values["after_sales_contract_count"] = (
                contracts.search_count([]) if contracts.has_access("read") else 0
            )
        return values

    @http.route(
        ["/my/contracts", "/my/contracts/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_contracts(self, page=1, **kwargs):
        # The record rule leaves the customer's own contracts that were agreed.
        contracts = request.env["after.sales.contract"]
        values = pager(
            url="/my/contracts", total=contracts.search_count([]), page=page, step=PAGE
        )
        found = contracts.search([], limit=PAGE, offset=values["offset"])
        request.session["my_after_sales_contracts_history"] = found.ids[:100]
        return request.render(
            "after_sales_service.portal_my_contracts",
            self._prepare_portal_layout_values()
            | {
                "contracts": found,
                "page_name": "after_sales_contract",
                "pager": values,
                "default_url": "/my/contracts",
            },
        )

    @http.route(
        "/my/contracts/<int:contract_id>", type="http", auth="public", website=True
    )
    def portal_my_contract(
        self, contract_id, access_token=None, report_type=None, **kwargs
    ):
        try:
            contract = self._document_check_access(
                "after.sales.contract", contract_id, access_token
            )
        except (AccessError, MissingError):
            return request.redirect("/my")
        if report_type == "pdf":
            return self._show_report(
                model=contract,
                report_type=report_type,
                report_ref="after_sales_service.after_sales_contract_report_contract",
                download=bool(kwargs.get("download")),
            )
        values = self._get_page_view_values(
            contract,
            access_token,
            {"page_name": "after_sales_contract", "contract": contract},
            "my_after_sales_contracts_history",
            False,
            **kwargs,
        )
        return request.render("after_sales_service.portal_contract_page", values)
