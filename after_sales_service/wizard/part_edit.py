from odoo import Command, api, fields, models
from odoo.exceptions import AccessError

# What of a part the service keeps; prices, costs and names are not among it.
TEMPLATE_FIELDS = (
    "is_after_sales_part",
    "is_after_sales_wearing",
    "after_sales_old_part_duty",
    "after_sales_criticality",
    "after_sales_superseded_by_id",
    "after_sales_substitute_ids",
    "after_sales_supplier_months",
    "after_sales_supplier_share",
)
PRODUCT_FIELDS = ("after_sales_count_days",)


class AfterSalesPartEdit(models.TransientModel):
    """Lets the parts clerk keep the catalogue without the right to edit products."""

    _name = "after.sales.part.edit"
    _description = "Edit a Part of the Catalogue"

    product_id = fields.Many2one(
        "product.product", string="Part", required=True, readonly=True
    )
    is_after_sales_part = fields.Boolean(
        string="Spare Part", help="Technicians may ask for it and use it."
    )
    is_after_sales_wearing = fields.Boolean(
        string="Wearing Part", help="Wearing parts are outside the product warranty."
    )
    after_sales_old_part_duty = fields.Selection(
        lambda self: self._get_choices("after_sales_old_part_duty"),
        string="Old Part Due Back",
        required=True,
    )
    after_sales_criticality = fields.Selection(
        lambda self: self._get_choices("after_sales_criticality"),
        string="Criticality",
        required=True,
        help="Vital: without it the customer stands still. Desirable: work goes on.",
    )
    after_sales_superseded_by_id = fields.Many2one(
        "product.product",
        string="Superseded by",
        domain="[('is_after_sales_part', '=', True), ('id', '!=', product_id)]",
        help="The part that is delivered instead of this one from now on.",
    )
    after_sales_substitute_ids = fields.Many2many(
        "product.product",
        "after_sales_part_edit_substitute_rel",
        "edit_id",
        "product_id",
        string="Substitutes",
        domain="[('is_after_sales_part', '=', True), ('id', '!=', product_id)]",
        help="Parts that do the same work; offered when this one is out of stock.",
    )
    after_sales_position_ids = fields.Many2many(
        "after.sales.component",
        "after_sales_part_edit_position_rel",
        "edit_id",
        "component_id",
        string="Fits Positions",
        help="The positions of products into which the part goes.",
    )
    after_sales_supplier_months = fields.Integer(
        string="Supplier Warranty (Months)",
        help="How long the supplier answers for the part, from the day we received it.",
    )
    after_sales_supplier_share = fields.Float(
        string="Supplier Pays (%)",
        help="The share of the part's cost that the supplier bears in that time.",
    )
    after_sales_count_days = fields.Integer(
        string="Counted Every (Days)",
        help="Zero: as often as its stocking class says.",
    )

    # === DEFAULTS === #
    @api.model
    def default_get(self, fields):
        """Start from what is known of the part."""
        values = super().default_get(fields)
        product = self.env["product.product"].browse(values.get("product_id"))
        if product:
            for name in (*TEMPLATE_FIELDS, *PRODUCT_FIELDS, "after_sales_position_ids"):
                field = self._fields[name]
                values[name] = field.convert_to_write(product[name], self)
        return values

    def _get_choices(self, name):
        return (
            self.env["product.template"]._fields[name]._description_selection(self.env)
        )

    # === ACTIONS === #
    def action_apply(self):
        """Write the page of the part.

        :raise AccessError: for others than the parts clerk and the manager
        """
        self.ensure_one()
        if not self.env.user.has_group("after_sales_service.after_sales_group_clerk"):
            raise AccessError(
                self.env._("The part catalogue is kept by the parts clerk.")
            )
        self._check_readable()
        self._change_positions()
        # sudo: parts clerks need no rights on products; only the service's own fields
        # of a product of their companies are written.
        product = self.product_id.sudo()
        product.product_tmpl_id.write(self._get_changes(TEMPLATE_FIELDS))
        product.write(self._get_changes(PRODUCT_FIELDS))
        return {"type": "ir.actions.act_window_close"}

    def _check_readable(self):
        """:raise AccessError: for products of companies that are not the clerk's"""
        chosen = self.after_sales_superseded_by_id | self.after_sales_substitute_ids
        (self.product_id | chosen).check_access("read")

    def _change_positions(self):
        """Put the part into the chosen positions, which are the clerk's to keep.

        What the clerk does not see, of another company, stays as it is.
        """
        known = self.product_id.after_sales_position_ids
        part = self.product_id.id
        (self.after_sales_position_ids - known).write(
            {"part_ids": [Command.link(part)]}
        )
        (known - self.after_sales_position_ids).write(
            {"part_ids": [Command.unlink(part)]}
        )

    def _get_changes(self, names):
        return {
            name: self._fields[name].convert_to_write(self[name], self)
            for name in names
        }
