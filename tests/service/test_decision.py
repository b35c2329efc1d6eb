from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import SQL

from .common import DecisionCommon


@tagged("post_install", "-at_install")
class TestLineDecision(DecisionCommon):
    """Who pays for each line: from facts, with reasons, kept for ever."""

    def test_lines_fill_themselves(self):
        order = self._create_story()
        self.assertRecordValues(
            order.line_ids,
            [
                {
                    "kind": "part",
                    "component_id": self.motor_position.id,
                    "price_unit": 1200,
                },
                {
                    "kind": "part",
                    "component_id": self.frame_position.id,
                    "price_unit": 96,
                },
                {
                    "kind": "part",
                    "component_id": self.seal_position.id,
                    "price_unit": 48,
                },
                {"kind": "labour", "component_id": False, "price_unit": 200},
                {"kind": "travel", "component_id": False, "price_unit": 80},
            ],
        )

    def test_each_line_is_decided_with_its_reason(self):
        order = self._create_story()
        self.assertRecordValues(
            order.line_ids,
            [
                {"category": "C", "share": 100.0, "amount_customer": 0.0},
                {"category": "A", "share": 0.0, "amount_customer": 192.0},
                {"category": "A", "share": 0.0, "amount_customer": 48.0},
                {"category": "C", "share": 60.0, "amount_customer": 120.0},
                {"category": "A", "share": 0.0, "amount_customer": 80.0},
            ],
        )
        self.assertEqual(order.amount_paid, 440.0)
        self.assertEqual(order.amount_free, 1200.0 + 180.0)
        self.assertIn("01/09/2027", order.line_ids[0].reason)
        self.assertEqual(order.line_ids[3].decision_text, "C 60 % / A 40 %")

    def test_a_changed_fact_decides_again_and_keeps_the_old_row(self):
        order = self._create_story()
        motor = order.line_ids[0]
        first = motor.decision_id
        order.with_user(self.technician).cause_id = self.misuse
        self.assertEqual((motor.category, motor.amount_customer), ("A", 1200.0))
        self.assertEqual(len(motor.decision_ids), 2)
        self.assertTrue(first.exists())

    def test_the_same_answer_makes_no_new_row(self):
        order = self._create_story()
        order.action_decide()
        order.meter = 5
        self.assertEqual(
            order.line_ids.mapped(lambda line: len(line.decision_ids)), [1] * 5
        )

    def test_a_quoted_line_is_flagged_and_not_changed(self):
        order = self._create_story()
        motor = order.line_ids[0]
        model = self.env.registry["after.sales.order.line"]
        with patch.object(model, "_is_locked_by_quotation", lambda line: True):
            order.cause_id = self.misuse
        self.assertEqual(motor.category, "C")
        self.assertTrue(motor.is_review_needed and order.is_review_needed)
        self.assertRegex(motor.review_text, "Quoted: C free 100 %. Now: A paid")
        with self.assertRaisesRegex(UserError, "Ask your supervisor"):
            motor.with_user(self.technician).action_accept_decision()
        motor.with_user(self.supervisor).action_accept_decision()
        self.assertEqual((motor.category, motor.is_review_needed), ("A", False))

    def test_own_work_is_category_d(self):
        order = self._create_story(is_internal=True)
        self.assertEqual(set(order.line_ids.mapped("category")), {"D"})
        self.assertFalse(any(line._is_chargeable() for line in order.line_ids))
        self.assertFalse(order.amount_paid)

    def test_an_override_needs_a_supervisor_and_survives(self):
        order = self._create_story()
        bearing = order.line_ids[1]
        with self.assertRaisesRegex(UserError, "only supervisors"):
            bearing.with_user(self.technician)._override(
                "C", 100, "please", self.supervisor
            )
        Override = self.env["after.sales.order.line.override"].with_user(
            self.supervisor
        )
        form = Form(Override.with_context(default_line_id=bearing.id))
        form.category = "C"
        form.share = 50
        form.reason = "Old customer"
        form.save().action_apply()
        self.assertEqual((bearing.share, bearing.amount_customer), (50.0, 96.0))
        order.action_decide()
        order.is_tampered = True
        self.assertEqual(bearing.share, 50.0)
        self.assertIn("Old customer", bearing.reason)
        Override.create(
            {"line_id": bearing.id, "reason": "-", "category": "A"}
        ).action_withdraw()
        self.assertEqual(bearing.category, "A")
        self.assertIn("Old customer", bearing.decision_ids.mapped("override_reason"))

    def test_decision_and_price_cannot_be_typed(self):
        line = self._create_story().line_ids[1].with_user(self.technician)
        for vals in ({"share": 100}, {"category": "C"}, {"decision_id": False}):
            with self.subTest(vals=vals), self.assertRaisesRegex(AccessError, "facts"):
                line.write(vals)
        with self.assertRaisesRegex(AccessError, "price list"):
            line.price_unit = 1
        with self.assertRaisesRegex(AccessError, "facts"):
            line.with_user(self.manager).write({"share": 100})
        line.with_user(self.agent).price_unit = 90
        self.assertEqual(line.amount_customer, 180.0)

    def test_a_price_nobody_knows_is_pending(self):
        self.bearing.list_price = 0
        order = self._create_story()
        self.assertTrue(order.line_ids[1].is_price_pending and order.is_price_pending)
        self.assertFalse(order.line_ids[0].is_price_pending)
        self.assertIn("price", " ".join(order._check_completion()))

    def _count_queries(self, products, size, is_cold):
        """Return the queries of deciding an order anew and of storing what came out.

        Cold, only the catalogue is known, and the order as its screen has read it.
        """
        order = self._create_order(
            unit_id=self.unit.id,
            is_internal=True,
            line_ids=[
                Command.create({"product_id": products[i % len(products)].id})
                for i in range(size)
            ],
        )
        before = order.line_ids.decision_id
        self.env.flush_all()
        # By SQL, or the order would be decided before we count.
        self.env.cr.execute(
            SQL(
                "UPDATE after_sales_order SET is_internal = FALSE WHERE id = %s",
                order.id,
            )
        )
        order.invalidate_recordset(["is_internal"])
        if is_cold:
            self.env.invalidate_all()
        for path in (
            "decision_id.ranking",
            "product_id.type",
            "uom_id.parent_path",
            "component_id.name",
            "currency_id.rounding",
        ):
            order.line_ids.mapped(path)
        count = self.env.cr.sql_log_count
        order.line_ids._decide()
        self.env.flush_all()
        count = self.env.cr.sql_log_count - count
        self.assertFalse(order.line_ids.decision_id & before)
        return count

    def _sign_contract(self, **vals):
        """Cover the unit by a contract with quotas that only the first lines get."""
        contract = self.env["after.sales.contract"].create(
            {
                "partner_id": self.customer.id,
                "user_id": self.supervisor.id,
                "date_start": "2026-01-01",
                "date_end": "2026-12-31",
                "line_ids": [Command.create({"unit_id": self.unit.id})],
            }
            | vals
        )
        contract.action_activate()
        return contract

    def test_ten_and_a_hundred_lines_cost_the_same_queries(self):
        # Work that is counted in pieces, not in hours, has to be compared with them.
        job = self._create_product(
            name="Job",
            type="service",
            is_storable=False,
            after_sales_kind="labour",
        )
        mixed = self.motor | self.bearing | self.labour | job | self.trip
        self._assert_same_queries([job, self.labour, mixed], is_cold=True, most=12)
        self._sign_contract(quota_hours=60, quota_visits=1, quota_amount=30000)
        self._assert_same_queries([job, self.labour, mixed], is_cold=False, most=9)
        self._assert_same_queries([job, self.labour, mixed], is_cold=True, most=12)

    def _assert_same_queries(self, cases, is_cold, most):
        for products in cases:
            with self.subTest(is_cold=is_cold, most=most, products=len(products)):
                ten, hundred = (
                    self._count_queries(products, size, is_cold) for size in (10, 100)
                )
                self.assertEqual(ten, hundred)
                self.assertLessEqual(hundred, most)
