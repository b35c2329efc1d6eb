from odoo import Command, http
from odoo.exceptions import AccessError, MissingError, UserError, ValidationError
from odoo.http import content_disposition, request

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

PAGE = 20
MAX_TEXT = 2000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class DealerPortal(CustomerPortal):
    """A dealer's own statements to confirm, and what the dealer used to report."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "after_sales_dealer_count" in counters:
            statements = request.env["after.sales.dealer.statement"]
            values["after_sales_dealer_count"] = (
                statements.search_count([]) if statements.has_access("read") else 0
            )
        return values

    def _get_dealer(self):
        """Return the dealer the user belongs to, in superuser mode, or nothing."""
        partner = request.env.user.partner_id.commercial_partner_id
        # Portal users read no dealers; only the own one leaves this method.
        return (
            request.env["after.sales.dealer"]
            .sudo()
            .search([("partner_id", "child_of", partner.id)], limit=1)
        )

    @http.route(
        ["/my/dealer-statements", "/my/dealer-statements/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_dealer_statements(self, page=1, message=None, **kwargs):
        # The record rule leaves the dealer's own statements.
        statements = request.env["after.sales.dealer.statement"]
        values = pager(
            url="/my/dealer-statements",
            total=statements.search_count([]),
            page=page,
            step=PAGE,
        )
        found = statements.search([], limit=PAGE, offset=values["offset"])
        dealer = self._get_dealer()
        return request.render(
            "after_sales_service.portal_my_dealer_statements",
            self._prepare_portal_layout_values()
            | {
                "statements": found,
                "dealer": dealer,
                "parts": dealer._get_available() if dealer else {},
                "message": message,
                "page_name": "after_sales_dealer",
                "pager": values,
                "default_url": "/my/dealer-statements",
            },
        )

    def _get_statement(self, statement_id, access_token):
        """Return the statement after the check, or raise as Odoo's portal does."""
        statement = self._document_check_access(
            "after.sales.dealer.statement", statement_id, access_token
        )
        if statement.state == "draft":
            raise MissingError(request.env._("This statement is not ready yet."))
        return statement

    @http.route(
        "/my/dealer-statements/<int:statement_id>",
        type="http",
        auth="public",
        website=True,
    )
    def portal_my_dealer_statement(
        self, statement_id, access_token=None, report_type=None, **kwargs
    ):
        try:
            statement = self._get_statement(statement_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        if report_type == "pdf":
            return self._show_report(
                model=statement,
                report_type=report_type,
                report_ref="after_sales_service.after_sales_dealer_report_statement",
                download=bool(kwargs.get("download")),
            )
        values = self._get_page_view_values(
            statement,
            access_token,
            {
                "page_name": "after_sales_dealer",
                "statement": statement,
                "message": kwargs.get("message"),
            },
            "my_after_sales_dealer_history",
            False,
            **kwargs,
        )
        return request.render("after_sales_service.portal_dealer_statement", values)

    @http.route(
        "/my/dealer-statements/<int:statement_id>/answer",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def portal_dealer_statement_answer(
        self, statement_id, access_token=None, answer="", text="", **kwargs
    ):
        try:
            statement = self._get_statement(statement_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        name = request.env.user.name
        if request.env.user._is_public():
            name = statement.partner_id.name
        try:
            # Which statement it is was checked above; dealers write nothing else.
            statement.sudo()._answer(name, answer == "right", text[:MAX_TEXT])
        except UserError:
            return request.redirect(
                statement.get_portal_url(query_string="&message=refused")
            )
        return request.redirect(
            statement.get_portal_url(query_string="&message=answered")
        )

    @http.route(
        "/after-sales/dealer-statement/<int:statement_id>/xlsx",
        type="http",
        auth="user",
        readonly=True,
    )
    def dealer_statement_xlsx(self, statement_id, **kwargs):
        statement = request.env["after.sales.dealer.statement"].browse(statement_id)
        try:
            statement.check_access("read")
        except (AccessError, MissingError):
            return request.not_found()
        # The rows belong to the statement that was checked.
        content = statement.sudo()._get_xlsx()
        name = f"{statement.name.replace('/', '-')}.xlsx"
        return request.make_response(
            content,
            [
                ("Content-Type", XLSX),
                ("Content-Disposition", content_disposition(name)),
            ],
        )

    @http.route(
        "/my/dealer-use",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_dealer_use(
        self, product_id=None, quantity=None, unit_serial="", payer="dealer", **kwargs
    ):
        """Take down one used part; the parts clerk books it."""
        dealer = self._get_dealer()
        if not dealer:
            return request.redirect("/my")
        try:
            # Dealers read no products; below it must be one of their own place.
            product = request.env["product.product"].sudo().browse(int(product_id))
            amount = float(quantity)
        except (TypeError, ValueError):
            return request.redirect("/my/dealer-statements?message=wrong")
        # Only parts that stand at the dealer's own place can be reported.
        if not 0 < amount <= dealer._get_available().get(product, 0.0):
            return request.redirect("/my/dealer-statements?message=wrong")
        line = {
            "product_id": product.id,
            "quantity": amount,
            "unit_serial": unit_serial[:64],
            "payer": "warranty" if payer == "warranty" else "dealer",
        }
        try:
            dealer.env["after.sales.dealer.use"].create(
                {"dealer_id": dealer.id, "line_ids": [Command.create(line)]}
            )
        except (UserError, ValidationError):
            return request.redirect("/my/dealer-statements?message=wrong")
        return request.redirect("/my/dealer-statements?message=reported")
