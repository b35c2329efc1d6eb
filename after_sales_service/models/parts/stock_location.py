from odoo import api, fields, models
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

    # Of which warehouse it is the group of all vans, or of all dealers.
    after_sales_vans_of_ids = fields.One2many(
        "stock.warehouse",
        "after_sales_vans_location_id",
        context={"active_test": False},
        export_string_translation=False,
    )
    after_sales_dealers_of_ids = fields.One2many(
        "stock.warehouse",
        "after_sales_dealers_location_id",
        context={"active_test": False},
        export_string_translation=False,
    )

    # === COMPUTES === #
    @api.depends("after_sales_vans_of_ids", "after_sales_dealers_of_ids")
    def _compute_complete_name(self):
        """Name our groups by their warehouse: Odoo names groups by themselves alone."""
        result = super()._compute_complete_name()
        for location in self:
            if location.after_sales_vans_of_ids or location.after_sales_dealers_of_ids:
                parent = location.location_id.complete_name
                location.complete_name = f"{parent}/{location.name}"
        return result

    @api.depends("complete_name")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        for location in self.filtered(lambda location: location.usage == "view"):
            location.display_name = location.complete_name
        return result

    # === BUSINESS === #
    def _should_be_valued(self):
        return super()._should_be_valued() and not self.is_non_valued

    def _search_is_valued(self, operator, value):
        domain = Domain(super()._search_is_valued(operator, value))
        if (operator == "=") == bool(value):
            return domain & Domain("is_non_valued", "=", False)
        return domain | Domain("is_non_valued", "=", True)
