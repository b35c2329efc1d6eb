from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    after_sales_is_receipt_sent = fields.Boolean(
        string="Confirm Reports by Mail", default=True
    )
    after_sales_is_solved_sent = fields.Boolean(
        string="Ask Customers to Approve", default=True
    )

    # What the fault levels mean in this company; the usual meaning where empty.
    after_sales_level_1 = fields.Char(string="Level 1 Means", translate=True)
    after_sales_level_2 = fields.Char(string="Level 2 Means", translate=True)
    after_sales_level_3 = fields.Char(string="Level 3 Means", translate=True)
    after_sales_level_4 = fields.Char(string="Level 4 Means", translate=True)
