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


@tagged("post_install", "-at_install")
class TestSwapTour(TourCommon):
    """On the phone: the old number out, the new number in."""

    browser_size = "390x844"
    touch_enabled = True

    def test_two_scans_swap_the_motor(self):
        motor = self._create_part("Motor M5", tracking="serial")
        self.motor_position.part_ids |= motor
        lot = self._create_lots(motor, ["M-2"])
        self._put_in_stock(motor, 1, self.van, lot)
        old = self.unit.component_ids.filtered(
            lambda row: row.component_id == self.motor_position
        )
        old.serial = "M-1"
        order = self._create_order(unit_id=self.unit.id)
        order._move_to("on_site")
        self.start_tour(
            f"/odoo/service-orders/{order.id}",
            "after_sales_swap_a_part",
            login=self.technician.login,
        )
        self.assertRecordValues(
            order.line_ids,
            [{"product_id": motor.id, "lot_in_id": lot.id, "serial_out": "M-1"}],
        )
        self.assertEqual(old.replaced_by_id, order.line_ids.fitted_id)
        self.assertEqual(order.line_ids.fitted_id.serial, "M-2")
