from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.http import request

from odoo.addons.sale.controllers.portal import CustomerPortal


class QuotationPortal(CustomerPortal):
    """What follows when a customer declines a service quotation."""

    @http.route()
    def portal_quote_decline(
        self, order_id, access_token=None, decline_message=None, **kwargs
    ):
        try:
            quotation = self._document_check_access(
                "sale.order", order_id, access_token=access_token
            )
        except (AccessError, MissingError):
            return request.redirect("/my")
        was_open = quotation.state != "cancel"
        response = super().portal_quote_decline(
            order_id, access_token, decline_message, **kwargs
        )
        if was_open and quotation.state == "cancel":
            quotation._after_sales_note_declined()
        return response
