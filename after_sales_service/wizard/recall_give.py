from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class AfterSalesRecallGive(models.TransientModel):
    """Gives many units the cover of a recall or campaign, in one batch."""

    _name = "after.sales.recall.give"
    _description = "Give Recall Cover"

    name = fields.Char(
        string="Recall", required=True, help="Its number, on each cover."
    )
    unit_ids = fields.Many2many(
        "after.sales.unit",
        string="Units",
        required=True,
        default=lambda self: self.env.context.get("active_ids"),
    )
    product_tmpl_ids = fields.Many2many(
        "product.template", string="Models", compute="_compute_product_tmpl_ids"
    )
    component_id = fields.Many2one(
        "after.sales.component",
        string="Only for",
        domain="[('product_tmpl_id', 'in', product_tmpl_ids)]",
        help="Empty: for the whole unit.",
    )
    date_start = fields.Date(
        string="From", required=True, default=fields.Date.context_today
    )
    date_end = fields.Date(string="Until", help="Empty: without end.")
    backer_id = fields.Many2one(
        "res.partner",
        string="Paid by Supplier",
        help="The manufacturer who pays for the recall.",
    )
    share_part = fields.Float(string="Part (%)", default=100.0)
    share_labour = fields.Float(string="Labour (%)", default=100.0)
    share_travel = fields.Float(string="Travel (%)", default=100.0)

    @api.depends("unit_ids.product_id")
    def _compute_product_tmpl_ids(self):
        for recall in self:
            recall.product_tmpl_ids = recall.unit_ids.product_id.product_tmpl_id

    def action_apply(self):
        """Give the cover to the units that have not got it yet."""
        self.ensure_one()
        self._check()
        covers = self.env["after.sales.cover"]
        known = covers.search(
            [
                ("unit_id", "in", self.unit_ids.ids),
                ("kind", "=", "campaign"),
                ("origin", "=", self.name),
            ]
        ).unit_id
        new = self.unit_ids - known
        covers.create([self._prepare_cover_vals(unit) for unit in new])
        new._log_on_units(
            {
                unit.id: self.env._("Recall %(recall)s: cover given.", recall=self.name)
                for unit in new
            }
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "Units that got the cover: %(new)s. Units that had it already: "
                    "%(known)s.",
                    new=len(new),
                    known=len(known),
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _prepare_cover_vals(self, unit):
        """Return the values of the cover of one unit. Meant to be extended."""
        self.ensure_one()
        return {
            "company_id": unit.company_id.id,
            "unit_id": unit.id,
            "component_id": self.component_id.id,
            "kind": "campaign",
            "date_start": self.date_start,
            "date_end": self.date_end,
            "backer_id": self.backer_id.id,
            "share_part": self.share_part,
            "share_labour": self.share_labour,
            "share_travel": self.share_travel,
            "origin": self.name,
        }

    def _check(self):
        if not self.env["after.sales.cover"].has_access("create"):
            raise AccessError(
                self.env._("Recalls are given by managers. Ask yours to do it.")
            )
        strangers = self.unit_ids.filtered(
            lambda unit: (
                self.component_id
                and unit.product_id.product_tmpl_id != self.component_id.product_tmpl_id
            )
        )
        if strangers:
            raise UserError(
                self.env._(
                    "%(unit)s has no “%(component)s”. Take it out of the list, or give "
                    "the cover to the whole unit.",
                    unit=strangers[0].name,
                    component=self.component_id.name,
                )
            )
