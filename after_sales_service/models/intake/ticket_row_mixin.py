from odoo import fields, models


class AfterSalesTicketRowMixin(models.AbstractModel):
    """What is written down about a ticket by the server; it goes with the ticket."""

    _name = "after.sales.ticket.row.mixin"
    _description = "Row of a Ticket"

    ticket_id = fields.Many2one(
        "after.sales.ticket",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company",
        related="ticket_id.company_id",
        store=True,
        precompute=True,
        index=True,
    )
