from odoo import fields, models


class MaintenanceEquipment(models.Model):
    _inherit = "maintenance.equipment"

    is_after_sales_tool = fields.Boolean(string="Service Tool", index=True)
    after_sales_ownership = fields.Selection(
        [("personal", "Personal"), ("team", "Team"), ("store", "Kept in store")],
        string="Kept by",
        default="store",
    )
    after_sales_calibration_due = fields.Date(string="Calibration Due")
    after_sales_movement_ids = fields.One2many(
        "after.sales.tool.movement", "equipment_id", string="Custody"
    )
