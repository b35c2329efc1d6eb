from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.warranty.cover import VOIDABLE_KINDS


class AfterSalesUnitTransfer(models.TransientModel):
    """Gives units to another owner or site."""

    _name = "after.sales.unit.transfer"
    _description = "Transfer of Units"

    unit_ids = fields.Many2many(
        "after.sales.unit",
        string="Units",
        required=True,
        default=lambda self: self._default_unit_ids(),
    )
    partner_id = fields.Many2one("res.partner", string="New Owner", required=True)
    site_id = fields.Many2one(
        "res.partner", string="New Site", domain="[('id', 'child_of', partner_id)]"
    )
    date = fields.Date(string="From", required=True, default=fields.Date.context_today)
    has_children = fields.Boolean(
        string="Contains Others", compute="_compute_has_children"
    )
    is_with_children = fields.Boolean(
        string="With Everything They Contain", default=True
    )
    cover_rule = fields.Selection(
        [
            ("stay", "Warranty stays, contracts end"),
            ("all", "Everything stays"),
            ("end", "Everything ends"),
        ],
        string="Covers",
        required=True,
        default="stay",
        help="What was agreed with the old owner ends on the day before.",
    )
    reason = fields.Char(required=True)
    warnings = fields.Text(compute="_compute_warnings")

    # === DEFAULTS === #
    @api.model
    def _default_unit_ids(self):
        if self.env.context.get("active_model") != "after.sales.unit":
            return self.env["after.sales.unit"]
        return self.env["after.sales.unit"].browse(self.env.context.get("active_ids"))

    # === COMPUTES === #
    @api.depends("unit_ids")
    def _compute_has_children(self):
        for transfer in self:
            units = transfer.unit_ids._origin
            transfer.has_children = bool(units.child_ids - units)

    @api.depends("unit_ids", "is_with_children")
    @api.depends_context("lang")
    def _compute_warnings(self):
        for transfer in self:
            transfer.warnings = "\n".join(
                transfer._get_units()._get_transfer_warnings()
            )

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        owner = self.site_id.commercial_partner_id
        if self.site_id and owner != self.partner_id.commercial_partner_id:
            self.site_id = False

    # === ACTIONS === #
    def action_apply(self):
        self.ensure_one()
        units = self._get_units()
        if not units:
            raise UserError(self.env._("Choose the units to transfer first."))
        units._transfer(
            self.date, self.partner_id, self.site_id, self.reason, self._get_end_kinds()
        )
        return {"type": "ir.actions.act_window_close"}

    # === BUSINESS === #
    def _get_units(self):
        units = self.unit_ids._origin
        return units._get_contained() if self.is_with_children else units

    def _get_end_kinds(self):
        kinds = {
            "stay": ("contract",),
            "all": (),
            "end": ("contract", *VOIDABLE_KINDS),
        }
        return kinds[self.cover_rule]
