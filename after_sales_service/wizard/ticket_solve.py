from odoo import fields, models


class AfterSalesTicketSolve(models.TransientModel):
    """How tickets were solved without a service order."""

    _name = "after.sales.ticket.solve"
    _description = "Solve Tickets"

    ticket_ids = fields.Many2many("after.sales.ticket", required=True)
    outcome = fields.Selection(
        selection=lambda self: (
            self.env["after.sales.ticket"]
            ._fields["outcome"]
            ._description_selection(self.env)
        ),
        required=True,
        default="answered",
    )
    solution = fields.Html()
    is_solved_case = fields.Boolean(
        string="Keep as Solved Case",
        help="Offered again when the same symptom is reported.",
    )

    # === ACTIONS === #
    def action_apply(self):
        self.ensure_one()
        self.ticket_ids._solve(self.outcome, self.solution)
        if self.is_solved_case:
            self.ticket_ids._keep_solution()
        self.ticket_ids._send_solved()
        return {"type": "ir.actions.act_window_close"}
