from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from ..common import AfterSalesCommon


@tagged("post_install", "-at_install")
class TestAssignment(AfterSalesCommon):
    """New tickets find their person; who goes on instead, and why, is kept."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = cls.env["res.users"]
        for name in ("anna", "bo", "cai"):
            user = new_test_user(
                cls.env,
                login=name,
                name=name.title(),
                groups="after_sales_service.after_sales_group_technician",
            )
            setattr(cls, name, user)
            cls.users |= user
            cls._create_technician(user)
        cls.team.member_ids = cls.users
        cls.team.assign_rule = "turn"

    def _employee(self, user):
        return self.env["hr.employee"].search([("user_id", "=", user.id)])

    def _absent(self, user, start="2026-03-02 00:00:00", end="2026-03-06 23:00:00"):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Away",
                "resource_id": self._employee(user).resource_id.id,
                "calendar_id": self.company.resource_calendar_id.id,
                "date_from": start,
                "date_to": end,
            }
        )

    def test_in_turn_one_after_the_other(self):
        tickets = [self._create_ticket() for _n in range(4)]
        self.assertEqual(
            [ticket.user_id for ticket in tickets],
            [self.anna, self.bo, self.cai, self.anna],
        )
        self.assertEqual(tickets[0].state, "assigned")
        self.assertEqual(tickets[0].assignment_ids.origin, "rule")

    @freeze_time("2026-03-02 09:00:00")
    def test_in_turn_also_within_one_second(self):
        people = [self._create_ticket().user_id for _n in range(9)]
        self.assertEqual(people, [self.anna, self.bo, self.cai] * 3)

    def test_a_batch_is_dealt_in_turn_as_well(self):
        vals = {
            "subject": "Leaks",
            "partner_id": self.customer.id,
            "team_id": self.team.id,
        }
        tickets = self.env["after.sales.ticket"].create([vals] * 7)
        counts = sorted(len(own) for own in tickets.grouped("user_id").values())
        self.assertEqual(counts, [2, 2, 3])
        self.assertEqual(self._create_ticket().user_id, self.bo, "anna got the last")

    def test_the_fewest_open_tickets(self):
        self.team.assign_rule = "manual"
        for user, count in ((self.anna, 2), (self.bo, 1), (self.cai, 2)):
            for _n in range(count):
                self._create_ticket(user_id=user.id)
        self.team.assign_rule = "open"
        self.assertEqual(self._create_ticket().user_id, self.bo)
        tickets = self.env["after.sales.ticket"].search([("user_id", "=", self.cai.id)])
        tickets._solve("answered")
        self.assertEqual(self._create_ticket().user_id, self.cai)

    @freeze_time("2026-03-03 09:00:00")
    def test_who_is_absent_gets_nothing(self):
        self._absent(self.anna)
        self._absent(self.bo, end="2026-03-03 08:00:00")
        self.assertEqual(self._create_ticket().user_id, self.bo)
        self.assertEqual(self._create_ticket().user_id, self.cai)
        self.assertEqual(self._create_ticket().user_id, self.bo)

    @freeze_time("2026-03-03 09:00:00")
    def test_where_nobody_is_present_the_ticket_waits_and_says_so(self):
        for user in self.users:
            self._absent(user)
        ticket = self._create_ticket()
        self.assertFalse(ticket.user_id)
        self.assertEqual(ticket.state, "new")
        self.assertIn("is present and fits", ticket.message_ids[0].body)

    def test_only_who_has_the_skill_of_the_product(self):
        self.team.is_skill_needed = True
        kind = self.env["hr.skill.type"].create(
            {
                "name": "Service",
                "is_certification": True,
                "skill_ids": [Command.create({"name": "Pumps"})],
                "skill_level_ids": [
                    Command.create(
                        {"name": "Valid", "level_progress": 100, "default_level": True}
                    )
                ],
            }
        )
        pump = self._create_pump()
        self.env["after.sales.skill.requirement"].create(
            {
                "skill_id": kind.skill_ids.id,
                "product_tmpl_id": pump.product_tmpl_id.id,
            }
        )
        self.env["hr.employee.skill"].create(
            {
                "employee_id": self._employee(self.cai).id,
                "skill_type_id": kind.id,
                "skill_id": kind.skill_ids.id,
                "skill_level_id": kind.skill_level_ids.id,
                "valid_from": "2020-01-01",
            }
        )
        unit = self._create_unit(pump)
        for _n in range(2):
            self.assertEqual(self._create_ticket(unit_id=unit.id).user_id, self.cai)
        self.assertEqual(self._create_ticket().user_id, self.anna)

    def test_only_who_looks_after_the_zone(self):
        self.team.is_zone_needed = True
        zone = self.env["after.sales.zone"].create(
            {"name": "North", "user_ids": [Command.set(self.bo.ids)]}
        )
        free = self.env["after.sales.zone"].create({"name": "South"})
        self.customer.after_sales_zone_id = zone
        self.assertEqual(self._create_ticket().user_id, self.bo)
        self.assertEqual(self._create_ticket().user_id, self.bo)
        self.customer.after_sales_zone_id = free
        self.assertEqual(self._create_ticket().user_id, self.anna)

    def test_who_was_named_by_the_agent_keeps_it(self):
        ticket = self._create_ticket(user_id=self.agent.id)
        self.assertEqual(ticket.user_id, self.agent)
        self.assertEqual(ticket.assignment_ids.origin, "assigned")

    def test_internal_work_and_manual_teams_wait(self):
        self.assertFalse(self._create_ticket(kind="internal").user_id)
        self.team.assign_rule = "manual"
        ticket = self._create_ticket()
        self.assertFalse(ticket.user_id)
        with self.assertRaisesRegex(UserError, "assigns by hand"):
            ticket.with_user(self.supervisor).action_assign_by_rule()
        self.team.assign_rule = "turn"
        ticket.with_user(self.supervisor).action_assign_by_rule()
        self.assertEqual(ticket.user_id, self.anna)

    def test_another_team_gives_it_to_its_own_people(self):
        self.team.assign_rule = "manual"
        other = self.env["after.sales.team"].create(
            {"name": "Other", "member_ids": [Command.set(self.cai.ids)]}
        )
        other.assign_rule = "turn"
        ticket = self._create_ticket()
        ticket.team_id = other
        self.assertEqual(ticket.user_id, self.cai)

    def test_a_rule_without_people_is_told(self):
        with self.assertRaisesRegex(ValidationError, "nobody to assign tickets to"):
            self.env["after.sales.team"].create(
                {"name": "Empty", "assign_rule": "open"}
            )

    def test_nobody_loses_a_ticket_without_a_word(self):
        ticket = self._create_ticket()
        with self.assertRaisesRegex(UserError, "is with Anna. Press “Reassign”"):
            ticket.with_user(self.supervisor).user_id = self.bo
        self._reassign(ticket, self.bo, "Anna is ill")
        self.assertRecordValues(
            ticket.assignment_ids.sorted("id")[-1:],
            [
                {
                    "user_before_id": self.anna.id,
                    "user_id": self.bo.id,
                    "author_id": self.supervisor.id,
                    "origin": "reassigned",
                    "reason": "Anna is ill",
                }
            ],
        )

    def _reassign(self, tickets, user, reason, **vals):
        action = tickets.with_user(self.supervisor).action_reassign()
        self.env[action["res_model"]].with_user(self.supervisor).with_context(
            **action["context"]
        ).create({"user_id": user.id, "reason": reason} | vals).action_apply()

    def test_reassigning_says_why_and_stays_in_the_company(self):
        ticket = self._create_ticket()
        with self.assertRaisesRegex(UserError, "Say why somebody else"):
            ticket._reassign(self.bo, " ")
        company = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            login="stranger",
            groups="base.group_user",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        with self.assertRaisesRegex(UserError, "does not work for"):
            ticket._reassign(stranger, "Try")

    def test_the_customer_asks_for_somebody_else(self):
        ticket = self._create_ticket()
        self._reassign(ticket, self.users.browse(), "He was rude", is_wish=True)
        self.assertEqual(ticket.wish_reason, "He was rude")
        self.assertEqual(ticket.user_id, self.anna)
        task = ticket.activity_ids.filtered(
            lambda task: task.user_id == self.supervisor
        )
        self.assertIn("somebody else", task.summary)
        with self.assertRaisesRegex(UserError, "know your wish already"):
            ticket._ask_for_other("Again")
        self._reassign(ticket, self.bo, "The customer's wish")
        self.assertFalse(ticket.wish_reason)
        self.assertFalse(ticket.activity_ids)

    def test_the_rule_spares_whom_the_customer_refused(self):
        tickets = self.env["after.sales.ticket"]
        for minute in range(3):  # each has had one, Anna the longest ago
            with freeze_time(f"2026-03-03 09:0{minute}:00"):
                tickets |= self._create_ticket()
        with freeze_time("2026-03-03 10:00:00"):
            ticket = tickets[0]
            self.assertEqual(ticket.user_id, self.anna)
            ticket._ask_for_other("Not Anna")
            ticket._reassign(self.users.browse(), "Find another")
            ticket._assign_by_rule()
        self.assertEqual(ticket.user_id, self.bo)

    def test_who_was_refused_stands_last_when_a_visit_is_planned(self):
        ticket = self._create_ticket(user_id=self.anna.id)
        order = self._create_order(ticket_id=ticket.id, technician_id=False)
        ticket._ask_for_other("Not Anna")
        plan = self.env["after.sales.visit.plan"].create({"order_id": order.id})
        last = plan.candidate_ids.sorted("sequence")[-1]
        self.assertEqual(last.technician_id, self._employee(self.anna))
        self.assertIn("asked for somebody else", last.reason)

    def test_a_wish_needs_words_and_somebody_to_replace(self):
        self.team.assign_rule = "manual"
        ticket = self._create_ticket()
        with self.assertRaisesRegex(UserError, "in a few words"):
            ticket._ask_for_other(" ")
        with self.assertRaisesRegex(UserError, "Nobody works on"):
            ticket._ask_for_other("Somebody else, please")

    def test_nobody_changes_who_had_it(self):
        row = self._create_ticket().assignment_ids
        with self.assertRaisesRegex(UserError, "not changed afterwards"):
            row.reason = "Other"
        with self.assertRaisesRegex(UserError, "not deleted"):
            row.unlink()
        for user in (self.agent, self.supervisor, self.manager):
            with self.assertRaisesRegex(UserError, "not changed afterwards"):
                row.with_user(user).write({"reason": "Other"})
            with self.assertRaises(AccessError):
                row.with_user(user).create({"ticket_id": row.ticket_id.id})
        with self.assertRaises(AccessError):
            row.with_user(self.technician).read(["reason"])

    def test_dealing_out_a_batch_costs_the_same_for_any_size(self):
        vals = {
            "subject": "Leaks",
            "partner_id": self.customer.id,
            "team_id": self.team.id,
        }
        tickets = self.env["after.sales.ticket"].create([vals] * 40)
        counts = []
        for size in (10, 40):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.team._choose_users(tickets[:size])
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(counts[0], counts[1])
