from odoo import fields, models


class AfterSalesComplaintAppeal(models.TransientModel):
    """Why the customer does not accept the answer; the next level answers anew."""

    _name = "after.sales.complaint.appeal"
    _description = "Appeal of a Complaint"

    complaint_id = fields.Many2one("after.sales.complaint", required=True)
    reason = fields.Text(string="Why It Is Not Accepted", required=True)

    # === ACTIONS === #
    def action_apply(self):
        self.ensure_one()
        self.complaint_id._appeal(self.reason)
        return {"type": "ir.actions.act_window_close"}
