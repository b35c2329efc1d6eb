from odoo import models

LABEL_REPORT = "after_sales_service.report_unit_label"


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def get_paperformat(self):
        """Unit labels are printed on what the company has: a roll or a sheet."""
        if self.report_name == LABEL_REPORT:
            return self.env.company._get_label_paperformat()
        return super().get_paperformat()
