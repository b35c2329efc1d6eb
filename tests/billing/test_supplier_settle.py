from itertools import product

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from .recovery_common import RecoveryCommon
from .test_supplier_claim import ClaimCommon

COSTS = {"standard": 15, "average": 15, "fifo": 10}


@tagged("post_install", "-at_install")
class TestSupplierSettle(ClaimCommon):
    """The supplier's credit note or new piece lowers what free work cost."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        account = cls.env["account.account"]
        cls.warranty_cost, cls.payable, cls.input_tax = account.create(
            [
                {"name": "Warranty cost", "code": "T600", "account_type": "expense"},
                {
                    "name": "Payable",
                    "code": "T210",
                    "account_type": "liability_payable",
                    "reconcile": True,
                },
                {"name": "Input VAT", "code": "T130", "account_type": "asset_current"},
            ]
        )
        cls.supplier.property_account_payable_id = cls.payable
        cls.company.after_sales_warranty_location_id.valuation_account_id = (
            cls.warranty_cost
        )
        cls.company.after_sales_supplier_location_id.valuation_account_id = (
            cls.warranty_cost
        )

    @classmethod
    def _create_tax(cls, amount, included):
        return cls.env["account.tax"].create(
            {
                "name": f"{amount} %",
                "amount": amount,
                "type_tax_use": "purchase",
                "price_include_override": (
                    "tax_included" if included else "tax_excluded"
                ),
                "invoice_repartition_line_ids": cls._repartition(),
                "refund_repartition_line_ids": cls._repartition(),
            }
        )

    @classmethod
    def _repartition(cls):
        return [
            Command.create({"repartition_type": "base"}),
            Command.create({"repartition_type": "tax", "account_id": cls.input_tax.id}),
        ]

    def _credit(self, claim):
        claim.action_create_credit_note()
        return claim.sudo().move_ids

    def test_credit_note_entry_by_entry_in_each_tax_regime(self):
        for rate, included in ((0, False), (13, False), (5, True)):
            with self.subTest(rate=rate, included=included), self.cr.savepoint() as sp:
                if rate:
                    self.agreement.tax_ids = self._create_tax(rate, included)
                claim = self._make()
                self._answer(claim)
                move = self._credit(claim)
                tax = 780 * rate / 100
                self.assertRecordValues(
                    move,
                    [
                        {
                            "move_type": "in_refund",
                            "state": "draft",
                            "partner_id": self.supplier.id,
                            "ref": claim.name,
                            "amount_untaxed": 780,
                            "amount_tax": tax,
                        }
                    ],
                )
                expected = [
                    ("T600", 0, 700),
                    ("T600", 0, 80),
                    ("T210", 780 + tax, 0),
                ]
                if tax:
                    expected.append(("T130", 0, tax))
                self.assertEqual(self._entry(move), sorted(expected))
                self.assertEqual(claim.state, "answered")
                move.with_user(self.accountant).action_post()
                self.assertEqual(
                    (claim.state, claim.amount_recovered), ("settled", 780)
                )
                sp.rollback()
                self.env.invalidate_all()

    def test_who_only_reads_accounting_opens_the_credit_note(self):
        claim = self._make()
        self._answer(claim)
        move = self._credit(claim)
        reader = new_test_user(
            self.env, "ledger.reader", "base.group_user,account.group_account_readonly"
        )
        self.assertEqual(Form(move.with_user(reader)).ref, claim.name)
        self.assertEqual(move.with_user(self.accountant).after_sales_claim_count, 1)

    def test_an_own_account_shows_recovery_apart(self):
        own = self.env["account.account"].create(
            {"name": "Recovery", "code": "T610", "account_type": "expense"}
        )
        self.company.after_sales_supplier_location_id.valuation_account_id = own
        claim = self._make()
        self._answer(claim, part="accepted", way="refused")
        self.assertIn(("T610", 0, 700), self._entry(self._credit(claim)))

    def test_credit_note_is_made_once(self):
        claim = self._make()
        with self.assertRaisesRegex(UserError, "has to be answered"):
            claim.action_create_credit_note()
        self._answer(claim)
        self.assertTrue(claim.with_user(self.clerk).is_to_credit)
        move = self._credit(claim)
        self.assertFalse(claim.with_user(self.clerk).is_to_credit)
        with self.assertRaisesRegex(UserError, "left to credit"):
            claim.action_create_credit_note()
        move.button_cancel()
        self.assertTrue(claim.with_user(self.clerk).is_to_credit)
        self.assertEqual(len(self._credit(claim)), 2)

    def test_less_credited_leaves_the_rest_open(self):
        claim = self._make()
        self._answer(claim)
        move = self._credit(claim)
        move.invoice_line_ids.filtered(
            lambda line: line.price_unit == 700
        ).price_unit = 600
        move.action_post()
        self.assertEqual((claim.state, claim.amount_recovered), ("answered", 680))
        rest = self._credit(claim) - move
        self.assertEqual(rest.amount_untaxed, 100)
        rest.action_post()
        self.assertEqual(claim.state, "settled")

    def test_taken_back_credit_note_opens_the_claim_again(self):
        claim = self._make()
        self._answer(claim)
        move = self._credit(claim)
        move.action_post()
        self.assertEqual(claim.state, "settled")
        move.button_draft()
        self.assertEqual((claim.state, claim.amount_recovered), ("answered", 0))
        with self.assertRaisesRegex(UserError, "has to be answered|left to credit"):
            claim.action_create_credit_note()

    def test_reversed_credit_note_leaves_nothing(self):
        claim = self._make()
        self._answer(claim)
        move = self._credit(claim)
        move.action_post()
        move._reverse_moves([{"invoice_date": "2026-03-09"}], cancel=True)
        self.assertEqual((claim.state, claim.amount_recovered), ("answered", 0))
        balance = self.env["account.move.line"]._read_group(
            [
                ("account_id", "=", self.warranty_cost.id),
                ("parent_state", "=", "posted"),
            ],
            [],
            ["balance:sum"],
        )[0][0]
        self.assertEqual(balance, 0)

    # === THE OLD-PART DESK === #
    def _send_old_part(self):
        old_part = self.order.old_part_ids.with_user(self.clerk)
        old_part.action_receive()
        old_part.write({"finding": "unknown", "supplier_id": self.supplier.id})
        old_part.action_analyse()
        old_part.action_dispose()
        return old_part

    def test_a_piece_sent_instead_settles_its_line(self):
        old_part = self._send_old_part()
        claim = self._make()
        claim.action_mark_sent()
        self.part.with_user(self.clerk).answer = "replaced"
        self.way.with_user(self.clerk).answer = "accepted"
        with self.assertRaisesRegex(UserError, "has not come"):
            self.part.claim_id._check_answers()
        old_part.write({"supplier_answer": "replaced", "serial_new": "M-NEW"})
        old_part.action_close_supplier()
        self.assertEqual(self.part.answer, "replaced")
        self.way.with_user(self.clerk).write(
            {"answer": "refused", "refuse_reason": "Not agreed"}
        )
        claim.action_answer()
        self.assertEqual((claim.state, self.part.amount_recovered), ("settled", 700))

    def test_the_desks_credit_comes_by_the_claim(self):
        old_part = self._send_old_part()
        claim = self._make()
        claim.action_mark_sent()
        old_part.write({"supplier_answer": "credited", "supplier_credit": 450})
        old_part.action_close_supplier()
        self.assertFalse(old_part.sudo().refund_id)
        self.assertEqual((self.part.answer, self.part.amount_accepted), ("partly", 450))
        self.way.with_user(self.clerk).answer = "accepted"
        claim.action_answer()
        self.assertEqual(self._credit(claim).amount_untaxed, 530)

    def test_the_desks_refusal_is_the_claims(self):
        old_part = self._send_old_part()
        claim = self._make()
        claim.action_mark_sent()
        old_part.write({"supplier_answer": "rejected", "supplier_note": "Overload"})
        old_part.action_close_supplier()
        self.assertEqual(
            (self.part.answer, self.part.refuse_reason), ("refused", "Overload")
        )


@tagged("post_install", "-at_install")
class TestReplacementValuation(RecoveryCommon):
    """Replaced by the supplier: stock rises, warranty cost falls, by each method."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stock_account, cls.warranty_cost = cls.env["account.account"].create(
            [
                {"name": "Stock", "code": "T110", "account_type": "asset_current"},
                {"name": "Warranty", "code": "T600", "account_type": "expense"},
            ]
        )
        (
            cls.company.after_sales_warranty_location_id
            | cls.company.after_sales_supplier_location_id
        ).valuation_account_id = cls.warranty_cost

    def _create_valued_part(self, cost_method, valuation):
        part = self._create_part(
            f"{cost_method} {valuation}", after_sales_old_part_duty="always"
        )
        part.categ_id = self.env["product.category"].create(
            {
                "name": part.name,
                "property_cost_method": cost_method,
                "property_valuation": valuation,
                "property_stock_valuation_account_id": self.stock_account.id,
            }
        )
        part.standard_price = 15
        for value in (10, 20):
            with freeze_time("2025-02-01 09:00:00"):
                self._receive(part)
            move = self.env["stock.move"].search(
                [("product_id", "=", part.id)], order="id desc", limit=1
            )
            if cost_method != "standard":
                move.value_manual = value
        stock = self.warehouse.lot_stock_id
        moves = self.env["stock.move"].create(
            {
                "product_id": part.id,
                "product_uom_qty": 2,
                "quantity": 2,
                "picked": True,
                "location_id": stock.id,
                "location_dest_id": self.van.id,
            }
        )
        moves._action_done()
        return part

    def test_supplier_replacement(self):
        for cost_method, valuation in product(COSTS, ("periodic", "real_time")):
            with self.subTest(cost_method=cost_method, valuation=valuation):
                part = self._create_valued_part(cost_method, valuation)
                order = self._create_job((part, 1, 100, 1))
                self._finish(order)
                used = order.picking_ids.move_ids
                cost = COSTS[cost_method]
                self.assertEqual(used.value, cost)
                row = order.supplier_claim_line_ids
                self.assertEqual((row.verdict, row.amount), ("claim", cost))
                old_part = order.old_part_ids.with_user(self.clerk)
                old_part.action_receive()
                old_part.write({"finding": "unknown", "supplier_id": self.supplier.id})
                old_part.action_analyse()
                old_part.action_dispose()
                row.with_user(self.clerk).action_batch()
                row.claim_id.action_mark_sent()
                old_part.supplier_answer = "replaced"
                old_part.action_close_supplier()
                came = row.replacement_move_ids
                self.assertEqual(came.location_dest_id, self.warehouse.lot_stock_id)
                self.assertEqual(row.amount_recovered, came.value)
                expected = (
                    [("T110", came.value, 0), ("T600", 0, came.value)]
                    if valuation == "real_time"
                    else []
                )
                self.assertEqual(self._entry(came.account_move_id), sorted(expected))
                row.claim_id.action_answer()
                self.assertEqual(row.claim_id.state, "settled")
