from odoo import fields, models


class AfterSalesComplaintMeeting(models.Model):
    """The log of a special case: who met, what was found, what was decided."""

    _name = "after.sales.complaint.meeting"
    _description = "Meeting on a Special Case"
    _order = "date desc, id desc"

    complaint_id = fields.Many2one(
        "after.sales.complaint", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company", related="complaint_id.company_id", store=True, index=True
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    attendee_ids = fields.Many2many("res.users", string="Present")
    findings = fields.Text(string="What Was Found")
    decision = fields.Text(string="What Was Decided", required=True)
    user_id = fields.Many2one("res.users", string="Who Does It")
    date_due = fields.Date(string="Until")
