from odoo import fields, models


class AfterSalesOrderReason(models.TransientModel):
    """Asks why an order has to wait or is opened again."""

    _name = "after.sales.order.reason"
    _description = "Reason for a Service Order"

    order_id = fields.Many2one("after.sales.order", required=True, readonly=True)
    company_id = fields.Many2one(related="order_id.company_id")
    verb = fields.Selection(
        [("wait", "Wait"), ("reopen", "Open again")], required=True, readonly=True
    )
    pause_reason_id = fields.Many2one(
        "after.sales.pause.reason",
        string="Waiting for",
        domain="[('company_id', 'in', [False, company_id])]",
    )
    is_clock_paused = fields.Boolean(related="pause_reason_id.is_clock_paused")
    note = fields.Char()
    reason = fields.Char()
    technician_id = fields.Many2one(
        "hr.employee",
        string="Another Technician",
        domain=[("is_after_sales_technician", "=", True)],
        help="Empty: the same technician comes again.",
    )

    def action_apply(self):
        self.ensure_one()
        if self.verb == "wait":
            self.order_id._wait(self.pause_reason_id, self.note)
        else:
            self.order_id._reopen(self.reason)
            if self.technician_id:
                self.order_id.technician_id = self.technician_id
        return {"type": "ir.actions.act_window_close"}
