from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.after_sales_service.tests.common import AfterSalesCommon

from .test_order_story import PIXEL


@tagged("post_install", "-at_install")
class TestServicePortal(AfterSalesCommon, HttpCase):
    """Customers follow, print and sign their own orders, and no others."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(
            cls.env,
            login="portal.customer",
            password="portal.customer",
            groups="base.group_portal",
        )
        cls.user.partner_id.parent_id = cls.customer
        cls.order = cls._create_order(date_planned="2026-03-02 08:00:00")
        cls.order.action_plan()
        cls.foreign = cls._create_order(partner_id=cls._create_partner().id)

    def _sign(self, order, token=None):
        return self.make_jsonrpc_request(
            f"/my/service-orders/{order.id}/sign",
            {
                "access_token": token,
                "name": "Ms Li",
                "signature": PIXEL.decode(),
            },
        )

    def test_the_customer_sees_the_own_orders(self):
        self.authenticate("portal.customer", "portal.customer")
        page = self.url_open("/my/service-orders").text
        self.assertIn(self.order.name, page)
        self.assertNotIn(self.foreign.name, page)
        page = self.url_open(f"/my/service-orders/{self.order.id}").text
        self.assertIn(self.employee.name, page)
        # Odoo's purchase portal puts its own path above every page with an “order”.
        self.assertNotIn("/my/purchase?", page)

    def test_a_guessed_number_is_refused(self):
        self.authenticate("portal.customer", "portal.customer")
        answer = self.url_open(
            f"/my/service-orders/{self.foreign.id}", allow_redirects=False
        )
        self.assertIn(answer.status_code, (302, 303))
        self.assertIn("error", self._sign(self.foreign))
        self.assertIn("error", self._sign(self.foreign, token="guessed"))
        photo = self.url_open(f"/my/service-orders/{self.foreign.id}/technician/1")
        self.assertEqual(photo.status_code, 404)
        self.assertFalse(self.foreign.signed_on)

    def test_the_link_of_the_mail_is_enough_to_sign(self):
        token = self.order._portal_ensure_token()
        self.assertIn("error", self._sign(self.order, token))  # Nothing was done yet.
        self.order.action_start()
        self.assertNotIn("error", self._sign(self.order, token))
        self.assertEqual(self.order.signed_by, "Ms Li")
        self.assertIn("error", self._sign(self.order, token))  # Once is enough.
        photo = self.url_open(
            f"/my/service-orders/{self.order.id}/technician/"
            f"{self.order.visit_ids.id}?access_token={token}"
        )
        self.assertEqual(photo.status_code, 200)

    def test_who_is_not_satisfied_opens_the_order_again(self):
        self.order.company_id.after_sales_signature_required = False
        self.order.action_start()
        self.order.check_ids.result = "ok"
        self.order.outcome = "advice"
        self.order.action_complete()
        self.order._record_dissatisfaction("Ms Li", "It still leaks")
        self.assertEqual((self.order.state, self.order.reopen_count), ("on_site", 1))
        self.assertIn("leaks", self.order.customer_remark)
        self.assertEqual(self.order.activity_ids.user_id, self.supervisor)

    def test_the_voucher_is_printed_in_both_languages(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.customer.lang = "zh_CN"
        self.assertEqual(self.order._get_print_langs(), ["zh_CN", "en_US"])
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "after_sales_service.report_service_voucher", self.order.ids
        )
        self.assertIn(self.order.name, html.decode())
        self.assertIn("data:image/png", html.decode())

    def test_the_voucher_names_the_day_the_technician_came(self):
        visit = self.order.visit_ids
        visit.date_arrived = "2026-03-05 09:10:00"
        (row,) = self.order._get_voucher_visits()
        self.assertEqual((row["day"], row["arrived"]), ("03/05/2026", "09:10"))
