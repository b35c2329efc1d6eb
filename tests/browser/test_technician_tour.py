from odoo.tests import tagged

from .common import TourCommon


@tagged("post_install", "-at_install")
class TestTechnicianTour(TourCommon):
    """A day on the phone: to the customer, quote, repair, let sign, complete."""

    browser_size = "390x844"
    touch_enabled = True

    def setUp(self):
        super().setUp()
        self.order = self._create_planned_order()
        self._issue_parts(self.order)

    def _in_van(self):
        return sum(
            self.env["stock.quant"]
            .search([("location_id", "=", self.van.id)])
            .mapped("quantity")
        )

    def test_from_my_day_to_the_completed_order(self):
        self.assertEqual(self._in_van(), 3)
        self.start_tour(
            "/odoo/my-day",
            "after_sales_day_of_the_technician",
            login=self.technician.login,
            timeout=150,
        )
        order = self.order
        self.assertRecordValues(
            order,
            [
                {
                    "state": "done",
                    "outcome": "repaired",
                    "cause_id": self.cause.id,
                    "signed_by": "Ms Li",
                    "amount_paid": 344.0,
                }
            ],
        )
        self.assertTrue(order.signature)
        self.assertEqual(order.visit_ids.state, "done")
        self.assertEqual(order.ticket_id.state, "solved")
        sale = order.sale_order_ids
        self.assertRecordValues(
            sale, [{"state": "sale", "signed_by": "Ms Li", "amount_untaxed": 344.0}]
        )
        self.assertTrue(sale.signature)
        self.assertNotIn(self.motor, sale.order_line.product_id)
        self.assertEqual(self._in_van(), 0)
        self.assertEqual(order.old_part_ids.product_id, self.motor)
        places = {m.product_id: m.location_dest_id for m in order.line_ids.move_ids}
        self.assertEqual(
            places[self.motor], self.company.after_sales_warranty_location_id
        )
        self.assertEqual(places[self.bearing].usage, "customer")
