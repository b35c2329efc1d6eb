from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AfterSalesComponent(models.Model):
    """A position of a product, and the parts that fit it."""

    _name = "after.sales.component"
    _description = "After-Sales Component"
    _rec_names_search = ["name", "code"]
    _order = "product_tmpl_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    code = fields.Char(string="Position")
    sequence = fields.Integer(default=10)
    product_tmpl_id = fields.Many2one(
        "product.template",
        string="Product",
        required=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(
        "res.company",
        related="product_tmpl_id.company_id",
        store=True,
        precompute=True,
        index=True,
    )
    component_class = fields.Selection(
        [
            ("frame", "Frame and housing"),
            ("drive", "Drive"),
            ("electronics", "Electronics"),
            ("hydraulics", "Hydraulics"),
            ("wearing", "Wearing part"),
            ("other", "Other"),
        ],
        string="Class",
        default="other",
        required=True,
    )
    part_ids = fields.Many2many(
        "product.product",
        # The usual name is too long for its constraints to be found at uninstall.
        "after_sales_component_part_rel",
        "after_sales_component_id",
        "product_product_id",
        string="Parts that Fit",
    )
    is_wearing = fields.Boolean(
        string="Wearing Part",
        compute="_compute_is_wearing",
        store=True,
        readonly=False,
        precompute=True,
    )
    is_serialised = fields.Boolean(string="Has Its Own Serial Number")
    labour_hours = fields.Float(
        string="Standard Hours", help="Usual hours of work to replace it."
    )

    _labour_hours_positive = models.Constraint(
        "CHECK(labour_hours >= 0)",
        "The standard hours of a component cannot be negative.",
    )

    # === COMPUTES === #
    @api.depends("component_class")
    def _compute_is_wearing(self):
        for component in self:
            if component.component_class == "wearing":
                component.is_wearing = True

    @api.depends("name", "product_tmpl_id.name")
    @api.depends_context("after_sales_show_product")
    def _compute_display_name(self):
        """Name the product, too, where positions of several stand side by side."""
        show_product = self.env.context.get("after_sales_show_product")
        for component in self:
            product = show_product and component.product_tmpl_id.name
            component.display_name = " · ".join(filter(None, [product, component.name]))

    # === CONSTRAINTS === #
    @api.constrains("product_tmpl_id")
    def _check_product_is_kept(self):
        fitted = dict(
            self.env["after.sales.unit.component"]
            .sudo()  # units of all companies count; nothing of them is shown
            ._read_group(
                [("component_id", "in", self.ids)],
                ["component_id"],
                ["unit_id:recordset"],
            )
        )
        for component, units in fitted.items():
            if units.product_id.product_tmpl_id - component.product_tmpl_id:
                raise ValidationError(
                    self.env._(
                        "“%(component)s” is fitted in units of another product. Make a "
                        "new position for %(product)s instead.",
                        component=component.name,
                        product=component.product_tmpl_id.display_name,
                    )
                )
