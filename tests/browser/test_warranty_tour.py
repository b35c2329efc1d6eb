from odoo.tests import tagged

from .common import TourCommon


@tagged("post_install", "-at_install")
class TestWarrantyTour(TourCommon):
    """The agent reads on the order who pays, and why."""

    browser_size = "1280x900"

    def test_from_the_serial_number_to_the_decision(self):
        self.start_tour(
            "/odoo/action-after_sales_service.after_sales_ticket_action",
            "after_sales_read_the_decision",
            login=self.agent.login,
        )
        ticket = self.env["after.sales.ticket"].search([("unit_id", "=", self.unit.id)])
        line = ticket.order_ids.line_ids.filtered(
            lambda line: line.product_id == self.motor
        )
        self.assertRecordValues(
            line,
            [
                {
                    "component_id": self.motor_position.id,
                    "category": "C",
                    "amount_customer": 0.0,
                }
            ],
        )


@tagged("post_install", "-at_install")
class TestTimelineTour(TourCommon):
    """The technician reads the same on the phone."""

    browser_size = "390x844"
    touch_enabled = True

    def test_a_tap_on_a_bar_tells_why(self):
        self.start_tour(
            f"/odoo/after-sales-units/{self.unit.id}",
            "after_sales_read_the_timeline",
            login=self.technician.login,
        )
