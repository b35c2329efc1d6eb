from odoo import api, fields, models

from .unit_registration import QUIET


class AfterSalesUnit(models.Model):
    _inherit = "after.sales.unit"

    # === BUSINESS === #
    @api.model
    def _correct_moves(self, before):
        """Follow what was corrected on done moves: serials, quantities, new lines.

        :param dict before: ``{move: {lot: quantity}}`` as it was
        """
        for move, old in before.items():
            new = move._get_after_sales_quantities()
            lost, gained = self._get_differences(move, old, new)
            if not lost and not gained:
                continue
            self._correct_move(move, lost, gained)

    @api.model
    def _correct_move(self, move, lost, gained):
        """Follow the correction of one move. Meant to be extended.

        :param dict lost: ``{lot: quantity}`` that it moved before and does not now
        :param dict gained: ``{lot: quantity}`` that it moves besides
        """
        direction = self._get_direction(move)
        if direction == "out":
            self._correct_delivery(move, lost, gained)
        elif direction == "in":
            self._correct_return(move, lost, gained)

    @api.model
    def _get_differences(self, move, old, new):
        """Return ``({lot: less}, {lot: more})``, only what differs."""
        uom = move.product_id.uom_id
        differences = {
            lot: new.get(lot, 0.0) - old.get(lot, 0.0) for lot in {**old, **new}
        }
        lost = {
            lot: -quantity
            for lot, quantity in differences.items()
            if uom.compare(quantity, 0.0) < 0
        }
        gained = {
            lot: quantity
            for lot, quantity in differences.items()
            if uom.compare(quantity, 0.0) > 0
        }
        return lost, gained

    # === BUSINESS: deliveries === #
    @api.model
    def _correct_delivery(self, move, lost, gained):
        for old, new in self._get_swaps(move, lost, gained):
            self._rename_delivered(move, old, new)
            del lost[old], gained[new]
        for lot, quantity in lost.items():
            self._withdraw(move, lot, quantity)
        for lot, quantity in gained.items():
            self._add_delivered(move, lot, quantity)

    @api.model
    def _get_swaps(self, move, lost, gained):
        """Return ``[(old lot, new lot)]``: the same goods under another number.

        A number that is registered already is another unit, so no swap.
        """
        pieces = {
            lot: self._prepare_delivered_vals(move) | {"name": lot.name}
            for lot in gained
            if lot
        }
        known = {}
        if move.product_id.tracking == "serial":
            known = self._find_existing(list(pieces.values()))
        free = [
            lot
            for lot, piece in pieces.items()
            if self._get_piece_key(piece) not in known
        ]
        swaps = []
        for old, quantity in lost.items():
            same = [lot for lot in free if gained[lot] == quantity]
            if old and same and self._get_delivered(move, old):
                swaps.append((old, same[0]))
                free.remove(same[0])
        return swaps

    @api.model
    def _get_delivered(self, move, lot):
        """Return the units that a move delivered from a lot, those still there."""
        return self.search(
            [
                ("move_id", "=", move.id),
                ("lot_id", "=", lot.id),
                ("place", "not in", ("returned", "scrapped")),
            ],
            order="id",
        )

    @api.model
    def _rename_delivered(self, move, old, new):
        units, bodies = self._get_delivered(move, old), {}
        for unit in units:
            label = unit.name.replace(old.name, new.name, 1)
            unit.write({"lot_id": new.id, "name": label})
            bodies[unit.id] = self.env._(
                "Serial number corrected from %(old)s to %(new)s.",
                old=old.name,
                new=new.name,
            )
        self._log_on_units(bodies)

    @api.model
    def _withdraw(self, move, lot, quantity):
        """Take back what a delivery claimed and did not bring, the last ones first."""
        day, bodies = fields.Date.context_today(self), {}
        for unit in self._get_delivered(move, lot).sorted("id", reverse=True):
            if quantity <= 0:
                break
            part = min(quantity, unit.quantity)
            quantity -= part
            if part < unit.quantity:
                unit.quantity -= part
            else:
                unit._close_withdrawn(day)
            bodies[unit.id] = self.env._(
                "The delivery was corrected: %(quantity)s less.", quantity=f"{part:g}"
            )
        self._log_on_units(bodies)

    def _close_withdrawn(self, day):
        """Close a unit that was not delivered; one that never was is archived, too."""
        for cover in self.cover_ids.filtered(lambda cover: not cover.date_closed):
            cover.date_closed = day
        reason = self.env._("The delivery was corrected.")
        self.with_context(**QUIET)._with_owner_change("return", day, reason).write(
            {"place": "returned", "active": self._was_delivered_before()}
        )

    def _was_delivered_before(self):
        self.ensure_one()
        rows = self.ownership_ids.filtered(lambda row: not row.is_ours)
        return len(rows) > 1

    @api.model
    def _add_delivered(self, move, lot, quantity):
        """Register what a corrected delivery brought besides."""
        bulk = self._get_delivered(move, lot)[:1]
        if bulk and move.product_id.product_tmpl_id.after_sales_register == "bulk":
            bulk.quantity += quantity
            return
        wanted = [
            piece for piece in self._get_pieces(move) if piece["lot_id"] == lot.id
        ]
        self._register_pieces(wanted[-max(1, round(quantity)) :])

    # === BUSINESS: returns === #
    @api.model
    def _correct_return(self, move, lost, gained):
        """Close the serials that came back in truth, open those that did not."""
        if move.product_id.tracking != "serial":
            return
        lots = [lot.id for lot in lost]
        wrong = self.search([("last_move_id", "=", move.id), ("lot_id", "in", lots)])
        day, bodies = fields.Date.context_today(self), {}
        for unit in wrong:
            closed = self._get_local_date(move.date, unit.partner_id, move.company_id)
            unit.cover_ids.filtered(
                lambda cover, closed=closed: cover.date_closed == closed
            ).date_closed = False
            unit.with_context(**QUIET)._with_owner_change("return", day).write(
                {"place": "customer", "last_move_id": unit.move_id.id}
            )
            bodies[unit.id] = self.env._("The return was corrected: it is still there.")
        self._log_on_units(bodies)
        if gained:
            self._register_returns(move)
