from odoo import fields, models

from ..models.promise.sla_policy import PROMISES


class AfterSalesTicketFact(models.TransientModel):
    """Something promised happened, maybe a while ago; see ``_note_fact``."""

    _name = "after.sales.ticket.fact"
    _description = "Note What Was Done"

    ticket_id = fields.Many2one("after.sales.ticket", required=True)
    promise = fields.Selection(PROMISES, string="What Was Done", required=True)
    date = fields.Datetime(
        string="When", required=True, default=lambda self: fields.Datetime.now()
    )
    note = fields.Char(help="How you know, for instance who was spoken to.")

    # === ACTIONS === #
    def action_apply(self):
        self.ensure_one()
        self.ticket_id._note_fact(self.promise, self.date, self.note)
        return {"type": "ir.actions.act_window_close"}
