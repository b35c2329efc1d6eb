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

    def test_customer_declines_on_the_portal(self):
        page = self.url_open(self.quotation.get_portal_url())
        self.assertEqual(page.status_code, 200)
        token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
        self.url_open(
            f"/my/orders/{self.quotation.id}/decline",
            data={
                "access_token": self.quotation.access_token,
                "decline_message": "Too expensive",
                "csrf_token": token,
            },
        )
        self.env.invalidate_all()
        self.assertEqual(self.quotation.state, "cancel")
        self.assertEqual(self.order.quotation_state, "todo")
        self.assertIn("refused or withdrawn", self.order.message_ids[0].body)
