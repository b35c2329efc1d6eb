from odoo import Command
from odoo.tests import tagged

from .common import TourCommon


@tagged("post_install", "-at_install")
class TestPartsTour(TourCommon):
    """Parts are asked for, approved, issued; the old one comes back and is scrapped."""

    browser_size = "1280x900"

    def _create_past_order(self):
        order = self._create_order(
            unit_id=self.unit.id, symptom_id=self.symptom.id, outcome="repaired"
        )
        order.line_ids = [
            Command.create({"product_id": self.seal.id, "quantity_done": 1.0})
        ]
        order._move_to("on_site")
        order._move_to("done")

    def test_from_the_proposal_to_the_van(self):
        self._create_past_order()
        self.env["after.sales.requisition.rule"].create(
            {"name": "Seals are dear", "level": "supervisor"}
        )
        order = self._create_order(unit_id=self.unit.id, symptom_id=self.symptom.id)
        requisition = order.with_user(self.technician)._get_draft_requisition()
        url = f"/odoo/part-requisitions/{requisition.id}"
        self.start_tour(url, "after_sales_ask_for_parts", login=self.technician.login)
        self.assertEqual(requisition.line_ids.product_id, self.seal)
        self.start_tour(url, "after_sales_approve_parts", login=self.supervisor.login)
        self.assertEqual(requisition.approver_id, self.supervisor)
        self.start_tour(url, "after_sales_issue_parts", login=self.clerk.login)
        self.assertEqual(requisition.state, "issued")
        self.assertEqual(requisition.issue_progress, "all")
        quants = self.env["stock.quant"].search([("location_id", "=", self.van.id)])
        self.assertEqual(
            [(row.product_id, row.quantity) for row in quants], [(self.seal, 1.0)]
        )

    def test_the_old_motor_is_scanned_in_and_scrapped(self):
        order = self._create_order(unit_id=self.unit.id)
        self.motor.after_sales_old_part_duty = "always"
        order.line_ids = [
            Command.create(
                {
                    "product_id": self.motor.id,
                    "component_id": self.motor_position.id,
                    "quantity_done": 1.0,
                    "serial_out": "M-1",
                }
            )
        ]
        order.line_ids._open_old_parts()
        self.start_tour(
            "/odoo/old-parts-due", "after_sales_scan_old_part", login=self.clerk.login
        )
        part = order.old_part_ids
        self.assertEqual((part.state, part.finding), ("disposed", "fault"))
        scrap = self.env["stock.scrap"].search(
            [("after_sales_old_part_id", "=", part.id)]
        )
        self.assertEqual(scrap.state, "done")
