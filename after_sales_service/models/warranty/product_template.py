from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ProductTemplate(models.Model):
    _inherit = "product.template"

    after_sales_component_ids = fields.One2many(
        "after.sales.component", "product_tmpl_id", string="Positions", copy=True
    )
    after_sales_unit_count = fields.Integer(
        string="Registered Units", compute="_compute_after_sales_unit_count"
    )

    after_sales_extension_id = fields.Many2one(
        "after.sales.extension",
        string="Warranty Extension",
        check_company=True,
        index="btree_not_null",
        help="Who buys this service gets the covers of the extension.",
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

    # === CONSTRAINS === #
    @api.constrains("after_sales_extension_id", "type")
    def _check_after_sales_extension(self):
        for template in self:
            if template.after_sales_extension_id and template.type != "service":
                raise ValidationError(
                    self.env._(
                        "%(product)s is no service: only services are sold as "
                        "“Warranty Extension”.",
                        product=template.display_name,
                    )
                )
