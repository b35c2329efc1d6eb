from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    after_sales_component_ids = fields.One2many(
        "after.sales.component", "product_tmpl_id", string="Positions", copy=True
    )
    after_sales_unit_count = fields.Integer(
        string="Registered Units", compute="_compute_after_sales_unit_count"
    )

    # === COMPUTES === #
    def _compute_after_sales_unit_count(self):
        counts = {}
        if self.env["after.sales.unit"].has_access("read"):
            groups = self.env["after.sales.unit"]._read_group(
                [("product_id.product_tmpl_id", "in", self.ids)],
                ["product_id"],
                ["__count"],
            )
            for product, count in groups:
                template = product.product_tmpl_id.id
                counts[template] = counts.get(template, 0) + count
        for template in self:
            template.after_sales_unit_count = counts.get(template.id, 0)
