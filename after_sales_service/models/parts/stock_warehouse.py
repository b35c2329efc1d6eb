from odoo import fields, models


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    after_sales_vans_location_id = fields.Many2one(
        "stock.location", string="Vans", check_company=True, copy=False
    )
    after_sales_issue_type_id = fields.Many2one(
        "stock.picking.type", string="Parts Issue", check_company=True, copy=False
    )
    after_sales_return_type_id = fields.Many2one(
        "stock.picking.type", string="Parts Return", check_company=True, copy=False
    )
    after_sales_charge_type_id = fields.Many2one(
        "stock.picking.type", string="Charged Parts", check_company=True, copy=False
    )
    after_sales_cover_type_id = fields.Many2one(
        "stock.picking.type", string="Covered Parts", check_company=True, copy=False
    )
    after_sales_old_part_type_id = fields.Many2one(
        "stock.picking.type", string="Old Parts In", check_company=True, copy=False
    )
    after_sales_goods_in_type_id = fields.Many2one(
        "stock.picking.type", string="Goods In", check_company=True, copy=False
    )
    after_sales_goods_out_type_id = fields.Many2one(
        "stock.picking.type", string="Goods Out", check_company=True, copy=False
    )
    after_sales_vendor_type_id = fields.Many2one(
        "stock.picking.type", string="Return to Vendor", check_company=True, copy=False
    )
