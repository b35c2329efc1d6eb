from zoneinfo import ZoneInfo

from psycopg2.errors import UniqueViolation

from odoo import api, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import format_date

# Registering is logged by one note per unit; the rest would be noise and queries.
QUIET = {
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "tracking_disable": True,
}


class AfterSalesUnit(models.Model):
    _inherit = "after.sales.unit"

    # === BUSINESS === #
    @api.model
    def _register_moves(self, moves):
        """Bring the register up to date with done stock moves, in one batch.

        Goods that reach a customer become units with components and covers, or
        reopen under their new owner; goods that come back close theirs. Moves whose
        units exist are skipped, so that registering twice changes nothing.

        :param moves: done ``stock.move`` of any kind; called in sudo by the stock
        :return: the units that were made or reopened
        """
        moves = moves.filtered(
            lambda move: (
                move.state == "done"
                and self._is_registered(move)
                and not move.is_after_sales_registered
            )
        )
        moves.is_after_sales_registered = True
        directions = moves.grouped(self._get_direction)
        none = moves.browse()
        self._register_returns(directions.get("in", none))
        self._register_bring_ins(directions.get("workshop", none))
        return self._register_deliveries(directions.get("out", none))

    @api.model
    def _is_registered(self, move):
        """Say if the register wants to know of a move. Meant to be extended."""
        return self._has_own_units(move)

    @api.model
    def _has_own_units(self, move):
        """Say if what a move delivers becomes units itself."""
        return move.product_id.product_tmpl_id.after_sales_register != "none"

    @api.model
    def _get_direction(self, move):
        """Return what a move means for the register. Meant to be extended.

        :return: ``out`` (reaches a customer), ``in`` (comes back for good),
            ``workshop`` (the customer's goods at our place) or False
        """
        source, target = move.location_id, move.location_dest_id
        company = move.company_id
        own = company.after_sales_customer_goods_location_id
        if own and source == own and move.product_id.tracking != "serial":
            # The customer's own goods go home: nothing tells which unit they are.
            return False
        if target.usage == "customer" and source.usage != "customer":
            return "out"
        if source.usage != "customer" or target.usage == "customer":
            return False
        if own and target == own:
            return "workshop"
        if target in (
            company.after_sales_old_part_location_id,
            company.after_sales_defective_location_id,
        ):
            return False
        return "in"

    @api.model
    def _register_deliveries(self, moves):
        pieces = [piece for move in moves for piece in self._get_pieces(move)]
        first, later = self._split_repeated(pieces)
        units = self._register_pieces(first)
        return units | self._register_pieces(later) if later else units

    @api.model
    def _split_repeated(self, pieces):
        """Return the pieces in two lists: a serial's first time, and again."""
        seen, first, later = set(), [], []
        for piece in pieces:
            key = self._get_piece_key(piece)
            (later if key and key in seen else first).append(piece)
            seen.add(key)
        return first, later

    @api.model
    def _register_pieces(self, pieces):
        existing = self._find_existing(pieces)
        new, again = [], []
        for piece in pieces:
            unit = existing.get(self._get_piece_key(piece))
            (again if unit else new).append((unit, piece))
        units = self._create_pieces([piece for _none, piece in new])
        return units | self._reopen_units(again)

    @api.model
    def _create_pieces(self, pieces):
        """Create the units of pieces that are not registered yet.

        :raise ConcurrencyError: if another transaction registers one of the serials
            at this moment; Odoo then tries again and finds that unit
        """
        delivered = self.with_context(**QUIET)._with_owner_change("delivery")
        try:
            with self.env.cr.savepoint():
                units = delivered.create(pieces)
        except UniqueViolation as error:
            raise ConcurrencyError(str(error)) from error
        return units.with_env(self.env)

    @api.model
    def _get_pieces(self, move):
        """Return the values of the units that a delivery move makes."""
        base = self._prepare_delivered_vals(move)
        product = move.product_id
        is_bulk = product.product_tmpl_id.after_sales_register == "bulk"
        pieces = []
        for lot, quantity in move._get_after_sales_quantities().items():
            if quantity <= 0:
                continue
            if lot and product.tracking == "serial":
                pieces.append(base | {"name": lot.name, "lot_id": lot.id})
                continue
            vals = base | {"lot_id": lot.id, "has_serial": False}
            label = self._get_piece_label(move, lot)
            if is_bulk:
                pieces.append(vals | {"name": label, "quantity": quantity})
                continue
            pieces += [
                vals | {"name": f"{label}-{number}"}
                for number in range(1, max(1, round(quantity)) + 1)
            ]
        return pieces

    @api.model
    def _get_piece_label(self, move, lot):
        """Return what a unit without a number of its own is called."""
        label = lot.name or move.reference or move.product_id.display_name
        return f"{label}-{move.id}" if lot else f"{label}/{move.id}"

    @api.model
    def _get_site(self, move):
        """Return the address a move delivers to; empty if nobody knows it.

        The partner of a drop-shipment's transfer is the vendor, never the customer.
        """
        order = move.sale_line_id.order_id
        if order:
            return order.partner_shipping_id
        if move.location_id.usage == "supplier":
            bought = move.purchase_line_id.order_id
            return bought.dest_address_id or move.partner_id
        return move.picking_id.partner_id or move.partner_id

    @api.model
    def _prepare_delivered_vals(self, move):
        """Return the values common to all units of a move. Meant to be extended."""
        order = move.sale_line_id.order_id
        site = self._get_site(move)
        customer = site.commercial_partner_id
        delivered = self._get_local_date(move.date, customer, move.company_id)
        sold = order.date_order
        return {
            "company_id": move.company_id.id,
            "product_id": move.product_id.id,
            "partner_id": customer.id,
            "site_id": site.id if site != customer else False,
            "date_delivered": delivered,
            "date_sold": sold and self._get_local_date(sold, customer, move.company_id),
            "move_id": move.id,
            "last_move_id": move.id,
            "sale_line_id": move.sale_line_id.id,
            "place": "customer",
        }

    @api.model
    def _get_local_date(self, moment, partner, company):
        """Return the day of a UTC moment where the customer is, else the company."""
        zone = partner.tz or company.partner_id.tz or "UTC"
        return moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(zone)).date()

    @api.model
    def _get_piece_key(self, piece):
        if piece.get("has_serial", True):
            return piece["company_id"], piece["product_id"], piece["name"]
        return None

    @api.model
    def _find_existing(self, pieces):
        """Return ``{key: unit}`` of the serials that are registered, also archived."""
        keys = [key for key in map(self._get_piece_key, pieces) if key]
        if not keys:
            return {}
        units = self.with_context(active_test=False).search_fetch(
            [
                ("has_serial", "=", True),
                ("company_id", "in", list({key[0] for key in keys})),
                ("product_id", "in", list({key[1] for key in keys})),
                ("name", "in", list({key[2] for key in keys})),
            ]
        )
        return {
            (unit.company_id.id, unit.product_id.id, unit.name): unit for unit in units
        }

    @api.model
    def _reopen_units(self, pairs):
        """Give known units to whom they were delivered now; the history stays."""
        units, bodies, fresh = self.browse(), {}, self.browse()
        for unit, vals in pairs:
            units |= unit
            if unit.place == "workshop":
                unit.with_context(**QUIET).write(
                    {"place": "customer", "last_move_id": vals["move_id"]}
                )
                bodies[unit.id] = self.env._("Brought back to the customer.")
                continue
            before = unit.partner_id
            bodies[unit.id] = self.env._(
                "Delivered again on %(date)s; owner before: %(owner)s.",
                date=format_date(self.env, vals["date_delivered"]),
                owner=before.display_name or "–",
            )
            if before.commercial_partner_id.id == vals["partner_id"]:
                unit._reopen_same_owner(vals)
                continue
            fresh |= unit
            unit.cover_ids.filtered(lambda cover: not cover.date_closed).write(
                {"date_closed": vals["date_delivered"]}
            )
            unit._with_delivery(vals).write(
                vals | {"active": True, "is_cover_void": False, "date_installed": False}
            )
        fresh._create_covers_again()
        self._log_on_units(bodies)
        return units

    def _reopen_same_owner(self, vals):
        """Let a unit that came back go on where it was: same dates, same covers."""
        self.cover_ids.filtered(
            lambda cover: (
                cover.kind != "contract"
                and not cover.is_taken_back
                and cover.unit_component_id.is_current == bool(cover.unit_component_id)
            )
        ).date_closed = False
        keep = {"date_delivered", "date_sold"} if self.date_delivered else set()
        self._with_delivery(vals).write(
            {key: value for key, value in vals.items() if key not in keep}
            | {"active": True}
        )

    def _with_delivery(self, vals):
        """Return the units, quiet, with the delivery as reason of a new owner."""
        quiet = self.with_context(**QUIET)
        return quiet._with_owner_change("delivery", vals["date_delivered"])

    def _create_covers_again(self):
        """Make the covers of a new delivery beside the ended ones."""
        policies = self._get_policies()
        return self.env["after.sales.cover"].create(
            [
                vals
                for unit in self
                for vals in unit._prepare_policy_covers(policies[unit])
            ]
        )
