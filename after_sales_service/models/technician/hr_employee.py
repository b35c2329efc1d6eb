from odoo import fields, models


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    is_after_sales_technician = fields.Boolean(string="Service Technician")
    after_sales_badge = fields.Char(string="Service Badge Number")
    after_sales_team_id = fields.Many2one("after.sales.team", string="Service Team")
    after_sales_van_id = fields.Many2one("stock.location", string="Van Stock")
    after_sales_cash_journal_id = fields.Many2one(
        "account.journal", string="Cash Box", domain=[("type", "=", "cash")]
    )


class HrEmployeePublic(models.Model):
    _inherit = "hr.employee.public"

    is_after_sales_technician = fields.Boolean(readonly=True)
    after_sales_badge = fields.Char(readonly=True)
    after_sales_team_id = fields.Many2one("after.sales.team", readonly=True)
    after_sales_van_id = fields.Many2one("stock.location", readonly=True)
    after_sales_cash_journal_id = fields.Many2one("account.journal", readonly=True)
