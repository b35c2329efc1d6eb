from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# Words of the search bar that name everything by which a unit is known.
TEXT_FIELDS = ("name", "component_ids.serial", "partner_id", "product_id", "site_id")
SHORTEST_TEXT = 3
EXACT_KEY = "after_sales_exact_serial"


class AfterSalesUnit(models.Model):
    """How a unit is found: by what the customer reads out, the exact hit first."""

    _inherit = "after.sales.unit"

    search_text = fields.Char(
        string="Serial, Component, Customer, Product",
        compute="_compute_search_text",
        search="_search_search_text",
    )
    categ_id = fields.Many2one(
        related="product_id.categ_id",
        string="Product Category",
        store=True,
        index="btree_not_null",
    )

    # === COMPUTES === #
    def _compute_search_text(self):
        self.search_text = False

    def _search_search_text(self, operator, value):
        """Find by serial number, component's serial, customer, product or site.

        Fewer than three letters are looked for at the beginning of serials only.
        """
        if operator != "ilike" or not isinstance(value, str):
            return NotImplemented
        text = value.strip()
        if len(text) < SHORTEST_TEXT:
            return Domain("name", "=ilike", f"{text}%")
        return Domain.OR(Domain(fname, "ilike", text) for fname in TEXT_FIELDS)

    # === CRUD === #
    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        """Offer the unit whose serial number was typed in full before all others."""
        model = self.with_context(**{EXACT_KEY: name}) if name else self
        return super(AfterSalesUnit, model).name_search(name, domain, operator, limit)

    def _order_to_sql(self, order, query, alias=None, reverse=False):
        """Put units with exactly the serial numbers searched for first."""
        terms = super()._order_to_sql(order, query, alias, reverse)
        texts = self.env.context.get(EXACT_KEY)
        if not texts or not terms:
            return terms
        texts = [texts] if isinstance(texts, str) else texts
        name = SQL("LOWER(%s)", self._field_to_sql(alias or self._table, "name", query))
        exact = SQL(
            "(%s = ANY(%s))", name, [f"{text}".strip().lower() for text in texts]
        )
        return SQL("%s DESC, %s", exact, terms)
