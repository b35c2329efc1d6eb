import base64
from email.message import EmailMessage

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.mail.tests.common import MailCommon

from ..common import AfterSalesCommon

WORDS = "水泵轴封漏水，请尽快派人。镕碁"  # two of them stand in the larger sets only


@tagged("post_install", "-at_install")
class TestTicketMailFormats(AfterSalesCommon, MailCommon):
    """Mails as they really come, through the gateway."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.email = "water@example.org"
        cls.team.alias_name = "service.desk"
        cls.team.company_id.alias_domain_id = cls.mail_alias_domain
        cls.team.alias_domain_id = cls.mail_alias_domain

    def _mail(self, subject="Pump leaks", text="It leaks.", number=1, **headers):
        mail = EmailMessage()
        mail["Message-Id"] = f"<pump-{number}@example.org>"
        mail["From"] = headers.pop("sender", "Jiangnan <water@example.org>")
        mail["To"] = self.team.alias_email
        if subject:
            mail["Subject"] = subject
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        mail.set_content(text)
        return mail

    def _receive(self, mail):
        """Return the ticket that the mail made or belongs to."""
        data = mail if isinstance(mail, bytes) else mail.as_bytes()
        with self.mock_mail_gateway():
            thread = self.env["mail.thread"].message_process(False, data)
        return self.env["after.sales.ticket"].browse(thread or [])

    def _count(self):
        return self.env["after.sales.ticket"].search_count([])

    def _raw(self, subject, body, charset, number):
        """Return a mail as old programs write it: 8 bits, and an old name on it."""
        real = {"gb2312": "gb18030", "big5": "big5hkscs"}.get(charset, charset)
        word = base64.b64encode(subject.encode(real)).decode()
        head = (
            f"Message-Id: <raw-{number}@example.org>\r\n"
            f"From: Jiangnan <water@example.org>\r\nTo: {self.team.alias_email}\r\n"
            f"Subject: =?{charset.upper()}?B?{word}?=\r\nMIME-Version: 1.0\r\n"
            f'Content-Type: text/plain; charset="{charset}"\r\n'
            "Content-Transfer-Encoding: 8bit\r\n\r\n"
        )
        return head.encode() + body.encode(real)

    def _get_bodies(self, ticket):
        return "".join(str(body) for body in ticket.message_ids.mapped("body"))

    # === FORMATS === #
    def test_mails_with_parts_keep_text_and_files(self):
        mail = self._mail()
        mail.add_alternative("<p>It <b>leaks</b> here</p>", subtype="html")
        mail.add_attachment(
            b"\x89PNG", maintype="image", subtype="png", filename="l.png"
        )
        mail.add_attachment(
            b"%PDF", maintype="application", subtype="pdf", filename="照片.pdf"
        )
        ticket = self._receive(mail)
        self.assertIn("leaks", self._get_bodies(ticket))
        files = self.env["ir.attachment"].search(
            [("res_model", "=", ticket._name), ("res_id", "=", ticket.id)]
        )
        self.assertEqual(set(files.mapped("name")), {"l.png", "照片.pdf"})
        self.assertIn(b"%PDF", files.mapped("raw"))

    def test_chinese_mails_are_read_in_full(self):
        for number, charset in enumerate(("gb18030", "gb2312", "gbk")):
            with self.subTest(charset=charset):
                raw = self._raw("水泵漏水 镕", WORDS, charset, number)
                ticket = self._receive(raw)
                self.assertEqual(ticket.subject, "水泵漏水 镕")
                self.assertIn(WORDS, self._get_bodies(ticket))
        words = "水泵軸封漏水，請儘快派人。宏碁"
        ticket = self._receive(self._raw("水泵漏水 碁", words, "big5", 9))
        self.assertEqual(ticket.subject, "水泵漏水 碁")
        self.assertIn(words, self._get_bodies(ticket))

    def test_only_headers_name_another_character_set(self):
        raw = (
            b'Content-Type: text/html;\r\n\tformat=flowed; charset="GB2312"\r\n\r\n'
            b"<meta charset=gb2312> see big5 and charset=gbk"
        )
        self.assertEqual(
            self.env["mail.thread"]._widen_charsets(raw),
            raw.replace(b"GB2312", b"gb18030"),
        )

    def test_a_winmail_file_is_kept(self):
        mail = self._mail()
        mail.add_attachment(
            b"\x78\x9f\x3e\x22 TNEF",
            maintype="application",
            subtype="ms-tnef",
            filename="winmail.dat",
        )
        ticket = self._receive(mail)
        self.assertEqual(ticket.message_ids.attachment_ids.name, "winmail.dat")

    def test_nothing_but_a_sender_is_enough(self):
        ticket = self._receive(self._mail(subject="", text=""))
        self.assertEqual(ticket.subject, "No subject")
        self.assertEqual(ticket.partner_id, self.customer)

    def test_scripts_of_a_mail_are_not_executed(self):
        mail = self._mail(subject="<script>alert(1)</script>")
        mail.add_alternative(
            "<p onclick='x()'>Leaks<script>alert(1)</script></p>", subtype="html"
        )
        ticket = self._receive(mail)
        self.assertEqual(ticket.subject, "<script>alert(1)</script>")
        bodies = self._get_bodies(ticket)
        self.assertIn("Leaks", bodies)
        self.assertNotIn("<script>", bodies)
        self.assertNotIn("onclick", bodies)

    def test_a_file_of_thirty_megabytes_is_kept(self):
        mail = self._mail()
        mail.add_attachment(
            b"x" * 30_000_000,
            maintype="application",
            subtype="octet-stream",
            filename="log.bin",
        )
        ticket = self._receive(mail)
        self.assertEqual(ticket.message_ids.attachment_ids.file_size, 30_000_000)

    # === MACHINES === #
    def test_automatic_answers_make_no_ticket(self):
        before = self._count()
        for number, headers in enumerate(
            (
                {"Auto_Submitted": "auto-replied"},
                {"X_Autoreply": "yes"},
                {"X_Autorespond": "Out of office"},
                {"Precedence": "auto_reply"},
                {"Precedence": "bulk"},
            )
        ):
            with self.subTest(headers=headers):
                self.assertFalse(self._receive(self._mail(number=number, **headers)))
        self.assertEqual(self._count(), before)

    def test_an_alarm_of_a_machine_makes_one(self):
        self.assertTrue(self._receive(self._mail(Auto_Submitted="auto-generated")))
        self.assertTrue(self._receive(self._mail(number=2, Auto_Submitted="no")))

    def test_a_bounce_makes_no_ticket(self):
        before = self._count()
        for number, headers in enumerate(
            (
                {"sender": "MAILER-DAEMON <mailer-daemon@example.org>"},
                {"To": f"bounce@{self.mail_alias_domain.name}"},
            )
        ):
            mail = self._mail(
                number=number, sender=headers.get("sender", "a@b.example")
            )
            if "To" in headers:
                mail.replace_header("To", self.mail_alias_domain.bounce_email)
            self.assertFalse(self._receive(mail))
        self.assertEqual(self._count(), before)

    def test_an_absence_note_in_a_ticket_is_no_answer(self):
        ticket = self._receive(self._mail())
        ticket._ask("Which seal?")
        question = ticket.message_ids.sorted("id")[-1]
        reply = self._mail(
            number=2,
            text="I am away until Monday",
            In_Reply_To=question.message_id,
            References=question.message_id,
            Auto_Submitted="auto-replied",
        )
        self.assertEqual(self._receive(reply), ticket)
        message = ticket.message_ids.filtered(lambda m: "until Monday" in m.body)
        self.assertTrue(message.is_internal)
        self.assertEqual(ticket.state, "clarification", "nobody answered")

    def test_a_reply_threads_into_its_ticket(self):
        ticket = self._receive(self._mail())
        ticket._ask("Which seal?")
        question = ticket.message_ids.sorted("id")[-1]
        before = self._count()
        reply = self._mail(
            number=2,
            subject="Re: something else",
            text="The big one",
            In_Reply_To=question.message_id,
        )
        self.assertEqual(self._receive(reply), ticket)
        self.assertEqual(self._count(), before)
        self.assertNotEqual(ticket.state, "clarification")

    def test_the_same_mail_twice_makes_one_ticket(self):
        self.assertTrue(self._receive(self._mail()))
        before = self._count()
        self.assertFalse(self._receive(self._mail()))
        self.assertEqual(self._count(), before)

    def test_a_loop_of_mails_ends(self):
        self.env["ir.config_parameter"].set_param("mail.gateway.loop.threshold", 5)
        before = self._count()
        for number in range(12):
            self._receive(self._mail(number=number, sender="robot@loop.example"))
        self.assertEqual(self._count() - before, 5)
        for number, sender in ((20, "robo_@loop.example"), (21, "%@loop.example")):
            mail = self._mail(number=number, sender=sender)
            self.assertTrue(self._receive(mail), "somebody else writes, too")

    # === PEOPLE === #
    def test_an_unknown_sender_becomes_a_contact_by_a_click(self):
        contacts = self.env["res.partner"].search_count([])
        ticket = self._receive(self._mail(sender="Mr Wu <wu@new.example>"))
        with self.assertRaises(AccessError):
            ticket.with_user(self.technician).action_create_contact()
        self.assertFalse(ticket.partner_id)
        self.assertEqual(self.env["res.partner"].search_count([]), contacts)
        ticket.with_user(self.agent).action_create_contact()
        self.assertRecordValues(
            ticket.partner_id, [{"name": "Mr Wu", "email": "wu@new.example"}]
        )
        mail = ticket.message_ids.filtered(lambda m: m.message_type == "email")
        self.assertEqual(mail.author_id, ticket.partner_id)
        self.assertIn(ticket.partner_id, ticket.message_partner_ids)

    def test_a_click_takes_the_contact_who_exists_meanwhile(self):
        ticket = self._receive(self._mail(sender="Mr Wu <wu@new.example>"))
        person = self._create_partner(
            name="Wu",
            email="wu@new.example",
            is_company=False,
            parent_id=self.customer.id,
        )
        ticket.with_user(self.agent).action_create_contact()
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertEqual(ticket.contact_id, person)

    def test_another_companys_customer_is_a_stranger_and_loses_nothing(self):
        sister = self.env["res.company"].create({"name": "Sister"})
        self.customer.company_id = sister
        ticket = self._receive(self._mail())
        self.assertTrue(ticket)
        self.assertFalse(ticket.partner_id)
        self.assertEqual(ticket.contact_email, "water@example.org")
        with self.assertRaisesRegex(UserError, "Jiangnan Water Works"):
            ticket.partner_id = self.customer

    def test_the_receipt_speaks_the_customers_language(self):
        self.customer.lang = "zh_CN"
        ticket = self._receive(self._mail())
        receipt = ticket.message_ids.filtered(
            lambda message: message.message_type == "auto_comment"
        )
        self.assertNotIn("Please keep this number", receipt.body)
        self.assertRegex(receipt.body, "[\u4e00-\u9fff]")

    def test_a_word_after_the_end_becomes_a_task(self):
        ticket = self._receive(self._mail())
        ticket.user_id = self.agent
        ticket._solve("answered")
        ticket.message_post(
            body="It leaks again",
            author_id=self.customer.id,
            message_type="email",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertEqual(ticket.state, "solved")
        self.assertEqual(ticket.activity_ids.user_id, self.agent)
