from odoo import fields, models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    after_sales_technician_id = fields.Many2one(
        "hr.employee", string="Taken by Technician", index="btree_not_null", copy=False
    )
    after_sales_handover_id = fields.Many2one(
        "after.sales.cash.handover",
        string="Cash Handover",
        index="btree_not_null",
        copy=False,
    )
