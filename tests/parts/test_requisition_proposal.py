from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .common import PartsCommon


@tagged("post_install", "-at_install")
class TestRequisitionProposal(PartsCommon):
    """What is proposed, why, and where it is to be had."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pump = cls._create_pump()
        cls.unit = cls._create_unit(cls.pump)
        cls.symptom, cls.other_symptom = cls.env["after.sales.fault.code"].create(
            [
                {"name": "Leaks", "code": "T-S1", "kind": "symptom"},
                {"name": "Hums", "code": "T-S2", "kind": "symptom"},
            ]
        )

    def _create_past_order(self, symptom, *parts):
        order = self._create_order(
            unit_id=self.unit.id, symptom_id=symptom.id, outcome="repaired"
        )
        for part in parts:
            self._create_part_line(order, part)
        order._move_to("on_site")
        order._move_to("done")
        return order

    def _propose(self, order):
        requisition = order.with_user(self.technician)._get_draft_requisition()
        return (
            self.env["after.sales.part.propose"]
            .with_user(self.technician)
            .create({"requisition_id": requisition.id})
        )

    def test_past_repairs_with_the_symptom_speak_first(self):
        for parts in ([self.seal], [self.seal, self.bearing], [self.seal], []):
            self._create_past_order(self.symptom, *parts)
        self._create_past_order(self.other_symptom, self.motor)
        order = self._create_order(unit_id=self.unit.id, symptom_id=self.symptom.id)
        self.assertEqual(
            [
                (row["product"], row["reason"], row["is_likely"])
                for row in order.with_user(self.technician)._get_part_proposals()
            ],
            [
                (self.seal, "used in 3 of 4 repairs with this symptom", True),
                (self.bearing, "used in 1 of 4 repairs with this symptom", False),
                (self.motor, "fits position 20 Motor", False),
            ],
        )

    def test_what_is_on_the_order_is_not_proposed(self):
        self._create_past_order(self.symptom, self.seal)
        order = self._create_order(unit_id=self.unit.id, symptom_id=self.symptom.id)
        self._create_part_line(order, self.seal)
        self.assertNotIn(
            self.seal, [row["product"] for row in order._get_part_proposals()]
        )

    def test_ticked_proposals_become_lines_with_their_reason(self):
        self._create_past_order(self.symptom, self.seal)
        order = self._create_order(unit_id=self.unit.id, symptom_id=self.symptom.id)
        wizard = self._propose(order)
        self.assertEqual(wizard.line_ids.filtered("is_chosen").product_id, self.seal)
        wizard.action_apply()
        line = order.requisition_ids.line_ids
        self.assertEqual(line.product_id, self.seal)
        self.assertIn("1 of 1 repairs", line.reason)
        again = self._propose(order)
        self.assertEqual(again.requisition_id, wizard.requisition_id)
        self.assertNotIn(self.seal, again.line_ids.product_id)
        again.line_ids.is_chosen = False
        with self.assertRaisesRegex(UserError, "Tick the parts"):
            again.action_apply()

    def test_the_van_is_filled_with_what_was_used(self):
        self._put_in_stock(self.part, 5, self.van)
        order = self._create_order()
        self._create_part_line(order, self.part, 3)
        self._consume(order)
        self.env.flush_all()
        requisition = (
            self.env["after.sales.requisition"].with_user(self.technician).create({})
        )
        (vals,) = requisition._prepare_proposal_vals()
        self.assertEqual((vals["product_id"], vals["quantity"]), (self.part.id, 1))
        self.assertEqual(vals["reason"], "3 used in 30 days, 2 in the van")

    def _create_places(self):
        """One piece at the colleague, three in the branch, seven in the centre."""
        user = new_test_user(
            self.env,
            login="colleague.after.sales",
            name="Li Wei",
            groups="after_sales_service.after_sales_group_technician",
        )
        colleague = self._create_technician(user)
        colleague.action_create_van()
        self._put_in_stock(self.part, 1, colleague.after_sales_van_id)
        self._put_in_stock(self.part, 3)
        self.warehouse.name = "Branch"
        centre = self.env["stock.warehouse"].create({"name": "Centre", "code": "CEN"})
        self._put_in_stock(self.part, 7, centre.lot_stock_id)
        self.part.seller_ids = [
            Command.create(
                {"partner_id": self._create_partner(name="Works").id, "delay": 9}
            )
        ]
        return colleague

    def test_the_nearest_place_comes_first(self):
        self._create_places()
        self._put_in_stock(self.part, 2, self.van)
        line = self.env["after.sales.requisition.line"].create(
            {
                "requisition_id": self.env["after.sales.requisition"]
                .with_user(self.technician)
                .create({})
                .id,
                "product_id": self.part.id,
            }
        )
        self.assertEqual(
            line.with_user(self.technician).availability,
            "own van 2 · Li Wei 1 · Branch 3 · Centre 7 · Works in 9 days",
        )
        self.assertTrue(line.has_colleague)
        self.part.seller_ids.delay = 1
        line.invalidate_recordset(["availability"])
        self.assertIn("Works in one day", line.availability)
        line.product_id = self.other_part
        self.assertEqual(line.availability, "nowhere in stock")

    def test_other_companies_and_customers_goods_do_not_count(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        theirs = self.env["stock.warehouse"].create(
            {"name": "Theirs", "code": "THE", "company_id": other.id}
        )
        self._put_in_stock(self.part, 5, theirs.lot_stock_id)
        self._put_in_stock(
            self.part, 5, self.company.after_sales_customer_goods_location_id
        )
        found = self.part._get_after_sales_availability(self.van, self.company)
        self.assertEqual(found, {self.part: []})

    def test_places_cost_the_same_for_one_and_for_fifty_parts(self):
        self._create_places()
        parts = self.env["product.product"].union(
            *(self._create_part(f"Part {number}") for number in range(50))
        )
        for part in parts:
            self._put_in_stock(part, 1)

        def count(products):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            products._get_after_sales_availability(self.van, self.company)
            return self.env.cr.sql_log_count - before

        count(parts[:1])
        one, many = count(parts[:1]), count(parts)
        self.assertEqual(one, many)
        self.assertLessEqual(many, 15)

    def test_a_part_that_is_gone_offers_its_newest_successor(self):
        newer, newest = self._create_part("Motor M5"), self._create_part("Motor M6")
        self.part.after_sales_superseded_by_id = newer
        newer.after_sales_superseded_by_id = newest
        self.part.after_sales_substitute_ids = self.other_part
        requisition = (
            self.env["after.sales.requisition"]
            .with_user(self.technician)
            .create({"line_ids": [Command.create({"product_id": self.part.id})]})
        )
        line = requisition.line_ids
        self.assertEqual(line.offer_id, newest)
        self._put_in_stock(self.other_part, 1)
        line.invalidate_recordset()
        self.assertEqual(line.offer_id, self.other_part)
        self._put_in_stock(newer, 1)
        line.invalidate_recordset()
        self.assertEqual(line.offer_id, newer)
        line.action_take_offer()
        self.assertEqual(line.product_id, newer)
        self.assertIn("instead of Motor M4", line.reason)
        self.assertFalse(line.offer_id)

    def test_a_part_cannot_supersede_itself(self):
        self.part.after_sales_superseded_by_id = self.other_part
        with self.assertRaisesRegex(ValidationError, "would supersede itself"):
            self.other_part.after_sales_superseded_by_id = self.part
        with self.assertRaisesRegex(ValidationError, "would supersede itself"):
            self.part.after_sales_superseded_by_id = self.part

    def test_a_superseded_part_is_proposed_as_its_successor(self):
        newer = self._create_part("Shaft seal B")
        self.seal.after_sales_superseded_by_id = newer
        order = self._create_order(unit_id=self.unit.id)
        rows = {row["product"]: row for row in order._get_part_proposals()}
        self.assertNotIn(self.seal, rows)
        self.assertIn("supersedes Shaft seal", rows[newer]["reason"])

    def test_a_part_that_does_not_fit_is_told_or_refused(self):
        order = self._create_order(unit_id=self.unit.id)
        requisition = order.with_user(self.technician)._get_draft_requisition()
        requisition.line_ids = [Command.create({"product_id": self.part.id})]
        self.assertIn("in no position", requisition.line_ids.fit_warning)
        self.company.after_sales_part_fit = "block"
        with self.assertRaisesRegex(UserError, "in no position of PX2"):
            requisition.action_submit()
        line = self._create_part_line(order, self.part)
        self.assertIn("in no position", str(order._check_completion_lines()))
        line.is_unused = True
        self.assertNotIn("in no position", str(order._check_completion_lines()))
        self.part.after_sales_superseded_by_id = False
        self.motor.after_sales_substitute_ids = self.part
        requisition.line_ids.invalidate_recordset()
        self.assertFalse(requisition.line_ids.fit_warning)
