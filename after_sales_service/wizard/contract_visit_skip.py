from odoo import fields, models


class AfterSalesContractVisitSkip(models.TransientModel):
    """Asks why a preventive visit is left out."""

    _name = "after.sales.contract.visit.skip"
    _description = "Leave Out a Preventive Visit"

    visit_id = fields.Many2one(
        "after.sales.contract.visit", required=True, readonly=True, ondelete="cascade"
    )
    reason = fields.Char(required=True)

    # === ACTIONS === #
    def action_apply(self):
        self.ensure_one()
        self.visit_id._skip(self.reason)
        return {"type": "ir.actions.act_window_close"}
