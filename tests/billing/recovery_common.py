"""A motor works that warrants its motors, and jobs on which they failed."""

from odoo import Command
from odoo.tests import freeze_time

from .common import BillingCommon

TODAY = "2026-03-09 09:00:00"


class RecoveryCommon(BillingCommon):
    """Serial numbers received from a supplier and fitted in units."""

    @classmethod
    def setUpClass(cls):
        cls.startClassPatcher(freeze_time(TODAY))
        super().setUpClass()
        cls.supplier = cls._create_partner(
            name="Motor works", email="motors@example.com"
        )
        cls.motor.write({"tracking": "serial", "standard_price": 700.0})
        cls.labour.uom_id = cls.env.ref("uom.product_uom_hour")
        cls.agreement = cls._create_agreement()

    @classmethod
    def _create_agreement(cls, **vals):
        return cls.env["after.sales.supplier.agreement"].create(
            {
                "name": "Motors 2026",
                "supplier_id": cls.supplier.id,
                "months": 24,
                "share_labour": 50.0,
                "share_freight": 100.0,
            }
            | vals
        )

    @classmethod
    def _receive(cls, product, serial=None, supplier=None, quantity=1):
        """Receive pieces from ``supplier`` by a native transfer; returns the lot."""
        source = cls.env.ref("stock.stock_location_suppliers")
        stock = cls.warehouse.lot_stock_id
        line = {
            "product_id": product.id,
            "quantity": quantity,
            "location_id": source.id,
            "location_dest_id": stock.id,
        }
        if serial:
            line["lot_name"] = serial
        picking = cls.env["stock.picking"].create(
            {
                "picking_type_id": cls.warehouse.in_type_id.id,
                "partner_id": (supplier or cls.supplier).id,
                "location_id": source.id,
                "location_dest_id": stock.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "location_id": source.id,
                            "location_dest_id": stock.id,
                            "move_line_ids": [Command.create(line)],
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.move_ids.picked = True
        picking._action_done()
        return picking.move_ids.move_line_ids.lot_id

    @classmethod
    def _receive_at(cls, day, *args, **kwargs):
        with freeze_time(f"{day} 09:00:00"):
            return cls._receive(*args, **kwargs)

    @classmethod
    def _complete_motor_job(cls, serial_out="M-1", *rows, share=100, **vals):
        """Return a completed order on which the motor ``serial_out`` was replaced.

        :param rows: further ``(product, quantity, share)``
        """
        number = f"N-{cls.env['stock.lot'].search_count([])}"
        lot = cls._create_lots(cls.motor, [number])
        cls._put_in_stock(cls.motor, 1, cls.van, lot)
        order = cls._create_job((cls.motor, 1, share, 1), *rows, **vals)
        part = order.line_ids[0]
        part.write({"lot_in_id": lot.id, "serial_out": serial_out})
        for line in order.line_ids[1:]:
            line.quantity_done = line.quantity
            if line.product_id.is_storable:
                cls._put_in_stock(line.product_id, line.quantity, cls.van)
        if order.line_ids._get_quoted_lines():
            cls._quote_and_accept(order)
        cls._finish(order)
        return order

    def _get_verdicts(self, order):
        return order.sudo().supplier_claim_line_ids.sorted("id")
