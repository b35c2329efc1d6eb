from odoo import fields, models


class AfterSalesTicketPause(models.TransientModel):
    """Why tickets wait."""

    _name = "after.sales.ticket.pause"
    _description = "Let Tickets Wait"

    ticket_ids = fields.Many2many("after.sales.ticket", required=True)
    reason_id = fields.Many2one("after.sales.pause.reason", required=True)
    is_clock_paused = fields.Boolean(related="reason_id.is_clock_paused")
    note = fields.Char()

    # === ACTIONS === #
    def action_apply(self):
        self.ensure_one()
        self.ticket_ids._wait(self.reason_id, self.note)
        return {"type": "ir.actions.act_window_close"}
