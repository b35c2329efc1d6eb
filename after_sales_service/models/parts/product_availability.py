from odoo import models
from odoo.tools import float_round

# Where a part is looked for, the nearest place first.
PLACES = ("van", "colleague", "branch", "centre", "supplier")


class ProductProduct(models.Model):
    """Where a part is to be had: van, colleague, branch, centre, supplier."""

    _inherit = "product.product"

    def _get_after_sales_availability(self, van, company):
        """Return where the parts are, the nearest place first.

        The same few queries for any number of parts and places.

        :param van: the ``stock.location`` of who asks; may be empty
        :param company: whose stock counts
        :return: ``{product: [{"place", "name", "quantity", "employee", "days"}, …]}``;
            ``place`` is one of ``PLACES``, ``quantity`` what nobody has reserved, in
            the product's unit; a supplier has ``days`` instead of a quantity
        """
        # Technicians have no stock rights; they may know where a part is.
        products, van = self.sudo().with_company(company), van.sudo()
        places = products._get_after_sales_places(van, company)
        rows = {product: {} for product in self}
        for product, location, quantity, reserved in products.env[
            "stock.quant"
        ]._read_group(
            [
                ("product_id", "in", products.ids),
                ("company_id", "=", company.id),
                ("location_id.usage", "=", "internal"),
                ("owner_id", "=", False),
            ],
            ["product_id", "location_id"],
            ["quantity:sum", "reserved_quantity:sum"],
        ):
            found = next(
                (row for row in places if location.parent_path.startswith(row[0])), None
            )
            if found:
                own = rows[product.sudo(False)]
                own.setdefault(found[1:], 0.0)
                own[found[1:]] += quantity - reserved
        return {
            product: self._sort_after_sales_places(own)
            + product.sudo()._get_after_sales_supplier_rows(company)  # as above
            for product, own in rows.items()
        }

    def _get_after_sales_offers(self, van, company):
        """Return where the parts are, and what to take where there are none.

        :return: ``{product: (rows as of the availability, product or empty)}``
        """
        alternatives = {
            product: product._get_after_sales_alternatives() for product in self
        }
        everything = self | self.union(*alternatives.values())
        found = everything._get_after_sales_availability(van, company)
        return {
            product: (found[product], product._choose_after_sales_offer(others, found))
            for product, others in alternatives.items()
        }

    def _choose_after_sales_offer(self, alternatives, found):
        """Return the part to take instead, or an empty product.

        A superseded part is offered its successor as soon as our own places have
        none of it; a part that is there needs no substitute.
        """
        self.ensure_one()

        def is_there(product):
            return any(row["place"] != "supplier" for row in found[product])

        if is_there(self):
            return self.browse()
        return next(
            filter(is_there, alternatives), self._get_after_sales_successors()[-1:]
        )

    def _get_after_sales_places(self, van, company):
        """Return ``[(path of the location, place, name, employee id), …]``."""
        holders = self.env["hr.employee"].search(
            [
                ("company_id", "=", company.id),
                ("after_sales_van_id", "!=", False),
                ("after_sales_van_id", "!=", van.id),
            ]
        )
        warehouses = self.env["stock.warehouse"].search(
            [("company_id", "=", company.id)]
        )
        places = [
            (holder.after_sales_van_id.parent_path, "colleague", holder.name, holder.id)
            for holder in holders
        ]
        if van:
            places.insert(0, (van.parent_path, "van", "", False))
        return places + [
            (
                warehouse.lot_stock_id.parent_path,
                "branch" if warehouse == van.warehouse_id else "centre",
                warehouse.name,
                False,
            )
            for warehouse in warehouses
        ]

    def _sort_after_sales_places(self, quantities):
        """Return what is there at all, the nearest place and the most pieces first."""
        rows = [
            {
                "place": place,
                "name": name,
                "employee": employee,
                "quantity": float_round(quantity, precision_digits=6),
            }
            for (place, name, employee), quantity in quantities.items()
            if float_round(quantity, precision_digits=6) > 0
        ]
        return sorted(
            rows, key=lambda row: (PLACES.index(row["place"]), -row["quantity"])
        )

    def _get_after_sales_supplier_rows(self, company):
        self.ensure_one()
        sellers = self.seller_ids.filtered(
            lambda seller: seller.company_id in (company, company.browse())
        )[:1]
        return [
            {
                "place": "supplier",
                "name": seller.partner_id.name,
                "employee": False,
                "days": seller.delay,
            }
            for seller in sellers
        ]

    def _get_after_sales_availability_text(self, rows):
        """Return the places of one part in a line for people."""
        texts = []
        for row in rows:
            if row["place"] == "supplier" and row["days"] == 1:
                texts.append(
                    self.env._("%(supplier)s in one day", supplier=row["name"])
                )
            elif row["place"] == "supplier":
                texts.append(
                    self.env._(
                        "%(supplier)s in %(days)s days",
                        supplier=row["name"],
                        days=row["days"],
                    )
                )
            elif row["place"] == "van":
                texts.append(
                    self.env._("own van %(quantity)g", quantity=row["quantity"])
                )
            else:
                texts.append(f"{row['name']} {row['quantity']:g}")
        return " · ".join(texts) or self.env._("nowhere in stock")
