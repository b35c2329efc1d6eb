from odoo import fields, models


class AfterSalesOrder(models.Model):
    _inherit = "after.sales.order"

    # Marks of the customer's card, 1 (bad) to 4 (very good); 0: no answer yet.
    mark_attitude = fields.Integer(string="Attitude", readonly=True, copy=False)
    mark_skill = fields.Integer(string="Skill", readonly=True, copy=False)
    mark_punctuality = fields.Integer(string="Punctuality", readonly=True, copy=False)
    mark_promise = fields.Integer(string="Keeping Promises", readonly=True, copy=False)
    date_marked = fields.Datetime(string="Card Answered", readonly=True, copy=False)
    customer_comment = fields.Text(readonly=True, copy=False)
