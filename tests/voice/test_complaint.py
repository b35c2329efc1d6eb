from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from ..common import AfterSalesCommon


@tagged("post_install", "-at_install")
class TestComplaint(AfterSalesCommon):
    """From the customer's complaint to an answer that is accepted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._create_ticket(kind="complaint", subject="He was rude")
        cls.company.after_sales_complaint_user_id = cls.manager
        cls.route = cls.env.ref(
            "after_sales_service.after_sales_complaint_route_service"
        )
        cls.route.user_id = cls.agent

    def _complain(self, **vals):
        return (
            self.env["after.sales.complaint"]
            .with_user(self.agent)
            .create(
                {
                    "subject": "He was rude",
                    "ticket_id": self.ticket.id,
                    "partner_id": self.customer.id,
                    "route_id": self.route.id,
                }
                | vals
            )
        )

    def _answer(self, complaint, user=None, **vals):
        complaint.write(
            {
                "finding": "justified",
                "party": "technician",
                "employee_id": self.employee.id,
                "answer": "<p>We are sorry.</p>",
            }
            | vals
        )
        complaint.with_user(user or self.agent).action_answer()

    def _appeal(self, complaint):
        action = complaint.with_user(self.agent).action_appeal()
        self.env[action["res_model"]].with_user(self.agent).with_context(
            **action["context"]
        ).create({"reason": "That is no answer"}).action_apply()

    # === ROUTING === #
    def test_the_table_is_there_and_routes(self):
        routes = self.env["after.sales.complaint.route"].search([])
        self.assertGreaterEqual(len(routes), 5)
        with freeze_time("2026-03-06 09:00:00"):
            complaint = self._complain()
        self.assertEqual(complaint.department, "Service")
        self.assertEqual(complaint.user_id, self.agent)
        self.assertEqual(complaint.date_deadline, date(2026, 3, 8))
        self.assertEqual(complaint.activity_ids.user_id, self.agent)
        self.assertRegex(complaint.name, r"^CP/\d{4}/\d{5}$")
        packaging = self.env.ref(
            "after_sales_service.after_sales_complaint_route_packaging"
        )
        packaging.user_id = self.clerk
        complaint.route_id = packaging
        self.assertEqual(complaint.user_id, self.clerk)

    def test_from_the_ticket_everything_is_filled_in(self):
        action = self.ticket.with_user(self.agent).action_create_complaint()
        with Form(
            self.env[action["res_model"]]
            .with_user(self.agent)
            .with_context(**action["context"])
        ) as form:
            self.assertEqual(form.partner_id, self.customer)
            self.assertEqual(form.subject, "He was rude")
            form.route_id = self.route
        self.assertEqual(self.ticket.complaint_count, 1)
        self.assertEqual(self.ticket.complaint_ids, form.record)

    # === ANSWER === #
    def test_the_answer_needs_a_finding_a_party_and_words(self):
        complaint = self._complain()
        complaint.action_start()
        with self.assertRaisesRegex(UserError, "Enter the finding"):
            complaint.action_answer()
        complaint.finding = "partly"
        with self.assertRaisesRegex(UserError, "Enter the party"):
            complaint.action_answer()
        complaint.party = "office"
        with self.assertRaisesRegex(UserError, "Write the answer"):
            complaint.action_answer()
        complaint.answer = "<p>We are sorry.</p>"
        complaint.action_answer()
        self.assertEqual(complaint.state, "answered")
        self.assertFalse(complaint.activity_ids)

    def test_the_answer_goes_out_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env.ref(
            "after_sales_service.mail_template_after_sales_complaint_answer"
        ).with_context(
            lang="zh_CN"
        ).body_html = "<p>您好，答复如下：<t t-out='object.answer'/></p>"
        self.customer.lang = "zh_CN"
        complaint = self._complain()
        complaint.action_start()
        self._answer(complaint, answer="<p>对不起。</p>")
        message = complaint.message_ids.filtered(lambda m: "对不起" in m.body)
        self.assertIn("答复如下", message.body)
        self.assertIn(self.customer, message.partner_ids)

    def test_the_customers_reply_becomes_a_task(self):
        complaint = self._complain()
        complaint.action_start()
        self._answer(complaint)
        self.assertFalse(complaint.activity_ids)
        complaint.message_post(
            body="That is no answer",
            author_id=self.customer.id,
            message_type="email",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertEqual(complaint.activity_ids.user_id, self.agent)
        self.assertIn("accepted or not", complaint.activity_ids.summary)

    def test_a_handler_of_another_department_answers_the_own_one(self):
        complaint = self._complain()
        complaint.user_id = self.clerk
        theirs = complaint.with_user(self.clerk)
        theirs.action_start()
        self._answer(theirs, self.clerk, party="carrier")
        self.assertEqual(complaint.state, "answered")

    def test_without_an_address_the_answer_is_to_be_told(self):
        self.customer.email = False
        complaint = self._complain()
        complaint.action_start()
        self._answer(complaint)
        notes = "".join(str(body) for body in complaint.message_ids.mapped("body"))
        self.assertIn("by phone or", notes)

    # === LEVELS === #
    def test_levels_answer_one_after_the_other(self):
        complaint = self._complain()
        complaint.action_start()
        self._answer(complaint)
        with freeze_time("2026-03-06 09:00:00"):
            self._appeal(complaint)
        self.assertEqual(
            (complaint.state, complaint.level), ("in_progress", "supervisor")
        )
        self.assertEqual(complaint.user_id, self.supervisor)
        self.assertEqual(complaint.date_deadline, date(2026, 3, 8))
        with self.assertRaisesRegex(AccessError, "level “Supervisor”"):
            complaint.with_user(self.agent).action_answer()
        complaint.with_user(self.supervisor).action_answer()
        self._appeal(complaint)
        self.assertEqual(complaint.level, "management")
        self.assertEqual(complaint.user_id, self.manager)
        with self.assertRaises(AccessError):
            complaint.with_user(self.supervisor).action_answer()
        complaint.with_user(self.manager).action_answer()
        answers = complaint.message_ids.filtered(lambda m: "This is our" in m.body)
        told = ["the next level" in answer.body for answer in answers]
        self.assertEqual(told, [False, True, True], "nobody is above the management")
        with self.assertRaisesRegex(UserError, "no level above"):
            self._appeal(complaint)
        complaint.with_user(self.agent).action_close()
        self.assertEqual(complaint.state, "closed")

    def test_nobody_judges_the_own_answer_where_there_is_somebody_else(self):
        self.route.user_id = self.supervisor
        complaint = self._complain()
        complaint.action_start()
        self._answer(complaint, self.supervisor)
        self._appeal(complaint)
        self.assertEqual(complaint.level, "management", "the leader has answered")
        self.assertEqual(complaint.user_id, self.manager)
        with freeze_time("2026-03-06 09:00:00"):
            late = self._complain()
        with freeze_time("2026-03-09 09:00:00"):
            self.env["after.sales.complaint"]._cron_climb()
        self.assertEqual(late.level, "management", "the leader let it lie")

    def test_who_pressed_answer_has_answered(self):
        complaint = self._complain()
        complaint.user_id = self.clerk
        complaint.action_start()
        self._answer(complaint)
        self.assertEqual(complaint.user_id, self.agent)
        self.assertFalse(complaint.activity_ids, "the clerk has nothing left to do")
        with self.assertRaisesRegex(UserError, "was answered"):
            complaint.user_id = self.clerk

    def test_what_is_not_answered_in_time_climbs(self):
        with freeze_time("2026-03-06 09:00:00"):
            complaint = self._complain()
            self.env["after.sales.complaint"]._cron_climb()
            self.assertEqual(complaint.level, "handler")
        with freeze_time("2026-03-09 09:00:00"):
            self.assertTrue(complaint.is_late)
            self.assertIn(complaint, complaint.search([("is_late", "=", True)]))
            self.env["after.sales.complaint"]._cron_climb()
            self.env["after.sales.complaint"]._cron_climb()
            self.assertEqual(complaint.level, "supervisor")
            self.assertEqual(complaint.state, "new", "nobody took it yet")
            self.assertEqual(complaint.activity_ids.user_id, self.supervisor)

    def test_what_the_customer_was_told_stays(self):
        complaint = self._complain()
        complaint.action_start()
        self._answer(complaint)
        for vals in ({"answer": "<p>No.</p>"}, {"finding": "unjustified"}):
            with self.assertRaisesRegex(UserError, "was answered"):
                complaint.write(vals)
        complaint.is_corrected = True
        complaint.action_close()
        complaint.action_reopen()
        complaint.finding = "partly"

    def test_the_owners_task_stays_when_the_handler_answers(self):
        complaint = self._complain(is_dangerous=True)
        self.assertEqual(complaint.activity_ids.user_id, self.agent | self.manager)
        complaint.action_start()
        self._answer(complaint)
        self.assertEqual(complaint.activity_ids.user_id, self.manager)

    def test_a_corrective_action_is_done_before_the_end(self):
        complaint = self._complain()
        complaint.action_start()
        self._answer(complaint, corrective_action="Train him")
        with self.assertRaisesRegex(UserError, "not done yet"):
            complaint.action_close()
        complaint.is_corrected = True
        complaint.action_close()

    def test_neither_state_nor_level_is_written_by_hand(self):
        complaint = self._complain()
        with self.assertRaisesRegex(UserError, "Use the buttons"):
            complaint.state = "closed"
        for level in ("supervisor", "management"):
            with self.assertRaisesRegex(UserError, "level of appeal cannot"):
                complaint.level = level
            with self.assertRaisesRegex(UserError, "level of appeal cannot"):
                self._complain(level=level)
        complaint.action_start()
        with self.assertRaisesRegex(UserError, "worked on"):
            complaint.with_user(self.manager).unlink()

    # === SPECIAL CASES === #
    def test_dangerous_or_again_makes_a_special_case_with_an_owner(self):
        first = self._complain()
        self.assertFalse(first.is_special)
        again = self._complain()
        self.assertEqual(again.repeat_count, 1)
        self.assertTrue(again.is_special)
        self.assertEqual(again.owner_id, self.manager)
        first.is_dangerous = True
        self.assertTrue(first.is_special)
        first.with_user(self.supervisor).meeting_ids = [
            Command.create({"decision": "Call back all of them", "date": "2026-03-06"})
        ]
        with self.assertRaises(AccessError):
            first.meeting_ids.with_user(self.agent).decision = "Nothing"
        other = self._create_partner(name="Stranger")
        self.assertFalse(self._complain(partner_id=other.id).repeat_count)

    # === DEMERITS === #
    def test_a_justified_one_counts_against_the_technician_once(self):
        complaint = self._complain()
        complaint.action_start()
        self._answer(complaint)
        demerit = self.env["after.sales.demerit"].search(
            [("complaint_id", "=", complaint.id)]
        )
        self.assertRecordValues(
            demerit, [{"technician_id": self.employee.id, "points": 1.0}]
        )
        self._appeal(complaint)
        self._answer(complaint, self.supervisor, finding="partly")
        self.assertEqual(demerit.points, 0.5)
        self._appeal(complaint)
        self._answer(complaint, self.manager, finding="unjustified")
        self.assertFalse(demerit.exists())

    def test_only_a_technician_is_responsible_as_a_technician(self):
        clerk = self._create_technician(self.clerk, is_after_sales_technician=False)
        complaint = self._complain(party="office", employee_id=clerk.id)
        complaint.action_start()
        with self.assertRaisesRegex(ValidationError, "is no service technician"):
            self._answer(complaint, employee_id=clerk.id)
        with Form(complaint) as form:
            form.finding = "justified"
            form.party = "technician"
            self.assertFalse(form.employee_id, "the clerk is no technician")
            form.employee_id = self.employee
        self.assertEqual(complaint.employee_id, self.employee)

    def test_the_fault_of_others_counts_against_nobody(self):
        complaint = self._complain()
        complaint.action_start()
        self._answer(complaint, party="carrier")
        self.assertFalse(self.env["after.sales.demerit"].search([]))

    # === ACCESS === #
    def test_who_reads_complaints(self):
        complaint = self._complain()
        meeting = self.env["after.sales.complaint.meeting"].create(
            {"complaint_id": complaint.id, "decision": "x"}
        )
        for user in (self.technician, self.clerk):
            for record in (complaint, meeting):
                with self.assertRaises(AccessError):
                    record.with_user(user).read(["display_name"])
        complaint.user_id = self.clerk
        self.assertTrue(complaint.with_user(self.clerk).read(["subject"]))
        self.assertTrue(meeting.with_user(self.clerk).read(["decision"]))
        self.assertTrue(complaint.with_user(self.auditor).read(["subject"]))
        with self.assertRaises(AccessError):
            complaint.with_user(self.auditor).subject = "x"
        company = self.env["res.company"].create({"name": "Sister"})
        sister = new_test_user(
            self.env,
            login="sister.manager",
            groups="after_sales_service.after_sales_group_manager",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        for record in (complaint, meeting):
            with self.assertRaises(AccessError):
                record.with_user(sister).read(["display_name"])
        portal = new_test_user(self.env, login="p.c", groups="base.group_portal")
        portal.partner_id.parent_id = self.customer
        with self.assertRaises(AccessError):
            complaint.with_user(portal).read(["subject"])

    def test_technicians_read_their_own_demerits_only(self):
        complaint = self._complain()
        complaint.action_start()
        self._answer(complaint)
        demerit = self.env["after.sales.demerit"].search([])
        self.assertTrue(demerit.with_user(self.technician).read(["points"]))
        with self.assertRaises(AccessError):
            demerit.with_user(self.technician).points = 0
        other = new_test_user(
            self.env,
            login="other.technician",
            groups="after_sales_service.after_sales_group_technician",
        )
        with self.assertRaises(AccessError):
            demerit.with_user(other).read(["points"])
        with self.assertRaises(AccessError):
            demerit.with_user(self.agent).read(["points"])


@tagged("post_install", "-at_install")
class TestSuggestion(AfterSalesCommon):
    """What customers propose, and what they get for it."""

    def _suggest(self, **vals):
        return (
            self.env["after.sales.suggestion"]
            .with_user(self.agent)
            .create(
                {"subject": "A drain at the bottom", "partner_id": self.customer.id}
                | vals
            )
        )

    def test_a_manager_approves_and_the_customer_is_thanked(self):
        suggestion = self._suggest()
        with self.assertRaisesRegex(AccessError, "by after-sales managers"):
            suggestion.amount = 200
        with self.assertRaisesRegex(AccessError, "by after-sales managers"):
            suggestion.with_user(self.supervisor).action_approve()
        with self.assertRaisesRegex(AccessError, "by after-sales managers"):
            self._suggest(amount=200)
        with self.assertRaisesRegex(AccessError, "by after-sales managers"):
            self._suggest(approver_id=self.manager.id)
        with self.assertRaisesRegex(AccessError, "by after-sales managers"):
            suggestion.approver_id = self.agent
        managed = suggestion.with_user(self.manager)
        managed.amount = 200
        managed.action_approve()
        self.assertEqual(suggestion.approver_id, self.manager)
        with self.assertRaisesRegex(UserError, "was approved"):
            managed.amount = 2000
        managed.action_reward()
        self.assertEqual(suggestion.state, "rewarded")
        thanks = suggestion.message_ids.filtered(lambda m: "200.00" in m.body)
        self.assertIn(self.customer, thanks.partner_ids)

    def test_declining_needs_a_reason(self):
        suggestion = self._suggest().with_user(self.supervisor)
        with self.assertRaisesRegex(UserError, "why it is not used"):
            suggestion.action_decline()
        suggestion.decline_reason = "It has one"
        suggestion.action_decline()
        suggestion.action_take_back()
        self.assertEqual(suggestion.state, "new")

    def test_who_reads_suggestions(self):
        suggestion = self._suggest()
        self.assertTrue(suggestion.with_user(self.auditor).read(["subject"]))
        for user in (self.technician, self.clerk):
            with self.assertRaises(AccessError):
                suggestion.with_user(user).read(["subject"])
        company = self.env["res.company"].create({"name": "Sister"})
        sister = new_test_user(
            self.env,
            login="sister.manager",
            groups="after_sales_service.after_sales_group_manager",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        with self.assertRaises(AccessError):
            suggestion.with_user(sister).read(["subject"])
