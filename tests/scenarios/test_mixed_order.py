"""One order, four payers: what is free, what is shared, what is paid.

A motor under warranty, a frame whose term is over, a worn seal half given as goodwill,
labour that follows them. Told with the buttons and forms people press.
"""

from contextlib import ExitStack
from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import Form, freeze_time, tagged

from .story import SIGNATURE, StoryCommon


@tagged("post_install", "-at_install")
class TestMixedOrder(StoryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.unit = cls._create_unit(cls.pump)
        for part in cls.motor | cls.bearing | cls.seal:
            cls._put_in_stock(part, 5, cls.van)
        cls.gasket = cls._create_part(
            "Gasket set", list_price=60.0, standard_price=20.0
        )
        cls.gasket.categ_id = cls.categ
        cls._put_in_stock(cls.gasket, 5, cls.van)

    @freeze_time("2026-03-12 09:00:00")
    def test_each_pays_his_part_and_the_books_agree(self):
        order = self._enter_the_job()
        self._give_half_of_the_seal(order)
        self._check_who_pays(order)
        self._quote(order)
        self._complete(order)
        self._check_the_books(order)

    # 1. The technician enters what the pump needs.
    def _enter_the_job(self):
        order = self._create_order(
            unit_id=self.unit.id, date_fault=fields.Date.to_date("2026-03-12")
        )
        with Form(order.with_user(self.technician)) as form:
            for product, component in (
                (self.motor, self.motor_position),
                (self.bearing, self.frame_position),
                (self.seal, self.seal_position),
            ):
                with form.line_ids.new() as line:
                    line.product_id = product
                    line.component_id = component
            for product in (self.labour, self.travel):
                with form.line_ids.new() as line:
                    line.product_id = product
        order.with_user(self.technician).action_start()
        return order

    # 2. The supervisor gives half of the worn seal as goodwill, for this fault alone.
    def _give_half_of_the_seal(self, order):
        action = order.with_user(self.supervisor).action_grant_goodwill()
        wizard = self.env[action["res_model"]].with_user(self.supervisor)
        form = Form(wizard.with_context(**action["context"]))
        form.component_id = self.seal_position
        form.share_part = 50
        form.share_labour = 0
        form.reason = "Seal worn early, customer since 2009"
        form.save().action_apply()

    # 3. Every line says who pays; nothing is asked twice.
    def _check_who_pays(self, order):
        self.assertRecordValues(
            order.line_ids.sorted("id"),
            [
                {"category": "C", "share": 100, "payer": "company"},
                {"category": "A", "share": 0, "payer": "customer"},
                {"category": "C", "share": 50, "payer": "shared"},
                {"category": "C", "share": 60, "payer": "shared"},
                {"category": "A", "share": 0, "payer": "customer"},
            ],
        )
        motor, _bearing, seal, _labour, _trip = order.line_ids.sorted("id")
        self.assertEqual(
            order.line_ids.sorted("id").mapped("amount_customer"),
            [0.0, 96.0, 24.0, 80.0, 80.0],
        )
        self.assertIn("24-month motor term", motor.reason)
        self.assertIn("the customer pays the other 50 %", seal.reason)

    # 4. The quotation has what the customer pays, in his language, and nothing else.
    def _quote(self, order):
        order.with_user(self.technician).action_create_quotation()
        sale = order.sale_order_ids
        self.assertNotIn(self.motor, sale.order_line.product_id)
        self.assertEqual(
            {line.product_id: line.price_subtotal for line in sale.order_line},
            {self.bearing: 96, self.seal: 24, self.labour: 80, self.travel: 80},
        )
        order.with_user(self.technician)._accept_quotation("Ms Li", SIGNATURE)

    def _complete(self, order):
        technician = order.with_user(self.technician)
        for item in technician.check_ids:
            item.action_ok()
        with Form(technician) as form:
            form.cause_id = self.cause
        technician.outcome = "repaired"
        technician.action_fill_used()
        sign = Form(
            self.env["after.sales.order.sign"]
            .with_user(self.technician)
            .with_context(default_order_id=order.id)
        )
        sign.signed_by, sign.signature = "Ms Li", SIGNATURE
        sign.save().action_apply()
        technician.action_complete()
        technician.action_create_invoice()

    # 5. The free motor is a cost of warranty; what is paid is sold, nothing twice.
    def _check_the_books(self, order):
        self.assertFalse(order.is_review_needed, order.line_ids.mapped("review_text"))
        invoice = order.sale_order_ids.invoice_ids
        self.assertEqual((invoice.state, invoice.amount_untaxed), ("posted", 280.0))
        entries = self.env["account.move.line"].search(
            [("product_id", "in", (self.motor | self.bearing | self.seal).ids)]
        )
        warranty = self.company.after_sales_warranty_location_id.valuation_account_id
        cost = entries.filtered(lambda line: line.account_id == warranty)
        self.assertEqual(
            {line.product_id: line.balance for line in cost}, {self.motor: 700.0}
        )
        sold = entries.filtered(lambda line: line.display_type == "cogs" and line.debit)
        self.assertEqual(
            {line.product_id: line.debit for line in sold},
            {self.bearing: 31.0, self.seal: 12.0},
        )

    # A contract with little left: the first part in full, the second in part.
    @freeze_time("2026-03-12 09:00:00")
    def test_a_quota_pays_as_far_as_it_goes(self):
        contract = self.env["after.sales.contract"].create(
            {
                "partner_id": self.customer.id,
                "date_start": "2026-01-01",
                "date_end": "2026-12-31",
                "line_ids": [Command.create({"unit_id": self.unit.id})],
            }
        )
        contract.action_activate()
        with self._quota(contract, {"amount": 120.0}, {"amount": 500.0}):
            order = self._create_order(
                unit_id=self.unit.id,
                date_fault=fields.Date.to_date("2026-03-12"),
                line_ids=[
                    Command.create({"product_id": self.bearing.id}),
                    Command.create({"product_id": self.gasket.id}),
                ],
            )
            bearing, gasket = order.line_ids
            self.assertEqual((bearing.category, bearing.payer), ("B", "contract"))
            self.assertEqual(bearing.decision_id.draws[0]["amount"], 96.0)
            self.assertEqual((gasket.share, gasket.payer), (40.0, "shared"))
            self.assertIn("of 500.00 for parts 24.00 were left", gasket.reason)
            # Deciding again does not count what these lines took themselves.
            order.action_decide()
            self.assertEqual(order.line_ids.mapped("share"), [100.0, 40.0])
            # Two bearings take it all; the gasket is the customer's.
            bearing.quantity = 2
            self.assertEqual(order.line_ids.mapped("share"), [62.5, 0.0])
            self.assertIn("the 500.00 for parts of the contract", gasket.reason)

    def _quota(self, contract, left, total):
        """Let the contract have ``left`` of ``total``, whatever its own book says."""
        stack = ExitStack()
        cover = self.env.registry["after.sales.cover"]
        for method, quota in (("_get_quota_left", left), ("_get_quota_total", total)):
            stack.enter_context(
                patch.object(
                    cover,
                    method,
                    lambda own, quota=quota: (
                        quota if own.contract_line_id.contract_id == contract else None
                    ),
                )
            )
        return stack
