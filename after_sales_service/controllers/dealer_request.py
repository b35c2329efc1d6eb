import math

from odoo import Command, http
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal.controllers.portal import pager

from .dealer_portal import MAX_TEXT, PAGE, DealerPortal

MAX_PARTS = 30
MAX_SEARCH = 64
# Nobody carries more of one part away; a slip of the finger does.
MAX_QUANTITY = 100_000


class DealerRequestPortal(DealerPortal):
    """A dealer asks for parts of the catalogue and sees what became of it."""

    @http.route(
        ["/my/dealer-requests", "/my/dealer-requests/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_dealer_requests(self, page=1, search="", message=None, **kwargs):
        dealer = self._get_dealer()
        if not dealer:
            return request.redirect("/my")
        search = search.strip()[:MAX_SEARCH]
        own = [("dealer_id", "=", dealer.id)]
        requests = dealer.env["after.sales.dealer.request"]
        values = pager(
            url="/my/dealer-requests",
            total=requests.search_count(own),
            page=page,
            step=PAGE,
        )
        parts = self._find_parts(dealer, search)
        return request.render(
            "after_sales_service.portal_my_dealer_requests",
            self._prepare_portal_layout_values()
            | {
                "dealer": dealer,
                "requests": requests.search(own, limit=PAGE, offset=values["offset"]),
                "search": search,
                "parts": parts[:MAX_PARTS],
                "has_more": len(parts) > MAX_PARTS,
                "prices": dealer._get_prices(parts[:MAX_PARTS]),
                "stock": dealer._get_available(),
                "message": message,
                "page_name": "after_sales_dealer_request",
                "pager": values,
                "default_url": "/my/dealer-requests",
            },
        )

    @http.route(
        "/my/dealer-requests/ask",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_dealer_request(self, note="", **kwargs):
        """Take down what the dealer asks for; the parts clerk answers."""
        dealer = self._get_dealer()
        if not dealer:
            return request.redirect("/my")
        wanted = self._read_quantities(dealer, kwargs)
        if not wanted:
            return request.redirect("/my/dealer-requests?message=wrong")
        vals = {
            "dealer_id": dealer.id,
            "note": note.strip()[:MAX_TEXT],
            "requested_by": request.env.user.name,
            "line_ids": [
                Command.create({"product_id": product.id, "quantity": quantity})
                for product, quantity in wanted.items()
            ],
        }
        try:
            dealer.env["after.sales.dealer.request"].create(vals)
        except (UserError, ValidationError):
            return request.redirect("/my/dealer-requests?message=wrong")
        return request.redirect("/my/dealer-requests?message=asked")

    def _find_parts(self, dealer, search):
        """Return the parts of the catalogue that are called like ``search``."""
        products = dealer.env["product.product"].with_context(lang=request.env.lang)
        if not search:
            return products
        requests = dealer.env["after.sales.dealer.request"]
        return products.search(
            requests._get_catalogue_domain(dealer.company_id, search),
            limit=MAX_PARTS + 1,
        )

    def _read_quantities(self, dealer, form):
        """Return ``{product: quantity}``, empty if anything in the form is wrong."""
        wanted = {}
        for name, text in form.items():
            head, _sep, number = name.partition("quantity_")
            if head or not number or not text.strip():
                continue
            try:
                product_id, quantity = int(number), float(text)
            except ValueError:
                return {}
            if not (math.isfinite(quantity) and 0 <= quantity <= MAX_QUANTITY):
                return {}
            if quantity:
                wanted[product_id] = quantity
        # Only parts that the dealer could have found.
        domain = dealer.env["after.sales.dealer.request"]._get_catalogue_domain(
            dealer.company_id, ""
        )
        products = dealer.env["product.product"].search(
            domain & Domain("id", "in", list(wanted))
        )
        if set(products.ids) != set(wanted):
            return {}
        return {product: wanted[product.id] for product in products}
