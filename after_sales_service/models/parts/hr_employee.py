from odoo import models
from odoo.exceptions import AccessError, UserError


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    def action_create_van(self):
        """Give each technician a location of their own below the warehouse's vans."""
        if not self.env.user.has_group(
            "after_sales_service.after_sales_group_supervisor"
        ):
            raise AccessError(
                self.env._("Only a service supervisor can give a technician a van.")
            )
        for employee in self.sudo():  # supervisors have no rights on locations
            employee._create_van()
        return True

    def _create_van(self):
        self.ensure_one()
        if self.after_sales_van_id:
            return
        warehouse = self._get_after_sales_warehouse()
        if not warehouse.after_sales_vans_location_id:
            warehouse._create_after_sales_data()
        self.after_sales_van_id = self.env["stock.location"].create(
            {
                "name": self.name,
                "usage": "internal",
                "location_id": warehouse.after_sales_vans_location_id.id,
                "company_id": self.company_id.id,
            }
        )

    def _get_after_sales_warehouse(self):
        """Return the warehouse the technician is served from.

        :raise UserError: if the company has none
        """
        self.ensure_one()
        warehouse = self.after_sales_team_id.warehouse_id or self.env[
            "stock.warehouse"
        ].search([("company_id", "=", self.company_id.id)], limit=1)
        if not warehouse:
            raise UserError(
                self.env._(
                    "%(company)s has no warehouse. Create one in Inventory first.",
                    company=self.company_id.display_name,
                )
            )
        return warehouse

    def _get_no_van_message(self):
        """Return the sentence for whom parts cannot be carried."""
        self.ensure_one()
        return self.env._(
            "%(technician)s has no van. Open the employee and press “Create Van”.",
            technician=self.name,
        )
