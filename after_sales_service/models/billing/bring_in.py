from odoo import models
from odoo.exceptions import UserError


class StockMove(models.Model):
    """The unit of a bring-in repair goes home: its invoice is made that day."""

    _inherit = "stock.move"

    # === BUSINESS === #
    def _after_sales_follow_up(self):
        result = super()._after_sales_follow_up()
        home = self.filtered(
            lambda move: (
                move.company_id.after_sales_invoice_at_return
                and move.location_dest_id.usage == "customer"
                and move.location_id
                == move.company_id.after_sales_customer_goods_location_id
            )
        )
        if home:
            self.env["after.sales.order"]._invoice_returned(home)
        return result


class AfterSalesOrder(models.Model):
    _inherit = "after.sales.order"

    # === BUSINESS === #
    def _invoice_returned(self, moves):
        """Invoice the finished bring-in repairs of the units that went home.

        :param moves: done moves, in superuser mode
        """
        orders = self.search(
            [
                ("company_id", "in", moves.company_id.ids),
                ("kind", "=", "bring_in"),
                ("is_to_invoice", "=", True),
                "|",
                ("unit_id.lot_id", "in", moves.move_line_ids.lot_id.ids),
                ("id", "in", moves.picking_id.after_sales_order_id.ids),
            ]
        )
        for order in orders:
            order._invoice_returned_unit()

    def _invoice_returned_unit(self):
        """Make the invoice; the unit goes home even if that is not possible."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                self._create_invoices()
        except UserError as error:
            self._tell_leader(
                lambda env: env._("Unit is back at the customer, not invoiced"),
                str(error),
            )
