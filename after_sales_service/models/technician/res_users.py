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

    def _after_sales_filter_present(self, company, moment):
        """Return the users who are not absent at ``moment``, in constant queries.

        Absences are the leaves of their resources, whoever wrote them: HR, time off,
        or the calendar. Who is no employee of the company is taken for present.

        :param datetime moment: naive UTC
        """
        # sudo: who assigns need not see why somebody is absent, only that they are.
        employees = (
            self.env["hr.employee"]
            .sudo()
            .search([("user_id", "in", self.ids), ("company_id", "=", company.id)])
        )
        absences = (
            self.env["resource.calendar.leaves"]
            .sudo()  # as above
            .search(
                [
                    ("resource_id", "in", employees.resource_id.ids),
                    ("time_type", "=", "leave"),
                    ("date_from", "<=", moment),
                    ("date_to", ">", moment),
                ]
            )
        )
        absent = employees.filtered(
            lambda employee: employee.resource_id in absences.resource_id
        )
        return self - absent.user_id.sudo(False)
