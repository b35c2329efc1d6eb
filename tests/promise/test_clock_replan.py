from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import AfterSalesCommon


@tagged("post_install", "-at_install")
class TestClockReplan(AfterSalesCommon):
    """Whatever a promise depends on may change: it is planned anew, and remembered."""

    def setUp(self):
        super().setUp()
        frozen = freeze_time("2026-03-02 09:00:00")  # a Monday
        self.frozen = frozen.start()
        self.addCleanup(frozen.stop)

    def _clock(self, ticket, promise="arrival"):
        return ticket.clock_ids.filtered(lambda clock: clock.promise == promise)

    def _create_contract(self, unit, **vals):
        return self.env["after.sales.contract"].create(
            {
                "partner_id": self.customer.id,
                "date_start": "2026-01-01",
                "date_end": "2026-12-31",
                "line_ids": [(0, 0, {"unit_id": unit.id})],
            }
            | vals
        )

    def _create_policy(self, **vals):
        return self.env["after.sales.sla.policy"].create(
            {"name": "Arrival", "promise": "arrival", "hours_promised": 4} | vals
        )

    def _assert_replanned(self, clock, before, cause):
        event = clock.event_ids.filtered(lambda event: event.kind == "replan")[-1:]
        self.assertEqual(event.deadline_before, before)
        self.assertEqual(event.deadline_after, clock.deadline)
        self.assertNotEqual(clock.deadline, before)
        self.assertIn(cause, event.reason)

    def test_team_zone_kind_and_urgency_replan(self):
        team = self.team.copy({"name": "Night team"})
        zone = self.env["after.sales.zone"].create({"name": "Far"})
        self._create_policy(team_id=team.id)
        self._create_policy(zone_id=zone.id, hours_promised=90)
        for vals, cause in (
            ({"team_id": team.id}, "Team"),
            ({"zone_id": zone.id}, "Zone"),
            ({"urgency": "emergency"}, "Urgency"),
        ):
            with self.subTest(cause=cause):
                ticket = self._create_ticket()
                clock = self._clock(ticket)
                before = clock.deadline
                ticket.with_user(self.supervisor).write(vals)
                self._assert_replanned(clock, before, cause)

    def test_a_team_that_gets_other_hours_replans(self):
        clock = self._clock(self._create_ticket())
        before = clock.deadline
        night = self.env["resource.calendar"].create({"name": "Night", "tz": "UTC"})
        night.attendance_ids.unlink()
        self.env["resource.calendar.attendance"].create(
            [
                {
                    "name": "Night",
                    "calendar_id": night.id,
                    "dayofweek": str(day),
                    "hour_from": 18,
                    "hour_to": 23,
                }
                for day in range(7)
            ]
        )
        self.team.resource_calendar_id = night
        self._assert_replanned(clock, before, "Working Hours")
        self.assertEqual(clock.calendar_id, night)
        self.team.resource_calendar_id = False
        self.assertEqual(clock.calendar_id, self.company.resource_calendar_id)
        self.assertEqual(clock.deadline, before)

    def test_a_customer_or_company_that_gets_other_hours_replans(self):
        clock = self._clock(self._create_ticket())
        before = clock.deadline
        hours = self.env["resource.calendar"].create({"name": "Short", "tz": "UTC"})
        hours.attendance_ids.filtered(lambda day: day.day_period != "morning").unlink()
        self.customer.after_sales_calendar_id = hours
        self._assert_replanned(clock, before, "Service Hours")
        self.customer.after_sales_calendar_id = False
        self.company.resource_calendar_id = hours
        self.assertEqual(clock.calendar_id, hours)

    def test_a_contract_put_in_force_replans_and_one_suspended_lets_go(self):
        unit = self._create_unit(self._create_pump())
        contract = self._create_contract(unit)
        self._create_policy(contract_id=contract.id, is_around_the_clock=True)
        clock = self._clock(self._create_ticket(unit_id=unit.id))
        before = clock.deadline
        contract._move_to("active")
        self._assert_replanned(clock, before, contract.name)
        self.assertEqual(clock.deadline, datetime(2026, 3, 2, 13, 0))
        contract._move_to("suspended")
        self.assertEqual(clock.deadline, before)

    def test_a_unit_that_leaves_or_joins_a_contract_replans_once(self):
        unit, other = (self._create_unit(self._create_pump()) for _number in range(2))
        contract = self._create_contract(unit)
        policy = self._create_policy(contract_id=contract.id)
        contract._move_to("active")
        clock = self._clock(self._create_ticket(unit_id=unit.id))
        joining = self._clock(self._create_ticket(unit_id=other.id))
        contract._with_amendment().line_ids = [
            Command.update(contract.line_ids.id, {"date_left": "2026-03-01"}),
            Command.create({"unit_id": other.id}),
        ]
        self.assertEqual(clock.event_ids.mapped("kind"), ["start", "replan"])
        self.assertNotEqual(clock.policy_id, policy)
        self.assertEqual(joining.event_ids.mapped("kind"), ["start", "replan"])
        self.assertEqual(joining.policy_id, policy)

    def test_a_contract_that_ends_later_takes_nothing_back(self):
        unit = self._create_unit(self._create_pump())
        contract = self._create_contract(unit, date_end="2026-03-31")
        policy = self._create_policy(contract_id=contract.id)
        contract._move_to("active")
        ticket = self._create_ticket(unit_id=unit.id)
        self.frozen.move_to("2026-04-02 09:00:00")
        contract._move_to("expired")
        ticket.level = "4"
        self.assertEqual(self._clock(ticket).policy_id, policy)
        later = self._create_ticket(unit_id=unit.id)
        self.assertNotEqual(self._clock(later).policy_id, policy)

    def test_the_day_of_the_report_is_the_companys_whoever_asks(self):
        unit = self._create_unit(self._create_pump())
        contract = self._create_contract(unit, date_end="2026-03-31")
        policy = self._create_policy(contract_id=contract.id)
        contract._move_to("active")
        self.company.partner_id.tz = "Asia/Shanghai"
        self.frozen.move_to("2026-03-31 17:00:00")  # April in Shanghai
        for zone in ("Asia/Shanghai", "America/New_York"):
            self.env.user.tz = zone
            ticket = self._create_ticket(unit_id=unit.id)
            self.assertNotEqual(self._clock(ticket).policy_id, policy)

    def test_a_holiday_entered_later_moves_what_is_open(self):
        ticket = self._create_ticket()
        clock = self._clock(ticket)
        before = clock.deadline
        holiday = self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "date_from": "2026-03-03 00:00:00",
                "date_to": "2026-03-03 23:59:59",
            }
        )
        self.assertEqual(clock.deadline - before, timedelta(days=1))
        self._assert_replanned(clock, before, "working hours")
        holiday.unlink()
        self.assertEqual(clock.deadline, before)

    def test_an_absence_of_a_person_moves_nothing(self):
        clock = self._clock(self._create_ticket())
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday of one",
                "calendar_id": self.company.resource_calendar_id.id,
                "resource_id": self.employee.resource_id.id,
                "date_from": "2026-03-03 00:00:00",
                "date_to": "2026-03-03 23:59:59",
            }
        )
        self.assertEqual(clock.event_ids.mapped("kind"), ["start"])

    def test_hours_that_are_changed_move_what_is_open(self):
        calendar = self.company.resource_calendar_id
        clock = self._clock(self._create_ticket())
        before = clock.deadline
        calendar.attendance_ids.filtered(lambda day: day.dayofweek == "1").unlink()
        self._assert_replanned(clock, before, "working hours")

    def test_a_breach_outlives_a_holiday_entered_afterwards(self):
        ticket = self._create_ticket(urgency="emergency")
        policy = self._clock(ticket).policy_id
        policy.is_around_the_clock = False
        plain = self._create_ticket(urgency="emergency")
        clock = self._clock(plain)
        self.frozen.move_to("2026-03-05 09:00:00")
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holidays",
                "date_from": "2026-03-02 00:00:00",
                "date_to": "2026-03-04 23:59:59",
            }
        )
        self.assertEqual(clock.date_broken, datetime(2026, 3, 3, 14, 0))
        self.assertGreater(clock.deadline, datetime(2026, 3, 5, 9, 0))
        clock._stop()
        self.assertEqual(clock.state, "broken")

    def test_hours_that_are_emptied_do_not_stop_who_edits_them(self):
        clock = self._clock(self._create_ticket())
        before = clock.deadline
        self.company.resource_calendar_id.attendance_ids.unlink()
        self.assertEqual(clock.deadline, before)

    def test_nothing_is_written_where_nothing_moves(self):
        clock = self._clock(self._create_ticket())
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday next year",
                "date_from": "2027-03-03 00:00:00",
                "date_to": "2027-03-03 23:59:59",
            }
        )
        self.assertEqual(clock.event_ids.mapped("kind"), ["start"])

    def test_a_fact_counts_when_it_happened_not_when_it_was_entered(self):
        ticket = self._create_ticket()
        self.frozen.move_to("2026-03-06 09:00:00")
        ticket._record_fact("arrival", datetime(2026, 3, 3, 10, 0))
        clock = self._clock(ticket)
        self.assertEqual(clock.date_stop, datetime(2026, 3, 3, 10, 0))
        self.assertEqual(clock.state, "kept")

    def test_a_fact_noted_by_hand_counts_at_its_time(self):
        self._create_policy(promise="contact", hours_promised=2)
        ticket = self._create_ticket()
        self.frozen.move_to("2026-03-02 16:00:00")
        action = ticket.with_user(self.agent).action_note_fact()
        self.assertEqual(action["context"]["default_promise"], "contact")
        wizard = self.env[action["res_model"]].with_user(self.agent)
        wizard.with_context(**action["context"]).create(
            {"date": "2026-03-02 10:30:00", "note": "Ms Li"}
        ).action_apply()
        clock = self._clock(ticket, "contact")
        self.assertRecordValues(
            clock, [{"state": "kept", "date_stop": datetime(2026, 3, 2, 10, 30)}]
        )
        self.assertEqual(self._clock(ticket, "reply").state, "kept")
        self.assertIn("Ms Li", ticket.message_ids[0].body)
        with self.assertRaisesRegex(UserError, "“Contact” is not open"):
            ticket._note_fact("contact", datetime(2026, 3, 2, 11))
        for wrong in (datetime(2026, 3, 2, 8), datetime(2026, 3, 2, 17)):
            with self.assertRaisesRegex(UserError, "between then and now"):
                ticket._note_fact("arrival", wrong)
        with self.assertRaises(AccessError):
            ticket.with_user(self.technician)._note_fact(
                "arrival", datetime(2026, 3, 2, 11)
            )

    def test_a_pause_needs_a_reason_of_the_list(self):
        ticket = self._create_ticket()
        with self.assertRaisesRegex(UserError, f"what {ticket.name} waits for"):
            ticket.clock_ids._pause("  ")
        with self.assertRaisesRegex(UserError, "choose one of the list"):
            ticket._wait(self.env["after.sales.pause.reason"])
        other = self.env["res.company"].create({"name": "Other"})
        foreign = self.env["after.sales.pause.reason"].create(
            {"name": "Theirs", "company_id": other.id, "is_clock_paused": True}
        )
        with self.assertRaisesRegex(UserError, "its own company"):
            ticket._wait(foreign)

    def test_the_reason_says_whether_the_promised_times_wait(self):
        ticket, other = self._create_ticket(), self._create_ticket()
        customer = self.env.ref("after_sales_service.after_sales_pause_reason_customer")
        ticket._wait(customer, "next week")
        event = self._clock(ticket).event_ids[-1]
        self.assertEqual((event.kind, event.pause_reason_id), ("pause", customer))
        self.assertEqual(event.reason, "The customer asked for a later date: next week")
        other._wait(self.env.ref("after_sales_service.after_sales_pause_reason_parts"))
        self.assertEqual(set(other.clock_ids.mapped("state")), {"running"})


@tagged("post_install", "-at_install")
class TestStage(AfterSalesCommon):
    """Green, yellow, orange, red: the same on the screen and in SQL."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["after.sales.sla.policy"].search([]).active = False
        cls.env["after.sales.sla.policy"].create(
            {
                "name": "Ten hours",
                "promise": "arrival",
                "hours_promised": 10,
                "is_around_the_clock": True,
            }
        )
        cls.starts = {}
        for hours in range(12):
            with freeze_time(datetime(2026, 3, 2) + timedelta(hours=hours)):
                cls.starts[hours] = cls._create_ticket()
        cls.tickets = cls.env["after.sales.ticket"].union(*cls.starts.values())
        cls.reason = cls.env.ref("after_sales_service.after_sales_pause_reason_site")

    def _assert_same(self, records):
        for stage in ("green", "yellow", "orange", "red", False):
            found = records.search(
                [("stage", "=", stage), ("id", "in", records.ids)], order="id"
            )
            shown = records.filtered(lambda one, stage=stage: one.stage == stage)
            self.assertEqual(found, shown.sorted("id"), stage)
        several = records.search(
            [("stage", "not in", ["green", "red"]), ("id", "in", records.ids)]
        )
        self.assertEqual(
            several, records.filtered(lambda one: one.stage not in ("green", "red"))
        )

    def test_the_colour_follows_the_share_that_is_used(self):
        with freeze_time("2026-03-02 11:00:00"):
            self.env.invalidate_all()
            colours = {hours: self.starts[hours].stage for hours in self.starts}
        # Begun at 0:00, eleven hours are used; begun at 11:00, none.
        self.assertEqual(colours[0], "red")
        self.assertEqual(colours[1], "orange")  # to the second: not broken yet
        self.assertEqual((colours[3], colours[4]), ("orange", "yellow"))
        self.assertEqual((colours[6], colours[7]), ("yellow", "green"))

    def test_screen_and_sql_agree(self):
        with freeze_time("2026-03-02 11:00:00"):
            for hours in (0, 2, 6, 10):
                self.starts[hours]._wait(self.reason)
            self.starts[3]._solve("answered")
            self.starts[5]._cancel("Twice")
            self.env.flush_all()
            self.env.invalidate_all()
            self._assert_same(self.tickets)
            self._assert_same(self.tickets.clock_ids)
        with freeze_time("2026-03-02 14:30:00"):  # some are red and still running
            self.env.invalidate_all()
            self.assertEqual(self.starts[1].stage, "red")
            self._assert_same(self.tickets)
            self._assert_same(self.tickets.clock_ids)

    def test_a_paused_clock_keeps_its_colour_and_a_paused_ticket_has_none(self):
        with freeze_time("2026-03-02 08:00:00"):
            self.starts[0]._wait(self.reason)
        with freeze_time("2026-03-20 08:00:00"):
            self.env.invalidate_all()
            self.assertEqual(self.starts[0].clock_ids.stage, "orange")
            self.assertEqual(self.starts[0].stage, False)
            self.assertTrue(self.starts[0].is_clock_paused)

    def test_chips_tell_the_next_to_break_first(self):
        ticket = self.starts[0]
        self.env["after.sales.sla.policy"].create(
            {
                "name": "Reply",
                "promise": "reply",
                "hours_promised": 2,
                "is_around_the_clock": True,
                "level": "4",
            }
        )
        with freeze_time("2026-03-02 00:30:00"):
            ticket.level = "4"
            chips = ticket.clock_chips
        self.assertEqual([chip["label"] for chip in chips], ["First reply", "On site"])
        # The new promise counts from the report, as if it had held all along.
        self.assertEqual(chips[0]["deadline"], "2026-03-02 02:00:00")

    def test_a_list_plans_no_hours(self):
        """Reading a page of the register asks no calendar and no clock by itself."""
        names = ["name", "date_next_deadline", "stage", "clock_chips", "time_left"]
        counts = []
        for tickets in (self.tickets[:2], self.tickets, self.tickets[:2], self.tickets):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            with patch.object(
                type(self.env["resource.calendar"]),
                "_after_sales_get_intervals",
                side_effect=AssertionError,
            ):
                tickets.with_user(self.agent).read(names)
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(counts[2], counts[3])
        self.assertLessEqual(counts[3], 18)
