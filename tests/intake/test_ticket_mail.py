from odoo.tests import tagged

from odoo.addons.mail.tests.common import MailCommon

from ..common import AfterSalesCommon

MAIL = """Message-Id: <{message_id}@example.org>
Return-Path: <{sender}>
From: Jiangnan <{sender}>
To: {to}
Subject: {subject}
Date: Fri, 06 Mar 2026 08:00:00 +0000
MIME-Version: 1.0
Content-Type: text/plain; charset="utf-8"

Since this morning it leaks at the shaft.
"""


@tagged("post_install", "-at_install")
class TestTicketMail(AfterSalesCommon, MailCommon):
    """Mails make tickets; answers are facts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.email = "water@example.org"
        cls.team.alias_name = "service.desk"
        cls.team.company_id.alias_domain_id = cls.mail_alias_domain
        cls.team.alias_domain_id = cls.mail_alias_domain
        cls.unit = cls._create_unit(cls._create_pump())

    def _receive(self, subject, sender="water@example.org", message_id="pump-1"):
        text = MAIL.format(
            sender=sender,
            to=self.team.alias_email,
            subject=subject,
            message_id=message_id,
        )
        with self.mock_mail_gateway():
            thread = self.env["mail.thread"].message_process("after.sales.ticket", text)
        return self.env["after.sales.ticket"].browse(thread)

    def _clock(self, ticket, promise):
        return ticket.clock_ids.filtered(lambda clock: clock.promise == promise)

    def test_a_mail_makes_a_ticket_of_the_team_with_customer_and_unit(self):
        ticket = self._receive("Pump PX2-004711 leaks")
        self.assertEqual(ticket.team_id, self.team)
        self.assertRegex(ticket.name, r"^RS/\d{4}/\d{5}$")
        self.assertEqual(ticket.subject, "Pump PX2-004711 leaks")
        self.assertEqual(ticket.channel, "email")
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertEqual(ticket.unit_id, self.unit)
        self.assertIn(self.customer, ticket.message_partner_ids)
        self.assertIn(
            "leaks at the shaft", "".join(map(str, ticket.message_ids.mapped("body")))
        )
        self.assertEqual(self._clock(ticket, "reply").state, "running")

    def test_the_same_mail_twice_makes_one_ticket(self):
        ticket = self._receive("Pump leaks")
        self.assertTrue(ticket)
        self.assertFalse(self._receive("Pump leaks"))

    def test_a_stranger_gets_a_ticket_but_no_customers_unit(self):
        ticket = self._receive("Pump PX2-004711 leaks", sender="who@example.net")
        self.assertFalse(ticket.partner_id)
        self.assertFalse(ticket.unit_id)
        self.assertEqual(ticket.contact_email, "who@example.net")

    def test_an_answer_of_a_colleague_stops_the_first_reply(self):
        ticket = self._receive("Pump leaks")
        ticket.with_user(self.agent).message_post(body="Note to myself")
        self.assertEqual(self._clock(ticket, "reply").state, "running")
        ticket.with_user(self.agent).message_post(
            body="We come tomorrow",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertEqual(self._clock(ticket, "reply").state, "kept")
        self.assertEqual(self._clock(ticket, "repair").state, "running")

    def test_the_customer_gets_the_number_and_the_promises(self):
        ticket = self._receive("Pump leaks")
        receipt = ticket.message_ids.filtered(
            lambda message: message.message_type == "auto_comment"
        )
        self.assertIn(ticket.name, receipt.body)
        self.assertIn("First reply", receipt.body)
        self.assertIn(self.customer, receipt.notified_partner_ids)
        self.assertEqual(self._clock(ticket, "reply").state, "running")
        self.company.after_sales_is_receipt_sent = False
        ticket = self._receive("Another pump leaks", message_id="pump-2")
        self.assertNotIn("auto_comment", ticket.message_ids.mapped("message_type"))

    def test_a_calendar_without_hours_does_not_lose_the_mail(self):
        calendar = self.env["resource.calendar"].create({"name": "Nothing"})
        calendar.attendance_ids.unlink()
        self.team.resource_calendar_id = calendar
        ticket = self._receive("Pump leaks")
        self.assertTrue(ticket)
        self.assertFalse(ticket.clock_ids)
        notes = "".join(str(body) for body in ticket.message_ids.mapped("body"))
        self.assertIn("have no fixed hours", notes)
