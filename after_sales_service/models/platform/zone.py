from odoo import fields, models


class AfterSalesZone(models.Model):
    """Urban, suburban, province …: what the way to a customer costs and takes."""

    _name = "after.sales.zone"
    _description = "After-Sales Zone"
    _order = "sequence, name, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True)
    country_ids = fields.Many2many("res.country", string="Countries")
    state_ids = fields.Many2many("res.country.state", string="Provinces")
    city_pattern = fields.Char(
        string="Cities", help="Names of cities, separated by commas."
    )
    zip_prefix = fields.Char(
        string="ZIP Starts With", help="Beginnings of ZIP codes, separated by commas."
    )
    travel_product_id = fields.Many2one(
        "product.product",
        string="Travel Charge",
        domain=[("type", "=", "service")],
        check_company=True,
        help="Service charged for one trip into this zone.",
    )
