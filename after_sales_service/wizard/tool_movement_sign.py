from odoo import fields, models


class AfterSalesToolMovementSign(models.TransientModel):
    """The pad on which somebody signs for a tool."""

    _name = "after.sales.tool.movement.sign"
    _description = "Sign for a Tool"

    movement_id = fields.Many2one(
        "after.sales.tool.movement", required=True, readonly=True
    )
    equipment_id = fields.Many2one(related="movement_id.equipment_id")
    employee_id = fields.Many2one(related="movement_id.employee_id")
    purpose = fields.Char(related="movement_id.purpose")
    condition = fields.Selection(related="movement_id.condition")
    date_due = fields.Date(related="movement_id.date_due")
    signed_by = fields.Char(
        required=True, default=lambda self: self._default_signed_by()
    )
    signature = fields.Image(max_width=1024)

    # === DEFAULTS === #
    def _default_signed_by(self):
        movement = self.env["after.sales.tool.movement"].browse(
            self.env.context.get("default_movement_id")
        )
        return movement.employee_id.name

    # === ACTIONS === #
    def action_apply(self):
        self.ensure_one()
        self.movement_id._sign(self.signature, self.signed_by)
        return {"type": "ir.actions.act_window_close"}
