import base64

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import SIGNATURE
from .test_price_list import PriceCommon

PDF = base64.b64encode(
    b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>"
)


class ApprovalCommon(PriceCommon):
    """Technicians quote up to 300, supervisors up to 1,000, managers above."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["after.sales.charge.rule"].create(
            [
                {"name": "Small", "value_max": 300, "level": "none", "sequence": 1},
                {
                    "name": "From 300 on a supervisor approves",
                    "value_min": 300,
                    "value_max": 1000,
                    "level": "supervisor",
                    "sequence": 2,
                },
                {
                    "name": "From 1,000 on a manager approves",
                    "value_min": 1000,
                    "level": "manager",
                    "sequence": 3,
                },
            ]
        )

    def _sign(self, order, user=None):
        return order.with_user(user or self.technician).action_sign_quotation()


@tagged("post_install", "-at_install")
class TestChargeApproval(ApprovalCommon):
    """No price is shown that nobody has approved."""

    def test_small_charges_go_straight_to_the_customer(self):
        order = self._create_job((self.bearing, 1, 0))
        action = self._sign(order)
        self.assertEqual(action["res_model"], "after.sales.quotation.sign")
        self.assertEqual(order.sale_order_ids.state, "sent")
        self.assertEqual(order.charge_approval, "none")

    def test_technician_waits_for_the_supervisor(self):
        order = self._create_job((self.bearing, 4, 0))  # 384
        action = self._sign(order)
        self.assertEqual(action["tag"], "display_notification")
        self.assertIn("A supervisor", action["params"]["message"])
        self.assertEqual(order.sale_order_ids.state, "draft")
        self.assertEqual(order.activity_ids.user_id, self.supervisor)
        self.assertIn("384", order.activity_ids.note)
        self.assertFalse(order.with_user(self.technician).can_approve_charges)
        with self.assertRaisesRegex(AccessError, "above what you may approve"):
            order.with_user(self.technician).action_approve_charges()
        order.with_user(self.supervisor).action_approve_charges()
        self.assertEqual(order.charge_approver, "Supervisor")
        self.assertFalse(order.activity_ids)
        self.assertEqual(self._sign(order)["res_model"], "after.sales.quotation.sign")
        self.assertEqual(order.sale_order_ids.state, "sent")

    def test_supervisor_quotes_alone_up_to_the_limit_and_not_above(self):
        small = self._create_job((self.bearing, 4, 0))
        self._sign(small, self.supervisor)
        self.assertEqual(small.charge_approval, "given")
        self.assertEqual(small.sale_order_ids.after_sales_approver_id, self.supervisor)
        large = self._create_job((self.motor, 1, 0))
        self.assertEqual(
            self._sign(large, self.supervisor)["tag"], "display_notification"
        )
        with self.assertRaisesRegex(AccessError, "approved by: A manager"):
            large.with_user(self.supervisor).action_approve_charges()
        self.assertEqual(large.sale_order_ids.state, "draft")
        large.with_user(self.manager).action_approve_charges()
        self.assertEqual(large.charge_approval, "given")

    def test_no_way_around_the_approval(self):
        order = self._create_job((self.motor, 1, 0))
        order.with_user(self.technician).action_create_quotation()
        quotation = order.sale_order_ids
        sales = new_test_user(
            self.env, "sales.after.sales", groups="sales_team.group_sale_manager"
        )
        for method in ("action_confirm", "action_quotation_sent", "_validate_order"):
            with self.assertRaisesRegex(UserError, "approved by: A manager"):
                getattr(quotation.with_user(sales), method)()
        self.assertEqual(quotation.state, "draft")
        with self.assertRaises(UserError):
            order.with_user(self.technician)._accept_quotation("Ms Li", SIGNATURE)
        self.assertFalse(order._get_invoices())

    def test_more_than_approved_is_approved_anew(self):
        order = self._create_job((self.bearing, 4, 0))
        self._sign(order)
        order.with_user(self.supervisor).action_approve_charges()
        order.line_ids.quantity = 5
        self.assertEqual(self._sign(order)["tag"], "display_notification")
        self.assertEqual(order.charge_approval, "wait")
        order.line_ids.quantity = 4
        order.with_user(self.supervisor).action_approve_charges()
        order.line_ids.quantity = 3
        self.assertEqual(self._sign(order)["res_model"], "after.sales.quotation.sign")

    def test_many_small_quotations_are_one_charge(self):
        order = self._create_job((self.bearing, 3, 0))  # 288
        self._quote_and_accept(order)
        line = self.env["after.sales.order.line"].create(
            {"order_id": order.id, "product_id": self.bearing.id}
        )
        self._decide(line, 0)
        self.assertEqual(self._sign(order)["tag"], "display_notification")
        self.assertTrue(order.sale_order_ids.sorted("id")[1].is_after_sales_added)

    def test_refused_charges_free_the_lines(self):
        order = self._create_job((self.bearing, 4, 0))
        self._sign(order)
        order.with_user(self.supervisor).action_refuse_charges()
        self.assertEqual(order.sale_order_ids.state, "cancel")
        self.assertEqual(order.quotation_state, "todo")
        with self.assertRaisesRegex(UserError, "wait for an approval any more"):
            order.with_user(self.supervisor).action_approve_charges()

    def test_price_by_hand_can_need_an_approval(self):
        self.env["after.sales.charge.rule"].create(
            {"name": "By hand", "case": "price", "level": "manager", "sequence": 0}
        )
        order = self._create_job((self.bearing, 1, 0))
        order.with_user(self.agent).line_ids.price_unit = 10
        self.assertEqual(self._sign(order)["tag"], "display_notification")
        self.assertEqual(order.charge_approver, "A manager")

    def test_named_approver_needs_no_role(self):
        clerk = new_test_user(
            self.env,
            "boss",
            groups="after_sales_service.after_sales_group_auditor",
        )
        rule = self.env["after.sales.charge.rule"].search([("sequence", "=", 3)])
        rule.approver_ids = clerk
        order = self._create_job((self.motor, 1, 0))
        self._sign(order)
        self.assertEqual(order.activity_ids.user_id, clerk)
        order.with_user(clerk).action_approve_charges()
        self.assertEqual(order.charge_approval, "given")

    def test_completion_tells_of_the_missing_approval(self):
        self.company.after_sales_quotation_required = False
        order = self._create_job((self.motor, 1, 0, 1))
        self._put_in_stock(self.motor, 1, self.van)
        self._sign(order)
        with self.assertRaisesRegex(UserError, "charges are not approved yet"):
            self._finish(order)
        self.assertEqual(order.state, "on_site")
        self.assertFalse(order.sale_order_ids.picking_ids)

    def test_unquoted_charges_do_not_slip_through_at_completion(self):
        self.company.after_sales_quotation_required = False
        order = self._create_job((self.motor, 1, 0, 1))
        self._put_in_stock(self.motor, 1, self.van)
        with self.assertRaisesRegex(UserError, "approved by: A manager"):
            self._finish(order)

    def test_strangers_and_customers_approve_nothing(self):
        order = self._create_job((self.bearing, 4, 0))
        self._sign(order)
        portal = new_test_user(self.env, "portal.li", groups="base.group_portal")
        for user in (self.stranger, portal):
            for method in (
                "action_approve_charges",
                "action_refuse_charges",
                "action_ask_approval",
                "action_refuse_quotation",
            ):
                with self.subTest(user=user.login, method=method):
                    with self.assertRaises(AccessError):
                        getattr(order.with_user(user), method)()
        self.assertEqual(order.charge_approval, "wait")

    def test_list_of_what_waits(self):
        order = self._create_job((self.bearing, 4, 0))
        self._sign(order)
        orders = self.env["after.sales.order"].with_user(self.supervisor)
        domain = [("charge_approval", "in", ["wait"])]
        self.assertEqual(orders.search(domain), order)


@tagged("post_install", "-at_install")
class TestAcceptance(PriceCommon):
    """The customer's answer: on the screen, on paper, or no."""

    def _open(self, order):
        action = order.with_user(self.technician).action_sign_quotation()
        wizard = self.env[action["res_model"]].with_user(self.technician)
        return Form(wizard.with_context(**action["context"]))

    def test_signed_paper_is_kept_with_who_and_when(self):
        order = self._create_job((self.bearing, 1, 0))
        form = self._open(order)
        form.way = "paper"
        form.signed_by = "Ms Li"
        form.paper = PDF
        form.save().action_apply()
        sale = order.sale_order_ids
        self.assertRecordValues(
            sale,
            [
                {
                    "state": "sale",
                    "signed_by": "Ms Li",
                    "signature": False,
                    "after_sales_accepted_on": "paper",
                }
            ],
        )
        self.assertTrue(sale.signed_on)
        message = sale.message_ids.filtered("attachment_ids")[-1:]
        self.assertIn("uploaded by Technician", message.body)
        self.assertEqual(message.attachment_ids.mimetype, "application/pdf")
        self.assertIn("Ms Li accepted", order.message_ids[0].body)

    def test_paper_that_is_none_is_refused(self):
        order = self._create_job((self.bearing, 1, 0))
        self._open(order)
        for paper in (base64.b64encode(b"MZ no paper"), base64.b64encode(b"")):
            with self.assertRaises(UserError), self.cr.savepoint():
                order.with_user(self.technician)._accept_quotation("Li", paper=paper)
        self.assertEqual(order.sale_order_ids.state, "sent")

    def test_signature_on_the_screen_is_told_as_such(self):
        order = self._create_job((self.bearing, 1, 0))
        form = self._open(order)
        form.signed_by = "Ms Li"
        form.signature = SIGNATURE
        form.save().action_apply()
        self.assertEqual(order.sale_order_ids.after_sales_accepted_on, "screen")

    def test_signed_quotation_is_never_raised(self):
        order = self._create_job((self.bearing, 2, 0))
        self._quote_and_accept(order)
        line = order.sale_order_ids.order_line
        for vals in (
            {"product_uom_qty": 3},
            {"price_unit": 97},
            {"product_id": self.motor.id},
        ):
            with self.assertRaisesRegex(UserError, "make an added quotation"):
                line.write(vals)
        with self.assertRaisesRegex(UserError, "make an added quotation"):
            order.sale_order_ids.order_line = [
                Command.create(order.line_ids._prepare_sale_line_vals())
            ]
        line.product_uom_qty = 1  # less is welcome
        self.assertEqual(line.price_subtotal, 96)

    def test_refused_repair_costs_the_announced_check(self):
        self.trip_rule.action_archive()
        self.customer.after_sales_zone_id = self.env["after.sales.zone"].create(
            {"name": "Suburb", "travel_product_id": self.travel.id}
        )
        order = self._create_job((self.bearing, 1, 0), (self.labour, 1, 0))
        form = self._open(order)
        self.assertIn("90.00", form.fee_text)
        self.assertEqual(order.sale_order_ids.after_sales_check_fee, 90)
        form.save().action_refuse()
        self.assertEqual(order.outcome, "refused")
        fee = order.line_ids.filtered(lambda line: not line.is_unused)
        self.assertRecordValues(fee, [{"product_id": self.fee.id, "price_unit": 90}])
        self._fill_report_refused(order)
        order.with_user(self.technician).action_complete()
        order.with_user(self.technician).action_create_invoice()
        self.assertEqual(order._get_invoices().amount_untaxed, 90)

    def _fill_report_refused(self, order):
        order.check_ids.result = "ok"

    def test_fee_that_nobody_announced_is_asked_for(self):
        order = self._create_job((self.bearing, 1, 0))
        order.with_user(self.technician).action_refuse_quotation()
        self._fill_report_refused(order)
        with self.assertRaisesRegex(UserError, "Check fee.*let the customer accept"):
            order.with_user(self.technician).action_complete()

    def test_free_work_goes_on_when_the_paid_is_refused(self):
        order = self._create_job((self.bearing, 1, 0), (self.motor, 1, 100))
        self._open(order).save().action_refuse()
        self.assertFalse(order.outcome)
        self.assertEqual(
            order.line_ids.filtered(lambda line: not line.is_unused).product_id,
            self.motor,
        )

    def test_check_fee_is_not_announced_beside_free_work(self):
        order = self._create_job((self.bearing, 1, 0), (self.motor, 1, 100))
        form = self._open(order)
        self.assertFalse(form.fee_text)
        self.assertFalse(order.sale_order_ids.after_sales_check_fee)
        form.save().action_refuse()
        self.assertNotIn(self.fee, order.line_ids.product_id)

    def test_nothing_to_refuse(self):
        order = self._create_job((self.motor, 1, 100))
        with self.assertRaisesRegex(UserError, "nothing to refuse"):
            order.with_user(self.technician).action_refuse_quotation()
