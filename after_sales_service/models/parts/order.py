from odoo import fields, models


class AfterSalesOrder(models.Model):
    _inherit = "after.sales.order"

    requisition_ids = fields.One2many("after.sales.requisition", "order_id")
    picking_ids = fields.One2many("stock.picking", "after_sales_order_id")
    old_part_ids = fields.One2many("after.sales.old.part", "order_id")
    repair_ids = fields.One2many("repair.order", "after_sales_order_id")


class AfterSalesOrderLine(models.Model):
    _inherit = "after.sales.order.line"

    move_ids = fields.One2many("stock.move", "after_sales_line_id")
