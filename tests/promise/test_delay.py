from datetime import datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .test_escalation import EscalationCase


@tagged("post_install", "-at_install")
class TestWillBeLate(EscalationCase):
    """The technician asks for help and gives a new date; the customer is told."""

    def setUp(self):
        super().setUp()
        frozen = freeze_time("2026-03-02 00:00:00")
        self.frozen = frozen.start()
        self.addCleanup(frozen.stop)
        self.ticket = self._create_ticket(level="3", user_id=self.technician.id)
        self.clock = self.ticket.clock_ids.filtered(
            lambda clock: clock.promise == "arrival"
        )

    def _announce(self, date="2026-03-03 08:00:00", **vals):
        action = self.ticket.with_user(self.technician).action_late()
        form = Form(
            self.env[action["res_model"]]
            .with_user(self.technician)
            .with_context(**action["context"])
        )
        form.clock_id = vals.get("clock", self.clock)
        form.date_expected = datetime.fromisoformat(date)
        form.reason = vals.get("reason", "The lift is late.")
        form.help_wanted = "A second person"
        form.save().action_apply()
        return self.ticket.delay_ids[:1]

    def test_the_supervisor_is_asked_and_the_customer_is_told(self):
        delay = self._announce()
        self.assertRecordValues(
            delay,
            [
                {
                    "user_id": self.technician.id,
                    "deadline": datetime(2026, 3, 2, 10, 0),
                    "date_expected": datetime(2026, 3, 3, 8, 0),
                    "is_customer_told": True,
                    "state": "asked",
                }
            ],
        )
        task = self.ticket.activity_ids.filtered(
            lambda task: task.user_id == self.supervisor
        )
        self.assertIn("A second person", task.note)
        message = self.ticket.message_ids[0]
        self.assertIn("The lift is late.", message.body)
        self.assertNotIn("second person", message.body)
        self.assertEqual(message.partner_ids, self.customer)

    def test_the_customer_reads_it_in_his_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.customer.lang = "zh_CN"
        template = self.env.ref("after_sales_service.mail_template_after_sales_delay")
        template.with_context(lang="zh_CN").body_html = "<p>新的日期</p>"
        self._announce()
        self.assertIn("新的日期", self.ticket.message_ids[0].body)

    def test_without_an_address_the_supervisor_calls(self):
        self.customer.email = False
        delay = self._announce()
        self.assertFalse(delay.is_customer_told)
        task = self.ticket.activity_ids.filtered(
            lambda task: task.user_id == self.supervisor
        )
        self.assertIn("call them", task.note)

    def test_both_dates_are_measured_and_the_breach_stays(self):
        self._announce()
        self.frozen.move_to("2026-03-03 07:00:00")
        self.ticket._record_fact("arrival")
        self.env.flush_all()
        row = self.env["after.sales.sla.report"].browse(self.clock.id)
        self.assertRecordValues(
            row,
            [
                {
                    "result": "broken",
                    "share_kept": 0.0,
                    "share_new_kept": 100.0,
                    "count_delay": 1,
                }
            ],
        )
        self.assertEqual(self.clock.date_broken, datetime(2026, 3, 2, 10, 0))

    def test_a_second_notice_moves_the_date_and_keeps_the_first(self):
        self._announce()
        self._announce("2026-03-04 08:00:00")
        self.assertEqual(len(self.ticket.delay_ids), 2)
        self.assertEqual(self.clock.date_expected, datetime(2026, 3, 4, 8, 0))

    def test_who_gives_notice_has_acknowledged(self):
        told = self._run("2026-03-02 05:00:00")
        self.frozen.move_to("2026-03-02 05:10:00")
        self._announce()
        self.assertEqual(told.state, "acknowledged")

    def test_wrong_dates_and_empty_reasons_are_told(self):
        with self.assertRaisesRegex(UserError, "must be later than that"):
            self._announce("2026-03-02 09:00:00")
        self.frozen.move_to("2026-03-05 09:00:00")
        with self.assertRaisesRegex(UserError, "must not be over"):
            self._announce("2026-03-04 09:00:00")
        with self.assertRaisesRegex(UserError, "enter a reason"):
            self.ticket._announce_delay(self.clock, datetime(2026, 3, 9), "  ")
        other = self._create_ticket()
        with self.assertRaisesRegex(UserError, "still open"):
            self.ticket._announce_delay(other.clock_ids[0], datetime(2026, 3, 9), "So")

    def test_nothing_promised_nothing_late(self):
        self.ticket._solve("answered")
        with self.assertRaisesRegex(UserError, "Nothing is promised"):
            self.ticket.with_user(self.technician).action_late()

    def test_the_supervisor_answers_and_the_technician_reads_it(self):
        delay = self._announce()
        as_supervisor = delay.with_user(self.supervisor)
        with self.assertRaisesRegex(UserError, "before you press"):
            as_supervisor.action_answer()
        as_supervisor.answer = "Sun helps you at ten."
        as_supervisor.action_answer()
        self.assertRecordValues(
            delay, [{"state": "answered", "answered_by_id": self.supervisor.id}]
        )
        self.assertFalse(
            self.ticket.activity_ids.filtered(
                lambda task: task.user_id == self.supervisor
            )
        )
        message = self.env["mail.message"].search(
            [
                ("res_id", "=", self.ticket.id),
                ("message_type", "=", "user_notification"),
            ],
            limit=1,
        )
        self.assertIn("Sun helps you", message.body)

    def test_nobody_changes_a_notice(self):
        delay = self._announce()
        with self.assertRaisesRegex(AccessError, "not changed"):
            delay.with_user(self.supervisor).date_expected = "2026-03-09 08:00:00"
        for user in (self.technician, self.agent):
            with self.assertRaises(AccessError):
                delay.with_user(user).answer = "Mine"
        for user in (self.technician, self.supervisor, self.manager):
            with self.assertRaises(AccessError):
                delay.with_user(user).unlink()

    def test_a_stranger_gives_no_notice(self):
        other_team = self.team.copy({"name": "Other"})
        stranger = new_test_user(
            self.env,
            login="tech.two",
            groups="after_sales_service.after_sales_group_technician",
        )
        self._create_technician(stranger, after_sales_team_id=other_team.id)
        with self.assertRaises(AccessError):
            self.ticket.with_user(stranger)._announce_delay(
                self.clock, datetime(2026, 3, 9), "So"
            )
        delay = self._announce()
        with self.assertRaises(AccessError):
            delay.with_user(stranger).read(["reason"])

    def test_the_order_leads_to_the_notice(self):
        order = self._create_order(ticket_id=self.ticket.id)
        action = order.with_user(self.technician).action_late()
        self.assertEqual(action["context"], {"default_ticket_id": self.ticket.id})


@tagged("post_install", "-at_install")
class TestPromisesKept(EscalationCase):
    """What the report counts is what the clocks say."""

    def test_rates_by_promise_team_and_technician(self):
        self.env["after.sales.sla.policy"].search(
            [("id", "!=", self.policy.id)]
        ).active = False
        tickets = [self._start() for _n in range(4)]
        self._create_order(ticket_id=tickets[0].id)
        for ticket, hour in zip(tickets, (8, 9, 11, None), strict=True):
            if hour:
                with freeze_time(datetime(2026, 3, 2, hour)):
                    ticket._record_fact("arrival")
        self.env.flush_all()
        with freeze_time("2026-03-02 09:30:00"):  # the fourth is open and in time
            rows = self.env["after.sales.sla.report"]._read_group(
                [("ticket_id", "in", [ticket.id for ticket in tickets])],
                ["promise", "team_id"],
                ["count_kept:sum", "count_broken:sum", "share_kept:avg", "__count"],
            )
        self.assertEqual(len(rows), 1)
        promise, team, kept, broken, share, count = rows[0]
        self.assertEqual((promise, team), ("arrival", self.team))
        self.assertEqual((kept, broken, count), (2, 1, 4))
        self.assertAlmostEqual(share, 100 * 2 / 3)
        with freeze_time("2026-03-02 10:30:00"):  # now it is broken, nobody was there
            self.env.invalidate_all()
            results = (
                self.env["after.sales.sla.report"]
                .search([("ticket_id", "=", tickets[3].id)])
                .mapped("result")
            )
        self.assertEqual(results, ["broken"])
        self.assertEqual(
            self.env["after.sales.sla.report"]
            .search([("technician_id", "=", self.employee.id)])
            .ticket_id,
            tickets[0],
        )

    def test_only_the_office_counts_promises(self):
        self._start()
        report = self.env["after.sales.sla.report"]
        for user in (self.agent, self.supervisor, self.auditor):
            self.assertTrue(report.with_user(user).search([], limit=1))
        with self.assertRaises(AccessError):
            report.with_user(self.technician).search([])
        other = self.env["res.company"].create({"name": "Other"})
        self.supervisor.write(
            {"company_ids": [(6, 0, other.ids)], "company_id": other.id}
        )
        self.assertFalse(report.with_user(self.supervisor).search([]))
