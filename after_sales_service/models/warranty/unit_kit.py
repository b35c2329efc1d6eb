from collections import defaultdict
from math import ceil, floor

from odoo import api, models
from odoo.fields import Domain

from .unit_registration import QUIET

# Parts of a kit are counted in pieces; what rounding leaves is not another kit.
TINY = 1e-6


class AfterSalesUnit(models.Model):
    """Kits: what was sold is one unit, what was delivered for it is inside.

    The manufacturing app is not among our dependencies, so its fields are looked for
    before they are read.
    """

    _inherit = "after.sales.unit"

    # === BUSINESS === #
    @api.model
    def _is_registered(self, move):
        return super()._is_registered(move) or bool(self._get_kit(move))

    @api.model
    def _register_deliveries(self, moves):
        parts = moves.filtered(self._get_kit)
        own = moves.filtered(self._has_own_units)
        units = super()._register_deliveries(own)
        for group in parts.grouped(self._get_kit_group).values():
            units |= self._register_kits(group, units)
        return units

    @api.model
    def _register_returns(self, moves):
        result = super()._register_returns(moves.filtered(self._has_own_units))
        parts = moves.filtered(self._get_kit)
        for group in parts.grouped(self._get_kit_group).values():
            self._close_kits(group)
        return result

    @api.model
    def _correct_move(self, move, lost, gained):
        if self._has_own_units(move):
            return super()._correct_move(move, lost, gained)
        # The part is no unit of its own: its number stands in the kit's position.
        rows = self.env["after.sales.unit.component"].search(
            [
                ("unit_id.product_id", "=", self._get_kit(move).id),
                ("lot_id", "in", [lot.id for lot in lost]),
            ]
        )
        for row, lot in zip(rows, gained, strict=False):
            row.write({"lot_id": lot.id, "serial": lot.name})
        return None

    @api.model
    def _get_kit(self, move):
        """Return the registered kit a move delivers a part of, or an empty product."""
        none = move.product_id.browse()
        if "bom_line_id" not in move._fields:  # without the manufacturing app
            return none
        bom = move.bom_line_id.bom_id
        if bom.type != "phantom":
            return none
        kit = move.sale_line_id.product_id
        if not kit or kit == move.product_id:
            kit = bom.product_id or bom.product_tmpl_id.product_variant_id
        is_wanted = kit.product_tmpl_id.after_sales_register != "none"
        return kit if is_wanted else none

    @api.model
    def _get_kit_group(self, move):
        """Return what holds the parts of the same kits together.

        The sale line, else the first transfer of a chain of backorders; a part that
        comes back belongs where it was delivered.
        """
        origin = move.origin_returned_move_id or move
        if origin.sale_line_id:
            return origin.sale_line_id, self._get_kit(move)
        picking = origin.picking_id
        while picking.backorder_id:
            picking = picking.backorder_id
        return picking, self._get_kit(move)

    @api.model
    def _get_kit_moves(self, group):
        """Return all done moves of the same kits as ``group``, earlier ones, too."""
        root, _kit = self._get_kit_group(group[0])
        if root._name == "sale.order.line":
            domain = Domain("sale_line_id", "=", root.id)
        else:
            chain = root
            while more := chain.backorder_ids - chain:
                chain |= more
            domain = Domain("picking_id", "in", chain.ids) | Domain(
                "origin_returned_move_id.picking_id", "in", chain.ids
            )
        return group.search(domain & Domain("state", "=", "done"), order="date, id")

    @api.model
    def _get_kit_parts(self, kit, company):
        """Return ``{bom line: quantity}`` in one kit, in the parts' own units."""
        model = self.env["mrp.bom"]
        bom = model._bom_find(kit, company_id=company.id, bom_type="phantom")[kit]
        if not bom:
            return {}
        one = kit.uom_id._compute_quantity(1.0, bom.product_uom_id, round=False)
        _boms, lines = bom.explode(kit, one / bom.product_qty)
        parts = defaultdict(float)
        for line, data in lines:
            parts[line] += line.product_uom_id._compute_quantity(
                data["qty"], line.product_id.uom_id, round=False
            )
        return parts

    @api.model
    def _count_kits(self, moves, kit):
        """Return how many kits were begun and how many are whole at the customer."""
        parts = self._get_kit_parts(kit, moves.company_id[:1])
        net = dict.fromkeys(parts, 0.0)
        for move in moves:
            direction = self._get_direction(move)
            if move.bom_line_id in net and direction in ("out", "in"):
                sign = 1 if direction == "out" else -1
                net[move.bom_line_id] += sign * sum(
                    move._get_after_sales_quantities().values()
                )
        ratios = [net[line] / quantity for line, quantity in parts.items() if quantity]
        if not ratios:
            return 0, 0
        return ceil(max(ratios) - TINY), floor(min(ratios) + TINY)

    @api.model
    def _get_kit_units(self, moves, kit):
        """Return the units of these kits that are at the customer, the oldest first."""
        return self.search(
            Domain("product_id", "=", kit.id)
            & Domain("move_id", "in", moves.ids)
            & Domain("place", "not in", ("returned", "scrapped")),
            order="id",
        )

    @api.model
    def _register_kits(self, group, parts):
        """Make the units of kits that begin to arrive, and put the parts inside.

        A kit delivered in several transfers is one unit; it counts as delivered with
        the last of them.

        :param group: moves done now, all parts of the same kits
        :param parts: the units of parts with a unit of their own
        """
        kit = self._get_kit(group[0])
        moves = self._get_kit_moves(group) | group
        begun, _whole = self._count_kits(moves, kit)
        _begun, whole = self._count_kits(moves - group, kit)
        units = self._get_kit_units(moves, kit)
        vals = self._prepare_kit_vals(group[0], kit)
        if kit.product_tmpl_id.after_sales_register == "bulk":
            units = self._grow_kits(units, begun, vals)
            late = units
        else:
            numbers = range(len(units) + 1, begun + 1)
            units |= self._create_pieces(
                [vals | {"name": f"{vals['name']}-{number}"} for number in numbers]
            )
            late = units[whole:]
        late.filtered(
            lambda unit: unit.date_delivered != vals["date_delivered"]
        ).date_delivered = vals["date_delivered"]
        self._fill_kits(units, group, moves, parts)
        return units

    @api.model
    def _prepare_kit_vals(self, move, kit):
        """Return the values common to all kits of a delivery. Meant to be extended."""
        order = move.sale_line_id.order_id
        label = order.name or move.reference or kit.display_name
        return self._prepare_delivered_vals(move) | {
            "product_id": kit.id,
            "name": f"{label}/{move.sale_line_id.id or move.id}",
            "has_serial": False,
        }

    def _grow_kits(self, units, begun, vals):
        if units:
            units[0].quantity = begun
            return units[0]
        return self._create_pieces([vals | {"quantity": begun}])

    @api.model
    def _fill_kits(self, units, group, moves, parts):
        """Put what was delivered into the kits, in the order it came.

        A part that is a unit of its own is contained in its kit; another part with a
        number fills a position of the kit that its product fits.
        """
        per_kit = self._get_kit_parts(units[:1].product_id, group.company_id[:1])
        earlier = (moves - group).filtered(
            lambda move: self._get_direction(move) == "out"
        )
        for move in group:
            before = sum(
                sum(other._get_after_sales_quantities().values())
                for other in earlier
                if other.bom_line_id == move.bom_line_id
            )
            earlier |= move
            own = parts.filtered(lambda unit, m=move: unit.move_id == m)
            each = per_kit.get(move.bom_line_id) or 1.0
            for number, part in enumerate(own.sorted("id")):
                at = min(len(units) - 1, int((before + number + TINY) // each))
                part.parent_id = units[at]
            if not own:
                self._fit_kit_parts(units, move, before, each)

    @api.model
    def _fit_kit_parts(self, units, move, before, each):
        """Write the numbers of parts into the positions of the kits."""
        number = before
        for line in move.move_line_ids.filtered("lot_id"):
            at = min(len(units) - 1, int((number + TINY) // each))
            number += line.quantity_product_uom
            row = units[at].component_ids.filtered(
                lambda row, m=move: (
                    row.is_current
                    and not row.lot_id
                    and m.product_id in row.component_id.part_ids
                )
            )[:1]
            row.write(
                {
                    "product_id": move.product_id.id,
                    "lot_id": line.lot_id.id,
                    "serial": line.lot_id.name,
                    "date_in": units[at].date_delivered,
                }
            )

    @api.model
    def _close_kits(self, group):
        """Close the kits of which nothing is left at the customer."""
        kit = self._get_kit(group[0])
        moves = self._get_kit_moves(group) | group
        left, _whole = self._count_kits(moves, kit)
        units = self._get_kit_units(moves, kit)
        day = self._get_local_date(
            group[0].date, units.partner_id[:1], group.company_id[:1]
        )
        if kit.product_tmpl_id.after_sales_register == "bulk" and left:
            units.quantity = left
            return
        # Kits whose contained units came back go first, then the latest ones.
        there = units.sorted(
            lambda unit: (
                not any(child.place == "customer" for child in unit.child_ids),
                unit.id,
            )
        )
        gone = there[left:]
        gone.cover_ids.filtered(lambda cover: not cover.date_closed).date_closed = day
        gone.with_context(**QUIET)._with_owner_change("return", day).write(
            {"place": "returned", "last_move_id": group[0].id}
        )
