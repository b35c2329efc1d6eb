from odoo import fields, models

from .staff_notice import NOTICE_LEVELS


class ResCompany(models.Model):
    _inherit = "res.company"

    after_sales_notice_level = fields.Selection(
        NOTICE_LEVELS, string="Told of New Warranty Terms", default="leader"
    )
    after_sales_label_format = fields.Selection(
        [
            ("roll", "Roll, 62 × 29 mm"),
            ("sheet", "A4 sheet, 24 labels of 70 × 36 mm"),
        ],
        string="Unit Labels on",
        default="roll",
        required=True,
    )

    # === BUSINESS === #
    def _get_label_paperformat(self):
        """Return the paper format on which this company prints unit labels."""
        self.ensure_one()
        return self.env.ref(
            "after_sales_service.after_sales_unit_label_paperformat_"
            f"{self.after_sales_label_format}"
        )
