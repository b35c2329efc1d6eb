from odoo import fields, models


class ResCompany(models.Model):
    """How strictly parts are asked for, fitted, left over and brought back."""

    _inherit = "res.company"

    after_sales_emergency_issue = fields.Boolean(
        string="Emergency Issue Without Approval", default=True
    )
    after_sales_part_fit = fields.Selection(
        [("none", "Do not check"), ("warn", "Warn"), ("block", "Refuse")],
        string="Parts That Do Not Fit",
        default="warn",
        required=True,
    )
    after_sales_leftover_asked = fields.Boolean(
        string="Say What Becomes of Unused Parts", default=True
    )
    after_sales_old_part_block = fields.Boolean(
        string="Overdue Old Parts Stop Requisitions"
    )
    after_sales_old_part_rung_days = fields.Integer(
        string="Days Between Reminders", default=7
    )
    after_sales_supplier_days = fields.Integer(
        string="Manufacturer Answers Within (Days)", default=30
    )
