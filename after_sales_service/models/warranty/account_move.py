from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    # === BUSINESS === #
    def _post(self, soft=True):
        """Take back warranty extensions that a credit note pays back."""
        posted = super()._post(soft)
        refunds = posted.filtered(lambda move: move.move_type == "out_refund")
        # Accountants need no right on sale orders.
        refunds.sudo().invoice_line_ids.sale_line_ids._sync_after_sales_covers()
        return posted

    def button_draft(self):
        """Give them again if the credit note was a mistake."""
        result = super().button_draft()
        refunds = self.filtered(lambda move: move.move_type == "out_refund")
        # As above.
        refunds.sudo().invoice_line_ids.sale_line_ids._sync_after_sales_covers()
        return result
