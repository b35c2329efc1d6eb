from odoo import fields, models


class AfterSalesTicketAsk(models.TransientModel):
    """A question to the customer; promised times wait for the answer."""

    _name = "after.sales.ticket.ask"
    _description = "Ask the Customer"

    ticket_ids = fields.Many2many("after.sales.ticket", required=True)
    question = fields.Html(required=True)

    # === ACTIONS === #
    def action_apply(self):
        self.ensure_one()
        self.ticket_ids._ask(self.question)
        return {"type": "ir.actions.act_window_close"}
