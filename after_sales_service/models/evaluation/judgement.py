from odoo import fields, models


class AfterSalesJudgement(models.Model):
    """The supervisor's judgement of time and quality after an order."""

    _name = "after.sales.judgement"
    _description = "Judgement of an Order"
    _order = "date desc, id desc"
    _check_company_auto = True

    order_id = fields.Many2one(
        "after.sales.order", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company", related="order_id.company_id", store=True, index=True
    )
    technician_id = fields.Many2one("hr.employee", required=True, index=True)
    user_id = fields.Many2one(
        "res.users", string="Judged by", default=lambda self: self.env.user
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    mark_time = fields.Selection(
        [("4", "Very good"), ("3", "Good"), ("2", "Poor"), ("1", "Bad")],
        string="Time",
        required=True,
    )
    mark_quality = fields.Selection(
        [("4", "Very good"), ("3", "Good"), ("2", "Poor"), ("1", "Bad")],
        string="Quality",
        required=True,
    )
    comment = fields.Text()
