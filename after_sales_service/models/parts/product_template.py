from odoo import api, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        templates = super().create(vals_list)
        templates._set_part_category()
        return templates

    def write(self, vals):
        result = super().write(vals)
        if {"is_after_sales_part", "categ_id"} & vals.keys():
            self._set_part_category()
        return result

    # === BUSINESS === #
    def _set_part_category(self):
        """Give spare parts a category; Odoo's closing forgets the cost of others."""
        bare = self.filtered(
            lambda template: template.is_after_sales_part and not template.categ_id
        )
        if bare:
            category = self.env.ref(
                "after_sales_service.product_category_after_sales_part",
                raise_if_not_found=False,
            )
            if category:
                bare.categ_id = category
