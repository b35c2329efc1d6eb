from odoo import fields, models


class AfterSalesUnit(models.Model):
    """A product that stands at a customer."""

    _name = "after.sales.unit"
    _description = "Installed Unit"
    _inherit = ["portal.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(string="Serial Number", required=True, index="trigram")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    product_id = fields.Many2one(
        "product.product", required=True, index=True, check_company=True
    )
    lot_id = fields.Many2one("stock.lot", index="btree_not_null", copy=False)
    quantity = fields.Float(default=1.0)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", index=True, tracking=True
    )
    site_id = fields.Many2one("res.partner", string="Site", tracking=True)
    parent_id = fields.Many2one("after.sales.unit", string="Part of", index=True)
    child_ids = fields.One2many("after.sales.unit", "parent_id", string="Contains")
    place = fields.Selection(
        [
            ("customer", "At the customer"),
            ("workshop", "In our workshop"),
            ("supplier", "At the supplier"),
            ("loan", "On loan"),
            ("returned", "Returned to us"),
            ("scrapped", "Scrapped"),
        ],
        default="customer",
        required=True,
        tracking=True,
    )
    date_manufactured = fields.Date(string="Manufactured")
    date_sold = fields.Date(string="Sold")
    date_delivered = fields.Date(string="Delivered", index=True)
    date_installed = fields.Date(string="Accepted", help="Acceptance signed.")
    date_first_use = fields.Date(string="First Used")
    meter = fields.Float(string="Meter Reading")
    move_id = fields.Many2one("stock.move", string="Delivery Move", copy=False)
    sale_line_id = fields.Many2one("sale.order.line", string="Sale Line", copy=False)
    component_ids = fields.One2many("after.sales.unit.component", "unit_id")
    cover_ids = fields.One2many("after.sales.cover", "unit_id")
    is_cover_void = fields.Boolean(string="Cover Void", copy=False, tracking=True)
    note = fields.Text(string="Notes")
