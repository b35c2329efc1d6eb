from odoo import api, fields, models


class AfterSalesTicketMerge(models.TransientModel):
    """Which ticket stays when several are about the same thing."""

    _name = "after.sales.ticket.merge"
    _description = "Merge Tickets"

    ticket_ids = fields.Many2many("after.sales.ticket", required=True)
    candidate_ids = fields.Many2many(
        "after.sales.ticket", compute="_compute_candidate_ids"
    )
    target_id = fields.Many2one(
        "after.sales.ticket",
        string="Ticket that Stays",
        required=True,
        default=lambda self: self._default_target_id(),
    )

    # === DEFAULTS === #
    def _default_target_id(self):
        """Return the ticket that was reported first."""
        tickets = self.env["after.sales.ticket"].browse(
            self.env.context.get("default_ticket_ids")
        )
        return tickets.sorted(lambda ticket: (ticket.date_reported, ticket.id))[:1]

    # === COMPUTES === #
    @api.depends("ticket_ids")
    def _compute_candidate_ids(self):
        for merge in self:
            merge.candidate_ids = merge.ticket_ids | merge.ticket_ids.other_ticket_ids

    # === ACTIONS === #
    def action_apply(self):
        self.ensure_one()
        self.ticket_ids._merge_into(self.target_id)
        return {
            "type": "ir.actions.act_window",
            "res_model": "after.sales.ticket",
            "res_id": self.target_id.id,
            "view_mode": "form",
        }
