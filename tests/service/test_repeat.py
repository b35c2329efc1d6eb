from datetime import date

from odoo import Command
from odoo.tests import freeze_time, tagged

from ..common import AfterSalesCommon


@tagged("post_install", "-at_install")
class TestRepeat(AfterSalesCommon):
    """The same fault again: free, and linked to the job before."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pump = cls._create_pump()
        cls.policy = cls._create_policy(cls.pump)
        cls.leak, cls.noise = (
            cls.env.ref(f"after_sales_service.after_sales_fault_symptom_{number}")
            for number in ("12", "03")
        )

    def _repaired(self, **policy_vals):
        """Return a unit whose frame was repaired out of warranty, and that order."""
        if policy_vals:
            self._renew_policy(self.policy, **policy_vals)
        self.unit = self._create_unit(self.pump, date_delivered="2024-01-10")
        first = self._job("2026-03-06")
        self.unit._start_repair_cover(
            self.frame_position, date(2026, 3, 6), first.name, self.leak
        )
        return first

    def _job(self, day, symptom=None):
        with freeze_time(f"{day} 08:00:00"):
            ticket = self._create_ticket(unit_id=self.unit.id)
            return self._create_order(
                unit_id=self.unit.id,
                ticket_id=ticket.id,
                date_fault=day,
                symptom_id=(symptom or self.leak).id,
                line_ids=[
                    Command.create(
                        {
                            "kind": "part",
                            "product_id": self.bearing.id,
                            "component_id": self.frame_position.id,
                            "quantity": 1,
                        }
                    )
                ],
            )

    def test_the_same_fault_is_free_and_linked(self):
        first = self._repaired()
        self.assertFalse(first.repeat_of_id)
        again = self._job("2026-05-01")
        self.assertEqual((again.line_ids.category, again.line_ids.share), ("C", 100))
        self.assertEqual(again.repeat_of_id, first)
        self.assertIn(f"repair warranty of {first.name}", again.line_ids.reason)
        self.assertEqual(first.repeat_ids, again)
        self.assertEqual(again.ticket_id.repeat_of_id, first.ticket_id)
        self.assertIn(f"Repeat of {first.name}", again.message_ids[0].body)

    def test_too_late_or_another_cause_is_no_repeat(self):
        self._repaired()
        late = self._job("2026-06-04")
        self.assertEqual(late.line_ids.category, "A")
        self.assertFalse(late.repeat_of_id)
        again = self._job("2026-05-01")
        again.is_tampered = True
        self.assertEqual(again.line_ids.category, "A")
        self.assertFalse(again.repeat_of_id)
        again.is_tampered = False
        self.assertTrue(again.repeat_of_id)

    def test_any_fault_of_the_component_or_only_the_same(self):
        self._repaired()
        self.assertEqual(self._job("2026-05-01", self.noise).line_ids.share, 100)
        self.unit.name = "PX2-OLD"
        self.unit.flush_recordset()
        self._repaired(repair_scope="fault")
        other = self._job("2026-05-01", self.noise)
        self.assertEqual(other.line_ids.share, 0)
        self.assertIn("is for another fault", other.line_ids.reason)
        self.assertFalse(other.repeat_of_id)
        other.symptom_id = self.leak
        self.assertEqual(other.line_ids.share, 100)
        self.assertTrue(other.repeat_of_id)

    def test_a_technician_who_changes_a_fact_links_it_too(self):
        first = self._repaired()
        again = self._job("2026-05-01")
        order = again.with_user(self.technician)
        order.is_tampered = True
        self.assertFalse(again.repeat_of_id)
        order.is_tampered = False
        self.assertEqual(again.repeat_of_id, first)
