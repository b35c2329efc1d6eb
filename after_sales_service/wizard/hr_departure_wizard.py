from odoo import Command, models


class HrDepartureWizard(models.TransientModel):
    _inherit = "hr.departure.wizard"

    def action_register_departure(self):
        """Ask for the handover before Odoo frees the equipment."""
        self.employee_ids._after_sales_check_departure()
        if not self.unassign_equipment:
            return super().action_register_departure()
        # Service tools of a forced departure stay with their holder in the ledger;
        # everything else is freed as Odoo does.
        self.unassign_equipment = False
        action = super().action_register_departure()
        others = self.employee_ids.equipment_ids.filtered(
            lambda equipment: not equipment.is_after_sales_tool
        )
        self.employee_ids.write(
            {"equipment_ids": [Command.unlink(equipment.id) for equipment in others]}
        )
        return action
