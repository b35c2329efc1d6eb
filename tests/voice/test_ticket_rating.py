from odoo.tests import HttpCase, new_test_user, tagged

from ..common import AfterSalesCommon


@tagged("post_install", "-at_install")
class TestTicketRating(AfterSalesCommon, HttpCase):
    """Stars for a ticket, given on its page."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._create_ticket()
        cls.portal = new_test_user(
            cls.env, login="stars", password="stars", groups="base.group_portal"
        )
        cls.portal.partner_id.parent_id = cls.customer
        cls.url = f"/my/after-sales/tickets/{cls.ticket.id}"

    def _rate(self, stars, comment="", page=None):
        text = self.url_open(page or self.url).text
        token = text.split('name="csrf_token" value="')[1].split('"')[0]
        return self.url_open(
            f"{self.url}/rate",
            data={"csrf_token": token, "stars": stars, "comment": comment},
        )

    def test_the_customer_rates_what_is_closed_and_may_change_it(self):
        self.authenticate("stars", "stars")
        self._rate("5", page="/my/after-sales/tickets/new")
        self.assertFalse(self.ticket.rating_ids, "it is still open")
        self.ticket._solve("answered")
        self.ticket.action_close()
        self.assertEqual(self._rate("9").status_code, 200)
        self.assertFalse(self.ticket.rating_ids.filtered("consumed"))
        self._rate("2", "<b>Too slow</b>")
        self.assertRecordValues(
            self.ticket.rating_ids,
            [{"rating": 2.0, "partner_id": self.portal.partner_id.id}],
        )
        self.assertEqual(self.ticket.activity_ids.user_id, self.supervisor)
        self._rate("1")
        self.assertEqual(len(self.ticket.activity_ids), 1)
        page = self._rate("4")
        self.assertIn("You may change your answer", page.text)
        self.assertEqual(len(self.ticket.rating_ids), 1)
        self.assertEqual(self.ticket.rating_last_value, 4.0)

    def test_a_colleague_of_the_customer_has_stars_of_their_own(self):
        self.ticket._solve("answered")
        self.ticket.action_close()
        self.authenticate("stars", "stars")
        self._rate("2", "He was late")
        colleague = new_test_user(
            self.env, login="more", password="more", groups="base.group_portal"
        )
        colleague.partner_id.parent_id = self.customer
        self.authenticate("more", "more")
        page = self.url_open(self.url)
        self.assertIn("How satisfied are you?", page.text)
        self.assertNotIn("He was late", page.text)
        self.assertNotIn("You may change your answer", page.text)
        self._rate("5")
        self.assertEqual(sorted(self.ticket.rating_ids.mapped("rating")), [2.0, 5.0])

    def test_another_customer_does_not_rate(self):
        self.ticket._solve("answered")
        self.ticket.action_close()
        stranger = new_test_user(
            self.env, login="alien", password="alien", groups="base.group_portal"
        )
        stranger.partner_id.parent_id = self._create_partner(name="Stranger")
        self.authenticate("alien", "alien")
        self._rate("1", page="/my/after-sales/tickets/new")
        self.assertFalse(self.ticket.rating_ids)
