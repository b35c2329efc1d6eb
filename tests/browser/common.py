from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command, fields
from odoo.tests import HttpCase, freeze_time

from ..scenarios.story import StoryCommon


class TourCommon(StoryCommon, HttpCase):
    """The main story on screens. The browser's clock is real: no fixed dates."""

    @classmethod
    def setUpClass(cls):
        today = fields.Date.today()
        cls.certified_from = today - relativedelta(years=1)
        cls.certified_to = today + relativedelta(years=1)
        super().setUpClass()
        with freeze_time(today - relativedelta(months=14)):
            cls._deliver(cls.pump, cls._create_lots(cls.pump, ["PX2-004711"]))
        cls.unit = cls.env["after.sales.unit"].search([("name", "=", "PX2-004711")])

    def _create_planned_order(self):
        """Return an order with the parts it needs and a visit in an hour."""
        ticket = self._create_ticket(unit_id=self.unit.id, symptom_id=self.symptom.id)
        ticket.action_create_order()
        order = ticket.order_ids
        order.line_ids = [
            Command.create({"product_id": part.id, "component_id": position.id})
            for part, position in (
                (self.motor, self.motor_position),
                (self.bearing, self.frame_position),
                (self.seal, self.seal_position),
            )
        ]
        self.env["after.sales.visit"].create(
            {
                "order_id": order.id,
                "technician_id": self.employee.id,
                "date_start": fields.Datetime.now() + timedelta(hours=1),
            }
        ).action_confirm_by_phone()
        return order

    def _issue_parts(self, order):
        order.with_user(self.technician).action_request_parts()
        requisition = order.requisition_ids
        requisition.with_user(self.technician).action_submit()
        requisition.with_user(self.supervisor).action_approve()
        requisition.picking_ids.move_ids.picked = True
        requisition.picking_ids.button_validate()
        self.assertEqual(requisition.state, "issued")
