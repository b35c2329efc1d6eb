from datetime import datetime
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.after_sales_service.models.intake import ticket_escalation
from odoo.addons.base.models.ir_cron import IrCron

from ..common import AfterSalesCommon


class EscalationCase(AfterSalesCommon):
    """A level of its own promises an arrival within ten hours around the clock."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Who happens to be a manager in the database is told, too: not in these tests.
        managers = cls.env.ref("after_sales_service.after_sales_group_manager")
        others = managers.all_user_ids - cls.manager
        managers.user_ids -= others
        cls.policy = cls.env["after.sales.sla.policy"].create(
            {
                "name": "Ten hours",
                "promise": "arrival",
                "hours_promised": 10,
                "is_around_the_clock": True,
                "level": "3",
                "ticket_kind": "repair",
            }
        )
        other = cls.env["after.sales.sla.policy"].search([("id", "!=", cls.policy.id)])
        other.rung_ids.unlink()

    @classmethod
    def _start(cls, at="2026-03-02 00:00:00", **vals):
        with freeze_time(at):
            return cls._create_ticket(level="3", user_id=cls.technician.id, **vals)

    def _run(self, at):
        """Run the job at ``at``; returns what it told."""
        before = self.env["after.sales.sla.escalation"].search([])
        with (
            freeze_time(at),
            patch.object(IrCron, "_commit_progress", return_value=600.0),
        ):
            self.env["after.sales.sla.clock"]._cron_escalate()
        return self.env["after.sales.sla.escalation"].search([]) - before

    def _mails(self, rows):
        return self.env["mail.mail"].search(
            [("model", "=", rows._name), ("res_id", "in", rows.ids)]
        )


@tagged("post_install", "-at_install")
class TestEscalation(EscalationCase):
    """Who is told when a promise is in danger: once, acknowledged, or it climbs."""

    def test_nothing_is_told_before_half_of_the_time_is_used(self):
        self._start()
        self.assertFalse(self._run("2026-03-02 04:59:00"))

    def test_each_rung_tells_its_role_by_task_and_mail_once(self):
        ticket = self._start()
        told = self._run("2026-03-02 05:00:00")
        self.assertRecordValues(
            told,
            [{"share": 50, "role": "responsible", "user_id": self.technician.id}],
        )
        self.assertEqual(ticket.activity_ids.user_id, self.technician)
        self.assertEqual(self._mails(told).recipient_ids, self.technician.partner_id)
        self.assertFalse(self._run("2026-03-02 05:05:00"))
        told = self._run("2026-03-02 07:30:00") - told
        rung = told.filtered(lambda row: row.origin == "rung")
        self.assertRecordValues(
            rung, [{"share": 75, "role": "supervisor", "user_id": self.supervisor.id}]
        )

    def test_a_mailless_rung_gives_a_task_only(self):
        self.policy.rung_ids.is_mailed = False
        self._start()
        told = self._run("2026-03-02 05:00:00")
        self.assertTrue(told.activity_ids)
        self.assertFalse(self._mails(told))

    def test_who_is_told_need_not_follow_the_ticket(self):
        ticket = self._start()
        before = ticket.message_partner_ids
        self._run("2026-03-02 08:00:00")
        self.assertEqual(ticket.message_partner_ids, before)

    def test_a_job_that_was_down_tells_everybody_the_highest_rung_only(self):
        ticket = self._start()
        told = self._run("2026-03-02 16:00:00")
        self.assertEqual(
            {(row.role, row.share) for row in told},
            {("responsible", 50), ("supervisor", 100), ("manager", 150)},
        )
        clock = ticket.clock_ids.filtered(lambda clock: clock.promise == "arrival")
        self.assertEqual((clock.share_told, clock.date_rung), (150, False))

    def test_without_an_answer_it_climbs_to_the_next_role_and_ends_at_the_manager(self):
        self.policy.rung_ids.filtered(lambda rung: rung.share > 50).unlink()
        self._start()
        first = self._run("2026-03-02 05:00:00")
        self.assertEqual(first.date_climb, datetime(2026, 3, 2, 7, 0))
        second = self._run("2026-03-02 07:00:00")
        self.assertRecordValues(
            second,
            [{"role": "supervisor", "origin": "climb", "share": 50, "state": "told"}],
        )
        self.assertEqual(first.state, "climbed")
        self.assertIn("Technician did not", second._get_climb_reason())
        third = self._run("2026-03-02 09:00:00")
        self.assertRecordValues(
            third, [{"role": "manager", "user_id": self.manager.id}]
        )
        self.assertFalse(third.date_climb)
        self.assertFalse(self._run("2026-03-03 09:00:00"))

    def test_an_acknowledgement_stops_the_climbing(self):
        ticket = self._start()
        told = self._run("2026-03-02 05:00:00")
        self.assertTrue(ticket.with_user(self.technician).is_acknowledge_needed)
        with freeze_time("2026-03-02 05:30:00"):
            ticket.with_user(self.technician).action_acknowledge()
        self.assertRecordValues(
            told,
            [
                {
                    "state": "acknowledged",
                    "acknowledged_by_id": self.technician.id,
                    "date_acknowledged": datetime(2026, 3, 2, 5, 30),
                }
            ],
        )
        self.assertFalse(told.activity_ids)
        self.assertFalse(self._run("2026-03-02 07:10:00"))
        with self.assertRaisesRegex(UserError, "Nothing is left to acknowledge"):
            ticket.with_user(self.technician).action_acknowledge()

    def test_doing_the_task_acknowledges(self):
        self._start()
        told = self._run("2026-03-02 05:00:00")
        told.activity_ids.with_user(self.technician).action_feedback("On my way")
        self.assertEqual(told.state, "acknowledged")
        self.assertEqual(told.acknowledged_by_id, self.technician)

    def test_who_takes_on_what_climbed_takes_it_on_for_those_below(self):
        self._start()
        first = self._run("2026-03-02 05:00:00")
        second = self._run("2026-03-02 07:00:00")
        second.with_user(self.supervisor).action_acknowledge()
        self.assertEqual(set((first | second).mapped("state")), {"acknowledged"})

    def test_a_stranger_does_not_acknowledge(self):
        self._start()
        told = self._run("2026-03-02 07:30:00")
        supervisor = told.filtered(lambda row: row.role == "supervisor")
        with self.assertRaises(AccessError):
            supervisor.with_user(self.technician).action_acknowledge()
        with self.assertRaisesRegex(UserError, "They acknowledge it"):
            supervisor.with_user(self.agent).action_acknowledge()

    def test_nobody_writes_or_makes_escalations_by_hand(self):
        self._start()
        told = self._run("2026-03-02 05:00:00")
        for user in (self.technician, self.agent, self.supervisor, self.manager):
            with self.assertRaises(AccessError):
                told.with_user(user).write({"share": 1})
            with self.assertRaises(AccessError):
                told.with_user(user).unlink()

    def test_what_is_fulfilled_needs_no_answer(self):
        ticket = self._start()
        told = self._run("2026-03-02 05:00:00")
        with freeze_time("2026-03-02 06:00:00"):
            ticket._record_fact("arrival")
        self.assertEqual(told.state, "over")
        self.assertFalse(told.activity_ids)
        self.assertFalse(self._run("2026-03-02 12:00:00"))

    def test_a_paused_promise_neither_rings_nor_climbs(self):
        ticket = self._start()
        told = self._run("2026-03-02 05:00:00")
        reason = self.env.ref("after_sales_service.after_sales_pause_reason_customer")
        with freeze_time("2026-03-02 06:00:00"):
            ticket._wait(reason)
        self.assertFalse(self._run("2026-03-02 20:00:00"))
        self.assertEqual(told.state, "told")
        with freeze_time("2026-03-03 00:00:00"):
            ticket.action_resume()
        self.assertFalse(self._run("2026-03-03 00:30:00"))
        self.assertFalse(self._run("2026-03-03 01:20:00"))
        again = self._run(
            "2026-03-03 02:00:00"
        )  # past 75 % of ten hours, and it climbs
        self.assertEqual({row.origin for row in again}, {"rung", "climb"})

    def test_a_replan_never_tells_a_rung_twice(self):
        ticket = self._start()
        self._run("2026-03-02 05:00:00")
        longer = self.policy.copy({"hours_promised": 20, "level": "4"})
        with freeze_time("2026-03-02 05:10:00"):
            ticket.level = "4"
        clock = ticket.clock_ids.filtered(lambda clock: clock.promise == "arrival")
        self.assertEqual(clock.policy_id, longer)
        self.assertEqual(clock.date_rung, datetime(2026, 3, 2, 15, 0))
        told = self._run("2026-03-02 10:30:00")
        self.assertNotIn("rung", told.mapped("origin"))

    def test_the_database_refuses_to_tell_twice(self):
        self._start()
        told = self._run("2026-03-02 05:00:00")
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            told.create(told.copy_data())
            self.env.flush_all()

    def test_the_breach_is_written_into_the_ledger_when_it_happens(self):
        ticket = self._start()
        self._run("2026-03-02 10:01:00")
        clock = ticket.clock_ids.filtered(lambda clock: clock.promise == "arrival")
        self.assertEqual(clock.date_broken, datetime(2026, 3, 2, 10, 0))
        self.assertEqual(clock.event_ids.mapped("kind"), ["start", "breach"])
        self.assertEqual(clock.state, "running")

    def test_where_nobody_is_responsible_the_supervisor_is_told(self):
        ticket = self._start()
        ticket.with_context(after_sales_reason="test").user_id = False
        told = self._run("2026-03-02 05:00:00")
        self.assertEqual(told.user_id, self.supervisor)

    def test_the_technician_of_the_order_is_told_as_well(self):
        ticket = self._start()
        ticket.with_context(after_sales_reason="test").user_id = self.agent
        self._create_order(ticket_id=ticket.id)
        told = self._run("2026-03-02 05:00:00")
        self.assertEqual(told.user_id, self.agent | self.technician)

    def test_an_emergency_alerts_supervisor_and_managers_when_it_comes_in(self):
        unit = self._create_unit(self._create_pump())
        ticket = self._create_ticket(
            urgency="emergency", unit_id=unit.id, phone="+86 512 6280 1188"
        )
        self.assertEqual(
            {(row.role, row.user_id) for row in ticket.escalation_ids},
            {("supervisor", self.supervisor), ("manager", self.manager)},
        )
        self.assertIn("Emergency", ticket.activity_ids[0].summary)
        body = self._mails(ticket.escalation_ids)[0].body_html
        for fact in (ticket.phone, "PX2-004711"):
            self.assertIn(fact, body)
        ticket.urgency = "general"
        ticket.urgency = "emergency"
        self.assertEqual(len(ticket.escalation_ids), 2)
        self.assertFalse(self._create_ticket().escalation_ids)

    def test_a_solved_emergency_needs_no_answer(self):
        ticket = self._create_ticket(urgency="emergency")
        ticket._solve("answered")
        self.assertEqual(set(ticket.escalation_ids.mapped("state")), {"over"})
        self.assertFalse(ticket.escalation_ids.activity_ids)

    def test_mail_and_task_speak_the_language_of_who_is_told(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.technician.lang = "zh_CN"
        self._start()
        told = self._run("2026-03-02 05:00:00")
        own = told.with_context(lang="zh_CN")
        self.assertEqual(told.activity_ids.summary, own._get_title())

    def test_one_wrong_clock_does_not_stop_the_others(self):
        wrong, right = self._start(), self._start()
        clock = wrong.clock_ids.filtered(lambda clock: clock.promise == "arrival")
        Clock = type(self.env["after.sales.sla.clock"])
        original = Clock._prepare_rung_vals

        def fail(own, *args):
            if own == clock:
                raise UserError("wrong")
            return original(own, *args)

        with (
            patch.object(Clock, "_prepare_rung_vals", fail),
            mute_logger(
                "odoo.addons.after_sales_service.models.intake.ticket_escalation"
            ),
        ):
            told = self._run("2026-03-02 05:00:00")
        self.assertEqual(told.ticket_id, right)
        self.assertEqual(self._run("2026-03-02 05:05:00").ticket_id, wrong)


class Killed(BaseException):
    """What no job can catch."""


@tagged("post_install", "-at_install")
class TestKilledJob(EscalationCase):
    """The job dies in the middle of a batch: what was committed stays, once."""

    def setUp(self):
        super().setUp()
        self.patch(ticket_escalation, "BATCH", 2)
        self.tickets = [self._start() for _n in range(7)]
        self.env.flush_all()

    def _run_until_killed(self, batches):
        """Run the job with a savepoint for each commit; kill it after ``batches``."""
        Clock = type(self.env["after.sales.sla.clock"])
        escalate, done = Clock._escalate, []
        savepoint = self.env.cr.savepoint()

        def commit(own, processed=0, **vals):
            nonlocal savepoint
            self.env.flush_all()
            savepoint.close(rollback=False)
            savepoint = self.env.cr.savepoint()
            return 600.0

        def work(own):
            escalate(own)
            self.env.flush_all()
            done.append(own)
            if len(done) > batches:
                raise Killed

        with (
            freeze_time("2026-03-02 05:00:00"),
            patch.object(IrCron, "_commit_progress", commit),
            patch.object(Clock, "_escalate", work),
        ):
            try:
                self.env["after.sales.sla.clock"]._cron_escalate()
            except Killed:
                self.env.invalidate_all()
                savepoint.close(rollback=True)
                self.env.invalidate_all(flush=False)
            else:
                savepoint.close(rollback=False)

    def test_nobody_is_told_twice_and_nobody_is_left_out(self):
        escalations = self.env["after.sales.sla.escalation"]
        for batches, expected in ((1, 2), (1, 4), (0, 4), (9, 7)):
            self._run_until_killed(batches)
            told = escalations.search([("origin", "=", "rung")])
            self.assertEqual(len(told), expected)
            self.assertEqual(len(told.ticket_id), expected)
            self.assertEqual(len(self._mails(told)), expected)
            self.assertEqual(len(told.activity_ids), expected)

    def test_what_another_job_holds_is_left_to_it(self):
        clock = self.tickets[0].clock_ids.filtered(
            lambda clock: clock.promise == "arrival"
        )
        Clock = type(clock)
        lock = Clock.try_lock_for_update

        def held_by_another(own, **vals):
            return lock(own - clock, **vals)

        with patch.object(Clock, "try_lock_for_update", held_by_another):
            told = self._run("2026-03-02 05:00:00")
        self.assertEqual(len(told), 6)
        self.assertEqual(self._run("2026-03-02 05:05:00").clock_id, clock)


@tagged("post_install", "-at_install")
class TestLadder(AfterSalesCommon):
    """The ladder of a policy says what is wrong with it."""

    def _policy(self, **vals):
        return self.env["after.sales.sla.policy"].create(
            {"name": "Reply fast", "promise": "reply", "hours_promised": 4} | vals
        )

    def test_a_new_policy_has_a_ladder_and_a_copy_has_the_same(self):
        policy = self._policy()
        self.assertEqual(policy.rung_ids.mapped("share"), [50, 75, 100, 150])
        self.assertEqual(policy.copy().rung_ids.mapped("share"), [50, 75, 100, 150])

    def test_rungs_out_of_order_are_told(self):
        policy = self._policy()
        form = Form(policy.with_user(self.manager))
        with form.rung_ids.edit(0) as rung:
            rung.role = "manager"
        with self.assertRaisesRegex(ValidationError, "“Reply fast”: the rung at 75 %"):
            form.save()

    def test_a_rung_at_nothing_is_refused(self):
        policy = self._policy()
        for place, share in ((0, 0), (0, -5), (-1, 1001)):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                policy.rung_ids[place].share = share
                self.env.flush_all()

    def test_a_policy_without_hours_is_told_with_its_name(self):
        for hours in (0, -1, 30_000):
            with self.assertRaisesRegex(ValidationError, "“Reply fast” promises"):
                self._policy(hours_promised=hours)

    def test_only_managers_change_the_ladder(self):
        rung = self._policy().rung_ids[0]
        for user in (self.technician, self.agent, self.supervisor):
            self.assertTrue(rung.with_user(user).share)
            with self.assertRaises(AccessError):
                rung.with_user(user).share = 40
        stranger = new_test_user(self.env, login="stranger", groups="base.group_user")
        with self.assertRaises(AccessError):
            rung.with_user(stranger).read(["share"])

    def test_kinds_of_tickets_are_read_in_the_readers_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        reader = self.env["after.sales.sla.policy"].with_context(lang="zh_CN")
        ticket = self.env["after.sales.ticket"].with_context(lang="zh_CN")
        kinds = [
            model.fields_get([name])[name]["selection"]
            for model, name in ((reader, "ticket_kind"), (ticket, "kind"))
        ]
        self.assertEqual(*kinds)
