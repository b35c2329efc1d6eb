from odoo import api, fields, models
from odoo.exceptions import AccessError

TECHNICIAN_FIELDS = (
    "is_after_sales_technician",
    "after_sales_badge",
    "after_sales_team_id",
    "after_sales_van_id",
    "after_sales_cash_journal_id",
)


class AfterSalesTechnicianEdit(models.TransientModel):
    """Lets the service manager name technicians without the rights of HR."""

    _name = "after.sales.technician.edit"
    _description = "Edit a Service Technician"
    _check_company_auto = True

    employee_id = fields.Many2one("hr.employee", required=True, readonly=True)
    company_id = fields.Many2one(related="employee_id.company_id")
    is_after_sales_technician = fields.Boolean(string="Service Technician")
    after_sales_badge = fields.Char(string="Service Badge Number")
    after_sales_team_id = fields.Many2one(
        "after.sales.team", string="Service Team", check_company=True
    )
    after_sales_van_id = fields.Many2one(
        "stock.location",
        string="Van Stock",
        check_company=True,
        domain=[("usage", "=", "internal")],
    )
    after_sales_cash_journal_id = fields.Many2one(
        "account.journal",
        string="Cash Box",
        check_company=True,
        domain=[("type", "=", "cash")],
    )

    # === DEFAULTS === #
    @api.model
    def default_get(self, fields):
        """Start from what is known of the employee."""
        values = super().default_get(fields)
        employee = self.env["hr.employee"].browse(values.get("employee_id"))
        if employee:
            (known,) = employee.read(TECHNICIAN_FIELDS, load=None)
            values.update({name: known[name] for name in TECHNICIAN_FIELDS})
            values["is_after_sales_technician"] = True
        return values

    # === ACTIONS === #
    def action_apply(self):
        self.ensure_one()
        if not self.env.user.has_group("after_sales_service.after_sales_group_manager"):
            raise AccessError(
                self.env._("Technicians are named by the manager of the service.")
            )
        # The companies of the manager, as the rule of the public employees says.
        self.env["hr.employee.public"].browse(self.employee_id.id).check_access("read")
        vals = {
            name: self._fields[name].convert_to_write(self[name], self)
            for name in TECHNICIAN_FIELDS
        }
        # sudo: service managers need no HR rights; only the service's own fields of
        # an employee of their companies are written.
        self.employee_id.sudo().write(vals)
        return {"type": "ir.actions.act_window_close"}
