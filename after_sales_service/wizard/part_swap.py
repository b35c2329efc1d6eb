from odoo import api, fields, models
from odoo.exceptions import UserError


class AfterSalesPartSwap(models.TransientModel):
    """Scans the old part out and the new one in."""

    _name = "after.sales.part.swap"
    _description = "Swap a Part"

    order_id = fields.Many2one("after.sales.order", required=True, readonly=True)
    product_tmpl_id = fields.Many2one(
        related="order_id.unit_id.product_id.product_tmpl_id", string="Unit's Product"
    )
    serial_out = fields.Char(
        string="Old Serial Number", help="Scan or type the number on the old part."
    )
    component_id = fields.Many2one(
        "after.sales.component",
        string="Position",
        compute="_compute_component_id",
        store=True,
        readonly=False,
        domain="[('product_tmpl_id', '=', product_tmpl_id)]",
    )
    serial_in = fields.Char(
        string="New Serial Number",
        help="Scan or type the number on the new part from your van.",
    )
    product_id = fields.Many2one(
        "product.product",
        string="New Part",
        compute="_compute_product_id",
        store=True,
        readonly=False,
        domain=[("is_after_sales_part", "=", True)],
        help="Only for parts without a serial number of their own.",
    )
    hint = fields.Char(compute="_compute_hint", export_string_translation=False)

    # === COMPUTES === #
    @api.depends("serial_out")
    def _compute_component_id(self):
        for wizard in self:
            fitted = wizard.order_id._find_fitted(wizard.serial_out)
            wizard.component_id = fitted.component_id or wizard.component_id

    @api.depends("serial_in", "component_id")
    def _compute_product_id(self):
        for wizard in self:
            product = wizard.product_id
            if wizard.serial_in:
                lot = wizard.order_id._find_piece_in_van(wizard.serial_in)
                product = lot.product_id.sudo(False)
            elif not product and len(wizard.component_id.part_ids) == 1:
                product = wizard.component_id.part_ids
            wizard.product_id = product

    @api.depends("serial_out", "product_id")
    def _compute_hint(self):
        for wizard in self:
            order = wizard.order_id
            number = (wizard.serial_out or "").strip()
            hint = order._get_fit_warning(wizard.product_id)
            if number and not order._find_fitted(number):
                hint = self.env._(
                    "Nothing fitted in %(unit)s is known under %(serial)s. Read the "
                    "number again, or choose the position it came out of: the number "
                    "is noted there.",
                    unit=order.unit_id.name,
                    serial=number,
                )
            wizard.hint = hint

    # === ACTIONS === #
    def action_apply(self):
        """Swap the part.

        :raise UserError: if a number or the position is missing or wrong
        """
        self.ensure_one()
        order = self.order_id
        fitted = order._find_fitted(self.serial_out)
        lot = self.env["stock.lot"]
        if self.serial_in:
            lot = order._find_piece_in_van(self.serial_in)
        product = lot.product_id.sudo(False) or self.product_id
        if not product:
            raise UserError(self.env._("Scan the new part, or choose it."))
        if not self.component_id:
            raise UserError(
                self.env._("Choose the position in which the part was replaced.")
            )
        fitted = fitted or self._get_only_fitted()
        order._swap_part(
            self.component_id, product, lot.sudo(False), self.serial_out, fitted
        )
        return {"type": "ir.actions.act_window_close"}

    def _get_only_fitted(self):
        """Return what sits in the position, if it is one thing only."""
        rows = self.env["after.sales.unit.component"].search(
            [
                ("unit_id", "=", self.order_id.unit_id.id),
                ("component_id", "=", self.component_id.id),
                ("is_current", "=", True),
            ]
        )
        return rows if len(rows) == 1 else rows.browse()
