from odoo import models


class AccountMove(models.Model):
    """Money that was taken before the invoice was posted."""

    _inherit = "account.move"

    # === BUSINESS === #
    def _get_after_sales_due(self):
        """Return what is left to pay in company currency, also of a draft."""
        self.ensure_one()
        if self.state == "posted":
            return self.amount_residual_signed
        taken = self._get_after_sales_early_payments()
        return self.amount_total_signed - sum(
            taken.mapped("amount_company_currency_signed")
        )

    def _get_after_sales_early_payments(self):
        return self.matched_payment_ids.filtered(
            lambda payment: (
                payment.after_sales_order_id and payment.state in ("in_process", "paid")
            )
        )

    def _post(self, soft=True):
        posted = super()._post(soft)
        for invoice in posted.filtered("matched_payment_ids"):
            invoice._match_after_sales_payments()
        return posted

    def _match_after_sales_payments(self):
        """Reconcile what technicians took while the invoice was a draft."""
        self.ensure_one()
        # Who posts invoices need not see technicians' payments.
        payments = self.sudo()._get_after_sales_early_payments()
        open_lines = payments.move_id.line_ids.filtered(
            lambda line: (
                line.account_id.account_type == "asset_receivable"
                and not line.reconciled
            )
        )
        for line in open_lines:
            own = self.line_ids.filtered(
                lambda row, line=line: (
                    row.account_id == line.account_id and not row.reconciled
                )
            )
            if own:
                (line | own).reconcile()
