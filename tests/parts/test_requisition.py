from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import PartsCommon


@tagged("post_install", "-at_install")
class TestRequisition(PartsCommon):
    """Parts are asked for, approved by somebody else and issued natively."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._put_in_stock(cls.part, 10)

    def _create_requisition(self, quantity=3):
        requisition = (
            self.env["after.sales.requisition"]
            .with_user(self.technician)
            .create(
                {
                    "line_ids": [
                        (0, 0, {"product_id": self.part.id, "quantity": quantity})
                    ]
                }
            )
        )
        requisition.action_submit()
        return requisition

    def _approve(self, requisition):
        requisition.with_user(self.supervisor).action_approve()
        return requisition.sudo().picking_ids

    def _validate(self, picking, quantity=None):
        """Validate as the clerk; a smaller quantity leaves a backorder."""
        picking = picking.with_user(self.clerk)
        picking.env.invalidate_all()
        if quantity is not None:
            picking.move_ids.quantity = quantity
        picking.with_context(skip_backorder=True).button_validate()

    def test_from_the_request_to_the_van(self):
        requisition = self._create_requisition()
        self.assertEqual(requisition.state, "submitted")
        self.assertEqual(requisition.technician_id.id, self.employee.id)
        picking = self._approve(requisition)
        self.assertEqual(requisition.state, "approved")
        self.assertEqual(picking.state, "assigned")
        self.assertEqual(picking.location_dest_id, self.van)
        self._validate(picking)
        self.assertEqual(requisition.state, "issued")
        self.assertEqual(requisition.line_ids.quantity_issued, 3)
        self.assertEqual(self._get_quantity(self.part, self.van), 3)

    def test_a_backorder_keeps_the_requisition_open(self):
        requisition = self._create_requisition(5)
        picking = self._approve(requisition)
        self._validate(picking, 2)
        self.assertEqual(requisition.state, "approved")
        self.assertEqual(requisition.line_ids.quantity_issued, 2)
        backorder = requisition.sudo().picking_ids - picking
        self.assertEqual(
            backorder.move_ids.after_sales_requisition_line_id.ids,
            requisition.line_ids.ids,
        )
        self._validate(backorder)
        self.assertEqual(requisition.state, "issued")
        self.assertEqual(requisition.line_ids.quantity_issued, 5)

    def test_a_cancelled_backorder_closes_the_requisition(self):
        requisition = self._create_requisition(5)
        picking = self._approve(requisition)
        self._validate(picking, 2)
        backorder = requisition.sudo().picking_ids - picking
        backorder.with_user(self.clerk).action_cancel()
        self.assertEqual(requisition.state, "issued")
        self.assertEqual(requisition.line_ids.quantity_issued, 2)

    def test_a_cancelled_transfer_can_be_issued_again(self):
        requisition = self._create_requisition()
        picking = self._approve(requisition)
        with self.assertRaisesRegex(UserError, "open transfer already"):
            requisition.with_user(self.clerk).action_issue_again()
        picking.with_user(self.clerk).action_cancel()
        self.assertEqual(requisition.state, "approved")
        self.assertTrue(requisition.is_issue_missing)
        requisition.with_user(self.clerk).action_issue_again()
        self._validate(requisition.sudo().picking_ids - picking)
        self.assertEqual(requisition.state, "issued")

    def test_nobody_approves_the_own_request(self):
        requisition = self._create_requisition()
        with self.assertRaisesRegex(AccessError, "right to do this"):
            requisition.with_user(self.technician).action_approve()
        with self.assertRaisesRegex(AccessError, "right to do this"):
            requisition.with_user(self.clerk).action_approve()
        self.employee.user_id = self.supervisor
        with self.assertRaisesRegex(UserError, "asked for these parts yourself"):
            requisition.with_user(self.supervisor).action_approve()
        requisition.with_user(self.manager).action_approve()
        self.assertEqual(requisition.state, "approved")

    def test_small_companies_need_no_approval(self):
        self.company.after_sales_requisition_approval = False
        requisition = self._create_requisition()
        self.assertEqual(requisition.state, "approved")
        self.assertEqual(len(requisition.sudo().picking_ids), 1)

    def test_a_refusal_says_why(self):
        requisition = self._create_requisition()
        with self.assertRaisesRegex(UserError, "Write the reason of the refusal"):
            requisition.with_user(self.supervisor).action_refuse()
        requisition.with_user(self.supervisor).refusal_reason = "Use the old stock."
        requisition.with_user(self.supervisor).action_refuse()
        self.assertEqual(requisition.state, "refused")
        requisition.action_draft()
        self.assertEqual(requisition.state, "draft")

    def test_the_supervisor_is_asked_once(self):
        requisition = self._create_requisition()
        self.assertEqual(requisition.activity_ids.user_id, self.supervisor)
        self._approve(requisition)
        self.assertFalse(requisition.activity_ids)

    def test_the_supervisor_is_asked_in_the_own_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.supervisor.lang = "zh_CN"
        requisition = self._create_requisition()
        self.assertEqual(requisition.activity_ids.summary, "请审批申请的备件")

    def test_parts_cannot_be_changed_after_sending(self):
        requisition = self._create_requisition()
        with self.assertRaisesRegex(UserError, "already sent"):
            requisition.line_ids.quantity = 9
        with self.assertRaisesRegex(UserError, "already sent"):
            requisition.line_ids.unlink()
        with self.assertRaisesRegex(UserError, "cannot be written by hand"):
            requisition.write({"state": "approved"})
        with self.assertRaisesRegex(UserError, "follows from the warehouse"):
            requisition.line_ids.write({"quantity_issued": 9})
        requisition.line_ids.with_user(self.supervisor).quantity = 2
        self.assertEqual(requisition.line_ids.quantity, 2)

    def test_an_empty_requisition_is_not_sent(self):
        requisition = (
            self.env["after.sales.requisition"].with_user(self.technician).create({})
        )
        with self.assertRaisesRegex(UserError, "Add the parts you need"):
            requisition.action_submit()

    def test_without_a_van_nothing_can_be_issued(self):
        self.employee.after_sales_van_id = False
        with self.assertRaisesRegex(UserError, "Technician has no van"):
            self._create_requisition()

    def test_a_van_given_later_serves_the_draft_and_not_what_was_sent(self):
        sent = self._create_requisition()
        draft = sent.copy()
        self.employee.after_sales_van_id = False
        self.assertEqual(sent.sudo().van_id, self.van)
        self.assertFalse(draft.sudo().van_id)
        self.employee.action_create_van()
        draft.action_submit()
        self.assertEqual(draft.sudo().van_id, self.employee.after_sales_van_id)

    def test_another_technician_sees_nothing_of_it(self):
        requisition = self._create_requisition()
        stranger = self._create_stranger()
        self.assertFalse(
            self.env["after.sales.requisition"].with_user(stranger).search([])
        )
        with self.assertRaises(AccessError):
            requisition.with_user(stranger).action_cancel()

    def test_an_order_proposes_what_is_missing(self):
        order = self._create_order()
        self._create_part_line(order, self.part, 3)
        self._put_in_stock(self.part, 1, self.van)
        action = order.with_user(self.technician).action_request_parts()
        requisition = self.env["after.sales.requisition"].browse(action["res_id"])
        self.assertEqual(requisition.order_id, order)
        self.assertEqual(requisition.line_ids.quantity, 2)
        with self.assertRaisesRegex(UserError, "in the van or asked for already"):
            order.with_user(self.technician).action_request_parts()
