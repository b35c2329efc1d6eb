from odoo import fields, models


class AfterSalesUnitOwnership(models.Model):
    """Who had a unit from which day on. Rows are added, never changed or removed."""

    _name = "after.sales.unit.ownership"
    _description = "Owner of an Installed Unit"
    _inherit = "after.sales.ledger.mixin"
    _order = "date desc, id desc"

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
    date = fields.Date(string="From", required=True)
    partner_from_id = fields.Many2one("res.partner", string="Owner Before")
    partner_id = fields.Many2one(
        "res.partner", string="Owner", index="btree_not_null", help="Empty: nobody."
    )
    site_id = fields.Many2one("res.partner", index="btree_not_null")
    is_ours = fields.Boolean(
        string="Back with Us", help="It came back to us, or was scrapped."
    )
    origin = fields.Selection(
        [
            ("delivery", "Delivery"),
            ("transfer", "Change of owner or site"),
            ("return", "Return"),
            ("import", "Import"),
            ("manual", "By hand"),
        ],
        string="How",
        required=True,
        default="manual",
    )
    reason = fields.Char()
    user_id = fields.Many2one(
        "res.users", string="Entered by", default=lambda self: self.env.user
    )

    # === BUSINESS === #
    def _get_change_refusal(self):
        return self.env._(
            "The owners of the past are not changed. Transfer the unit to its "
            "right owner instead."
        )
