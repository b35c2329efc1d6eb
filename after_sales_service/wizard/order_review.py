from odoo import fields, models

from ..models.evaluation.judgement import MARKS


class AfterSalesOrderReview(models.TransientModel):
    """Asks the supervisor for the marks with which orders are reviewed."""

    _name = "after.sales.order.review"
    _description = "Judge Time and Quality"

    order_ids = fields.Many2many(
        "after.sales.order", string="Orders", required=True, readonly=True
    )
    mark_time = fields.Selection(MARKS, string="Time", required=True)
    mark_quality = fields.Selection(MARKS, string="Quality", required=True)
    comment = fields.Text(help="The technician reads it.")

    # === ACTIONS === #
    def action_apply(self):
        self.ensure_one()
        judged = self.order_ids.filtered("technician_id")
        judged._judge(self.mark_time, self.mark_quality, self.comment)
        self.order_ids.action_review()
        return {"type": "ir.actions.act_window_close"}
