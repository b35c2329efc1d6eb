from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user, tagged

from .common import TourCommon


@tagged("post_install", "-at_install")
class TestRegisterTour(TourCommon):
    """Taking a call, sorting the register, reporting on the portal."""

    browser_size = "1280x900"

    def test_the_agent_takes_a_call_by_serial(self):
        self.customer.after_sales_site_note = "Gate 3, code 4711"
        self.company.after_sales_level_3 = "The line stands"
        self._create_unit(self.pump, name="PX2-OTHER")
        earlier = self._create_ticket(
            unit_id=self.unit.id,
            symptom_id=self.symptom.id,
            date_reported=fields.Datetime.now() - timedelta(days=3),
        )
        self.start_tour(
            "/odoo/after-sales-tickets",
            "after_sales_intake_by_serial",
            login=self.agent.login,
        )
        ticket = self.env["after.sales.ticket"].search(
            [("unit_id", "=", self.unit.id), ("id", "!=", earlier.id)]
        )
        self.assertRecordValues(
            ticket,
            [
                {
                    "partner_id": self.customer.id,
                    "repeat_of_id": earlier.id,
                    "level": "3",
                    "taken_by_id": self.agent.id,
                }
            ],
        )

    def test_the_supervisor_sorts_the_register(self):
        self._create_ticket(subject="From today")
        old = self._create_ticket(
            subject="From yesterday",
            date_reported=fields.Datetime.now() - timedelta(days=2),
        )
        self.start_tour(
            "/odoo/after-sales-registers",
            "after_sales_register_triage",
            login=self.supervisor.login,
        )
        self.assertEqual(old.user_id, self.supervisor)
        self.assertEqual(old.state, "waiting")

    def test_the_customer_reports_approves_and_rates(self):
        portal = new_test_user(
            self.env, login="tour.customer", groups="base.group_portal"
        )
        portal.partner_id.parent_id = self.customer
        self.start_tour(
            "/my/after-sales/tickets",
            "after_sales_ticket_from_the_portal",
            login="tour.customer",
        )
        ticket = self.env["after.sales.ticket"].search(
            [("subject", "=", "It drips at the shaft")]
        )
        self.assertEqual(ticket.unit_id, self.unit)
        ticket._solve("answered")
        self.start_tour(
            f"/my/after-sales/tickets/{ticket.id}",
            "after_sales_customer_approves",
            login="tour.customer",
        )
        self.assertEqual(ticket.state, "closed")
        self.assertEqual(ticket.rating_last_value, 5.0)
