from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.after_sales_service.tests.common import AfterSalesCommon


@tagged("post_install", "-at_install")
class TestPortalWish(AfterSalesCommon, HttpCase):
    """Customers ask for another technician on their own tickets, and on no others."""

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
        cls.ticket = cls._create_ticket(user_id=cls.technician.id)
        cls.foreign = cls._create_ticket(
            partner_id=cls._create_partner().id, user_id=cls.technician.id
        )

    def _post(self, ticket, reason, token=None):
        return self.url_open(
            f"/my/after-sales/tickets/{ticket.id}/somebody-else",
            data={
                "reason": reason,
                "csrf_token": token or Request.csrf_token(self),
            },
            allow_redirects=False,
        )

    def test_the_wish_reaches_the_supervisor_as_text(self):
        self.authenticate("portal.customer", "portal.customer")
        url = f"/my/after-sales/tickets/{self.ticket.id}"
        self.assertIn("ticket_wish", self.url_open(url).text)
        self._post(self.ticket, "He was <b>rude</b><script>alert(1)</script>")
        task = self.ticket.activity_ids.filtered(
            lambda task: task.user_id == self.supervisor
        )
        self.assertIn("&lt;b&gt;rude", task.note)
        self.assertNotIn("<script", task.note)
        self.assertEqual(self.ticket.user_id, self.technician)
        self.assertIn("You asked for somebody else", self.url_open(url).text)
        self.assertIn("know your wish", self._post(self.ticket, "Again").text)

    def test_an_empty_wish_is_answered(self):
        self.authenticate("portal.customer", "portal.customer")
        self.assertIn("in a few words", self._post(self.ticket, "  ").text)
        self.assertFalse(self.ticket.wish_reason)

    def test_a_long_wish_is_cut(self):
        self.authenticate("portal.customer", "portal.customer")
        self._post(self.ticket, "x" * 5000)
        self.assertEqual(len(self.ticket.wish_reason), 500)

    def test_strangers_wish_nothing(self):
        self.authenticate("portal.customer", "portal.customer")
        answer = self._post(self.foreign, "Somebody else")
        self.assertIn(answer.status_code, (302, 303))
        self.assertFalse(self.foreign.wish_reason)
        self.authenticate(None, None)
        self._post(self.ticket, "Somebody else")
        self.assertFalse(self.ticket.wish_reason)
