from odoo import fields, models


class AfterSalesTicket(models.Model):
    _inherit = "after.sales.ticket"

    order_ids = fields.One2many("after.sales.order", "ticket_id", string="Orders")
