from odoo import fields, models


class AfterSalesCover(models.Model):
    """A promise on one unit or one of its components: from when to when, how much."""

    _name = "after.sales.cover"
    _description = "Cover"
    _order = "unit_id, date_start, id"

    company_id = fields.Many2one("res.company", required=True, index=True)
    unit_id = fields.Many2one(
        "after.sales.unit", required=True, ondelete="cascade", index=True
    )
    partner_id = fields.Many2one(related="unit_id.partner_id", store=True, index=True)
    component_id = fields.Many2one("after.sales.component", string="Component")
    component_class = fields.Selection(
        selection=lambda self: self.env["after.sales.component"]
        ._fields["component_class"]
        ._description_selection(self.env),
        string="Class",
    )
    unit_component_id = fields.Many2one(
        "after.sales.unit.component", string="Fitted Component", ondelete="cascade"
    )
    kind = fields.Selection(
        [
            ("campaign", "Campaign or recall"),
            ("repair", "Repair warranty"),
            ("replaced_part", "Replaced part"),
            ("product", "Product warranty"),
            ("extension", "Extension"),
            ("contract", "Contract"),
            ("goodwill", "Goodwill"),
        ],
        required=True,
        default="product",
    )
    policy_line_id = fields.Many2one(
        "after.sales.warranty.policy.line", string="Term", ondelete="set null"
    )
    contract_line_id = fields.Many2one(
        "after.sales.contract.line", string="Contract Line", ondelete="cascade"
    )
    date_start = fields.Date(string="From", index=True)
    date_end = fields.Date(string="Until", index=True)
    meter_limit = fields.Float()
    share_part = fields.Float(string="Part (%)")
    share_labour = fields.Float(string="Labour (%)")
    share_travel = fields.Float(string="Travel (%)")
    share_freight = fields.Float(string="Freight (%)")
    share_third_party = fields.Float(string="Third Party (%)")
    is_excluded = fields.Boolean(string="Excluded")
    is_void = fields.Boolean(string="Void")
    origin = fields.Char(help="What made this cover: a delivery, an order, a contract.")
