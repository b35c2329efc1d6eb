from datetime import datetime, time
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    _inherit = "res.company"

    after_sales_abc_months = fields.Integer(string="ABC Over (Months)", default=12)
    after_sales_abc_limit_a = fields.Float(string="A up to (%)", default=80.0)
    after_sales_abc_limit_b = fields.Float(string="B up to (%)", default=95.0)
    after_sales_abc_limit_x = fields.Float(string="X up to (%)", default=50.0)
    after_sales_abc_limit_y = fields.Float(string="Y up to (%)", default=100.0)
    after_sales_lead_days = fields.Integer(
        string="Lead Time Without Vendor (Days)", default=14
    )

    after_sales_count_lines = fields.Integer(
        string="Parts Counted a Week",
        default=5,
        help="At each van and stock, chosen by class and risk. Zero: none.",
    )
    after_sales_count_tolerance = fields.Monetary(
        string="Differences Booked Unasked",
        help="Up to this value of a count; zero: every difference is approved.",
    )
    after_sales_workshop_cost = fields.Monetary(
        string="Workshop Cost per Hour",
        help="For refurbishing by people whose hourly cost is not known.",
    )

    # === CONSTRAINS === #
    @api.constrains(
        "after_sales_abc_months",
        "after_sales_abc_limit_a",
        "after_sales_abc_limit_b",
        "after_sales_abc_limit_x",
        "after_sales_abc_limit_y",
    )
    def _check_after_sales_abc(self):
        for company in self:
            a, b = company.after_sales_abc_limit_a, company.after_sales_abc_limit_b
            x, y = company.after_sales_abc_limit_x, company.after_sales_abc_limit_y
            if not (0 < a <= b <= 100 and 0 <= x <= y):
                raise ValidationError(
                    self.env._(
                        "The limits of the ABC analysis of %(company)s are out of "
                        "order: A is at most B, B at most 100 %%, X at most Y.",
                        company=company.name,
                    )
                )
            if not 1 <= company.after_sales_abc_months <= 60:
                raise ValidationError(
                    self.env._(
                        "The ABC analysis of %(company)s looks back over 1 to 60 "
                        "months.",
                        company=company.name,
                    )
                )

    # === BUSINESS === #
    def _get_after_sales_midnights(self, days):
        """Return when the days begin in the company's time zone: naive, in UTC."""
        self.ensure_one()
        zone = ZoneInfo(self.partner_id.tz or "UTC")
        return [
            datetime.combine(day, time(), zone)
            .astimezone(ZoneInfo("UTC"))
            .replace(tzinfo=None)
            for day in days
        ]

    def _create_after_sales_locations(self):
        """Companies get their stocking classes together with their places."""
        result = super()._create_after_sales_locations()
        classes = self.env["after.sales.stocking.class"]
        known = classes.search([("company_id", "in", self.ids)]).company_id
        classes.create(
            [
                vals
                for company in self - known
                for vals in classes._prepare_default_vals_list(company)
            ]
        )
        return result
