from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import PartsCommon


@tagged("post_install", "-at_install")
class TestRequisitionApproval(PartsCommon):
    """Rules say who decides; an emergency is decided afterwards."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._put_in_stock(cls.part, 10)
        cls._put_in_stock(cls.other_part, 10)

    def _create_rule(self, **vals):
        return self.env["after.sales.requisition.rule"].create(
            {"name": "Rule", "company_id": self.company.id} | vals
        )

    def _create_requisition(self, *parts, order=None, submit=True, **vals):
        requisition = (
            self.env["after.sales.requisition"]
            .with_user(self.technician)
            .create(
                {
                    "order_id": order and order.id,
                    "line_ids": [
                        (0, 0, {"product_id": part.id, "quantity": 2})
                        for part in parts or [self.part]
                    ],
                }
                | vals
            )
        )
        if submit:
            requisition.action_submit()
        return requisition

    def test_cheap_parts_need_nobody(self):
        self._create_rule(value_max=30.0, level="none")
        self.assertEqual(self._create_requisition().state, "approved")
        self.part.standard_price = 15.0
        requisition = self._create_requisition()
        self.assertEqual(requisition.state, "submitted")
        self.assertEqual(requisition.approval_level, "supervisor")

    def test_the_strictest_rule_of_all_lines_counts(self):
        self.part.after_sales_criticality = "vital"
        self._create_rule(name="Critical", is_critical=True, level="manager")
        self._create_rule(level="none")
        requisition = self._create_requisition(self.other_part, self.part)
        self.assertEqual(requisition.approval_level, "manager")
        self.assertEqual(requisition.approval_reason, "Critical")
        with self.assertRaisesRegex(AccessError, "is decided by: A manager"):
            requisition.with_user(self.supervisor).action_approve()
        requisition.with_user(self.manager).action_approve()
        self.assertEqual(requisition.state, "approved")
        self.assertEqual(self._create_requisition(self.other_part).state, "approved")

    def test_the_use_of_the_part_chooses_the_rule(self):
        order = self._create_order()
        paid = self._create_part_line(order, self.part)
        free = self._create_covered_line(order, self.other_part)
        self._create_rule(case="warranty", level="manager")
        self._create_rule(case="paid", level="none")
        self._create_rule(case="van", level="supervisor")
        levels = []
        for line in (paid, free):
            requisition = self._create_requisition(
                line.product_id, order=order, submit=False
            )
            requisition.line_ids.order_line_id = line
            requisition.action_submit()
            levels.append(requisition.approval_level)
        levels.append(self._create_requisition().approval_level)
        self.assertEqual(levels, ["none", "manager", "supervisor"])

    def test_without_a_rule_the_class_of_the_part_speaks(self):
        products = type(self.env["product.product"])
        for level, state in (("none", "approved"), (False, "submitted")):
            with patch.object(
                products, "_get_after_sales_class_level", lambda *args, x=level: x
            ):
                self.assertEqual(self._create_requisition().state, state)
        self._create_rule(abc_class="a", level="none")
        for abc, state in (("a", "approved"), ("b", "submitted")):
            with patch.object(
                products, "_get_after_sales_class", lambda *args, x=abc: x
            ):
                self.assertEqual(self._create_requisition().state, state)

    def test_the_class_of_the_analysis_decides(self):
        """A and vital parts wait for a supervisor, the others for nobody."""
        self.env["product.template"].search(
            [("is_after_sales_part", "=", True)]
        ).is_after_sales_part = False
        parts = {
            "A": self.part,
            "C": self.other_part,
            "vital": self._create_part("Breaker", after_sales_criticality="vital"),
            "desirable": self._create_part(
                "Label", after_sales_criticality="desirable"
            ),
        }
        self._put_in_stock(self.part, 100)
        for part in parts.values():
            part.is_after_sales_part = True
            self._put_in_stock(part, 10)
        move = self.env["stock.move"].create(
            {
                "product_id": self.part.id,
                "product_uom": self.part.uom_id.id,
                "product_uom_qty": 50,
                "location_id": self.warehouse.lot_stock_id.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                "reference": "Use",
            }
        )
        move._action_confirm()
        move.write({"quantity": 50, "picked": True})
        move._action_done()
        move.date = "2025-03-10"
        self.assertEqual(self._create_requisition().state, "submitted")
        self.env["after.sales.stocking.run"].with_user(self.clerk).create(
            {"date_from": "2025-01-01", "date_to": "2025-12-31"}
        ).action_compute()
        for name, state, reason in (
            ("A", "submitted", "Motor M4 is of class A · Essential"),
            ("C", "approved", False),
            ("vital", "submitted", "Breaker is of class C · Vital"),
            ("desirable", "approved", False),
        ):
            with self.subTest(part=name):
                requisition = self._create_requisition(parts[name])
                self.assertEqual(requisition.state, state)
                self.assertEqual(requisition.approval_reason, reason)
        mixed = self._create_requisition(parts["C"], parts["vital"])
        self.assertEqual(mixed.approval_reason, "Breaker is of class C · Vital")
        with self.assertRaisesRegex(AccessError, "is decided by: A supervisor"):
            mixed.action_approve()
        policy = self.part._get_after_sales_stocking_class(self.company)
        policy.with_user(self.manager).approval = "manager"
        requisition = self._create_requisition(parts["A"])
        with self.assertRaisesRegex(AccessError, "is decided by: A manager"):
            requisition.with_user(self.supervisor).action_approve()
        requisition.with_user(self.manager).action_approve()
        self.assertEqual(requisition.state, "approved")

    def test_who_is_named_is_asked_and_may_decide(self):
        self._create_rule(level="manager", approver_ids=[(6, 0, self.clerk.ids)])
        requisition = self._create_requisition()
        self.assertEqual(requisition.activity_ids.user_id, self.clerk)
        with self.assertRaisesRegex(AccessError, "is decided by"):
            requisition.with_user(self.supervisor).action_approve()
        requisition.with_user(self.clerk).action_approve()
        self.assertEqual(requisition.approver_id, self.clerk)
        self.assertEqual(requisition.state, "approved")

    def test_rules_of_another_company_say_nothing(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self._create_rule(company_id=other.id, level="none")
        self.assertEqual(self._create_requisition().approval_level, "supervisor")
        rules = self.env["after.sales.requisition.rule"].with_user(self.manager)
        self.assertFalse(rules.search([]))
        with self.assertRaises(AccessError):
            rules.with_user(self.technician).create({"name": "Mine", "level": "none"})

    def test_nobody_writes_the_decision_by_hand(self):
        requisition = self._create_requisition()
        for vals in (
            {"approval_level": "none"},
            {"approver_ids": [(4, self.technician.id)]},
            {"late_approval": False},
            {"approver_id": self.supervisor.id},
        ):
            with self.assertRaisesRegex(UserError, "is not written by hand"):
                requisition.with_user(self.technician).write(vals)
        with self.assertRaisesRegex(UserError, "is not written by hand"):
            self._create_requisition(approval_level="none")

    def test_an_emergency_is_issued_and_approved_afterwards(self):
        requisition = self._create_requisition(submit=False)
        with self.assertRaisesRegex(UserError, "why the parts cannot wait"):
            requisition.action_submit_emergency()
        requisition.emergency_reason = "The hospital has no water."
        requisition.action_submit_emergency()
        self.assertEqual(requisition.state, "approved")
        self.assertEqual(requisition.late_approval, "pending")
        self.assertEqual(requisition.activity_ids.user_id, self.supervisor)
        requisition.sudo().picking_ids._validate_after_sales()
        self.assertEqual(requisition.state, "issued")
        with self.assertRaises(AccessError):
            requisition.action_approve()
        requisition.with_user(self.supervisor).action_approve()
        self.assertEqual(requisition.late_approval, "given")
        self.assertEqual(requisition.state, "issued")
        self.assertFalse(requisition.activity_ids)

    def test_a_refused_emergency_has_to_come_back(self):
        issued = self._create_requisition(submit=False, emergency_reason="Flood.")
        waiting = issued.copy({"emergency_reason": "Flood again."})
        (issued | waiting).action_submit_emergency()
        issued.sudo().picking_ids._validate_after_sales()
        both = (issued | waiting).with_user(self.supervisor)
        with self.assertRaisesRegex(UserError, "Write the reason"):
            both.action_refuse()
        both.refusal_reason = "There was no flood."
        both.action_refuse()
        self.assertEqual(both.mapped("late_approval"), ["refused"] * 2)
        self.assertEqual((issued.state, waiting.state), ("issued", "cancel"))
        self.assertEqual(issued.activity_ids.user_id, self.technician)
        self.assertEqual(waiting.sudo().picking_ids.state, "cancel")
        self.assertEqual(self._get_quantity(self.part, self.van), 2)

    def test_a_company_may_forbid_emergencies(self):
        self.company.after_sales_emergency_issue = False
        requisition = self._create_requisition(submit=False, emergency_reason="Flood.")
        with self.assertRaisesRegex(UserError, "issues nothing without approval"):
            requisition.action_submit_emergency()

    def test_a_partial_issue_shows(self):
        requisition = self._create_requisition()
        requisition.with_user(self.supervisor).action_approve()
        picking = requisition.sudo().picking_ids
        self.assertEqual(requisition.issue_progress, "none")
        picking.move_ids.quantity = 1
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(requisition.issue_progress, "partly")
        (requisition.sudo().picking_ids - picking)._validate_after_sales()
        self.assertEqual(requisition.issue_progress, "all")

    def test_parts_of_another_company_are_refused(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        foreign = self._create_part("Foreign motor", company_id=other.id)
        with self.assertRaisesRegex(UserError, "Foreign motor.*another company"):
            self._create_requisition(foreign)
