from odoo import fields, models


class AfterSalesPauseReason(models.Model):
    """Why a ticket waits, and whether the promised times wait with it."""

    _name = "after.sales.pause.reason"
    _description = "Reason to Wait"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True)
    is_clock_paused = fields.Boolean(
        string="Promised Times Wait Too",
        help="Tick it for reasons on the customer's side only.",
    )
