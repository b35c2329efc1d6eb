from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

# Only Python code can put this object into a context: a caller by RPC cannot.
_CUSTODY = object()


class MaintenanceEquipment(models.Model):
    _inherit = "maintenance.equipment"

    is_after_sales_tool = fields.Boolean(string="Service Tool", index=True)
    after_sales_ownership = fields.Selection(
        [("personal", "Personal"), ("team", "Team"), ("store", "Kept in store")],
        string="Kept by",
        default="store",
    )
    after_sales_calibration_due = fields.Date(string="Calibration Due", index=True)
    after_sales_calibration_months = fields.Integer(
        string="Calibrate Every (Months)", help="0: needs no calibration."
    )
    after_sales_is_overdue = fields.Boolean(
        string="Calibration Overdue", compute="_compute_after_sales_is_overdue"
    )
    after_sales_movement_ids = fields.One2many(
        "after.sales.tool.movement", "equipment_id", string="Custody"
    )
    # What the ledger says of today; written by the ledger only.
    after_sales_custody_id = fields.Many2one(
        "after.sales.tool.movement",
        string="Taken with",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    after_sales_date_due = fields.Date(
        string="Due Back", related="after_sales_custody_id.date_due", store=True
    )

    # === COMPUTES === #
    @api.depends("after_sales_calibration_due")
    def _compute_after_sales_is_overdue(self):
        today = fields.Date.context_today(self)
        for tool in self:
            due = tool.after_sales_calibration_due
            tool.after_sales_is_overdue = bool(due and due < today)

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._after_sales_refuse_custody_vals(vals)
        tools = super().create(vals_list)
        tools._after_sales_open_ledger()
        return tools

    def write(self, vals):
        self._after_sales_refuse_custody_vals(vals)
        if {"employee_id", "department_id", "equipment_assign_to"} & vals.keys():
            self._after_sales_check_holder(vals)
        result = super().write(vals)
        if vals.get("is_after_sales_tool"):
            self._after_sales_open_ledger()
        return result

    def copy_data(self, default=None):
        return [
            vals | {"employee_id": False} if vals.get("is_after_sales_tool") else vals
            for vals in super().copy_data(default)
        ]

    # === ACTIONS === #
    def action_after_sales_calibrated(self):
        """Note that the tools were calibrated today."""
        self.check_access("write")
        today = fields.Date.context_today(self)
        for tool in self:
            months = tool.after_sales_calibration_months
            if not months:
                raise UserError(
                    self.env._(
                        "Enter first how often %(tool)s has to be calibrated.",
                        tool=tool.display_name,
                    )
                )
            tool.after_sales_calibration_due = today + relativedelta(months=months)
            tool.message_post(body=self.env._("Calibrated."))

    # === BUSINESS === #
    def _after_sales_set_holder(self, employee, movement, **vals):
        """Write who holds the tools. Only the custody ledger does that.

        :param employee: the new holder; empty for the store
        :param movement: the row of the ledger that says so
        :param vals: further values written with it
        """
        former = self.employee_id
        # sudo: the rights are those on the movement that was just confirmed; clerks
        # and technicians may not edit equipment.
        tools = self.sudo().with_context(after_sales_custody=_CUSTODY)
        tools.write(
            {
                "employee_id": employee.id,
                "equipment_assign_to": "employee",
                "assign_date": fields.Date.to_date(movement.date),
                "after_sales_custody_id": movement.id if employee else False,
                **vals,
            }
        )
        # Odoo subscribes the new holder but leaves the former one subscribed, who
        # would go on reading the tool.
        leaving = (former - employee).sudo().user_id.partner_id  # sudo: see above
        tools.message_unsubscribe(leaving.ids)

    def _after_sales_is_ledger(self):
        return self.env.context.get("after_sales_custody") is _CUSTODY

    def _after_sales_refuse_custody_vals(self, vals):
        if "after_sales_custody_id" in vals and not self._after_sales_is_ledger():
            raise UserError(
                self.env._("Custody is written by confirming a tool movement.")
            )

    def _after_sales_check_holder(self, vals):
        """Refuse to move a service tool past its ledger."""
        if self._after_sales_is_ledger():
            return
        for tool in self.filtered("is_after_sales_tool"):
            moved = any(
                name in vals and vals[name] != tool[name].id
                for name in ("employee_id", "department_id")
            )
            kind = vals.get("equipment_assign_to", tool.equipment_assign_to)
            if moved or (tool.employee_id and kind != tool.equipment_assign_to):
                raise UserError(
                    self.env._(
                        "%(tool)s is a service tool. Issue, return or transfer it with "
                        "a tool movement, so that its holder signs for it.",
                        tool=tool.display_name,
                    )
                )

    def _after_sales_open_ledger(self):
        """Give tools that somebody held before they were registered a first row."""
        held = self.filtered(
            lambda tool: (
                tool.is_after_sales_tool
                and tool.employee_id
                and not tool.after_sales_custody_id
            )
        )
        if held:
            # sudo: whoever may register a tool with its holder need not be a clerk.
            self.env["after.sales.tool.movement"].sudo()._create_opening(held)
