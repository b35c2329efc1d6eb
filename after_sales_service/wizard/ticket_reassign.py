from odoo import fields, models


class AfterSalesTicketReassign(models.TransientModel):
    """Somebody else goes on, or the customer wants it; the reason is kept."""

    _name = "after.sales.ticket.reassign"
    _description = "Reassign Tickets"

    ticket_ids = fields.Many2many("after.sales.ticket", required=True)
    user_id = fields.Many2one(
        "res.users", string="Goes on", domain=[("share", "=", False)]
    )
    reason = fields.Char(required=True)
    is_wish = fields.Boolean(
        string="Only Note the Customer's Wish",
        help="The supervisor gets a task to find somebody else.",
    )

    # === ACTIONS === #
    def action_apply(self):
        self.ensure_one()
        if self.is_wish:
            for ticket in self.ticket_ids:
                ticket.check_access("write")
                ticket._ask_for_other(self.reason)
        else:
            self.ticket_ids._reassign(self.user_id, self.reason)
        return {"type": "ir.actions.act_window_close"}
