from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def _after_sales_employee(self, company):
        """Return the employee of the user in ``company``, or an empty record."""
        self.ensure_one()
        # sudo: users read employees through hr.employee.public, which knows no
        # search by user and company in one go; only the id leaves this method.
        employee = (
            self.env["hr.employee"]
            .sudo()
            .search(
                [("user_id", "=", self.id), ("company_id", "=", company.id)], limit=1
            )
        )
        return employee.sudo(False)
