from odoo import fields, models

MARKS = [("4", "Very good"), ("3", "Good"), ("2", "Fair"), ("1", "Bad")]


class AfterSalesOrderCard(models.TransientModel):
    """A satisfaction card answered on paper or on the phone."""

    _name = "after.sales.order.card"
    _description = "Enter Satisfaction Card"

    order_id = fields.Many2one("after.sales.order", required=True)
    attitude = fields.Selection(MARKS, required=True)
    skill = fields.Selection(MARKS, required=True)
    punctuality = fields.Selection(MARKS, required=True)
    promise = fields.Selection(MARKS, string="Keeping Promises", required=True)
    comment = fields.Text()

    # === ACTIONS === #
    def action_apply(self):
        self.ensure_one()
        marks = {
            "attitude": int(self.attitude),
            "skill": int(self.skill),
            "punctuality": int(self.punctuality),
            "promise": int(self.promise),
        }
        self.order_id._record_card(marks, self.comment)
        self.order_id.message_post(
            body=self.env._("The customer's card was entered by hand.")
        )
        return {"type": "ir.actions.act_window_close"}
