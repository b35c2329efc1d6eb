from odoo import fields, models


class ResCompany(models.Model):
    """Where pieces come from that a supplier sends instead of money."""

    _inherit = "res.company"

    after_sales_supplier_location_id = fields.Many2one(
        "stock.location", string="Replaced by Suppliers", check_company=True
    )

    # === BUSINESS === #
    def _prepare_after_sales_location_vals(self):
        return super()._prepare_after_sales_location_vals() | {
            "after_sales_supplier_location_id": {
                "name": self.env._("Replaced by suppliers"),
                "usage": "supplier",
                "location_id": self.after_sales_view_location_id.id,
                "company_id": self.id,
            }
        }

    def _get_after_sales_account_plan(self):
        """What suppliers give back lowers the warranty cost, unless set otherwise."""
        own = self.after_sales_supplier_location_id
        warranty = self.after_sales_warranty_location_id
        return [
            (name, places | own if warranty in places else places)
            for name, places in super()._get_after_sales_account_plan()
        ]
