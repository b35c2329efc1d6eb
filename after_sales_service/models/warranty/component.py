from odoo import fields, models


class AfterSalesComponent(models.Model):
    """A position of a product, and the parts that fit it."""

    _name = "after.sales.component"
    _description = "After-Sales Component"
    _order = "product_tmpl_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(string="Position")
    sequence = fields.Integer(default=10)
    product_tmpl_id = fields.Many2one(
        "product.template", string="Product", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company", related="product_tmpl_id.company_id", store=True, index=True
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
    part_ids = fields.Many2many("product.product", string="Parts that Fit")
    is_wearing = fields.Boolean(string="Wearing Part")
    is_serialised = fields.Boolean(string="Has Its Own Serial Number")
    labour_hours = fields.Float(
        string="Standard Hours", help="Usual hours of work to replace it."
    )
