from collections import defaultdict

from odoo import fields, models


class StockMove(models.Model):
    _inherit = "stock.move"

    # The register's memory of what it has seen: a move counts once, also when past
    # deliveries are registered in several runs and a serial was delivered twice.
    is_after_sales_registered = fields.Boolean(
        string="Seen by the Register of Units", copy=False, readonly=True
    )

    # === BUSINESS === #
    def _is_after_sales_move(self):
        """Say if the move is ours and delivers no unit. Meant to be extended."""
        self.ensure_one()
        return False

    def _get_after_sales_quantities(self):
        """Return ``{lot: quantity}`` of the move, in the product's unit of measure."""
        self.ensure_one()
        quantities = defaultdict(float)
        for line in self.move_line_ids:
            quantities[line.lot_id] += line.quantity_product_uom
        return dict(quantities)

    def _get_after_sales_goods(self):
        """Return ``{move: {lot: quantity}}`` of the moves that are done."""
        return {
            move: move._get_after_sales_quantities()
            for move in self
            if move.state == "done"
        }

    def _correct_after_sales(self, before):
        """Tell the register what was corrected on moves it knows.

        :param dict before: ``{move: {lot: quantity}}`` as it was
        """
        # Whoever may correct the delivery need not have a right on units.
        known = self.sudo().filtered("is_after_sales_registered")
        known.env["after.sales.unit"]._correct_moves(
            {move: before.get(move, {}) for move in known}
        )

    def _register_after_sales_units(self):
        """Bring the register of units up to date with done moves."""
        # Who may validate a transfer need not have a right on units.
        foreign = self.sudo().filtered(lambda move: not move._is_after_sales_move())
        if foreign:
            foreign.env["after.sales.unit"]._register_moves(foreign)
