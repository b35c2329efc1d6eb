from odoo import api, fields, models
from odoo.exceptions import UserError


class AfterSalesContractReason(models.TransientModel):
    """Asks why a contract rests or ends, and on which day it ends."""

    _name = "after.sales.contract.reason"
    _description = "Reason for a Service Contract"

    contract_ids = fields.Many2many("after.sales.contract", readonly=True)
    verb = fields.Selection(
        [("suspend", "Suspend"), ("terminate", "Terminate")],
        required=True,
        readonly=True,
    )
    reason = fields.Char(required=True)
    date = fields.Date(
        string="Last Day",
        default=fields.Date.context_today,
        help="This day is still covered.",
    )
    note = fields.Char(compute="_compute_note")

    # === COMPUTES === #
    @api.depends("verb", "date", "contract_ids")
    def _compute_note(self):
        for wizard in self:
            wizard.note = wizard._get_note()

    def _get_note(self):
        """Return what else follows, as a sentence. Meant to be extended."""
        if self.verb == "suspend":
            return self.env._(
                "Nothing is covered from tomorrow on, and nothing is invoiced until "
                "the contract is active again."
            )
        return self.env._("A terminated contract cannot be started again.")

    # === ACTIONS === #
    def action_apply(self):
        self.ensure_one()
        self.contract_ids.check_access("write")
        if self.verb == "suspend":
            self.contract_ids._suspend(self.reason)
            return {"type": "ir.actions.act_window_close"}
        today = fields.Date.context_today(self)
        if self.date and self.date < today:
            raise UserError(
                self.env._(
                    "A contract ends today or later: what was covered until now stays "
                    "covered. Choose another “Last Day”."
                )
            )
        self.contract_ids._terminate(self.reason, self.date)
        return {"type": "ir.actions.act_window_close"}
