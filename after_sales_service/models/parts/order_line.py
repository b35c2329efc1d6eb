from collections import defaultdict

from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class AfterSalesOrderLine(models.Model):
    _inherit = "after.sales.order.line"

    move_ids = fields.One2many(
        "stock.move",
        "after_sales_line_id",
        groups="stock.group_stock_user,after_sales_service.after_sales_group_auditor",
    )
    requisition_line_ids = fields.One2many(
        "after.sales.requisition.line", "order_line_id"
    )
    part_transfer_line_ids = fields.One2many(
        "after.sales.part.transfer.line", "order_line_id"
    )
    old_part_ids = fields.One2many("after.sales.old.part", "order_line_id")
    fitted_id = fields.Many2one(
        "after.sales.unit.component",
        string="Fitted Component",
        copy=False,
        readonly=True,
        index="btree_not_null",
        help="What the completed order put into the unit.",
    )

    serial_in = fields.Char(
        string="Serial Number Fitted",
        compute="_compute_serial_in",
        inverse="_inverse_serial_in",
    )
    tracking = fields.Selection(related="product_id.tracking")

    # === COMPUTES === #
    @api.depends("lot_in_id")
    def _compute_serial_in(self):
        for line in self:
            # Technicians have no rights on serial numbers in stock.
            line.serial_in = line.sudo().lot_in_id.name

    def _inverse_serial_in(self):
        """Find the piece in the van by the number read or scanned on it."""
        for line in self:
            number = (line.serial_in or "").strip()
            # As above; the number must be in the van of the order.
            line.lot_in_id = line.sudo()._find_lot_in_van(number) if number else False

    # === CRUD === #
    @api.ondelete(at_uninstall=False)
    def _unlink_except_moved(self):
        # Technicians have no rights on transfers; a moved line is never deleted.
        moved = self.sudo().filtered("move_ids")
        if moved:
            raise UserError(
                self.env._(
                    "%(part)s was already taken out of the van. Mark the line as “Not "
                    "Used” instead, and it comes back when the order is completed.",
                    part=moved[0].name,
                )
            )

    # === BUSINESS: what was used === #
    def _find_lot_in_van(self, number):
        """Return the serial number ``number`` of the part that is in the van.

        :raise UserError: if it is not there
        """
        self.ensure_one()
        source = self.order_id._get_part_source()
        quants = self.order_id._get_part_quants(source, self.product_id)
        lot = quants.lot_id.filtered(lambda lot: lot.name == number)
        if not lot:
            raise UserError(
                self.env._(
                    "%(part)s with the serial number %(serial)s is not in the van. "
                    "Read the number again, or ask for the part.",
                    part=self.product_id.display_name,
                    serial=number,
                )
            )
        return lot

    def _get_sale_line(self):
        """Return the sale line that charges the part. Meant to be extended."""
        self.ensure_one()
        return self.env["sale.order.line"]

    def _get_used_quantity(self):
        """Return what was used, in the product's own unit of measure."""
        self.ensure_one()
        if self.is_unused or self.order_id.state == "cancel":
            return 0.0
        return (self.uom_id or self.product_id.uom_id)._compute_quantity(
            self.quantity_done, self.product_id.uom_id
        )

    def _is_internal_cost(self):
        """Say if the company itself pays as for its own use."""
        self.ensure_one()
        return self.category == "D" or self.order_id.is_internal

    def _is_free_of_charge(self):
        """Say if the customer pays nothing for the part."""
        self.ensure_one()
        return self._is_internal_cost() or self.share >= 100

    def _get_consumption_location(self):
        """Return where the used part goes: to the customer, or to a cost location."""
        self.ensure_one()
        company = self.company_id
        if self._is_internal_cost():
            return company.after_sales_internal_location_id
        if not self._is_free_of_charge():
            partner = self.order_id.partner_id.with_company(company)
            return partner.property_stock_customer
        kind = self.decision_id.cover_id.kind
        if kind == "contract" or self.category == "B":
            return company.after_sales_contract_location_id
        if kind == "goodwill":
            return company.after_sales_goodwill_location_id
        if kind == "campaign":
            return company.after_sales_recall_location_id
        return company.after_sales_warranty_location_id

    def _get_consumed(self):
        """Return what the done transfers took, less what they brought back.

        :return: ``{line: {location: quantity in the product's unit}}``
        """
        consumed = defaultdict(lambda: defaultdict(float))
        moves = self.env["stock.move"].search(
            [("after_sales_line_id", "in", self.ids), ("state", "=", "done")]
        )
        for move in moves:
            quantity = move.product_uom._compute_quantity(
                move.quantity, move.product_id.uom_id
            )
            line = move.after_sales_line_id
            if move.origin_returned_move_id:
                consumed[line][move.location_id] -= quantity
            else:
                consumed[line][move.location_dest_id] += quantity
        return consumed

    def _get_consumption_changes(self):
        """Compare what was used with what the transfers say.

        :return: list of ``(line, location, quantity)``; negative: bring back
        """
        consumed = self._get_consumed()
        changes = []
        for line in self:
            wanted = dict.fromkeys(consumed[line], 0.0)
            used = line._get_used_quantity()
            if used:
                wanted[line._get_consumption_location()] = used
            for location, quantity in wanted.items():
                change = quantity - consumed[line][location]
                if not line.product_id.uom_id.is_zero(change):
                    changes.append((line, location, change))
        return changes

    def _pick(self, source, left, wanted):
        """Take ``wanted`` pieces from ``left``, the oldest first.

        :param left: ``{quant: quantity}``, lessened by what is taken
        :return: ``([(quant, quantity), …], sentence why not or False)``
        """
        self.ensure_one()
        product = self.product_id
        if not product.is_storable:
            return [(self.env["stock.quant"], wanted)], False
        if product.tracking == "serial" and not self.lot_in_id:
            return [], self.env._(
                "%(order)s: say which serial number of %(part)s was fitted.",
                order=self.order_id.name,
                part=product.display_name,
            )
        own = [
            quant
            for quant in left
            if quant.product_id == product
            and quant.location_id.parent_path.startswith(source.parent_path)
            and (not self.lot_in_id or quant.lot_id == self.lot_in_id)
        ]
        available = sum(left[quant] for quant in own)
        if product.uom_id.compare(wanted, available) > 0:
            return [], self._get_shortage_message(source, wanted, available)
        picks = []
        for quant in own:
            taken = min(wanted, left[quant])
            if product.uom_id.compare(taken, 0) > 0:
                picks.append((quant, taken))
                left[quant] -= taken
                wanted -= taken
        return picks, False

    def _get_shortage_message(self, source, wanted, available):
        self.ensure_one()
        return self.env._(
            "%(order)s: %(wanted)g %(uom)s of %(part)s were used, but %(van)s has "
            "%(available)g.",
            order=self.order_id.name,
            wanted=wanted,
            uom=self.product_id.uom_id.name,
            part=" ".join(
                filter(None, [self.product_id.display_name, self.lot_in_id.name])
            ),
            van=source.display_name,
            available=available,
        )

    def _prepare_consumption_move_vals(self, source, destination, picks):
        """Return the values of the move that takes a used part out of the van.

        :param picks: list of ``(quant or empty, quantity)``
        """
        self.ensure_one()
        quantity = sum(quantity for _quant, quantity in picks)
        uom = self.product_id.uom_id
        base = {
            "product_id": self.product_id.id,
            "company_id": self.company_id.id,
            "location_dest_id": destination.id,
        }
        return base | {
            "product_uom_qty": quantity,
            "product_uom": uom.id,
            "location_id": source.id,
            "origin": self.order_id.name,
            "picked": True,
            "after_sales_line_id": self.id,
            "sale_line_id": (
                self._get_sale_line().id if destination.usage == "customer" else False
            ),
            "move_line_ids": [
                Command.create(
                    base
                    | {
                        "location_id": (quant.location_id or source).id,
                        "lot_id": quant.lot_id.id or self.lot_in_id.id,
                        "package_id": quant.package_id.id,
                        "product_uom_id": uom.id,
                        "quantity": quantity,
                        "picked": True,
                    }
                )
                for quant, quantity in picks
            ],
        }

    def _prepare_return_move_vals(self, move, quantity):
        """Return the values of the move that brings ``quantity`` of ``move`` back."""
        self.ensure_one()
        base = {
            "product_id": move.product_id.id,
            "company_id": move.company_id.id,
            "location_id": move.location_dest_id.id,
        }
        return base | {
            "product_uom_qty": quantity,
            "product_uom": move.product_id.uom_id.id,
            "location_dest_id": move.location_id.id,
            "origin": self.order_id.name,
            "picked": True,
            "origin_returned_move_id": move.id,
            "to_refund": True,
            "after_sales_line_id": self.id,
            "sale_line_id": move.sale_line_id.id,
            "move_line_ids": [
                Command.create(
                    base
                    | {
                        "location_dest_id": row.location_id.id,
                        "lot_id": row.lot_id.id,
                        "product_uom_id": move.product_id.uom_id.id,
                        "quantity": taken,
                        "picked": True,
                    }
                )
                for row, taken in self._spread_return(move, quantity)
            ],
        }

    def _spread_return(self, move, quantity):
        """Split what comes back over the rows it went out with."""
        for row in move.move_line_ids:
            taken = min(quantity, row.quantity_product_uom)
            quantity -= taken
            if not move.product_id.uom_id.is_zero(taken):
                yield row, taken

    # === BUSINESS: what the unit got === #
    def _swap_components(self):
        """Put the used parts into the unit; each line does it once."""
        # Technicians only read the register of units; the completion was checked.
        for line in self.sudo():
            unit = line.order_id.unit_id
            if not (unit and line.component_id) or line.fitted_id:
                continue
            if not line._get_used_quantity():
                continue
            line.fitted_id = unit._replace_component(
                line.component_id,
                product=line.product_id,
                lot=line.lot_in_id,
                serial_out=line.serial_out,
                date=line.order_id._get_completion_date(),
                origin=line.order_id.name,
            )
