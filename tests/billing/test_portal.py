import json

from odoo.tests import HttpCase, tagged

from .common import SIGNATURE, BillingCommon


@tagged("post_install", "-at_install")
class TestPortal(BillingCommon, HttpCase):
    """The customer reads and signs the quotation without an account."""

    def _call(self, url, **params):
        response = self.url_open(
            url,
            data=json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}),
            headers={"Content-Type": "application/json"},
        )
        return response.json()["result"]

    def setUp(self):
        super().setUp()
        self.order = self._create_job((self.bearing, 2, 50, 2), (self.motor, 1, 100))
        self.order.with_user(self.technician).action_show_quotation()
        self.quotation = self.order.sale_order_ids

    def test_customer_reads_what_is_charged_and_why(self):
        page = self.url_open(self.quotation.get_portal_url()).text
        self.assertIn("96.00", page)
        self.assertIn("50 % covered by warranty", page)
        self.assertNotIn("Motor", page)

    def test_signature_on_the_portal_confirms_and_moves_no_goods(self):
        result = self._call(
            f"/my/orders/{self.quotation.id}/accept",
            access_token=self.quotation.access_token,
            name="Ms Li",
            signature=SIGNATURE,
        )
        self.assertTrue(result.get("force_refresh"), result)
        self.env.invalidate_all()
        self.assertEqual(self.quotation.state, "sale")
        self.assertEqual(self.quotation.signed_by, "Ms Li")
        self.assertFalse(self.quotation.picking_ids)
        self.assertEqual(self.order.quotation_state, "accepted")
        self._put_in_stock(self.bearing, 2, self.van)
        self.order.line_ids[1].is_unused = True
        self._finish(self.order)
        self.assertEqual(self.order.state, "done")

    def test_only_service_quotations_note_where_they_were_accepted(self):
        native = self.quotation.copy()
        for quotation in (self.quotation, native):
            quotation.write({"signature": SIGNATURE, "signed_by": "Ms Li"})
            quotation.action_confirm()
        self.assertEqual(self.quotation.after_sales_accepted_on, "portal")
        self.assertFalse(native.after_sales_order_id)
        self.assertFalse(native.after_sales_accepted_on)

    def test_wrong_token_is_refused(self):
        result = self._call(
            f"/my/orders/{self.quotation.id}/accept",
            access_token="wrong",
            name="Somebody",
            signature=SIGNATURE,
        )
        self.assertIn("error", result)
        self.env.invalidate_all()
        self.assertEqual(self.quotation.state, "sent")

    def _decline(self):
        page = self.url_open(self.quotation.get_portal_url())
        self.assertEqual(page.status_code, 200)
        token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
        self._send_decline(token)
        self.assertEqual(self.quotation.state, "cancel")

    def _send_decline(self, token):
        self.url_open(
            f"/my/orders/{self.quotation.id}/decline",
            data={
                "access_token": self.quotation.access_token,
                "decline_message": "Too expensive",
                "csrf_token": token,
            },
        )
        self.env.invalidate_all()

    def _get_tasks(self):
        return self.order.activity_ids.filtered(
            lambda task: (
                task.activity_type_id
                == self.env.ref("after_sales_service.mail_activity_type_declined")
            )
        )

    def test_customer_declines_on_the_portal(self):
        self._decline()
        self.assertEqual(self.order.quotation_state, "todo")
        self.assertIn("refused or withdrawn", self.order.message_ids[0].body)
        self.assertIn("go on without the paid work", self.order.declined_text)
        self.assertEqual(self._get_tasks().user_id, self.supervisor)

    def _decline_with_fee(self):
        """Let the customer decline an order that is paid; return the fee's product."""
        fee = self._create_service("Check", "fee", list_price=90.0)
        self.env["after.sales.price.rule"].create(
            {"name": "Check fee", "kind": "fee", "product_id": fee.id}
        )
        self.order = self._create_job((self.bearing, 2, 0))
        self.order.with_user(self.technician).action_show_quotation()
        self.quotation = self.order.sale_order_ids
        self._decline()
        return fee

    def test_free_work_found_since_leaves_no_check_fee(self):
        self._decline_with_fee()
        self.assertIn("check fee", self.order.declined_text)
        line = self.env["after.sales.order.line"].create(
            {"order_id": self.order.id, "product_id": self.motor.id}
        )
        self._decide(line, 100)
        self.assertNotIn("check fee", self.order.declined_text)

    def test_announced_check_fee_is_not_forgotten_after_a_decline(self):
        fee = self._decline_with_fee()
        for text in (self.order.declined_text, self._get_tasks().note):
            self.assertIn(self.quotation.name, text)
            self.assertIn("90.00", text)
            self.assertIn("press “Customer Refuses” to charge it", text)
        self.order.with_user(self.technician).action_refuse_quotation()
        self.assertFalse(self._get_tasks())
        self.assertFalse(self.order.declined_text)
        line = self.order.line_ids.filtered(lambda line: not line.is_unused)
        self.assertRecordValues(line, [{"product_id": fee.id, "price_unit": 90}])
        self.order.check_ids.result = "ok"
        self.order.with_user(self.technician).action_complete()
        self.order.with_user(self.technician).action_create_invoice()
        self.assertEqual(self.order._get_invoices().amount_untaxed, 90)

    def test_a_withdrawn_quotation_is_not_declined_any_more(self):
        page = self.url_open(self.quotation.get_portal_url())
        token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
        self.order.with_user(self.technician).action_withdraw_quotation()
        self._send_decline(token)
        self.assertFalse(self.quotation.after_sales_is_declined)
        self.assertFalse(self._get_tasks())

    def test_quoting_again_settles_a_decline(self):
        self._decline()
        self.assertTrue(self._get_tasks())
        self.order.with_user(self.technician).action_show_quotation()
        self.assertFalse(self._get_tasks())
        self.assertFalse(self.order.declined_text)

    def test_what_the_office_withdraws_is_not_declined(self):
        self.order.with_user(self.technician).action_withdraw_quotation()
        self.assertEqual(self.quotation.state, "cancel")
        self.assertFalse(self.order.declined_text)
        self.assertFalse(self._get_tasks())
