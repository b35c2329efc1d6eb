from odoo import Command, models
from odoo.exceptions import UserError


class AfterSalesOrder(models.Model):
    """A part swapped in one step: the old one scanned out, the new one scanned in."""

    _inherit = "after.sales.order"

    # === ACTIONS === #
    def action_swap_part(self):
        """Ask for the two serial numbers."""
        self.ensure_one()
        self._check_can_swap()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Swap a Part"),
            "res_model": "after.sales.part.swap",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id},
        }

    # === BUSINESS === #
    def _check_can_swap(self):
        """:raise UserError: if the work has not begun, or nothing is known to swap"""
        self.ensure_one()
        self.check_access("write")
        if self.state != "on_site":
            raise UserError(
                self.env._(
                    "%(order)s is not on site. Press “Start” or “Arrived” before you "
                    "swap a part.",
                    order=self.name,
                )
            )
        if not self.unit_id:
            raise UserError(
                self.env._(
                    "%(order)s has no unit. Choose it first: the swap is written into "
                    "its history.",
                    order=self.name,
                )
            )
        self._refuse_when_signed()

    def _find_fitted(self, serial):
        """Return what is fitted in the unit under ``serial``; may be empty."""
        number = (serial or "").strip()
        if not number or not self.unit_id:
            return self.env["after.sales.unit.component"]
        return self.env["after.sales.unit.component"].search(
            [
                ("unit_id", "=", self.unit_id.id),
                ("is_current", "=", True),
                ("serial", "=ilike", number.replace("%", r"\%")),
            ],
            limit=1,
        )

    def _find_piece_in_van(self, serial):
        """Return the lot with this number in the van of the order.

        :raise UserError: that says where the piece is instead, or that nobody knows it
        """
        self.ensure_one()
        number = (serial or "").strip()
        # Technicians have no stock rights and may see where their part is.
        order = self.sudo()
        source = order._get_part_source()
        lots = order.env["stock.lot"].search(
            [
                ("name", "=", number),
                ("company_id", "in", [False, order.company_id.id]),
                ("product_id.is_after_sales_part", "=", True),
            ]
        )
        quants = order._get_part_quants(source, lots.product_id).filtered(
            lambda quant: quant.lot_id in lots
        )
        if quants:
            return quants[0].lot_id
        if not lots:
            raise UserError(
                self.env._(
                    "No part has the serial number %(serial)s. Read it again; if it is "
                    "right, ask the warehouse to take the part in first.",
                    serial=number,
                )
            )
        raise UserError(
            self.env._(
                "%(part)s %(serial)s is not in your van but in: %(place)s. Read the "
                "number again, or ask for the part.",
                part=lots[0].product_id.display_name,
                serial=number,
                place=lots[0].location_id.display_name or "–",
            )
        )

    def _swap_part(self, position, product, lot, serial_out, fitted):
        """Put ``product`` into ``position``: line, unit, duty and cover in one step.

        The transfer follows with all used parts when the order is completed.

        :param position: ``after.sales.component``
        :param lot: the ``stock.lot`` of the new piece; empty for parts without number
        :param str serial_out: what was read on the old piece
        :param fitted: the ``after.sales.unit.component`` that comes out; may be empty
        :return: the order line
        """
        self.ensure_one()
        self._check_can_swap()
        self._check_swap(position, product, lot)
        line = self._get_swap_line(position, product)
        number = (serial_out or "").strip()
        if number.lower() in ("", (fitted.serial or "").lower()):
            number = fitted.serial  # as it is spelled in the register
        line.write(
            {
                "component_id": position.id,
                "unit_component_id": fitted.id,
                "serial_out": number,
                "lot_in_id": lot.id,
                "quantity_done": 1.0,
            }
        )
        line._swap_components()
        line._open_old_parts()
        return line

    def _check_swap(self, position, product, lot):
        warning = self._get_fit_warning(product)
        if warning and self.company_id.after_sales_part_fit == "block":
            raise UserError(warning)
        if product.tracking == "serial" and not lot:
            raise UserError(
                self.env._(
                    "Scan the serial number of the new %(part)s.",
                    part=product.display_name,
                )
            )
        if lot and lot in self.line_ids.filtered("quantity_done").lot_in_id:
            raise UserError(
                self.env._(
                    "%(serial)s is on a line of this order already.",
                    serial=lot.sudo().name,  # technicians read no lots
                )
            )
        if not lot:
            self._check_van_has(product)

    def _check_van_has(self, product):
        # Technicians have no stock rights; the van is their own.
        order = self.sudo()
        quants = order._get_part_quants(order._get_part_source(), product)
        waiting = order.line_ids.filtered(
            lambda line: line.product_id == product and not line.move_ids
        )
        used = sum(line._get_used_quantity() for line in waiting)
        if product.uom_id.compare(sum(quants.mapped("quantity")), used + 1) < 0:
            raise UserError(
                self.env._(
                    "There is no %(part)s left in your van. Ask for one, or choose "
                    "another part.",
                    part=product.display_name,
                )
            )

    def _get_swap_line(self, position, product):
        """Return the planned line that the swap fulfils, or a new one."""
        planned = self.line_ids.filtered(
            lambda line: (
                line.product_id == product
                and line.kind == "part"
                and not line.quantity_done
                and not line.is_unused
                and not line.fitted_id
                and line.component_id in (position, position.browse())
            )
        ).sorted(lambda line: line.component_id != position)[:1]
        if planned and planned.uom_id.compare(planned.quantity, 1) <= 0:
            return planned
        if planned and not planned._is_locked_by_quotation():
            # One piece of several: the rest stays planned on its own line.
            planned.quantity -= 1
        self.line_ids = [
            Command.create({"product_id": product.id, "component_id": position.id})
        ]
        return self.line_ids.sorted("id")[-1]
