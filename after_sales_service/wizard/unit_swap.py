from odoo import api, fields, models


class AfterSalesUnitSwap(models.TransientModel):
    """Changes a component by hand, without a service order, or takes that back."""

    _name = "after.sales.unit.swap"
    _description = "Change of a Component"

    unit_id = fields.Many2one("after.sales.unit", required=True)
    product_tmpl_id = fields.Many2one(related="unit_id.product_tmpl_id")
    component_id = fields.Many2one(
        "after.sales.component", string="Position", required=True
    )
    row_out_id = fields.Many2one(
        "after.sales.unit.component",
        string="Fitted Now",
        compute="_compute_row_out_id",
    )
    serial_out = fields.Char(
        string="Serial Removed",
        compute="_compute_serial_out",
        store=True,
        readonly=False,
        help="The number read on the part that came out.",
    )
    product_id = fields.Many2one(
        "product.product",
        string="Part Fitted",
        compute="_compute_product_id",
        store=True,
        readonly=False,
    )
    serial_in = fields.Char(string="Serial Fitted")
    date = fields.Date(required=True, default=fields.Date.context_today)
    reason = fields.Char(required=True)
    warning = fields.Char(compute="_compute_warning")

    # === COMPUTES === #
    @api.depends("unit_id", "component_id")
    def _compute_row_out_id(self):
        for swap in self:
            swap.row_out_id = swap.unit_id._get_fitted(swap.component_id)

    @api.depends("row_out_id")
    def _compute_serial_out(self):
        for swap in self:
            swap.serial_out = swap.row_out_id.serial

    @api.depends("component_id")
    def _compute_product_id(self):
        for swap in self:
            parts = swap.component_id.part_ids
            fitted = swap.row_out_id.product_id
            swap.product_id = fitted or (parts if len(parts) == 1 else False)

    @api.depends("serial_in", "serial_out", "row_out_id")
    def _compute_warning(self):
        for swap in self:
            swap.warning = swap._get_warning()

    # === ACTIONS === #
    def action_apply(self):
        self.ensure_one()
        self.unit_id._swap_component(
            self.component_id,
            self.product_id,
            (self.serial_in or "").strip(),
            (self.serial_out or "").strip(),
            self.date,
            self.reason,
        )
        return {"type": "ir.actions.act_window_close"}

    # === BUSINESS === #
    def _get_warning(self):
        self.ensure_one()
        known = self.row_out_id.serial
        if known and self.serial_out and self.serial_out != known:
            return self.env._(
                "The register says that %(known)s is fitted, not %(read)s. What was "
                "read on the part is kept.",
                known=known,
                read=self.serial_out,
            )
        return False
