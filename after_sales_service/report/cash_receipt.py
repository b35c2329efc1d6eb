from odoo import api, models


class ReportCashReceipt(models.AbstractModel):
    """Technicians print receipts of their payments without accounting rights."""

    _name = "report.after_sales_service.report_cash_receipt"
    _description = "Cash Receipt"

    @api.model
    def _get_report_values(self, docids, data=None):
        payments = self.env["account.payment"].browse(docids)
        payments.check_access("read")
        # Invoice and entry behind a payment that may be read belong on its receipt.
        return {"docs": payments.sudo(), "doc_ids": docids}
