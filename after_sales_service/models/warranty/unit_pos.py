from odoo import api, models

from .unit_registration import QUIET


class AfterSalesUnit(models.Model):
    """The point of sale, which is not among our dependencies."""

    _inherit = "after.sales.unit"

    # === BUSINESS === #
    @api.model
    def _assign_till_buyers(self, pickings):
        """Give the units that a closed session delivered to who bought them.

        Serial numbers say which order a unit was in. The others are dealt out in the
        order of the sales; what nobody gave a name for stays without an owner.

        :param pickings: done transfers with ``pos_session_id``
        """
        units = self.search(
            [("move_id", "in", pickings.move_ids.ids), ("partner_id", "=", False)],
            order="id",
        )
        orders = pickings.pos_session_id._get_closed_orders()
        lines = orders.lines.filtered(
            lambda line: line.qty > 0 and not line.order_id.shipping_date
        )
        for product, sold in lines.sorted("id").grouped("product_id").items():
            rest = units.filtered(lambda unit, p=product: unit.product_id == p)
            for line in sold:
                rest -= rest._take_for_buyer(line)

    def _take_for_buyer(self, line):
        """Give the units of one line of a till's order to its buyer; return them."""
        numbers = line.pack_lot_ids.mapped("lot_name")
        if numbers:
            taken = self.filtered(lambda unit: unit.lot_id.name in numbers)
        else:
            taken = self._split_for_buyer(line.qty)
        buyer = line.order_id.partner_id
        if buyer:
            taken._give_to_buyer(buyer)
        return taken

    def _split_for_buyer(self, quantity):
        """Return units that make up ``quantity``; a bulk record is divided for it."""
        taken = self.browse()
        for unit in self:
            if quantity <= 0:
                break
            if unit.quantity > quantity:
                part = unit.with_context(**QUIET).copy(
                    {
                        "name": f"{unit.name}/{unit.id}",
                        "has_serial": False,
                        "quantity": quantity,
                        "lot_id": unit.lot_id.id,
                        "move_id": unit.move_id.id,
                        "last_move_id": unit.last_move_id.id,
                    }
                )
                unit.quantity -= quantity
                unit = part
            quantity -= unit.quantity
            taken |= unit
        return taken

    def _give_to_buyer(self, buyer):
        """Write the owner; terms that hold for this customer alone follow."""
        owner = buyer.commercial_partner_id
        before = self._get_policies()
        for unit in self.with_context(**QUIET):
            unit._with_owner_change("delivery", unit.date_delivered).write(
                {
                    "partner_id": owner.id,
                    "site_id": buyer.id if buyer != owner else False,
                }
            )
        after = self._get_policies()
        others = self.filtered(lambda unit: before[unit] != after[unit])
        others.cover_ids.unlink()
        others._create_covers()
