from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    after_sales_override_limit = fields.Monetary(
        string="Supervisors Override up to",
        default=5000.0,
        help="What one override may cost us before a manager has to approve it. "
        "Zero: no limit.",
    )
    after_sales_goodwill_limit = fields.Monetary(
        string="Goodwill up to",
        default=1000.0,
        help="What one grant of goodwill may cost us before a manager has to give it. "
        "Zero: no limit.",
    )
