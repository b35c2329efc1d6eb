from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import TourCommon


@tagged("post_install", "-at_install")
class TestPromiseTour(TourCommon):
    """The supervisor goes through what is in danger."""

    browser_size = "1280x900"

    def test_triage_of_what_is_in_danger(self):
        reported = fields.Datetime.now() - timedelta(days=3)
        ticket, calm = self.env["after.sales.ticket"].create(
            [
                {
                    "subject": subject,
                    "partner_id": self.customer.id,
                    "team_id": self.team.id,
                    "user_id": self.technician.id,
                    "urgency": "emergency",
                    "date_reported": date,
                }
                for subject, date in (
                    ("Production stands", reported),
                    ("Pump is loud", fields.Datetime.now()),
                )
            ]
        )
        self.start_tour(
            "/odoo/after-sales-to-acknowledge",
            "after_sales_triage",
            login=self.supervisor.login,
        )
        rows = ticket.escalation_ids.filtered(lambda row: row.role == "supervisor")
        self.assertRecordValues(
            rows,
            [{"state": "acknowledged", "acknowledged_by_id": self.supervisor.id}],
        )
        self.assertEqual(calm.escalation_ids.mapped("state")[:1], ["told"])
        self.assertEqual(ticket.user_id, self.agent)
        last = ticket.assignment_ids.sorted("id")[-1:]
        self.assertEqual((last.origin, last.reason), ("reassigned", "Knows the plant"))
