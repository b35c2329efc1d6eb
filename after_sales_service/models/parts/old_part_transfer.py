from odoo import Command, fields, models
from odoo.exceptions import UserError


class AfterSalesOldPart(models.Model):
    """The native documents that carry an old part: in, out, scrap, repair."""

    _inherit = "after.sales.old.part"

    # === BUSINESS: transfers === #
    def _transfer(self, type_field, get_partner, to_old_parts=False):
        """Make and validate native transfers of one type, one per order."""
        # The right was checked by the button; supervisors have no stock rights.
        for order, parts in self.sudo().grouped("order_id").items():
            picking_type = order._get_warehouse()[type_field]
            partner = get_partner(parts[:1])
            route = parts._get_route(picking_type, partner, to_old_parts)
            parts._carry(picking_type, partner, *route)

    def _get_route(self, picking_type, partner, to_old_parts):
        """Return from where to where a transfer of one type goes."""
        company = self.order_id.company_id
        place = company.after_sales_old_part_location_id
        partner_company = partner.with_company(company)
        if to_old_parts:
            return partner_company.property_stock_customer, place
        destination = picking_type.default_location_dest_id
        if destination.usage == "supplier":
            destination = partner_company.property_stock_supplier or destination
        elif destination.usage == "customer":
            destination = partner_company.property_stock_customer or destination
        return place, destination

    def _carry(self, picking_type, partner, source, destination):
        """Make, validate and return the native transfer of the parts of one order."""
        picking = self.env["stock.picking"].create(
            self._prepare_transfer_vals(picking_type, partner, source, destination)
        )
        picking._validate_after_sales()
        return picking

    def _prepare_transfer_vals(self, picking_type, partner, source, destination):
        """Return the values of one transfer of old parts, with its moves."""
        order = self.order_id
        return {
            "picking_type_id": picking_type.id,
            "partner_id": partner.id,
            "location_id": source.id,
            "location_dest_id": destination.id,
            "company_id": order.company_id.id,
            "origin": ", ".join([order.name, *self.mapped("name")]),
            "after_sales_order_id": order.id,
            "move_ids": [
                Command.create(part._prepare_move_vals(source, destination))
                for part in self
            ],
        }

    def _prepare_move_vals(self, source, destination):
        """Return the values of the move of one old part."""
        self.ensure_one()
        base = {
            "product_id": self.product_id.id,
            "company_id": self.company_id.id,
            "location_id": source.id,
            "location_dest_id": destination.id,
        }
        uom = self.product_id.uom_id
        return base | {
            "product_uom_qty": self.quantity,
            "product_uom": uom.id,
            "picked": True,
            # A credit to the customer must never follow from an old part.
            "to_refund": False,
            "after_sales_old_part_id": self.id,
            "move_line_ids": [
                Command.create(
                    base
                    | {
                        "product_uom_id": uom.id,
                        "quantity": self.quantity,
                        "lot_id": self._get_lot().id,
                        "picked": True,
                    }
                )
            ],
        }

    def _get_lot(self, serial=None):
        """Return the serial number in stock, made here if it was never there.

        :param str serial: another number than that of the old part
        """
        self.ensure_one()
        lots = self.env["stock.lot"]
        serial = serial or self.serial
        if self.product_id.tracking == "none" or not serial:
            return lots
        return lots.search(
            [
                ("product_id", "=", self.product_id.id),
                ("name", "=", serial),
                ("company_id", "in", [False, self.company_id.id]),
            ],
            limit=1,
        ) or lots.create({"product_id": self.product_id.id, "name": serial})

    def _follow_moves(self, moves):
        """Take the next step when the native transfer is done."""
        for part in self:
            move = moves.filtered(
                lambda row, part=part: row.after_sales_old_part_id == part
            )[-1:]
            place = part.company_id.after_sales_old_part_location_id
            if move.location_dest_id == place and part.state == "due":
                part._move_to("received", date_received=fields.Datetime.now())
                part._add_movement("receive", picking=move.picking_id)
                part._close_reminders()
            elif move.location_dest_id == place and part.state == "supplier":
                part._move_to("analysed", disposition=False, date_promised=False)
            elif move.location_id == place and part.state == "analysed":
                part._follow_departure(move)

    def _follow_departure(self, move):
        """Close the part that left, or wait for the manufacturer's answer."""
        self.ensure_one()
        usage = move.location_dest_id.usage
        if usage == "supplier":
            self._move_to(
                "supplier",
                date_promised=self.date_promised or self._get_promised_date(),
                is_supplier_reminded=False,
            )
            self._add_movement("supplier_out", picking=move.picking_id)
        elif usage == "customer":
            self._move_to("disposed")
            self._add_movement("customer", picking=move.picking_id)
        elif usage == "inventory":
            self._move_to("disposed")
            self._add_movement("scrap", note=move.reference)

    # === BUSINESS: dispositions === #
    def _dispose_supplier(self):
        for part in self:
            if not part.supplier_id:
                raise UserError(
                    self.env._(
                        "Say to which manufacturer %(part)s goes back.",
                        part=part.display_name,
                    )
                )
        for supplier, parts in self.grouped("supplier_id").items():
            parts._transfer(
                "after_sales_vendor_type_id", lambda _part, partner=supplier: partner
            )

    def _dispose_customer(self):
        self._transfer("after_sales_goods_out_type_id", lambda part: part.partner_id)

    def _dispose_scrap(self):
        # The right was checked by the button.
        scraps = (
            self.env["stock.scrap"]
            .sudo()
            .create([part._prepare_scrap_vals() for part in self.sudo()])
        )
        scraps.do_scrap()

    def _prepare_scrap_vals(self):
        """Return the values of the native scrap of one part."""
        self.ensure_one()
        return {
            "product_id": self.product_id.id,
            "product_uom_id": self.product_id.uom_id.id,
            "scrap_qty": self.quantity,
            "lot_id": self._get_lot().id,
            "location_id": self.company_id.after_sales_old_part_location_id.id,
            "scrap_location_id": self._get_scrap_location().id,
            "company_id": self.company_id.id,
            "origin": self.name,
            "after_sales_old_part_id": self.id,
        }

    def _get_scrap_location(self):
        """Return the company's scrap location, not the one of stock-takes."""
        self.ensure_one()
        counting = self.product_id.with_company(
            self.company_id
        ).property_stock_inventory
        return (
            self.env["stock.location"].search(
                [
                    ("usage", "=", "inventory"),
                    ("company_id", "=", self.company_id.id),
                    ("id", "!=", counting.id),
                ],
                limit=1,
            )
            or counting
        )
