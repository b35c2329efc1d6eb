from odoo import api, fields, models


class AfterSalesTicketLate(models.TransientModel):
    """A new date for what will be late; see ``_announce_delay``."""

    _name = "after.sales.ticket.late"
    _description = "Will Be Late"

    ticket_id = fields.Many2one("after.sales.ticket", required=True)
    clock_id = fields.Many2one(
        "after.sales.sla.clock",
        string="Promise",
        required=True,
        compute="_compute_clock_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('ticket_id', '=', ticket_id), "
        "('state', 'in', ('running', 'paused'))]",
    )
    deadline = fields.Datetime(related="clock_id.deadline", string="Promised Until")
    date_expected = fields.Datetime(string="New Date", required=True)
    reason = fields.Char(string="Reason for the Customer", required=True)
    help_wanted = fields.Text()
    is_mailed = fields.Boolean(compute="_compute_is_mailed", string="Mailed")

    # === COMPUTES === #
    @api.depends("ticket_id")
    def _compute_clock_id(self):
        for notice in self:
            notice.clock_id = notice.ticket_id._get_late_clocks()[:1]

    @api.depends("ticket_id")
    def _compute_is_mailed(self):
        for notice in self:
            notice.is_mailed = bool(notice.ticket_id._get_mailed_person().email)

    # === ACTIONS === #
    def action_apply(self):
        self.ensure_one()
        self.ticket_id._announce_delay(
            self.clock_id, self.date_expected, self.reason, self.help_wanted
        )
        return {"type": "ir.actions.act_window_close"}
