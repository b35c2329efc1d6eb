from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from ..common import AfterSalesCommon


@tagged("post_install", "-at_install")
class TestTicketPanel(AfterSalesCommon):
    """What stands beside the form while somebody calls."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pump = cls._create_pump()
        cls.unit = cls._create_unit(cls.pump)
        cls.symptom = cls.env["after.sales.fault.code"].create(
            {"name": "Leak, shaft", "code": "T-12", "kind": "symptom"}
        )
        cls.Ticket = cls.env["after.sales.ticket"].with_user(cls.agent)

    def test_the_file_shows_units_contract_tickets_and_visits(self):
        other = self._create_unit(self.pump, name="PX2-OTHER")
        self.env["after.sales.cover"].create(
            {
                "company_id": self.company.id,
                "unit_id": other.id,
                "date_start": "2025-01-10",
                "date_end": "2098-12-31",
            }
        )
        contract = self.env["after.sales.contract"].create(
            {
                "partner_id": self.customer.id,
                "date_start": fields.Date.today() - timedelta(days=30),
                "date_end": fields.Date.today() + timedelta(days=300),
                "line_ids": [(0, 0, {"unit_id": self.unit.id})],
                "quota_visits": 4,
            }
        )
        contract.action_activate()
        earlier = self._create_ticket(subject="Was noisy in May")
        order = self._create_order(unit_id=self.unit.id, measure="New bearing")
        self.env["after.sales.visit"].create(
            {
                "order_id": order.id,
                "technician_id": self.employee.id,
                "date_start": "2026-03-06 09:00:00",
            }
        )._move_to("cancel")
        visit = self.env["after.sales.visit"].create(
            {
                "order_id": order.id,
                "technician_id": self.employee.id,
                "date_start": "2026-03-07 09:00:00",
            }
        )
        for state in ("travelling", "on_site", "done"):
            visit._move_to(state)
        # Planned for the 7th, but the technician came earlier.
        visit.date_arrived = "2026-03-04 09:00:00"
        with Form(self.Ticket) as form:
            form.search_text = "PX2-004711"
            panel = form.file_panel
        for text in (
            "PX2-OTHER",
            "2098",
            contract.display_name,
            "of 4 visits left",
            earlier.name,
            "Was noisy in May",
            "New bearing",
            "03/04/2026",
        ):
            self.assertIn(text, panel)
        self.assertNotIn("03/06/2026", panel, "a cancelled visit is no visit")
        self.assertNotIn(form.record.name, panel)

    def test_what_customers_wrote_is_shown_as_text(self):
        self._create_ticket(subject="<script>alert(1)</script>")
        ticket = self.Ticket.create({"unit_id": self.unit.id})
        self.assertIn("&lt;script&gt;", ticket.file_panel)
        self.assertNotIn("<script>", ticket.file_panel)

    def test_other_customers_and_companies_are_not_in_the_file(self):
        stranger = self._create_partner(name="Stranger")
        self._create_ticket(subject="Secret", partner_id=stranger.id)
        company = self.env["res.company"].create({"name": "Sister"})
        self._create_ticket(
            subject="Of the sister", company_id=company.id, team_id=False
        )
        ticket = self.Ticket.create({"unit_id": self.unit.id})
        # Also for who may see both companies: the file is this company's.
        for panel in (ticket.file_panel, ticket.with_env(self.env).file_panel):
            self.assertNotIn("Secret", panel)
            self.assertNotIn("Of the sister", panel)

    def test_every_role_opens_a_ticket_with_its_file(self):
        ticket = self._create_ticket(unit_id=self.unit.id)
        for user in (self.technician, self.clerk, self.auditor, self.supervisor):
            self.assertTrue(ticket.with_user(user).read(["file_panel"]))

    def test_customers_do_not_read_the_file(self):
        portal = new_test_user(self.env, login="p.file", groups="base.group_portal")
        portal.partner_id.parent_id = self.customer
        ticket = self._create_ticket().with_user(portal)
        self.assertTrue(ticket.read(["subject"]))
        with self.assertRaises(AccessError):
            ticket.read(["file_panel"])

    def test_the_same_fault_again_is_said_before_saving(self):
        with freeze_time("2026-03-01 09:00:00"):
            self.Ticket.create({"unit_id": self.unit.id, "symptom_id": self.symptom.id})
        with freeze_time("2026-03-19 09:00:00"):
            form = Form(self.Ticket)
            form.search_text = "PX2-004711"
            self.assertIn("reported 18 days ago already. Is it", form.repeat_hint)
            form.symptom_id = self.symptom
            self.assertIn("same fault of this unit", form.repeat_hint)
        with freeze_time("2026-03-02 08:00:00"):
            form = Form(self.Ticket)
            form.search_text = "PX2-004711"
            self.assertIn("within the last two days already", form.repeat_hint)

    def test_a_reply_is_offered_to_note_while_it_is_due(self):
        ticket = self.Ticket.create({"unit_id": self.unit.id})
        self.assertTrue(ticket.is_reply_due)
        ticket.action_replied()
        self.assertFalse(ticket.is_reply_due)

    def test_levels_mean_what_the_company_says(self):
        ticket = self.Ticket.create({"unit_id": self.unit.id, "level": "4"})
        self.assertEqual(
            ticket.level_definition, "The unit stands still, or is dangerous."
        )
        self.company.after_sales_level_4 = "The town has no water"
        self.assertEqual(ticket.level_definition, "The town has no water")
        with Form(ticket) as form:
            form.level = "1"
            self.assertEqual(form.level_definition, "A small defect; the unit works.")


@tagged("post_install", "-at_install")
class TestRegisters(AfterSalesCommon):
    """How many tickets lie where, and the same ones behind each number."""

    def test_counts_are_those_of_the_lists(self):
        with freeze_time("2026-03-05 15:00:00"):
            old = self._create_ticket(subject="From yesterday")
        with freeze_time("2026-03-06 09:00:00"):
            new = self._create_ticket(subject="From today")
            mine = self._create_ticket(user_id=self.agent.id)
            waiting = self._create_ticket()
            waiting._wait(
                self.env.ref("after_sales_service.after_sales_pause_reason_parts")
            )
            asked = self._create_ticket()
            asked._ask("Which seal?")
            solved = self._create_ticket()
            solved._solve("answered")
            closed = self._create_ticket()
            closed._solve("answered")
            closed.action_close()
            team = self.team.with_user(self.agent)
            found = {}
            for register in self.env["after.sales.ticket"]._get_register_domains():
                action = team.with_context(register=register).action_open_register()
                tickets = self.env["after.sales.ticket"].with_user(self.agent)
                found[register] = tickets.search(action["domain"])
                self.assertEqual(
                    team[f"ticket_{register}_count"], len(found[register]), register
                )
            self.assertEqual(found["mine"], mine)
            self.assertEqual(found["overnight"], old)
            self.assertEqual(found["unassigned"], old | new | asked)
            self.assertEqual(found["waiting"], waiting)
            self.assertEqual(found["clarification"], asked)
            self.assertEqual(found["follow_up"], solved)
            self.assertEqual(found["closed"], closed)
        with freeze_time("2026-03-13 09:00:00"):
            action = team.with_context(register="late").action_open_register()
            self.assertIn(old, tickets.search(action["domain"]))

    def test_unassigned_are_listed_from_the_oldest(self):
        view = self.env.ref(
            "after_sales_service.after_sales_ticket_action_unassigned"
        ).view_ids[0]
        self.assertIn(
            'default_order="date_reported, id"', view.view_id.get_combined_arch()
        )

    def test_many_teams_cost_constant_queries(self):
        teams = self.env["after.sales.team"].create(
            [{"name": f"Team {number}"} for number in range(20)]
        )
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(12):
            teams.mapped("ticket_unassigned_count")

    def test_teams_of_other_companies_are_not_shown(self):
        company = self.env["res.company"].create({"name": "Sister"})
        foreign = self.env["after.sales.team"].create(
            {"name": "Theirs", "company_id": company.id}
        )
        self.assertNotIn(
            foreign, self.env["after.sales.team"].with_user(self.agent).search([])
        )


@tagged("post_install", "-at_install")
class TestBigCustomer(AfterSalesCommon):
    """Opening a ticket costs the same for the customer of many years."""

    def test_the_file_costs_constant_queries(self):
        pump = self._create_pump()
        counts = []
        for size in (3, 120):
            customer = self._create_partner(name=f"Customer {size}")
            units = self.env["after.sales.unit"].create(
                [
                    {
                        "name": f"{size}-{number}",
                        "product_id": pump.id,
                        "partner_id": customer.id,
                    }
                    for number in range(size)
                ]
            )
            tickets = self.env["after.sales.ticket"].create(
                [
                    {"subject": unit.name, "unit_id": unit.id, "team_id": self.team.id}
                    for unit in units
                ]
            )
            ticket = tickets[0].with_user(self.agent)
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.assertIn("more", ticket.file_panel if size > 6 else "more")
            ticket.read(["file_panel", "merge_hint", "repeat_hint", "site_note"])
            counts.append(self.env.cr.sql_log_count - start)
        self.assertLess(counts[1], 60)
        self.assertLessEqual(counts[1], counts[0] + 8)
