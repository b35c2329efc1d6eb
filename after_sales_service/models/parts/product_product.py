from odoo import api, fields, models

CLASSES = [("a", "A"), ("b", "B"), ("c", "C")]
STEADINESS = [("x", "X – steady"), ("y", "Y – unsteady"), ("z", "Z – by chance")]
CRITICALITIES = [
    ("vital", "Vital"),
    ("essential", "Essential"),
    ("desirable", "Desirable"),
]


class ProductProduct(models.Model):
    _inherit = "product.product"

    after_sales_abc_class = fields.Selection(
        CLASSES,
        string="ABC Class",
        company_dependent=True,
        help="By the value used in service; written by the ABC analysis.",
    )
    after_sales_xyz_class = fields.Selection(
        STEADINESS,
        string="XYZ Class",
        company_dependent=True,
        help="By how steadily it is used; written by the ABC analysis.",
    )
    after_sales_count_days = fields.Integer(
        string="Counted Every (Days)",
        company_dependent=True,
        help="Zero: as often as its stocking class says.",
    )

    # === BUSINESS === #
    def _get_after_sales_stocking_class(self, company):
        """Return the policy of the part's class, empty if it has no class yet.

        :rtype: after.sales.stocking.class
        """
        self.ensure_one()
        return self.env["after.sales.stocking.class"].search(
            [
                ("company_id", "=", company.id),
                ("abc", "=", self.with_company(company).after_sales_abc_class),
                ("criticality", "=", self.after_sales_criticality),
            ],
            limit=1,
        )


class ProductTemplate(models.Model):
    _inherit = "product.template"

    after_sales_criticality = fields.Selection(
        CRITICALITIES,
        string="Criticality",
        default="essential",
        required=True,
        help="Vital: without it the customer stands still. Desirable: work goes on.",
    )
    after_sales_abc_class = fields.Selection(
        CLASSES, string="ABC Class", compute="_compute_after_sales_classes"
    )
    after_sales_xyz_class = fields.Selection(
        STEADINESS, string="XYZ Class", compute="_compute_after_sales_classes"
    )

    # === COMPUTES === #
    @api.depends_context("company")
    @api.depends(
        "product_variant_ids.after_sales_abc_class",
        "product_variant_ids.after_sales_xyz_class",
    )
    def _compute_after_sales_classes(self):
        """Show the classes of the only variant; several have their own."""
        for template in self:
            variant = template.product_variant_ids
            single = variant if len(variant) == 1 else variant.browse()
            template.after_sales_abc_class = single.after_sales_abc_class
            template.after_sales_xyz_class = single.after_sales_xyz_class
