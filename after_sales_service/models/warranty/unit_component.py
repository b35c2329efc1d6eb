from odoo import fields, models


class AfterSalesUnitComponent(models.Model):
    """What sits, or sat, in one position of one unit."""

    _name = "after.sales.unit.component"
    _description = "Component of an Installed Unit"
    _order = "unit_id, sequence, date_in desc, id"

    unit_id = fields.Many2one(
        "after.sales.unit", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company", related="unit_id.company_id", store=True, index=True
    )
    component_id = fields.Many2one(
        "after.sales.component", string="Position", required=True, ondelete="restrict"
    )
    sequence = fields.Integer(related="component_id.sequence", store=True)
    product_id = fields.Many2one("product.product", string="Part")
    serial = fields.Char(string="Serial Number", index="btree_not_null")
    lot_id = fields.Many2one("stock.lot", index="btree_not_null")
    date_in = fields.Date(string="Fitted on")
    date_out = fields.Date(string="Removed on")
    replaced_by_id = fields.Many2one(
        "after.sales.unit.component", string="Replaced by", index="btree_not_null"
    )
    is_current = fields.Boolean(string="Fitted", default=True, index=True)
