from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import AfterSalesCommon


@tagged("post_install", "-at_install")
class TestClockLedger(AfterSalesCommon):
    """Clocks of tickets: stored state, history, calendars, budgets."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        calendar = cls.company.resource_calendar_id
        calendar.hours_per_day = 8
        cls.policies = cls.env["after.sales.sla.policy"].search([])

    def _clock(self, ticket, promise):
        return ticket.clock_ids.filtered(lambda clock: clock.promise == promise)

    def _recompute(self, clock):
        works = clock._get_works(clock.event_ids)
        return clock._judge(clock.event_ids, works)

    @freeze_time("2026-03-06 15:00:00")  # a Friday
    def test_a_fault_gets_three_promises_in_working_hours(self):
        ticket = self._create_ticket()
        found = {clock.promise: clock.hours_promised for clock in ticket.clock_ids}
        self.assertEqual(found, {"reply": 12, "arrival": 24, "repair": 72})
        for clock in ticket.clock_ids:
            native = self.company.resource_calendar_id.plan_hours(
                clock.hours_promised, ticket.date_reported, compute_leaves=True
            )
            self.assertEqual(clock.deadline, native.replace(microsecond=0))
        self.assertEqual(
            ticket.date_next_deadline, self._clock(ticket, "reply").deadline
        )

    @freeze_time("2026-03-06 15:00:00")
    def test_public_holidays_do_not_count(self):
        before = self._clock(self._create_ticket(), "reply").deadline
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.company.resource_calendar_id.id,
                "date_from": "2026-03-09 00:00:00",
                "date_to": "2026-03-09 23:59:59",
            }
        )
        after = self._clock(self._create_ticket(), "reply").deadline
        self.assertEqual(after - before, timedelta(days=1))

    @freeze_time("2026-03-06 15:00:00")
    def test_an_emergency_is_promised_around_the_clock(self):
        ticket = self._create_ticket(urgency="emergency")
        self.assertEqual(
            self._clock(ticket, "reply").deadline, datetime(2026, 3, 6, 16, 0)
        )
        self.assertFalse(self._clock(ticket, "reply").calendar_id)

    def test_internal_work_promises_nothing(self):
        self.assertFalse(self._create_ticket(kind="internal").clock_ids)

    @freeze_time("2026-03-06 15:00:00")
    def test_the_most_specific_policy_wins(self):
        policy = self.env["after.sales.sla.policy"].create(
            {
                "name": "Level 4 of this team",
                "promise": "reply",
                "hours_promised": 2,
                "level": "4",
                "team_id": self.team.id,
            }
        )
        self.assertEqual(
            self._clock(self._create_ticket(level="4"), "reply").policy_id, policy
        )
        self.assertNotEqual(
            self._clock(self._create_ticket(level="3"), "reply").policy_id, policy
        )

    def test_the_calendar_of_the_customer_wins_over_team_and_company(self):
        calendars = self.env["resource.calendar"].create(
            [
                {"name": "Team hours", "tz": "UTC"},
                {"name": "Customer hours", "tz": "UTC"},
            ]
        )
        self.team.resource_calendar_id = calendars[0]
        clock = self._clock(self._create_ticket(), "reply")
        self.assertEqual(clock.calendar_id, calendars[0])
        self.customer.after_sales_calendar_id = calendars[1]
        clock = self._clock(self._create_ticket(), "reply")
        self.assertEqual(clock.calendar_id, calendars[1])

    def test_the_calendar_of_a_running_contract_wins_over_all(self):
        calendar = self.env["resource.calendar"].create({"name": "Day and night"})
        unit = self._create_unit(self._create_pump())
        contract = self.env["after.sales.contract"].create(
            {
                "partner_id": self.customer.id,
                "date_start": "2020-01-01",
                "date_end": "2099-12-31",
                "calendar_id": calendar.id,
                "line_ids": [(0, 0, {"unit_id": unit.id})],
            }
        )
        contract._move_to("active")
        clock = self._clock(self._create_ticket(unit_id=unit.id), "reply")
        self.assertEqual(clock.calendar_id, calendar)

    def test_without_any_calendar_it_counts_around_the_clock(self):
        self.company.resource_calendar_id = False
        with freeze_time("2026-03-06 15:00:00"):
            clock = self._clock(self._create_ticket(), "reply")
        self.assertEqual(clock.deadline, datetime(2026, 3, 7, 3, 0))

    def test_a_calendar_without_hours_is_told(self):
        empty = self.env["resource.calendar"].create(
            {"name": "Nothing", "attendance_ids": [(5, 0, 0)]}
        )
        empty.attendance_ids.unlink()
        self.team.resource_calendar_id = empty
        with self.assertRaisesRegex(UserError, "“Nothing” have no fixed hours"):
            self._create_ticket()

    def test_pause_and_resume_keep_what_is_stored_equal_to_the_ledger(self):
        with freeze_time("2026-03-06 09:00:00") as frozen:
            ticket = self._create_ticket()
            frozen.move_to("2026-03-06 10:00:00")
            ticket.clock_ids._pause("Waiting")
            self.assertEqual(set(ticket.clock_ids.mapped("state")), {"paused"})
            self.assertFalse(ticket.date_next_deadline)
            frozen.move_to("2026-03-09 10:00:00")
            ticket.clock_ids._resume()
            self.assertEqual(set(ticket.clock_ids.mapped("state")), {"running"})
            self.assertEqual(ticket.clock_ids.mapped("hours_used"), [1, 1, 1])
            self._clock(ticket, "reply")._stop()
            self.assertEqual(self._clock(ticket, "reply").state, "kept")
            for clock in ticket.clock_ids:
                status = self._recompute(clock)
                self.assertEqual(status.state, clock.state)
                self.assertEqual(status.deadline or False, clock.deadline)
                self.assertEqual(status.seconds_used, clock.hours_used * 3600)

    def test_a_change_of_level_replans_and_keeps_the_old_deadline(self):
        self.env["after.sales.sla.policy"].create(
            {"name": "Level 4", "promise": "reply", "hours_promised": 2, "level": "4"}
        )
        with freeze_time("2026-03-06 09:00:00"):
            ticket = self._create_ticket()
            clock = self._clock(ticket, "reply")
            before = clock.deadline
            ticket.with_user(self.agent).level = "4"
        self.assertEqual(clock.deadline, datetime(2026, 3, 6, 11, 0))
        event = clock.event_ids[-1]
        self.assertEqual(event.kind, "replan")
        self.assertEqual(
            (event.deadline_before, event.deadline_after), (before, clock.deadline)
        )
        self.assertIn("Fault Level", event.reason)
        self.assertEqual(len(self._clock(ticket, "arrival").event_ids), 1)

    def test_a_breach_is_not_erased_by_a_replan(self):
        with freeze_time("2026-03-02 09:00:00") as frozen:
            ticket = self._create_ticket(urgency="emergency")
            frozen.move_to("2026-03-03 09:00:00")
            ticket.urgency = "general"
            clock = self._clock(ticket, "reply")
            self.assertGreater(clock.deadline, datetime(2026, 3, 3, 9, 0))
            self.assertEqual(clock.date_broken, datetime(2026, 3, 2, 10, 0))
            self.assertTrue(clock.is_late)
            clock._stop()
        self.assertEqual(clock.state, "broken")
        self.assertEqual(ticket.date_broken, datetime(2026, 3, 2, 10, 0))

    def test_promises_that_no_longer_hold_are_cancelled_and_new_ones_started(self):
        ticket = self._create_ticket(kind="inquiry")
        self.assertEqual(ticket.clock_ids.mapped("promise"), ["reply"])
        ticket.kind = "repair"
        self.assertEqual(
            set(ticket.clock_ids.mapped("promise")), {"reply", "arrival", "repair"}
        )
        ticket.kind = "inquiry"
        self.assertEqual(self._clock(ticket, "arrival").state, "cancel")
        self.assertEqual(self._clock(ticket, "reply").state, "running")

    def test_nobody_changes_or_deletes_the_history(self):
        event = self._create_ticket().clock_ids[0].event_ids
        for user in (self.manager, self.env.user):
            with self.assertRaisesRegex(UserError, "not changed"):
                event.with_user(user).write({"date": "2020-01-01"})
        with self.assertRaises(AccessError):
            event.with_user(self.manager).unlink()
        with self.assertRaisesRegex(UserError, "not deleted"):
            event.unlink()
        with self.assertRaises(AccessError):
            event.with_user(self.manager).create(
                {"clock_id": event.clock_id.id, "kind": "stop", "date": "2020-01-01"}
            )
        with self.assertRaisesRegex(UserError, "history is not deleted"):
            event.clock_id.unlink()

    def test_late_clocks_and_tickets_are_found(self):
        with freeze_time("2026-03-02 09:00:00"):
            ticket = self._create_ticket()
        with freeze_time("2026-03-30 09:00:00"):
            self.assertTrue(ticket.is_late)
            self.assertIn(
                ticket, self.env["after.sales.ticket"].search([("is_late", "=", True)])
            )
            clocks = self.env["after.sales.sla.clock"].search([("is_late", "=", True)])
            self.assertLessEqual(ticket.clock_ids, clocks)
            self.assertNotIn(
                ticket, self.env["after.sales.ticket"].search([("is_late", "=", False)])
            )

    def test_creating_a_hundred_tickets_costs_at_most_six_queries_each(self):
        vals_list = [
            {"subject": f"Fault {n}", "partner_id": self.customer.id}
            for n in range(100)
        ]
        Ticket = self.env["after.sales.ticket"].with_user(self.agent)
        Ticket.create(vals_list[:1]).flush_recordset()
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        tickets = Ticket.create(vals_list)
        self.env.flush_all()
        self.assertEqual(len(tickets.clock_ids), 300)
        queries = self.env.cr.sql_log_count - start
        self.assertLessEqual(queries, 600, f"{queries / 100} queries a ticket")

    def test_pausing_a_hundred_tickets_costs_at_most_three_queries_each(self):
        tickets = self._create_ticket()
        for _n in range(99):
            tickets |= self._create_ticket()
        reason = self.env.ref("after_sales_service.after_sales_pause_reason_customer")
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        tickets.with_user(self.agent)._wait(reason)
        self.env.flush_all()
        self.assertEqual(set(tickets.clock_ids.mapped("state")), {"paused"})
        self.assertLessEqual(self.env.cr.sql_log_count - start, 300)
