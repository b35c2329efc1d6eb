from odoo import api, models
from odoo.exceptions import UserError


class AfterSalesLedgerMixin(models.AbstractModel):
    """Rows that are added, and never changed or removed, whoever asks."""

    _name = "after.sales.ledger.mixin"
    _description = "After-Sales Ledger"

    # === CRUD === #
    def write(self, vals):
        if not vals:  # writing nothing is all that is allowed
            return super().write(vals)
        raise UserError(self._get_change_refusal())

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self._get_removal_refusal())

    # === BUSINESS === #
    def _get_change_refusal(self):
        """Return the sentence that says what to do instead. Meant to be overridden."""
        return self.env._("This ledger is never changed. Add another row instead.")

    def _get_removal_refusal(self):
        """Return the sentence for who wants to delete a row."""
        return self._get_change_refusal()
