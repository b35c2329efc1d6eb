from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .recovery_common import RecoveryCommon


@tagged("post_install", "-at_install")
class TestSupplierVerdict(RecoveryCommon):
    """Every free line of a completed order says what its supplier pays."""

    def test_the_receipt_starts_the_warranty_of_a_serial(self):
        lot = self._receive_at("2025-01-10", self.motor, "M-1")
        row = self.env["after.sales.supplier.warranty"].search(
            [("lot_id", "=", lot.id)]
        )
        self.assertRecordValues(
            row,
            [
                {
                    "supplier_id": self.supplier.id,
                    "agreement_id": self.agreement.id,
                    "product_id": self.motor.id,
                }
            ],
        )
        self.assertEqual(
            [f"{day}" for day in (row.date_receipt, row.date_start, row.date_end)],
            ["2025-01-10", "2025-01-10", "2027-01-09"],
        )
        with freeze_time("2025-06-01 09:00:00"):
            self._deliver(self.motor, lot)
        self.assertEqual(f"{row.date_sale}", "2025-06-01")
        self.agreement.start_rule = "sale"
        self.assertEqual(f"{row.date_end}", "2027-05-31")

    def test_part_labour_and_travel_of_a_covered_order(self):
        self._receive_at("2025-01-10", self.motor, "M-1")
        order = self._complete_motor_job(
            "M-1", (self.labour, 2, 100), (self.travel, 1, 100), (self.bearing, 1, 0)
        )
        rows = self._get_verdicts(order)
        self.assertEqual(rows.mapped("kind"), ["part", "labour", "travel"])
        self.assertEqual(rows.mapped("verdict"), ["claim"] * 3)
        part, labour, travel = rows
        self.assertEqual((part.cost, part.amount), (700, 700))
        self.assertEqual((part.serial, part.supplier_id), ("M-1", self.supplier))
        self.assertEqual((travel.cost, travel.amount), (80, 80))
        self.assertEqual(labour.part_line_id, part.order_line_id)
        self.assertIn("Motor works warrants it until 01/09/2027", part.reason_text)

    def test_hours_at_the_technicians_cost_or_at_the_agreed_rate(self):
        self._receive_at("2025-01-10", self.motor, "M-1")
        order = self._complete_motor_job("M-1", (self.labour, 2, 100))
        labour = self._get_verdicts(order)[1]
        self.assertEqual((labour.cost, labour.amount), (120, 60))
        self.agreement.write({"labour_rate": 90, "labour_cap": 80})
        order._judge_recovery()
        self.assertEqual(labour.amount, 80)

    def test_receipts_of_long_ago_are_found(self):
        self.agreement.active = False
        self._receive_at("2025-01-10", self.motor, "M-1")
        self.assertFalse(self.env["after.sales.supplier.warranty"].search([]))
        self.agreement.active = True
        self.assertEqual(
            self._get_verdicts(self._complete_motor_job("M-1")).verdict, "claim"
        )

    def test_a_new_agreement_takes_the_serials_that_wait_for_one(self):
        self.motor.seller_ids = [(0, 0, {"partner_id": self.customer.id})]
        lot = self._receive_at("2025-01-10", self.motor, "M-7", self.customer)
        row = self.env["after.sales.supplier.warranty"].search(
            [("lot_id", "=", lot.id)]
        )
        self.assertFalse(row.date_end)
        self._create_agreement(supplier_id=self.customer.id, months=12)
        self.assertEqual(f"{row.date_end}", "2026-01-09")

    def test_half_covered_line_recovers_half(self):
        self._receive_at("2025-01-10", self.motor, "M-1")
        order = self._complete_motor_job("M-1", share=50)
        row = self._get_verdicts(order)
        self.assertEqual((row.cost, row.amount), (350, 350))

    def test_paid_lines_have_no_verdict(self):
        self._receive_at("2025-01-10", self.motor, "M-1")
        order = self._complete_motor_job("M-1", share=0)
        self.assertFalse(self._get_verdicts(order))

    def test_why_a_line_is_not_recoverable(self):
        self._receive_at("2024-03-09", self.motor, "M-OLD")
        order = self._complete_motor_job("M-OLD", (self.labour, 1, 100))
        part, labour = self._get_verdicts(order)
        self.assertEqual(part.verdict, "none")
        self.assertEqual(
            part.reason_text, "The warranty of Motor works ended on 03/08/2026."
        )
        self.assertEqual(
            labour.reason_text, "None of the order's parts can be claimed."
        )
        order = self._complete_motor_job("M-UNKNOWN")
        self.assertIn(
            "Nobody is known as supplier", self._get_verdicts(order).reason_text
        )
        self.motor.seller_ids = [(0, 0, {"partner_id": self.supplier.id})]
        order._judge_recovery()
        self.assertEqual(self._get_verdicts(order).reason, "unknown_start")

    def test_misuse_is_not_the_suppliers(self):
        self._receive_at("2025-01-10", self.motor, "M-1")
        self.cause.cover_effect = "voids"
        order = self._complete_motor_job("M-1")
        self.assertEqual(self._get_verdicts(order).reason, "misuse")

    def test_untracked_part_counts_from_its_last_receipt_before_it_was_fitted(self):
        self._receive_at("2023-02-01", self.bearing, quantity=5)
        self._receive_at("2025-02-01", self.bearing, quantity=5)
        order = self._complete_job((self.bearing, 1, 100))
        row = self._get_verdicts(order)
        self.assertEqual(f"{row.date_start}", "2025-02-01")
        self.assertEqual((row.supplier_id, row.amount), (self.supplier, 31))
        pump = self._create_product(name="Pump", after_sales_register="unit")
        unit = self._create_unit(pump, date_delivered="2024-06-01")
        order = self._complete_job((self.bearing, 1, 100), unit_id=unit.id)
        row = self._get_verdicts(order)
        self.assertEqual(f"{row.date_start}", "2023-02-01")
        self.assertEqual(row.reason, "expired")

    def test_the_more_specific_agreement_holds(self):
        narrow = self._create_agreement(
            name="This motor", product_id=self.motor.id, share_part=40, sequence=99
        )
        self._receive_at("2025-01-10", self.motor, "M-1")
        row = self._get_verdicts(self._complete_motor_job("M-1"))
        self.assertEqual((row.agreement_id, row.amount), (narrow, 280))

    def test_reopened_order_has_no_verdict_until_it_is_completed_again(self):
        self._receive_at("2025-01-10", self.motor, "M-1")
        order = self._complete_motor_job("M-1")
        order._reopen("Not tight")
        self.assertFalse(self._get_verdicts(order))
        self._finish(order)
        self.assertEqual(self._get_verdicts(order).amount, 700)

    def test_nothing_is_compared_without_agreements(self):
        self.agreement.active = False
        order = self._complete_job((self.bearing, 1, 100))
        self.assertFalse(self._get_verdicts(order))

    def test_many_orders_take_no_more_queries_than_two(self):
        self._receive_at("2025-01-10", self.motor, "M-1")
        orders = self.env["after.sales.order"]
        for _index in range(8):
            orders |= self._complete_motor_job("M-1", (self.labour, 1, 100))
        counts = []
        orders._judge_recovery()
        for some in (orders[:2], orders):
            some.invalidate_recordset()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some._judge_recovery()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 4)

    def test_the_verdict_is_the_servers(self):
        self._receive_at("2025-01-10", self.motor, "M-1")
        row = self._get_verdicts(self._complete_motor_job("M-1"))
        with self.assertRaises(AccessError):
            row.with_user(self.technician).read(["amount"])
        with self.assertRaisesRegex(UserError, "follows from the completed order"):
            row.with_user(self.clerk).amount = 1
        with self.assertRaisesRegex(UserError, "while its claim is at the supplier"):
            row.with_user(self.clerk).answer = "accepted"
        self.assertFalse(
            self.env["after.sales.supplier.claim.line"]
            .with_user(self.manager)
            .with_company(self.company)
            .has_access("create")
        )

    def test_impossible_terms_are_refused(self):
        for vals in (
            {"share_part": 101},
            {"share_labour": -1},
            {"months": 0},
            {"labour_rate": -1},
            {"claim_days": -1},
        ):
            with (
                self.subTest(vals=vals),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self._create_agreement(**vals)

    def test_other_companies_see_nothing(self):
        self._receive_at("2025-01-10", self.motor, "M-1")
        row = self._get_verdicts(self._complete_motor_job("M-1"))
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.clerk.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        self.assertFalse(row.with_user(self.clerk).search([]))
