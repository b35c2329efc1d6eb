from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AfterSalesUnitComponent(models.Model):
    """What sits, or sat, in one position of one unit."""

    _name = "after.sales.unit.component"
    _description = "Component of an Installed Unit"
    _order = "unit_id, sequence, date_in desc, id"

    unit_id = fields.Many2one(
        "after.sales.unit", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company",
        related="unit_id.company_id",
        store=True,
        precompute=True,
        index=True,
    )
    component_id = fields.Many2one(
        "after.sales.component", string="Position", required=True, ondelete="restrict"
    )
    sequence = fields.Integer(
        related="component_id.sequence", store=True, precompute=True
    )
    product_id = fields.Many2one("product.product", string="Part")
    serial = fields.Char(string="Serial Number", index="trigram")
    lot_id = fields.Many2one(
        "stock.lot", string="Serial in Stock", index="btree_not_null"
    )
    date_in = fields.Date(string="Fitted on")
    date_out = fields.Date(string="Removed on")
    serial_out = fields.Char(
        string="Serial Removed", help="The number found on the part when it came out."
    )
    replaced_by_id = fields.Many2one(
        "after.sales.unit.component", string="Replaced by", index="btree_not_null"
    )
    origin = fields.Char(help="The service order that fitted it.")
    is_current = fields.Boolean(string="Fitted", default=True, index=True)

    # === COMPUTES === #
    @api.depends("component_id", "serial")
    def _compute_display_name(self):
        for row in self:
            row.display_name = " ".join(
                filter(None, (row.component_id.name, row.serial))
            )

    # === CONSTRAINS === #
    @api.constrains("unit_id", "component_id")
    def _check_position(self):
        for row in self:
            product = row.unit_id.product_id.product_tmpl_id
            if row.component_id.product_tmpl_id != product:
                raise ValidationError(
                    self.env._(
                        "“%(component)s” is not a position of %(product)s, so unit "
                        "%(unit)s cannot have it. Choose a position of its own "
                        "product.",
                        component=row.component_id.name,
                        unit=row.unit_id.name,
                        product=product.display_name,
                    )
                )

    @api.constrains("date_in", "date_out")
    def _check_dates(self):
        for row in self:
            if row.date_in and row.date_out and row.date_out < row.date_in:
                raise ValidationError(
                    self.env._(
                        "%(component)s of %(unit)s cannot be removed before it was "
                        "fitted. Correct one of the dates.",
                        component=row.component_id.name,
                        unit=row.unit_id.name,
                    )
                )
