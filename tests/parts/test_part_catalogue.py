from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import PartsCommon


@tagged("post_install", "-at_install")
class TestPartCatalogue(PartsCommon):
    """Who keeps the catalogue, and what a missing part offers instead."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pump = cls._create_pump()
        cls.unit = cls._create_unit(cls.pump)
        cls.newer = cls._create_part("Motor M5", list_price=150.0)
        cls.position = cls.pump.after_sales_component_ids.filtered(
            lambda position: cls.motor in position.part_ids
        )

    # === HELPERS === #
    def _edit(self, part, user=None):
        """Return the dialog of the parts clerk on ``part``."""
        action = part.with_user(user or self.clerk).action_after_sales_edit()
        return Form(
            self.env[action["res_model"]]
            .with_user(user or self.clerk)
            .with_context(**action["context"])
        )

    def _create_missing_line(self, **vals):
        """Return a planned line whose part is nowhere and superseded."""
        self.part.after_sales_superseded_by_id = self.newer
        order = self._create_order(unit_id=self.unit.id, **vals)
        return self._create_part_line(order, self.part, 0.0)

    # === WHO KEEPS IT === #
    def test_the_clerk_keeps_a_part_without_rights_on_products(self):
        other = self.position.copy({"name": "Fan", "part_ids": False})
        with self.assertRaises(AccessError):
            self.motor.with_user(self.clerk).after_sales_supplier_months = 12
        form = self._edit(self.motor)
        self.assertEqual(form.after_sales_position_ids[:], self.position)
        form.is_after_sales_wearing = True
        form.after_sales_old_part_duty = "always"
        form.after_sales_superseded_by_id = self.newer
        form.after_sales_substitute_ids.add(self.other_part)
        form.after_sales_position_ids.remove(id=self.position.id)
        form.after_sales_position_ids.add(other)
        form.after_sales_supplier_months = 12
        form.save().action_apply()
        self.assertTrue(self.motor.is_after_sales_wearing)
        self.assertEqual(self.motor.after_sales_old_part_duty, "always")
        self.assertEqual(self.motor.after_sales_superseded_by_id, self.newer)
        self.assertEqual(self.motor.after_sales_substitute_ids, self.other_part)
        self.assertEqual(self.motor.after_sales_supplier_months, 12)
        self.assertEqual(self.motor.after_sales_position_ids, other)
        self.assertNotIn(self.motor, self.position.part_ids)
        self.assertEqual(
            self.motor.after_sales_fit_text, f"{self.pump.name}: {other.name}"
        )

    def test_a_chain_back_to_the_part_is_refused_in_the_dialog_too(self):
        self.newer.after_sales_superseded_by_id = self.motor
        form = self._edit(self.motor)
        form.after_sales_superseded_by_id = self.newer
        with self.assertRaisesRegex(ValidationError, "would supersede itself"):
            form.save().action_apply()

    def test_others_do_not_keep_the_catalogue(self):
        edit = self._edit(self.motor).save()
        for user in (self.technician, self.agent, self.supervisor, self.auditor):
            with self.assertRaises(AccessError):
                edit.with_user(user).action_apply()
            with self.assertRaises(AccessError):
                self._edit(self.motor, user).save()
            with self.assertRaises(AccessError):
                self.position.with_user(user).unlink()

    def test_a_part_of_another_company_is_left_alone(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        foreign = self._create_part("Foreign", company_id=company.id)
        edit = self._edit(self.motor).save()
        edit.sudo().product_id = foreign
        with self.assertRaises(AccessError):
            edit.action_apply()
        edit.sudo().write(
            {"product_id": self.motor.id, "after_sales_superseded_by_id": foreign.id}
        )
        with self.assertRaises(AccessError):
            edit.action_apply()

    def test_positions_of_another_company_stay(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        foreign = self._create_product(name="Foreign pump", company_id=company.id)
        hidden = self.position.copy({"product_tmpl_id": foreign.product_tmpl_id.id})
        self.assertIn(self.motor, hidden.part_ids)
        form = self._edit(self.motor)
        self.assertEqual(form.after_sales_position_ids[:], self.position)
        form.after_sales_position_ids.clear()
        form.save().action_apply()
        self.assertNotIn(self.motor, self.position.part_ids)
        self.assertIn(self.motor, hidden.part_ids)

    def test_the_clerk_keeps_the_positions(self):
        positions = self.env["after.sales.component"].with_user(self.clerk)
        fan = positions.create(
            {"name": "Fan", "product_tmpl_id": self.pump.product_tmpl_id.id}
        )
        fan.part_ids = self.other_part
        action = self.pump.with_user(self.clerk).action_after_sales_positions()
        self.assertIn(fan, positions.search(action["domain"]))
        with self.assertRaises(AccessError):
            fan.unlink()

    # === WHAT IS OFFERED === #
    def test_the_line_offers_the_successor_and_takes_it(self):
        line = self._create_missing_line().with_user(self.technician)
        line.component_id = self.position
        self.assertEqual(line.offer_id, self.newer)
        self.assertIn("Can be taken instead: Motor M5", line.order_id.part_alert)
        line.action_take_offer()
        self.assertEqual(line.product_id, self.newer)
        self.assertEqual(line.component_id, self.position)
        self.assertEqual(line.price_unit, 150.0)
        self.assertIn("Motor M5", line.name)
        self.assertFalse(line.offer_id)

    def test_the_position_of_what_is_taken_is_guessed(self):
        line = self._create_missing_line()
        self.position.part_ids += self.newer
        self.assertFalse(line.component_id)
        line.action_take_offer()
        self.assertEqual(line.component_id, self.position)

    def test_the_draft_requisition_follows_the_line_and_the_other_way(self):
        for taken in ("line", "requisition"):
            line = self._create_missing_line().with_user(self.technician)
            line.order_id.action_request_parts()
            asked = line.requisition_line_ids
            (line if taken == "line" else asked).action_take_offer()
            self.assertEqual(line.product_id, self.newer)
            self.assertEqual(asked.product_id, self.newer)
            self.assertIn("instead of Motor M4", asked.reason)

    def test_what_was_sent_or_used_is_not_changed_behind_ones_back(self):
        line = self._create_missing_line().with_user(self.technician)
        line.order_id.action_request_parts()
        line.requisition_line_ids.requisition_id.action_submit()
        with self.assertRaisesRegex(UserError, "was asked for in RQ"):
            line.action_take_offer()
        used = self._create_missing_line()
        used.quantity_done = 1
        self.assertFalse(used.offer_id)

    def test_the_order_tells_of_a_part_that_does_not_fit(self):
        order = self._create_order(unit_id=self.unit.id)
        line = self._create_part_line(order, self.other_part, 0.0)
        self.assertIn("in no position of PX2", order.part_alert)
        line.is_unused = True
        self.assertFalse(order.part_alert)
