from odoo.tests import tagged

from .common import TourCommon


@tagged("post_install", "-at_install")
class TestOfficeTour(TourCommon):
    """The agent takes the call, the supervisor sends a technician."""

    browser_size = "1280x900"

    def test_from_the_call_to_the_planned_visit(self):
        self.start_tour("/odoo", "after_sales_take_the_call", login=self.agent.login)
        ticket = self.env["after.sales.ticket"].search([("unit_id", "=", self.unit.id)])
        self.assertRecordValues(
            ticket,
            [
                {
                    "partner_id": self.customer.id,
                    "symptom_id": self.symptom.id,
                    "subject": "Pump leaks at the shaft",
                    "taken_by_id": self.agent.id,
                }
            ],
        )
        self.assertEqual(set(ticket.clock_ids.mapped("state")), {"running"})
        order = ticket.order_ids
        self.assertEqual(order.state, "draft")
        self.assertEqual(order.unit_id, self.unit)

        self.start_tour(
            "/odoo/service-dispatch",
            "after_sales_plan_the_visit",
            login=self.supervisor.login,
        )
        self.assertEqual(order.state, "planned")
        self.assertEqual(order.technician_id, self.employee)
        self.assertTrue(order.visit_ids.is_confirmed)
        mail = order.visit_ids.message_ids | order.message_ids
        self.assertIn(self.customer, mail.partner_ids)
