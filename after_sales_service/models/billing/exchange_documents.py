from odoo import Command, fields, models
from odoo.exceptions import UserError

FEE = "after_sales_service.product_product_restocking"


class AfterSalesExchange(models.Model):
    """The native documents of a return or exchange."""

    _inherit = "after.sales.exchange"

    # === BUSINESS: goods === #
    def _get_delivery_move(self):
        """Return the move that delivered the unit, in superuser mode; may be empty."""
        self.ensure_one()
        # The button checked the right; clerks may not read every sale.
        unit = self.sudo().unit_id
        moves = unit.last_move_id | unit.move_id
        return moves.filtered(
            lambda move: (
                move.state == "done"
                and move.picking_id
                and move.location_dest_id.usage == "customer"
            )
        )[:1]

    def _receive(self):
        """Bring the unit back: a return of its delivery, or a receipt without one."""
        self.ensure_one()
        move = self._get_delivery_move()
        if move:
            picking = self._create_return_wizard(move)._create_return()
        else:
            picking = self._create_receipt()
        picking.origin = self.name
        self._set_serial(picking, self.unit_id.sudo().lot_id)  # as above
        picking._validate_after_sales()
        self.sudo().return_picking_id = picking  # set by the button only

    def _create_return_wizard(self, move):
        """Return Odoo's own wizard, set to one unit of this delivery."""
        wizard = (
            move.env["stock.return.picking"]
            .with_context(active_id=move.picking_id.id, active_model="stock.picking")
            .create({"picking_id": move.picking_id.id})
        )
        wizard.product_return_moves.filtered(lambda line: line.move_id != move).unlink()
        wizard.product_return_moves.write(
            {"quantity": self.unit_id.quantity, "to_refund": True}
        )
        return wizard

    def _create_receipt(self):
        """Return a receipt of a unit that was never delivered by a transfer."""
        warehouse, place = self._get_warehouse(), self._get_customer_location()
        return self._create_transfer(
            warehouse.in_type_id, place, warehouse.lot_stock_id
        )

    def _create_delivery(self):
        """Return a delivery of another unit, as the first had none."""
        warehouse, place = self._get_warehouse(), self._get_customer_location()
        return self._create_transfer(
            warehouse.out_type_id, warehouse.lot_stock_id, place
        )

    def _create_transfer(self, picking_type, source, destination):
        """Return a confirmed transfer of one such unit, in superuser mode."""
        # As in _get_delivery_move.
        exchange = self.sudo()
        base = {
            "location_id": source.id,
            "location_dest_id": destination.id,
            "company_id": exchange.company_id.id,
        }
        move = {
            "product_id": exchange.product_id.id,
            "product_uom_qty": exchange.unit_id.quantity or 1.0,
            "product_uom": exchange.product_id.uom_id.id,
        }
        picking = exchange.env["stock.picking"].create(
            base
            | {
                "picking_type_id": picking_type.id,
                "partner_id": exchange.partner_id.id,
                "move_ids": [Command.create(base | move)],
            }
        )
        picking.action_confirm()
        return picking

    def _get_customer_location(self):
        partner = self.sudo().partner_id.with_company(self.company_id)  # as above
        return partner.property_stock_customer

    def _get_warehouse(self):
        # As in _get_delivery_move.
        warehouses = self.sudo().env["stock.warehouse"]
        return warehouses.search([("company_id", "=", self.company_id.id)], limit=1)

    def _set_serial(self, picking, lot, source=None):
        """Let the transfer move exactly this piece."""
        for move in picking.move_ids:
            move.move_line_ids.unlink()
            vals = move._prepare_move_line_vals(quantity=move.product_uom_qty)
            if source:
                vals["location_id"] = source.id
            move.move_line_ids = [Command.create(vals | {"lot_id": lot.id})]
            move.picked = True

    def _deliver(self, lot, source):
        """Send the new unit by the exchange that Odoo itself makes of a return."""
        self.ensure_one()
        move = self._get_delivery_move()
        if move:
            wizard = self._create_return_wizard(move)
            back = self.sudo().return_picking_id  # as in _get_delivery_move
            picking = wizard._create_exchange(back)
        else:
            picking = self._create_delivery()
        picking.origin = self.name
        self._set_serial(picking, lot, source)
        picking._validate_after_sales()
        # What a button did is the server's to write.
        exchange = self.sudo()
        exchange.delivery_picking_id = picking
        exchange.new_unit_id = exchange._find_new_unit(picking)
        exchange._pass_covers_on()

    def _get_new_piece(self):
        """Return ``(serial number or empty, where it stands)``, in superuser mode.

        :raise UserError: if it is not in stock, or its number is not known
        """
        self.ensure_one()
        # As in _get_delivery_move.
        quants = self.sudo().env["stock.quant"]
        stock = self._get_warehouse().lot_stock_id
        number = (self.serial_new or "").strip()
        domain = [
            ("product_id", "=", self.product_id.id),
            ("location_id", "child_of", stock.id),
            ("owner_id", "=", False),
            ("quantity", ">", 0),
        ]
        if self.product_id.tracking != "none":
            self._check_serial_entered(number)
            domain.append(("lot_id.name", "=", number))
        quant = quants.search(domain, order="in_date, id", limit=1)
        old = self.unit_id.sudo().lot_id  # as above
        if quant and (not quant.lot_id or quant.lot_id != old):
            return quant.lot_id, quant.location_id
        raise UserError(
            self.env._(
                "%(product)s %(serial)s does not stand in %(stock)s. Write in “Serial "
                "of the New Unit” a number that is there.",
                product=self.product_id.display_name,
                serial=number or "–",
                stock=stock.display_name,
            )
        )

    def _check_serial_entered(self, number):
        if not number:
            raise UserError(
                self.env._(
                    "Write in “Serial of the New Unit” which %(product)s the customer "
                    "gets.",
                    product=self.product_id.display_name,
                )
            )

    # === BUSINESS: covers === #
    def _find_new_unit(self, picking):
        moves = picking.move_ids
        return self.env["after.sales.unit"].search(
            [("last_move_id", "in", moves.ids)], limit=1
        ) or self.env["after.sales.unit"].search(
            [("move_id", "in", moves.ids)], limit=1
        )

    def _pass_covers_on(self):
        """Let the new unit have what was left of the old one's covers, if so agreed."""
        self.ensure_one()
        old, new = self.unit_id, self.new_unit_id
        if self.cover_rule == "fresh" or not new:
            return
        before = {
            (cover.component_id, cover.component_class, cover.kind): cover
            for cover in old.cover_ids
            if cover.date_end and not cover.is_void
        }
        for cover in new.cover_ids:
            key = cover.component_id, cover.component_class, cover.kind
            was = before.get(key, cover.browse())
            end = was.date_end
            if end and cover.date_end and end < cover.date_end:
                # What ended before the exchange covers the new unit for no day.
                cover.write(
                    {
                        "date_end": max(end, cover.date_start),
                        "date_end_plain": max(end, cover.date_start),
                        "date_counted": was.date_counted or was.date_start,
                        "origin": self.name,
                    }
                )

    # === BUSINESS: money === #
    def _get_invoice_line(self):
        """Return the unit's posted invoice line, in superuser mode; may be empty."""
        self.ensure_one()
        # Who handles returns need not see invoices.
        lines = self.sudo().unit_id.sale_line_id.invoice_lines
        return lines.filtered(
            lambda line: (
                line.parent_state == "posted"
                and line.move_id.move_type == "out_invoice"
                and line.display_type == "product"
            )
        )[:1]

    def _get_line_to_credit(self):
        """Return the invoice line to credit, in superuser mode.

        :raise UserError: if the unit stands on no posted invoice
        """
        self.ensure_one()
        line = self._get_invoice_line()
        if not line:
            raise UserError(
                self.env._(
                    "%(unit)s stands on no posted invoice, so there is nothing to "
                    "credit. Ask the accountant.",
                    unit=self.unit_id.display_name,
                )
            )
        return line

    def _credit(self, line):
        """Make the native credit note of the unit, with the fee as a line."""
        self.ensure_one()
        move = line.env["account.move"].create(self._prepare_credit_vals(line))
        self._keep_invoice(move)

    def _prepare_credit_vals(self, line):
        """Return the values of the credit note. Meant to be extended."""
        invoice = line.move_id
        credit = {
            "product_id": line.product_id.id,
            "name": line.name,
            "quantity": self.unit_id.quantity,
            "product_uom_id": line.product_uom_id.id,
            "price_unit": line.price_unit,
            "discount": line.discount,
            "tax_ids": [Command.set(line.tax_ids.ids)],
            "account_id": line.account_id.id,
            "analytic_distribution": line.analytic_distribution,
            "sale_line_ids": [Command.set(line.sale_line_ids.ids)],
        }
        lines = [Command.create(credit)]
        fee = self._get_fee(line)
        if fee:
            lines.append(Command.create(self._prepare_fee_vals(line, -fee)))
        return {
            "move_type": "out_refund",
            "company_id": invoice.company_id.id,
            "partner_id": invoice.partner_id.id,
            "currency_id": invoice.currency_id.id,
            "reversed_entry_id": invoice.id,
            "invoice_date": fields.Date.context_today(self),
            "invoice_origin": self.name,
            "invoice_line_ids": lines,
        }

    def _get_fee(self, line):
        """Return the restocking fee in the invoice's currency, as its price is."""
        price = line.price_unit * (1 - line.discount / 100) * self.unit_id.quantity
        return line.currency_id.round(price * self.restocking_percent / 100)

    def _prepare_fee_vals(self, line, price):
        """Return the values of the line of the restocking fee."""
        product = self.env.ref(FEE)
        lang = self.partner_id.lang or self.env.lang
        return {
            "product_id": product.id,
            "name": product.with_context(lang=lang).name,
            "quantity": 1.0,
            "price_unit": price,
            "tax_ids": [Command.set(line.tax_ids.ids)],
        }

    def _charge_fee(self):
        """Invoice the restocking fee of an exchange, which credits nothing."""
        self.ensure_one()
        line = self._get_invoice_line()
        fee = self._get_fee(line) if line else 0.0
        if not fee:
            return
        move = line.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": self.company_id.id,
                "partner_id": line.move_id.partner_id.id,
                "currency_id": line.currency_id.id,
                "invoice_date": fields.Date.context_today(self),
                "invoice_origin": self.name,
                "invoice_line_ids": [Command.create(self._prepare_fee_vals(line, fee))],
            }
        )
        self._keep_invoice(move)

    def _keep_invoice(self, move):
        """Remember the document; post it where the company posts at once."""
        self.sudo().move_id = move  # set by the button only
        if self.company_id.after_sales_invoice_post:
            move.action_post()

    # === BUSINESS: where it begins === #
    def _open_for(self, unit, **defaults):
        """Return the action that opens the unit's exchange, or begins one."""
        if not unit:
            raise UserError(self.env._("Choose first which unit goes back."))
        found = self.search(
            [
                ("unit_id", "=", unit.id),
                ("state", "in", ("draft", "approved", "received")),
            ],
            limit=1,
        )
        if found:
            return found._get_records_action()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Return or Exchange"),
            "res_model": self._name,
            "view_mode": "form",
            "context": {"default_unit_id": unit.id, **defaults},
        }


class AfterSalesUnit(models.Model):
    _inherit = "after.sales.unit"

    exchange_ids = fields.One2many(
        "after.sales.exchange", "unit_id", string="Returns and Exchanges"
    )

    # === ACTIONS === #
    def action_exchange(self):
        """Begin a return or exchange of the unit, or open the one that is open."""
        self.ensure_one()
        return self.env["after.sales.exchange"]._open_for(self)


class AfterSalesOrder(models.Model):
    _inherit = "after.sales.order"

    # === ACTIONS === #
    def action_exchange(self):
        """Begin a return or exchange of the order's unit."""
        self.ensure_one()
        return self.env["after.sales.exchange"]._open_for(
            self.unit_id, default_order_id=self.id, default_ticket_id=self.ticket_id.id
        )


class AfterSalesTicket(models.Model):
    _inherit = "after.sales.ticket"

    # === ACTIONS === #
    def action_exchange(self):
        """Begin a return or exchange of the ticket's unit."""
        self.ensure_one()
        return self.env["after.sales.exchange"]._open_for(
            self.unit_id, default_ticket_id=self.id
        )
