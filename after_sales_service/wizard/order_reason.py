from odoo import fields, models


class AfterSalesOrderReason(models.TransientModel):
    """Asks why an order has to wait or is opened again."""

    _name = "after.sales.order.reason"
    _description = "Reason for a Service Order"

    order_id = fields.Many2one("after.sales.order", required=True, readonly=True)
    verb = fields.Selection(
        [("wait", "Wait"), ("reopen", "Open again")], required=True, readonly=True
    )
    reason = fields.Char(required=True)
    technician_id = fields.Many2one(
        "hr.employee",
        string="Another Technician",
        domain=[("is_after_sales_technician", "=", True)],
        help="Empty: the same technician comes again.",
    )

    def action_apply(self):
        self.ensure_one()
        if self.verb == "wait":
            self.order_id._wait(self.reason)
        else:
            self.order_id._reopen(self.reason)
            if self.technician_id:
                self.order_id.technician_id = self.technician_id
        return {"type": "ir.actions.act_window_close"}
