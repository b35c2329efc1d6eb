from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    after_sales_loan_day_price = fields.Monetary(string="Late Loaner, a Day")

    after_sales_quotation_required = fields.Boolean(
        string="No Charge Without Accepted Quotation", default=True
    )
    after_sales_prices_on_portal = fields.Boolean(
        string="Customers See Service Prices", default=True
    )
    after_sales_invoice_post = fields.Boolean(
        string="Post Service Invoices at Once", default=True
    )
    after_sales_cash_journal_id = fields.Many2one(
        "account.journal",
        string="Cash From Technicians Goes to",
        domain=[("type", "in", ("cash", "bank"))],
        check_company=True,
    )
