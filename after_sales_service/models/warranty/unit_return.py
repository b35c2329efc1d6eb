from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date

from .unit_registration import QUIET


class AfterSalesUnit(models.Model):
    _inherit = "after.sales.unit"

    # === BUSINESS === #
    @api.model
    def _get_returned(self, moves):
        """Return ``[(move, unit, quantity)]`` of what came back, bulk with a part."""
        lots = moves.move_line_ids.lot_id
        origins = moves.origin_returned_move_id
        customers = {self._get_site(move).commercial_partner_id for move in moves}
        units = self.search(
            Domain("company_id", "in", moves.company_id.ids)
            & Domain("product_id", "in", moves.product_id.ids)
            & Domain("place", "in", ("customer", "workshop", "loan"))
            & (
                Domain("lot_id", "in", lots.ids)
                | Domain("has_serial", "=", True)
                & Domain("name", "in", lots.mapped("name"))
                | Domain("move_id", "in", origins.ids)
                | Domain("lot_id", "=", False)
                & Domain("partner_id", "in", [partner.id for partner in customers])
            ),
            order="date_delivered desc, id desc",
        )
        found = []
        for move in moves:
            rest = units.filtered(lambda unit, m=move: unit.product_id == m.product_id)
            for line in move.move_line_ids:
                hits = self._match_returned(rest, move, line)
                quantity = line.quantity_product_uom
                for unit in hits:
                    if quantity <= 0:
                        break
                    part = min(quantity, unit.quantity)
                    found.append((move, unit, part))
                    quantity -= part
                    rest -= unit
                    units -= unit
        return found

    @api.model
    def _match_returned(self, units, move, line):
        """Return the units that a line may mean, those of its delivery first.

        What has no number of its own is only taken from the customer who sends it.
        """
        lot, origin = line.lot_id, move.origin_returned_move_id
        if lot:
            hits = units.filtered(
                lambda unit: (
                    unit.lot_id == lot or (unit.has_serial and unit.name == lot.name)
                )
            )
        else:
            hits = units.filtered(lambda unit: not unit.lot_id)
        own = hits.filtered(lambda unit: unit.move_id == origin)
        if origin and own:
            return own
        if lot and move.product_id.tracking == "serial":
            return hits
        customer = self._get_site(move).commercial_partner_id
        return hits.filtered(lambda unit: unit.partner_id == customer)

    @api.model
    def _register_returns(self, moves):
        """Close the units that came back; part of a bulk record makes it smaller."""
        if not moves:
            return
        bodies = {}
        for move, unit, quantity in self._get_returned(moves):
            day = self._get_local_date(move.date, unit.partner_id, move.company_id)
            if quantity < unit.quantity:
                unit.write(
                    {"quantity": unit.quantity - quantity, "last_move_id": move.id}
                )
                bodies[unit.id] = self.env._(
                    "%(quantity)s came back on %(date)s.",
                    quantity=f"{quantity:g}",
                    date=format_date(self.env, day),
                )
                continue
            unit.with_context(**QUIET)._with_owner_change("return", day).write(
                {"place": "returned", "last_move_id": move.id}
            )
            for cover in unit.cover_ids:
                if not cover.date_closed:
                    cover.date_closed = day
            bodies[unit.id] = self.env._(
                "Came back to us on %(date)s from %(owner)s.",
                date=format_date(self.env, day),
                owner=unit.partner_id.display_name or "–",
            )
        self._log_on_units(bodies)

    @api.model
    def _register_bring_ins(self, moves):
        """Note that units stand in our workshop; owner and covers stay."""
        if not moves:
            return
        bodies = {}
        for move, unit, _quantity in self._get_returned(moves):
            unit.with_context(**QUIET).write(
                {"place": "workshop", "last_move_id": move.id}
            )
            bodies[unit.id] = self.env._("Brought to our workshop.")
        self._log_on_units(bodies)
