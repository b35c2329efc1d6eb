from odoo import fields, models


class AfterSalesTicketCancel(models.TransientModel):
    """Why tickets are cancelled."""

    _name = "after.sales.ticket.cancel"
    _description = "Cancel Tickets"

    ticket_ids = fields.Many2many("after.sales.ticket", required=True)
    reason = fields.Char(required=True)

    # === ACTIONS === #
    def action_apply(self):
        self.ensure_one()
        self.ticket_ids._cancel(self.reason)
        return {"type": "ir.actions.act_window_close"}
