from odoo import fields, models


class AfterSalesOrder(models.Model):
    _inherit = "after.sales.order"

    sale_order_ids = fields.One2many("sale.order", "after_sales_order_id")


class AfterSalesOrderLine(models.Model):
    _inherit = "after.sales.order.line"

    sale_line_ids = fields.One2many("sale.order.line", "after_sales_line_id")
