from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import PartsCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-06 09:00:00")
class TestOldPartSupplier(PartsCommon):
    """The desk analyses, the manufacturer answers, each with a native document."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.supplier = cls._create_partner(name="Motor works")
        cls.order = cls._create_order()
        cls.cause, cls.remedy = cls.env["after.sales.fault.code"].create(
            [
                {"name": "Winding burnt", "code": "T-C1", "kind": "cause"},
                {"name": "Better varnish", "code": "T-R1", "kind": "remedy"},
            ]
        )
        cls.place = cls.company.after_sales_old_part_location_id

    def _receive(self, part=None, **vals):
        part = part or self.part
        self._put_in_stock(part, 1, self.van)
        line = self._create_covered_line(self.order, part, **vals)
        line._open_old_parts()
        old_part = line.old_part_ids.with_user(self.clerk)
        old_part.action_receive()
        return old_part

    def _send(self, part=None, **vals):
        old_part = self._receive(part, **vals)
        old_part.write({"finding": "unknown", "supplier_id": self.supplier.id})
        old_part.action_analyse()
        old_part.action_dispose()
        return old_part

    def test_at_the_manufacturer_has_a_promised_date(self):
        old_part = self._send()
        self.assertEqual(f"{old_part.date_promised}", "2026-04-05")
        old_parts = self.env["after.sales.old.part"]
        late = [("is_supplier_late", "=", True)]
        self.assertFalse(old_parts.search(late))
        with freeze_time("2026-04-06 09:00:00"):
            self.assertEqual(old_parts.search(late).ids, old_part.ids)
            old_parts._cron_remind_overdue()
            old_parts._cron_remind_overdue()
            self.assertEqual(old_part.activity_ids.user_id, self.clerk)
            self.assertEqual(len(old_part.activity_ids), 1)
            old_part.supplier_answer = "rejected"
            old_part.action_close_supplier()
            self.assertFalse(old_part.activity_ids)

    def test_the_same_piece_comes_back_to_the_desk(self):
        motor = self._create_part("Serial motor", tracking="lot")
        old_part = self._receive_lot(motor)
        lot = old_part.sudo().move_ids.lot_ids
        self.assertEqual(lot.name, "M-1")
        old_part.write({"finding": "unknown", "supplier_id": self.supplier.id})
        old_part.action_analyse()
        old_part.action_dispose()
        self.assertEqual(self._get_quantity(motor, self.place), 0)
        old_part.supplier_answer = "returned"
        old_part.action_close_supplier()
        self.assertEqual(old_part.state, "analysed")
        self.assertFalse(old_part.disposition)
        self.assertEqual(self._get_quantity(motor, self.place, lot_id=lot.id), 1)
        with self.assertRaisesRegex(UserError, "Decide first"):
            old_part.action_dispose()
        old_part.disposition = "scrap"
        old_part.action_dispose()
        self.assertEqual(old_part.state, "disposed")
        self.assertEqual(
            old_part.movement_ids.mapped("kind"),
            ["open", "receive", "analyse", "supplier_out", "supplier_in", "scrap"],
        )

    def _receive_lot(self, motor):
        lot = self._create_lots(motor, ["N-1"])
        self._put_in_stock(motor, 1, self.van, lot)
        line = self._create_covered_line(
            self.order, motor, serial_out="M-1", lot_in_id=lot.id
        )
        line._open_old_parts()
        old_part = line.old_part_ids.with_user(self.clerk)
        old_part.action_receive()
        return old_part

    def test_a_replacement_enters_good_stock(self):
        motor = self._create_part("Serial motor", tracking="serial")
        old_part = self._receive_lot(motor)
        old_part.write({"finding": "unknown", "supplier_id": self.supplier.id})
        old_part.action_analyse()
        old_part.action_dispose()
        old_part.supplier_answer = "replaced"
        with self.assertRaisesRegex(UserError, "which number the new piece"):
            old_part.action_close_supplier()
        old_part.serial_new = "M-2"
        old_part.action_close_supplier()
        self.assertEqual(old_part.state, "disposed")
        stock = self.warehouse.lot_stock_id
        quant = self.env["stock.quant"].search(
            [("product_id", "=", motor.id), ("location_id", "=", stock.id)]
        )
        self.assertEqual((quant.lot_id.name, quant.quantity), ("M-2", 1))
        picking = old_part.movement_ids[-1].sudo().picking_id
        self.assertEqual(picking.picking_type_id, self.warehouse.in_type_id)
        self.assertEqual(picking.partner_id, self.supplier)

    def test_a_credit_waits_for_the_accountant(self):
        old_part = self._send()
        old_part.supplier_answer = "credited"
        with self.assertRaisesRegex(UserError, "Credited Amount"):
            old_part.action_close_supplier()
        old_part.supplier_credit = 7.5
        old_part.action_close_supplier()
        refund = old_part.sudo().refund_id
        self.assertRecordValues(
            refund,
            [
                {
                    "move_type": "in_refund",
                    "state": "draft",
                    "partner_id": self.supplier.id,
                    "amount_untaxed": 7.5,
                    "ref": old_part.name,
                }
            ],
        )
        account = self.company.after_sales_warranty_location_id.valuation_account_id
        self.assertEqual(refund.invoice_line_ids.account_id, account)
        refund.action_post()
        self.assertEqual(refund.state, "posted")

    def test_answers_feed_the_fault_codes(self):
        old_part = self._receive()
        old_part.write(
            {
                "finding": "unknown",
                "found_cause_id": self.cause.id,
                "supplier_id": self.supplier.id,
            }
        )
        old_part.action_analyse()
        self.assertIn("Winding burnt", old_part.movement_ids[-1].note)
        old_part.action_dispose()
        self.assertEqual(self.cause.old_part_count, 1)
        old_part.write(
            {
                "supplier_answer": "explained",
                "supplier_cause_id": self.cause.id,
                "supplier_remedy_id": self.remedy.id,
            }
        )
        old_part.action_close_supplier()
        (self.cause | self.remedy).invalidate_recordset()
        codes = (self.cause | self.remedy).with_user(self.clerk)
        self.assertEqual(codes.mapped("old_part_count"), [1, 1])
        action = codes[1].action_view_old_parts()
        found = self.env["after.sales.old.part"].search(action["domain"])
        self.assertEqual(found.ids, old_part.ids)

    def test_a_month_is_analysed_together(self):
        parts = self._receive() | self._receive() | self._receive()
        wizard = (
            self.env["after.sales.old.part.analyse"]
            .with_user(self.clerk)
            .with_context(active_ids=parts.ids)
            .create({"finding": "fault", "found_cause_id": self.cause.id})
        )
        self.assertEqual(wizard.part_ids, parts)
        self.assertEqual(wizard.disposition, "scrap")
        wizard.is_carried_out = True
        wizard.action_apply()
        self.assertEqual(set(parts.mapped("state")), {"disposed"})
        self.assertEqual(self._get_quantity(self.part, self.place), 0)
        scraps = self.env["stock.scrap"].search(
            [("after_sales_old_part_id", "in", parts.ids)]
        )
        self.assertEqual(len(scraps), 3)
        self.assertEqual(set(scraps.scrap_location_id.mapped("usage")), {"inventory"})
        with self.assertRaisesRegex(UserError, "is “Closed”; this is for parts"):
            wizard.action_apply()

    def test_a_refurbished_part_enters_stock_at_its_real_cost(self):
        self._set_valuation(self.part, "average", "real_time")
        old_part = self._receive()
        old_part.finding = "no_fault"
        old_part.action_analyse()
        old_part.action_dispose()
        self._put_in_stock(self.other_part, 1)
        repair = old_part.sudo().repair_ids
        repair.move_ids = [
            (
                0,
                0,
                {
                    "product_id": self.other_part.id,
                    "product_uom_qty": 1,
                    "repair_line_type": "add",
                },
            )
        ]
        repair._action_repair_confirm()
        repair.action_repair_start()
        repair.move_ids.quantity = 1
        repair.action_repair_end()
        self.assertEqual((repair.state, old_part.state), ("done", "disposed"))
        stock = self.warehouse.lot_stock_id
        self.assertEqual(self._get_quantity(self.part, stock), 1)
        move = repair.move_id
        self.assertEqual(move.value, 4.0)
