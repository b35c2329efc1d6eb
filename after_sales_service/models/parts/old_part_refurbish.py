from odoo import models
from odoo.tools import plaintext2html


class AfterSalesOldPart(models.Model):
    """Old parts on the bench: a place of their own, a native repair, and back."""

    _inherit = "after.sales.old.part"

    # === BUSINESS === #
    def _dispose_refurbish(self):
        # The right was checked by the button.
        for order, parts in self.sudo().grouped("order_id").items():
            company = order.company_id
            picking = parts._carry(
                order._get_warehouse().int_type_id,
                company.partner_id,
                company.after_sales_old_part_location_id,
                company.after_sales_refurbish_location_id,
            )
            parts._add_movement("bench", picking=picking)
        # As above; each part has a repair of its own.
        self.env["repair.order"].sudo().create(
            [part._prepare_refurbish_vals() for part in self.sudo()]
        )
        self._move_to("refurbish")

    def _prepare_refurbish_vals(self):
        """Return the values of the native repair that makes the part good again."""
        self.ensure_one()
        warehouse = self.order_id._get_warehouse()
        return {
            "product_id": self.product_id.id,
            "product_qty": self.quantity,
            "product_uom": self.product_id.uom_id.id,
            "company_id": self.company_id.id,
            "picking_type_id": warehouse.repair_type_id.id,
            "product_location_src_id": (
                self.company_id.after_sales_refurbish_location_id.id
            ),
            "product_location_dest_id": warehouse.lot_stock_id.id,
            "lot_id": self._get_lot().id,
            "internal_notes": plaintext2html(self.finding_note or ""),
            "after_sales_order_id": self.order_id.id,
            "after_sales_old_part_id": self.id,
        }

    def _finish_refurbish(self, repair):
        """Close the part that stands in good stock again."""
        self.ensure_one()
        if self.state == "refurbish":
            self._move_to("disposed")
            self._add_movement("refurbish", note=repair.name)

    def _give_up_refurbish(self, repair):
        """Bring the part back from the bench; something else is decided about it."""
        self.ensure_one()
        if self.state != "refurbish":
            return
        bench = repair.product_location_src_id
        place = self.company_id.after_sales_old_part_location_id
        picking = False
        if bench != place:  # repairs of before parts had a bench
            picking = self._carry(
                self.order_id._get_warehouse().int_type_id,
                self.company_id.partner_id,
                bench,
                place,
            )
        self._move_to("analysed")
        self._add_movement("bench_back", note=repair.name, picking=picking)
