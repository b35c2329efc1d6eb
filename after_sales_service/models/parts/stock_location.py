from odoo import fields, models
from odoo.fields import Domain


class StockLocation(models.Model):
    _inherit = "stock.location"

    is_non_valued = fields.Boolean(
        string="Never Valued",
        help="Goods here are no part of the company's stock value.",
    )
    after_sales_technician_ids = fields.One2many(
        "hr.employee",
        "after_sales_van_id",
        string="Technicians of the Van",
        groups="hr.group_hr_user,after_sales_service.after_sales_group_supervisor",
    )

    def _should_be_valued(self):
        return super()._should_be_valued() and not self.is_non_valued

    def _search_is_valued(self, operator, value):
        domain = Domain(super()._search_is_valued(operator, value))
        if (operator == "=") == bool(value):
            return domain & Domain("is_non_valued", "=", False)
        return domain | Domain("is_non_valued", "=", True)
