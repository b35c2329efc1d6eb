from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import DecisionCommon


@tagged("post_install", "-at_install")
class TestOrderLine(DecisionCommon):
    """What stands on a line has to fit the unit of its order."""

    def _create_line(self):
        order = self._create_order(unit_id=self.unit.id)
        return self.env["after.sales.order.line"].create(
            {"order_id": order.id, "kind": "part", "product_id": self.motor.id}
        )

    def test_a_position_of_another_product_is_refused_at_once(self):
        line = self._create_line()
        self.assertEqual(line.component_id, self.motor_position)
        other = self._create_product(name="PX9 pump")
        foreign = self.motor_position.copy(
            {"product_tmpl_id": other.product_tmpl_id.id, "code": "90"}
        )
        with self.assertRaisesRegex(ValidationError, "not a position of"):
            line.component_id = foreign

    def test_what_is_fitted_in_another_unit_is_not_taken_out_here(self):
        stranger = self._create_unit(self.pump, name="PX2-OTHER")
        line = self._create_line()
        self.assertEqual(line.unit_component_id.unit_id, self.unit)
        fitted = stranger.component_ids.filtered(
            lambda row: row.component_id == self.motor_position
        )
        with self.assertRaisesRegex(ValidationError, "is fitted in"):
            line.unit_component_id = fitted
