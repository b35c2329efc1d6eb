from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from ..common import AfterSalesCommon


@tagged("post_install", "-at_install")
class TestTicketAccess(AfterSalesCommon, HttpCase):
    """Who sees and does what with tickets: by call and over HTTP."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._create_ticket()
        cls.stranger = cls._create_partner(name="Stranger")
        cls.portal = new_test_user(
            cls.env,
            login="portal.customer",
            password="portal.customer",
            groups="base.group_portal",
            name="Ms Li",
        )
        cls.portal.partner_id.parent_id = cls.customer
        cls.other_ticket = cls._create_ticket(
            partner_id=cls.stranger.id, subject="Secret of another firm"
        )

    def test_technicians_read_tickets_of_their_team_only(self):
        other_team = self.env["after.sales.team"].create({"name": "Far away"})
        foreign = self._create_ticket(team_id=other_team.id)
        tickets = self.env["after.sales.ticket"].with_user(self.technician)
        self.assertIn(self.ticket, tickets.search([]))
        self.assertNotIn(foreign, tickets.search([]))
        with self.assertRaises(AccessError):
            foreign.with_user(self.technician).read(["subject"])
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.technician).write({"level": "1"})
        self.ticket._solve("answered")
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.technician).action_close()

    def test_technicians_read_tickets_of_their_orders(self):
        other_team = self.env["after.sales.team"].create({"name": "Far away"})
        foreign = self._create_ticket(team_id=other_team.id)
        self._create_order(ticket_id=foreign.id)
        self.assertEqual(
            foreign.with_user(self.technician).subject, "Pump leaks at the shaft"
        )

    def test_auditors_read_only(self):
        ticket = self.ticket.with_user(self.auditor)
        self.assertEqual(ticket.state, "new")
        with self.assertRaises(AccessError):
            ticket.write({"level": "1"})

    def test_agents_neither_delete_tickets_nor_make_clocks(self):
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.agent).unlink()
        with self.assertRaises(AccessError):
            self.ticket.clock_ids.with_user(self.agent).write({"state": "kept"})

    def test_other_companies_see_nothing(self):
        company = self.env["res.company"].create({"name": "Sister"})
        sister = new_test_user(
            self.env,
            login="sister.agent",
            groups="after_sales_service.after_sales_group_manager",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        tickets = self.env["after.sales.ticket"].with_user(sister)
        self.assertFalse(tickets.search([("id", "=", self.ticket.id)]))
        with self.assertRaises(AccessError):
            self.ticket.with_user(sister).read(["subject"])
        with self.assertRaises(AccessError):
            self.ticket.clock_ids.with_user(sister).read(["deadline"])

    def test_customers_read_their_own_and_write_nothing(self):
        tickets = self.env["after.sales.ticket"].with_user(self.portal)
        self.assertEqual(tickets.search([]), self.ticket)
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.portal).write({"subject": "Mine"})
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.portal).action_assign()
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.portal).action_replied()

    def test_the_portal_shows_own_tickets_and_refuses_guessed_ones(self):
        self.authenticate("portal.customer", "portal.customer")
        page = self.url_open("/my/after-sales/tickets")
        self.assertIn(self.ticket.name, page.text)
        self.assertNotIn("Secret of another firm", page.text)
        page = self.url_open(f"/my/after-sales/tickets/{self.ticket.id}")
        self.assertIn("Pump leaks at the shaft", page.text)
        self.assertIn("First reply", page.text)
        page = self.url_open(f"/my/after-sales/tickets/{self.other_ticket.id}")
        self.assertNotIn("Secret of another firm", page.text)
        self.assertTrue(page.url.endswith("/my"))
        page = self.url_open(
            f"/my/after-sales/tickets/{self.other_ticket.id}?access_token=guess"
        )
        self.assertNotIn("Secret of another firm", page.text)

    def test_a_link_with_the_token_opens_without_a_login(self):
        url = self.ticket._portal_ensure_token() and self.ticket.get_portal_url()
        page = self.url_open(url)
        self.assertIn("Pump leaks at the shaft", page.text)

    def test_a_customer_writes_on_the_own_ticket(self):
        message = self.ticket.with_user(self.portal).message_post(
            body="Please hurry", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertEqual(message.author_id, self.portal.partner_id)
        with self.assertRaises(AccessError):
            self.other_ticket.with_user(self.portal).message_post(body="Hello")

    def test_a_customer_reports_a_fault_on_the_portal(self):
        unit = self._create_unit(self._create_pump(), partner_id=self.customer.id)
        foreign = self._create_unit(
            unit.product_id, name="FOREIGN-1", partner_id=self.stranger.id
        )
        self.authenticate("portal.customer", "portal.customer")
        page = self.url_open("/my/after-sales/tickets/new")
        self.assertIn("PX2-004711", page.text)
        self.assertNotIn("FOREIGN-1", page.text)
        token = page.text.split('name="csrf_token" value="')[1].split('"')[0]

        def report(unit_id, **vals):
            return self.url_open(
                "/my/after-sales/tickets/new",
                data={"csrf_token": token, "unit_id": unit_id} | vals,
            )

        page = report(unit.id, subject="Leaks", description="<script>x</script> here")
        ticket = self.env["after.sales.ticket"].search([], order="id desc", limit=1)
        self.assertTrue(page.url.endswith(f"/my/after-sales/tickets/{ticket.id}"))
        self.assertRecordValues(
            ticket,
            [
                {
                    "partner_id": self.customer.id,
                    "contact_id": self.portal.partner_id.id,
                    "unit_id": unit.id,
                    "channel": "portal",
                    "state": "new",
                }
            ],
        )
        self.assertNotIn("<script>", ticket.description)
        self.assertTrue(ticket.clock_ids)
        report(foreign.id, subject="Not mine")
        ticket = self.env["after.sales.ticket"].search([], order="id desc", limit=1)
        self.assertEqual((ticket.subject, ticket.unit_id.id), ("Not mine", False))
        page = report("", subject=" ")
        self.assertIn("in a few words", page.text)
