from odoo import fields, models


class AfterSalesDecision(models.Model):
    _inherit = "after.sales.decision"

    order_line_id = fields.Many2one(
        "after.sales.order.line", ondelete="cascade", index="btree_not_null"
    )
