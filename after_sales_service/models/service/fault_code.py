from odoo import models


class AfterSalesFaultCode(models.Model):
    """A cause that begins or ceases to void covers decides open orders again."""

    _inherit = "after.sales.fault.code"

    # === CRUD === #
    def write(self, vals):
        changed = self.filtered(
            lambda code: (
                code.cover_effect != vals.get("cover_effect", code.cover_effect)
            )
        )
        result = super().write(vals)
        if changed:
            self.env["after.sales.order"]._decide_open(
                [("cause_id", "in", changed.ids), ("unit_id", "!=", False)]
            )
        return result
