from odoo import api, fields, models

from .order_cost import COST_GROUPS


class AfterSalesTime(models.Model):
    """What an hour cost on the day it was worked, whatever it costs later."""

    _inherit = "after.sales.time"

    currency_id = fields.Many2one(related="company_id.currency_id")
    amount_cost = fields.Monetary(
        string="Cost",
        compute="_compute_amount_cost",
        store=True,
        groups=COST_GROUPS,
    )

    # === COMPUTES === #
    @api.depends("hours", "technician_id")
    def _compute_amount_cost(self):
        for entry in self:
            # Not who it is costs money to know, but the sum those groups may see.
            rate = entry.technician_id.sudo().hourly_cost
            entry.amount_cost = entry.hours * rate


class AfterSalesLoan(models.Model):
    _inherit = "after.sales.loan"

    amount_cost = fields.Monetary(
        string="Cost", compute="_compute_amount_cost", store=True, groups=COST_GROUPS
    )

    # === COMPUTES === #
    @api.depends("date_back")
    def _compute_amount_cost(self):
        """Days out, first and last included, at the company's cost of a day."""
        for loan in self:
            days = 0
            if loan.date_back and loan.date_out:
                days = (loan.date_back.date() - loan.date_out.date()).days + 1
            loan.amount_cost = days * loan.company_id.after_sales_loan_day_cost


class ResCompany(models.Model):
    _inherit = "res.company"

    after_sales_loan_day_cost = fields.Monetary(string="Loaner Costs Us, a Day")


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    after_sales_loan_day_cost = fields.Monetary(
        related="company_id.after_sales_loan_day_cost",
        currency_field="company_currency_id",
        readonly=False,
    )


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    after_sales_order_id = fields.Many2one(
        "after.sales.order",
        string="Service Order",
        index="btree_not_null",
        check_company=True,
        help="Whose cost it is: subcontractors, trips, freight.",
    )
