from datetime import datetime

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged

from ..common import AfterSalesCommon


@tagged("post_install", "-at_install")
class TestTicket(AfterSalesCommon):
    """Intake of a call and its way to the solution, as a call agent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.unit = cls._create_unit(cls._create_pump())
        cls.symptom = cls.env["after.sales.fault.code"].create(
            {"name": "Leak, shaft", "code": "T-12", "kind": "symptom"}
        )
        cls.Ticket = cls.env["after.sales.ticket"].with_user(cls.agent)

    def _wizard(self, action, **vals):
        """Fill and apply the wizard that a button opened."""
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.agent)
            .with_context(**action["context"])
            .create(vals)
        )
        return wizard.action_apply()

    def _clock(self, ticket, promise):
        return ticket.clock_ids.filtered(lambda clock: clock.promise == promise)

    # === INTAKE === #
    def test_a_known_serial_fills_everything_but_the_symptom(self):
        contact = self._create_partner(
            name="Ms Li",
            is_company=False,
            parent_id=self.customer.id,
            phone="+86 138 0000 1234",
        )
        self.customer.after_sales_site_note = "Key at gate 3"
        with Form(self.Ticket) as form:
            form.search_text = "px2-004711"
            self.assertEqual(form.unit_id, self.unit)
            self.assertEqual(form.partner_id, self.customer)
            self.assertEqual(form.contact_id, contact)
            self.assertEqual(form.phone, "+86 138 0000 1234")
            self.assertEqual(form.site_note, "Key at gate 3")
            form.symptom_id = self.symptom
            self.assertEqual(form.subject, "Leak, shaft – PX2 dosing pump")
        ticket = form.record
        self.assertRegex(ticket.name, r"^RS/\d{4}/\d{5}$")
        self.assertEqual(ticket.taken_by_id, self.agent)
        self.assertEqual(ticket.team_id, self.team)

    def test_a_phone_number_or_a_name_finds_customer_and_contact(self):
        contact = self._create_partner(
            name="Ms Li",
            is_company=False,
            parent_id=self.customer.id,
            phone="+86 138-0000 1234",
        )
        for text in ("138 0000 1234", "Ms Li"):
            with Form(self.Ticket) as form:
                form.search_text = text
                self.assertEqual(form.partner_id, self.customer)
                self.assertEqual(form.contact_id, contact)
                self.assertEqual(form.unit_id, self.unit, "their only unit")

    def test_an_unknown_serial_says_what_to_do_and_can_be_registered(self):
        with Form(self.Ticket) as form:
            form.search_text = "NO-SUCH-1"
            self.assertIn("Compare it with the name plate", form.search_hint)
            form.partner_id = self.customer
            form.subject = "Old pump leaks"
        ticket = form.record
        action = ticket.action_register_unit()
        self._wizard(action, name="NO-SUCH-1", product_id=self.unit.product_id.id)
        self.assertEqual(ticket.unit_id.name, "NO-SUCH-1")
        self.assertEqual(ticket.unit_id.partner_id, self.customer)

    def test_several_hits_are_named(self):
        self._create_unit(self.unit.product_id, name="PX2-004712")
        form = Form(self.Ticket)
        form.search_text = "PX2-0047"
        self.assertIn("PX2-004711", form.search_hint)
        self.assertIn("PX2-004712", form.search_hint)
        self.assertFalse(form.unit_id)

    def test_a_repeat_is_offered_within_the_days_of_the_company(self):
        with freeze_time("2026-03-01 09:00:00"):
            first = self.Ticket.create(
                {"unit_id": self.unit.id, "symptom_id": self.symptom.id}
            )
        with freeze_time("2026-03-19 09:00:00"):
            second = self.Ticket.create(
                {"unit_id": self.unit.id, "symptom_id": self.symptom.id}
            )
            self.assertEqual(second.repeat_candidate_id, first)
            self.assertEqual(second.repeat_days, 18)
            second.action_link_repeat()
            self.assertEqual(second.repeat_of_id, first)
        with freeze_time("2026-05-30 09:00:00"):
            late = self.Ticket.create({"unit_id": self.unit.id})
            self.assertFalse(late.repeat_candidate_id)
            with self.assertRaisesRegex(UserError, "no earlier fault"):
                late.action_link_repeat()

    def test_the_file_of_the_customer_shows_units_and_open_tickets(self):
        other = self.Ticket.create({"subject": "Other", "partner_id": self.customer.id})
        ticket = self.Ticket.create({"unit_id": self.unit.id})
        self.assertEqual(ticket.other_ticket_ids, other)
        self.assertEqual(ticket.customer_unit_ids, self.unit)
        self.assertIn("PX2-004711", ticket.unit_panel)

    def test_the_panel_names_a_component_once_by_its_longest_cover(self):
        vals = {
            "company_id": self.company.id,
            "unit_id": self.unit.id,
            "component_id": self.motor_position.id,
            "date_start": "2025-01-10",
        }
        _short, longer, _ended = self.env["after.sales.cover"].create(
            [
                vals | {"date_end": "2098-12-31"},
                vals | {"date_end": "2099-12-31", "kind": "replaced_part"},
                vals | {"date_end": "2025-02-09", "kind": "goodwill"},
            ]
        )
        ticket = self.Ticket.create({"unit_id": self.unit.id})
        rows = ticket._get_cover_rows(self.unit)
        shown = [row["cover"] for row in rows if row["name"] == "Motor"]
        self.assertEqual(shown, [longer])

    def test_text_of_customers_is_shown_as_text(self):
        self.unit.name = "<script>alert(1)</script>"
        ticket = self.Ticket.create({"unit_id": self.unit.id})
        self.assertNotIn("<script>", ticket.unit_panel)

    def test_the_file_of_many_tickets_costs_constant_queries(self):
        tickets = self.Ticket.create(
            [{"subject": f"{n}", "unit_id": self.unit.id} for n in range(40)]
        )
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        tickets.mapped("other_ticket_count")
        tickets.mapped("repeat_candidate_id")
        self.assertLessEqual(self.env.cr.sql_log_count - start, 20)

    def test_the_zone_comes_from_the_address(self):
        zone = self.env["after.sales.zone"].create(
            {"name": "City", "zip_prefix": "215", "sequence": 1}
        )
        self.customer.zip = "215006"
        self.assertEqual(self.Ticket.create({"unit_id": self.unit.id}).zone_id, zone)

    # === STEPS === #
    def test_the_second_of_two_is_told_who_took_it(self):
        ticket = self.Ticket.create({"unit_id": self.unit.id})
        ticket.action_assign()
        self.assertEqual((ticket.state, ticket.user_id), ("assigned", self.agent))
        other = new_test_user(
            self.env,
            login="second.agent",
            groups="after_sales_service.after_sales_group_agent",
        )
        with self.assertRaisesRegex(UserError, "already taken by Agent"):
            ticket.with_user(other).action_assign()
        self.assertEqual(ticket.user_id, self.agent)

    def test_a_question_pauses_the_promises_until_the_answer(self):
        with freeze_time("2026-03-06 09:00:00") as frozen:
            ticket = self.Ticket.create({"unit_id": self.unit.id})
            self._wizard(ticket.action_ask(), question="<p>Which seal?</p>")
            self.assertEqual(ticket.state, "clarification")
            self.assertEqual(self._clock(ticket, "repair").state, "paused")
            self.assertEqual(self._clock(ticket, "reply").state, "kept")
            message = ticket.message_ids[0]
            self.assertIn("Which seal?", message.body)
            self.assertIn(self.customer, message.partner_ids)
            frozen.move_to("2026-03-09 09:00:00")
            ticket.message_post(
                body="The big one",
                author_id=self.customer.id,
                message_type="email",
                subtype_xmlid="mail.mt_comment",
            )
            self.assertEqual(ticket.state, "new")
            self.assertEqual(self._clock(ticket, "repair").state, "running")
            self.assertEqual(self._clock(ticket, "repair").hours_used, 0)

    def test_a_question_needs_an_address(self):
        self.customer.email = False
        ticket = self.Ticket.create({"unit_id": self.unit.id})
        with self.assertRaisesRegex(UserError, "no e-mail address"):
            self._wizard(ticket.action_ask(), question="<p>Which seal?</p>")

    def test_waiting_pauses_the_promises_only_for_reasons_of_the_customer(self):
        for name, state in (("customer", "paused"), ("parts", "running")):
            ticket = self.Ticket.create({"unit_id": self.unit.id})
            reason = self.env.ref(
                f"after_sales_service.after_sales_pause_reason_{name}"
            )
            self._wizard(ticket.action_pause(), reason_id=reason.id, note="Monday")
            self.assertEqual(ticket.state, "waiting")
            self.assertEqual(ticket.pause_reason, f"{reason.name}: Monday")
            self.assertEqual(set(ticket.clock_ids.mapped("state")), {state})
            ticket.action_resume()
            self.assertEqual((ticket.state, ticket.pause_reason), ("assigned", False))
            self.assertEqual(set(ticket.clock_ids.mapped("state")), {"running"})

    def test_solved_by_phone_keeps_the_promises_and_the_case(self):
        ticket = self.Ticket.create(
            {"unit_id": self.unit.id, "symptom_id": self.symptom.id}
        )
        self._wizard(
            ticket.action_solve(),
            outcome="answered",
            solution="<p>Open valve 3</p>",
            is_solved_case=True,
        )
        self.assertEqual((ticket.state, ticket.outcome), ("solved", "answered"))
        states = {clock.promise: clock.state for clock in ticket.clock_ids}
        self.assertEqual(
            states, {"reply": "kept", "repair": "kept", "arrival": "cancel"}
        )
        ticket.action_close()
        self.assertEqual(ticket.state, "closed")
        again = self.Ticket.create(
            {"unit_id": self.unit.id, "symptom_id": self.symptom.id}
        )
        self.assertEqual(again.offered_solution_ids.ticket_id, ticket)
        action = again.offered_solution_ids.with_context(
            ticket_id=again.id
        ).action_use()
        self.assertEqual(again.solution, "<p>Open valve 3</p>")
        self._wizard(action, outcome="answered")
        self.assertEqual(again.state, "solved")

    def test_reopened_the_repair_counts_on(self):
        with freeze_time("2026-03-06 09:00:00") as frozen:
            ticket = self.Ticket.create({"unit_id": self.unit.id})
            frozen.move_to("2026-03-06 11:00:00")
            ticket._solve("answered")
            frozen.move_to("2026-03-13 11:00:00")
            ticket.action_reopen()
        self.assertEqual((ticket.state, ticket.outcome), ("in_progress", False))
        clock = self._clock(ticket, "repair")
        self.assertEqual((clock.state, clock.hours_used), ("running", 2))
        self.assertEqual(clock.date_running, datetime(2026, 3, 13, 11))

    def test_cancelled_with_a_reason_the_clocks_end(self):
        ticket = self.Ticket.create({"unit_id": self.unit.id})
        self._wizard(ticket.action_cancel(), reason="Called the wrong firm")
        self.assertEqual(ticket.state, "cancel")
        self.assertEqual(ticket.cancel_reason, "Called the wrong firm")
        self.assertEqual(set(ticket.clock_ids.mapped("state")), {"cancel"})
        with self.assertRaisesRegex(UserError, "cannot become"):
            ticket.action_close()

    def test_the_state_is_not_written_by_hand(self):
        ticket = self.Ticket.create({"unit_id": self.unit.id})
        with self.assertRaisesRegex(UserError, "Use the buttons"):
            ticket.state = "closed"

    # === FACTS OF THE SERVICE ROOM === #
    def test_facts_of_the_service_stop_their_promises(self):
        with freeze_time("2026-03-06 09:00:00") as frozen:
            ticket = self.Ticket.create({"unit_id": self.unit.id})
            frozen.move_to("2026-03-06 14:00:00")
            ticket._record_fact("arrival", datetime(2026, 3, 6, 13, 0))
        self.assertEqual(self._clock(ticket, "arrival").state, "kept")
        self.assertEqual(
            self._clock(ticket, "arrival").date_stop, datetime(2026, 3, 6, 13)
        )
        self.assertEqual(self._clock(ticket, "reply").state, "kept")
        self.assertEqual(self._clock(ticket, "repair").state, "running")

    def test_a_technician_reports_progress_without_the_right_to_write_tickets(self):
        ticket = self._create_ticket(unit_id=self.unit.id).with_user(self.technician)
        ticket._service_started()
        self.assertEqual(ticket.state, "in_progress")
        ticket._service_started()
        parts = self.env.ref("after_sales_service.after_sales_pause_reason_parts")
        ticket._service_waiting(parts, "the motor")
        ticket._service_waiting(parts, "the motor")
        self.assertEqual(ticket.pause_reason, "Waiting for parts: the motor")
        ticket._service_done("advice")
        ticket._service_done("advice")
        self.assertEqual((ticket.state, ticket.outcome), ("solved", "answered"))
        ticket._service_started()
        self.assertEqual(ticket.state, "in_progress", "the customer was not satisfied")
