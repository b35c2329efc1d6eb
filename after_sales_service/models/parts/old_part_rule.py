from odoo import api, fields, models


class AfterSalesOldPartRule(models.Model):
    """Which old parts are owed: the first rule that fits decides.

    Where no rule fits, the setting on the part itself holds.
    """

    _name = "after.sales.old.part.rule"
    _description = "Old Part Duty Rule"
    _inherit = "after.sales.rule.mixin"

    product_id = fields.Many2one(
        "product.product",
        string="Part",
        check_company=True,
        domain=[("is_after_sales_part", "=", True)],
    )
    categ_id = fields.Many2one("product.category", string="Part Category")
    supplier_id = fields.Many2one("res.partner")
    cover_kind = fields.Selection(
        selection=lambda self: self._get_cover_kinds(),
        string="Cover",
        help="Empty: whatever covers the part, or nothing.",
    )
    is_owed = fields.Boolean(string="Comes Back", default=True)
    days = fields.Integer(
        string="Back Within (Days)", help="0: as in the settings of the company."
    )

    _days_positive = models.Constraint(
        "CHECK(days >= 0)", "The days to bring an old part back cannot be negative."
    )

    # === DEFAULTS === #
    @api.model
    def _get_cover_kinds(self):
        kinds = self.env["after.sales.cover"]._fields["kind"]
        return [
            ("paid", self.env._("Paid by the customer")),
            ("internal", self.env._("Own work")),
            *kinds._description_selection(self.env),
        ]

    # === BUSINESS === #
    def _fits(self, line):
        """Say if the rule speaks about one used order line."""
        self.ensure_one()
        product = line.product_id
        if self.product_id and self.product_id != product:
            return False
        if self.categ_id and not (product.categ_id.parent_path or "").startswith(
            self.categ_id.parent_path
        ):
            return False
        if self.supplier_id and self.supplier_id != (product.seller_ids[:1].partner_id):
            return False
        return self.cover_kind in (False, self._get_line_cover(line))

    def _get_line_cover(self, line):
        if line._is_internal_cost():
            return "internal"
        if not line._is_free_of_charge():
            return "paid"
        kind = line.decision_id.cover_id.kind
        return kind or ("contract" if line.category == "B" else "product")
