from odoo import fields, models


class AfterSalesCheckItem(models.Model):
    """One point of the check-list on site."""

    _name = "after.sales.check.item"
    _description = "Check-list Item"
    _order = "order_id, sequence, id"

    order_id = fields.Many2one(
        "after.sales.order", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company", related="order_id.company_id", store=True, index=True
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    result = fields.Selection(
        [("ok", "OK"), ("bad", "Not OK"), ("na", "Not applicable")]
    )
    note = fields.Char()
