import json
from datetime import datetime, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from ..common import AfterSalesCommon

NEW = "/my/after-sales/tickets/new"


@tagged("post_install", "-at_install")
class TestTicketPortal(AfterSalesCommon, HttpCase):
    """What customers do themselves, and what strangers do not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.unit = cls._create_unit(cls._create_pump())
        cls.ticket = cls._create_ticket(unit_id=cls.unit.id)
        cls.portal = cls._create_portal_user("portal.one", cls.customer)
        cls.stranger = cls._create_partner(name="Stranger")
        cls.second = cls._create_portal_user("portal.two", cls.stranger)

    @classmethod
    def _create_portal_user(cls, login, customer):
        user = new_test_user(
            cls.env, login=login, password=login, groups="base.group_portal"
        )
        user.partner_id.parent_id = customer
        return user

    def _post(self, url, page=None, files=None, **data):
        """Send a form with the token of the page it stands on."""
        text = self.url_open(page or url).text
        token = text.split('name="csrf_token" value="')[1].split('"')[0]
        return self.url_open(url, data={"csrf_token": token} | data, files=files)

    def _last(self):
        return self.env["after.sales.ticket"].search([], order="id desc", limit=1)

    def _count(self):
        return self.env["after.sales.ticket"].search_count([])

    # === REPORT === #
    def test_a_typed_serial_finds_the_own_unit_only(self):
        self.authenticate("portal.one", "portal.one")
        self._post(NEW, subject="Leaks", unit_id="", serial=" px2-004711 ")
        self.assertEqual(self._last().unit_id, self.unit)
        foreign = self._create_unit(
            self.unit.product_id, name="FOREIGN-1", partner_id=self.stranger.id
        )
        pages = []
        for serial in ("FOREIGN-1", "NO-SUCH-9"):
            page = self._post(NEW, subject="Leaks", unit_id="", serial=serial)
            ticket = self._last()
            self.assertFalse(ticket.unit_id)
            self.assertEqual(ticket.typed_serial, serial)
            self.assertNotIn("Stranger", page.text)
            pages.append(page.text.replace(ticket.name, "").count("<dt"))
        self.assertEqual(*pages)
        # The colleague sees whose it is, and may not take it for this customer.
        ticket = self.env["after.sales.ticket"].search(
            [("typed_serial", "=", foreign.name)]
        )
        self.assertIn("registered for Stranger", ticket.typed_hint)
        with self.assertRaisesRegex(UserError, "not for Jiangnan"):
            ticket.with_user(self.agent).action_take_typed_unit()
        unknown = self.env["after.sales.ticket"].search(
            [("typed_serial", "=", "NO-SUCH-9")]
        )
        self.assertIn("not registered", unknown.typed_hint)
        with self.assertRaisesRegex(UserError, "No unit with the serial"):
            unknown.with_user(self.agent).action_take_typed_unit()

    def test_files_come_along_as_the_customers_message(self):
        self.authenticate("portal.one", "portal.one")
        self._post(
            NEW,
            files=[("files", ("leak.png", b"png", "image/png"))],
            subject="Leaks",
        )
        message = self._last().message_ids.filtered("attachment_ids")
        self.assertEqual(message.author_id, self.portal.partner_id)
        self.assertEqual(message.attachment_ids.raw, b"png")

    def test_customers_choose_among_their_kinds_only(self):
        self.authenticate("portal.one", "portal.one")
        self._post(NEW, subject="He was rude", kind="complaint")
        self.assertEqual(self._last().kind, "complaint")
        self._post(NEW, subject="Sweep the floor", kind="internal")
        self.assertEqual(self._last().kind, "repair")

    def test_too_large_a_file_loses_no_text(self):
        self.authenticate("portal.one", "portal.one")
        before = self._count()
        page = self._post(
            NEW,
            files=[("files", ("film.mp4", b"x" * 30_000_000, "video/mp4"))],
            subject="Leaks at the shaft",
            description="Since Monday",
            serial="PX2-1",
        )
        self.assertIn("film.mp4” is larger than 20 MB", page.text)
        for text in ("Leaks at the shaft", "Since Monday", "PX2-1"):
            self.assertIn(text, page.text)
        self.assertEqual(self._count(), before)

    def test_the_list_is_searched_and_filtered(self):
        self._create_ticket(subject="Something else")
        self.authenticate("portal.one", "portal.one")
        page = self.url_open("/my/after-sales/tickets?search=004711")
        self.assertIn("Pump leaks at the shaft", page.text)
        self.assertNotIn("Something else", page.text)
        page = self.url_open("/my/after-sales/tickets?filterby=solved")
        self.assertIn("None of your tickets fits", page.text)

    def test_promised_times_are_shown_where_the_customer_lives(self):
        self.customer.tz = "Asia/Shanghai"
        clocks = {clock.promise: clock for clock in self.ticket.clock_ids}
        self.ticket._record_fact("reply")
        clocks["arrival"]._cancel("No visit is needed")
        self.ticket._announce_delay(
            clocks["repair"],
            clocks["repair"].deadline + timedelta(days=3),
            "The motor comes later",
        )
        self.authenticate("portal.one", "portal.one")
        page = self.url_open(f"/my/after-sales/tickets/{self.ticket.id}").text
        rows = page.split('name="promise"')[1:]
        self.assertEqual(len(rows), 2)
        for row, moment in (
            (rows[0], clocks["reply"].date_stop),
            (rows[1], clocks["repair"].deadline),
            (rows[1].split("new date")[1], clocks["repair"].date_expected),
        ):
            local = moment + timedelta(hours=8)
            self.assertIn(f"{local:%m/%d/%Y %I:%M}", row)
        self.assertIn("fa-check", rows[0])
        listed = self.url_open("/my/after-sales/tickets?search=004711").text
        self.assertIn(f"{clocks['repair'].deadline + timedelta(hours=8):%I:%M}", listed)

    def test_while_it_waits_no_time_is_promised(self):
        self.ticket._wait(
            self.env.ref("after_sales_service.after_sales_pause_reason_customer")
        )
        states = {row["state"] for row in self.ticket._get_shown_promises()}
        self.assertEqual(states, {"paused"})

    # === DECIDE === #
    def test_the_customer_approves(self):
        self.ticket._solve("answered")
        self.authenticate("portal.one", "portal.one")
        url = f"/my/after-sales/tickets/{self.ticket.id}"
        page = self._post(f"{url}/approve", page=url)
        self.assertEqual(self.ticket.state, "closed")
        self.assertNotIn("Yes, It Is Solved", page.text)
        note = self.ticket.message_ids.filtered(lambda m: "approved" in m.body)
        self.assertEqual(note.author_id, self.portal.partner_id)

    def test_the_customer_reopens_with_a_reason(self):
        self.ticket.user_id = self.agent
        self.ticket._solve("answered")
        self.authenticate("portal.one", "portal.one")
        url = f"/my/after-sales/tickets/{self.ticket.id}"
        page = self._post(f"{url}/reopen", page=url, reason="  ")
        self.assertIn("what is still wrong", page.text)
        self.assertEqual(self.ticket.state, "solved")
        self._post(f"{url}/reopen", page=url, reason="Drips <b>again</b>")
        self.assertEqual(self.ticket.state, "in_progress")
        message = self.ticket.message_ids.filtered(lambda m: "Drips" in m.body)
        self.assertIn("&lt;b&gt;again", message.body)
        self.assertEqual(message.author_id, self.portal.partner_id)
        self.assertEqual(self.ticket.activity_ids.user_id, self.agent)
        with self.assertRaisesRegex(UserError, "working on it already"):
            self.ticket._reopen_by_customer("Again", self.customer)

    def test_solved_by_phone_the_link_approves_without_a_login(self):
        action = self.ticket.with_user(self.agent).action_solve()
        self.env[action["res_model"]].with_user(self.agent).with_context(
            **action["context"]
        ).create({"outcome": "answered"}).action_apply()
        mail = self.ticket.message_ids.filtered(
            lambda message: message.message_type == "auto_comment"
        )
        self.assertIn(self.customer, mail.partner_ids)
        link = mail.body.split('href="')[1].split('"')[0].replace("&amp;", "&")
        link = "/my/after-sales" + link.split("/my/after-sales")[1]
        token = link.split("access_token=")[1].split("&")[0]
        self._post(
            f"/my/after-sales/tickets/{self.ticket.id}/approve",
            page=link,
            access_token=token,
        )
        self.assertEqual(self.ticket.state, "closed")

    def test_no_mail_where_the_company_wants_none(self):
        self.company.after_sales_is_solved_sent = False
        self.ticket._send_solved()
        self.assertNotIn("auto_comment", self.ticket.message_ids.mapped("message_type"))

    # === STRANGERS === #
    def test_another_customer_decides_nothing(self):
        self.ticket._solve("answered")
        other = self._create_ticket(partner_id=self.stranger.id)
        token = other._portal_ensure_token()
        for login in ("portal.two", None):
            self.authenticate(login, login)
            for step, data in (("approve", {}), ("reopen", {"reason": "Ha"})):
                for access in ("", "guess", token):
                    self._post(
                        f"/my/after-sales/tickets/{self.ticket.id}/{step}",
                        page="/web/login" if not login else NEW,
                        access_token=access,
                        **data,
                    )
                    self.assertEqual(self.ticket.state, "solved")
            page = self.url_open(
                f"/my/after-sales/tickets/{self.ticket.id}?access_token={token}"
            )
            self.assertNotIn("Pump leaks at the shaft", page.text)

    def test_a_form_without_its_token_is_refused(self):
        self.ticket._solve("answered")
        self.authenticate("portal.one", "portal.one")
        self.url_open(
            f"/my/after-sales/tickets/{self.ticket.id}/approve", data={"x": "y"}
        )
        self.assertEqual(self.ticket.state, "solved")

    def test_another_customers_messages_and_files_are_closed(self):
        attachment = self.env["ir.attachment"].create(
            {
                "name": "secret.txt",
                "raw": b"top secret",
                "res_model": self.ticket._name,
                "res_id": self.ticket.id,
            }
        )
        self.authenticate("portal.two", "portal.two")
        page = self.url_open(f"/web/content/{attachment.id}")
        self.assertNotIn("top secret", page.text)
        answer = self._call_json(
            "/mail/message/post",
            {
                "thread_model": self.ticket._name,
                "thread_id": self.ticket.id,
                "post_data": {"body": "Hello", "message_type": "comment"},
            },
        )
        self.assertIn("error", answer)
        self.assertFalse(self.ticket.message_ids.filtered(lambda m: "Hello" in m.body))

    def _call_json(self, url, params):
        return self.url_open(
            url,
            data=json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}),
            headers={"Content-Type": "application/json"},
        ).json()

    def test_by_rpc_customers_read_the_own_and_write_nothing(self):
        self._create_ticket(partner_id=self.stranger.id, subject="Theirs")
        self.authenticate("portal.one", "portal.one")

        def call(method, args, **kwargs):
            return self._call_json(
                "/web/dataset/call_kw",
                {
                    "model": "after.sales.ticket",
                    "method": method,
                    "args": args,
                    "kwargs": kwargs,
                },
            )

        names = call("search_read", [[]], fields=["subject"])["result"]
        self.assertEqual([row["subject"] for row in names], [self.ticket.subject])
        for method, args in (
            ("write", [[self.ticket.id], {"subject": "X"}]),
            ("create", [{"subject": "X"}]),
            ("unlink", [[self.ticket.id]]),
            ("action_cancel", [[self.ticket.id]]),
            ("action_close", [[self.ticket.id]]),
            ("action_reopen", [[self.ticket.id]]),
            ("action_assign", [[self.ticket.id]]),
            ("action_take_typed_unit", [[self.ticket.id]]),
            ("_approve", [[self.ticket.id], 1]),
            ("read", [[self.ticket.id], ["file_panel"]]),
        ):
            with self.subTest(method=method):
                answer = call(method, args)
                if method == "action_cancel":
                    # It opens a wizard, on which customers have no right.
                    model = answer["result"]["res_model"]
                    with self.assertRaises(AccessError):
                        self.env[model].with_user(self.portal).create({"reason": "x"})
                else:
                    self.assertIn("error", answer)
        self.assertEqual(self.ticket.state, "new")
        self.assertEqual(self.ticket.subject, "Pump leaks at the shaft")

    def test_by_json2_customers_read_the_own_and_write_nothing(self):
        theirs = self._create_ticket(partner_id=self.stranger.id, subject="Theirs")
        key = (
            self.env["res.users.apikeys"]
            .with_user(self.portal)
            .sudo()
            ._generate("rpc", "test", datetime.now() + timedelta(days=1))
        )

        def call(method, **body):
            return self.url_open(
                f"/json/2/after.sales.ticket/{method}",
                data=json.dumps(body),
                headers={
                    "Content-Type": "application/json",
                    "Authorization": f"bearer {key}",
                },
            )

        rows = call("search_read", domain=[], fields=["subject"]).json()
        self.assertEqual([row["subject"] for row in rows], [self.ticket.subject])
        answer = call("read", ids=theirs.ids, fields=["subject"])
        self.assertEqual(answer.status_code, 403)
        self.assertNotIn("Theirs", answer.text)
        for ticket in (self.ticket, theirs):
            answer = call("write", ids=ticket.ids, vals={"subject": "X"})
            self.assertEqual(answer.status_code, 403)
        self.assertEqual(theirs.subject, "Theirs")
        self.assertEqual(self.ticket.subject, "Pump leaks at the shaft")


@tagged("post_install", "-at_install")
class TestTicketPublicForm(AfterSalesCommon, HttpCase):
    """A report without an account."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.is_form_published = True
        cls.url = f"/after-sales/report/{cls.team.id}"
        cls.unit = cls._create_unit(cls._create_pump())
        cls.env["ir.config_parameter"].set_param(
            "after_sales_service.public_form_limit", "50"
        )

    def _send(self, files=None, **values):
        text = self.url_open(self.url).text
        token = text.split('name="csrf_token" value="')[1].split('"')[0]
        data = {
            "csrf_token": token,
            "subject": "Pump leaks",
            "name": "Mr Wu",
            "phone": "+86 138 0000 1234",
            "email": "wu@new.example",
        }
        return self.url_open(self.url, data=data | values, files=files)

    def _last(self):
        return self.env["after.sales.ticket"].search([], order="id desc", limit=1)

    def _count(self):
        return self.env["after.sales.ticket"].search_count([])

    def test_a_report_becomes_a_ticket_of_the_team(self):
        contacts = self.env["res.partner"].search_count([])
        page = self._send(description="<script>alert(1)</script>")
        ticket = self._last()
        self.assertIn(f"report as {ticket.name}. Please", page.text)
        self.assertRecordValues(
            ticket,
            [
                {
                    "team_id": self.team.id,
                    "channel": "web",
                    "caller_name": "Mr Wu",
                    "contact_email": "wu@new.example",
                    "phone": "+86 138 0000 1234",
                    "partner_id": False,
                    "taken_by_id": False,
                    "state": "new",
                }
            ],
        )
        self.assertNotIn("<script>", ticket.description)
        self.assertTrue(ticket.clock_ids)
        self.assertEqual(self.env["res.partner"].search_count([]), contacts)

    def test_the_answer_is_the_same_for_known_and_unknown_serials(self):
        pages = []
        for serial in ("PX2-004711", "NO-SUCH-1"):
            page = self._send(serial=serial, email=self.customer.email)
            ticket = self._last()
            self.assertEqual(ticket.typed_serial, serial)
            self.assertFalse(ticket.unit_id)
            self.assertFalse(ticket.partner_id)
            text = page.text.replace(ticket.name, "RS")
            main = text.split("<main")[1].split("</main")[0]
            pages.append((page.status_code, main))
        self.assertEqual(*pages)
        self.assertNotIn("Jiangnan", pages[0][1])

    def test_a_complaint_by_the_form(self):
        self._send(kind="complaint")
        self.assertEqual(self._last().kind, "complaint")
        self._send(kind="internal' OR 1")
        self.assertEqual(self._last().kind, "repair")

    def test_a_colleague_takes_the_unit_of_the_typed_serial(self):
        self._send(serial="PX2-004711")
        ticket = self._last().with_user(self.agent)
        self.assertIn("registered for Jiangnan", ticket.typed_hint)
        ticket.action_take_typed_unit()
        self.assertEqual(ticket.unit_id, self.unit)
        self.assertEqual(ticket.partner_id, self.customer)

    def test_machines_are_thanked_and_make_nothing(self):
        before = self._count()
        page = self._send(website_url="http://spam.example")
        self.assertIn("Thank you", page.text)
        self.assertEqual(self._count(), before)

    def test_too_many_reports_are_put_off_and_lose_nothing(self):
        self.env["ir.config_parameter"].set_param(
            "after_sales_service.public_form_limit", "2"
        )
        before = self._count()
        for _number in range(2):
            self.assertEqual(self._send().status_code, 200)
        page = self._send(subject="The third one")
        self.assertEqual(page.status_code, 429)
        self.assertIn("try again in", page.text)
        self.assertIn("The third one", page.text)
        self.assertEqual(self._count(), before + 2)

    def test_what_is_missing_or_too_large_is_said_and_the_text_kept(self):
        before = self._count()
        for values, message in (
            ({"subject": " "}, "in a few words"),
            ({"name": ""}, "Tell us your name"),
            ({"email": "nonsense"}, "is no e-mail address"),
            ({"email": "", "phone": ""}, "phone number or an e-mail"),
        ):
            with self.subTest(values=values):
                page = self._send(description="Since Monday", **values)
                self.assertIn(message, page.text)
                self.assertIn("Since Monday", page.text)
        big = ("files", ("film.mp4", b"x" * 30_000_000, "video/mp4"))
        page = self._send(files=[big], description="Since Monday")
        self.assertIn("film.mp4” is larger than 5 MB", page.text)
        self.assertIn("Since Monday", page.text)
        small = [("files", (f"{n}.txt", b"x", "text/plain")) for n in range(4)]
        page = self._send(files=small)
        self.assertIn("3 files at most", page.text)
        self.assertEqual(self._count(), before)

    def test_long_texts_are_cut_and_pages_sent_as_files_stay_files(self):
        self._send(
            subject="x" * 5000,
            files=[("files", ("page.html", b"<script>1</script>", "text/html"))],
        )
        ticket = self._last()
        self.assertEqual(len(ticket.subject), 200)
        attachment = ticket.message_ids.attachment_ids
        self.assertEqual(attachment.raw, b"<script>1</script>")
        self.assertEqual(attachment.mimetype, "text/plain")

    def test_without_a_published_form_there_is_none(self):
        self.team.is_form_published = False
        self.assertEqual(self.url_open(self.url).status_code, 404)
