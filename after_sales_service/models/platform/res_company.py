from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    after_sales_repeat_days = fields.Integer(
        string="Repeat Fault Within (Days)", default=30
    )
    after_sales_signature_required = fields.Boolean(
        string="Customer Signs Before Completion", default=True
    )
    after_sales_old_part_days = fields.Integer(
        string="Old Parts Back Within (Days)", default=30
    )
    after_sales_cash_limit = fields.Monetary(
        string="Cash Limit on the Spot", default=5000.0
    )
    # Where goods stand that are neither stock nor the customer's purchase.
    after_sales_view_location_id = fields.Many2one(
        "stock.location", string="Service Locations", check_company=True
    )
    after_sales_warranty_location_id = fields.Many2one(
        "stock.location", string="Warranty Cost Location", check_company=True
    )
    after_sales_contract_location_id = fields.Many2one(
        "stock.location", string="Contract Cost Location", check_company=True
    )
    after_sales_goodwill_location_id = fields.Many2one(
        "stock.location", string="Goodwill Cost Location", check_company=True
    )
    after_sales_internal_location_id = fields.Many2one(
        "stock.location", string="Internal Use Location", check_company=True
    )
    after_sales_customer_goods_location_id = fields.Many2one(
        "stock.location", string="Customers' Goods", check_company=True
    )
    after_sales_old_part_location_id = fields.Many2one(
        "stock.location", string="Old Parts Returned", check_company=True
    )
    after_sales_defective_location_id = fields.Many2one(
        "stock.location", string="Defective Parts", check_company=True
    )
    after_sales_loan_location_id = fields.Many2one(
        "stock.location", string="On Loan", check_company=True
    )
