from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import DecisionCommon


@tagged("post_install", "-at_install")
class TestDecisionPayer(DecisionCommon):
    """A supplier stands behind a cover: the decision says so and keeps it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.maker = cls._create_partner(name="Motor Works")

    def _back_motor(self):
        covers = self.unit.cover_ids.filtered(
            lambda cover: cover.component_id == self.motor_position
        )
        covers.backer_id = self.maker
        return covers

    def _open(self):
        return self._create_order(
            unit_id=self.unit.id,
            line_ids=[
                Command.create(
                    {
                        "product_id": self.motor.id,
                        "component_id": self.motor_position.id,
                    }
                )
            ],
        ).line_ids

    def test_the_supplier_is_kept_on_the_decision(self):
        self._back_motor()
        line = self._open()
        decision = line.decision_id
        self.assertEqual((line.payer, line.payer_id), ("supplier", self.maker))
        self.assertEqual((decision.payer, decision.payer_id), ("supplier", self.maker))
        # Rows are only added: what was decided does not follow the cover.
        self._back_motor().backer_id = False
        self.assertEqual(decision.payer_id, self.maker)
        line._decide()
        self.assertNotEqual(line.decision_id, decision)
        self.assertEqual((line.payer, line.payer_id.id), ("company", False))
        self.assertEqual(decision.payer, "supplier")

    def test_a_shared_line_names_the_supplier_of_its_share(self):
        self._back_motor().share_part = 50
        line = self._open()
        self.assertEqual((line.payer, line.payer_id), ("shared", self.maker))

    def test_terms_of_a_policy_bring_the_supplier(self):
        policy = self.unit._get_own_policy()
        better = policy._create_version()
        term = better.line_ids.filtered(
            lambda term: term.component_id == self.motor_position
        )
        term.backer_id = self.maker
        unit = self._create_unit(self.pump, name="PX2-BACKED")
        vals = unit._prepare_cover_vals(term)
        self.assertEqual(vals["backer_id"], self.maker.id)

    def test_a_recall_of_the_manufacturer(self):
        self.env["after.sales.recall.give"].with_user(self.manager).create(
            {
                "name": "R-2026-03",
                "unit_ids": self.unit.ids,
                "date_start": "2025-01-01",
                "backer_id": self.maker.id,
            }
        ).action_apply()
        line = self._open()
        self.assertEqual(line.decision_id.cover_id.kind, "campaign")
        self.assertEqual((line.payer, line.payer_id), ("supplier", self.maker))

    def test_an_agent_reads_it(self):
        self._back_motor()
        line = self._open().with_user(self.agent)
        self.assertEqual(line.payer_id.name, "Motor Works")


@tagged("post_install", "-at_install")
class TestForeignParts(DecisionCommon):
    """By RPC, too, a unit gets no position and no cover of another one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fan = cls._create_product(name="FX1 fan", tracking="serial")
        cls.blade = cls.env["after.sales.component"].create(
            {"name": "Blade", "product_tmpl_id": cls.fan.product_tmpl_id.id}
        )

    def test_a_position_of_another_product(self):
        rows = self.unit.component_ids.with_user(self.manager)
        with self.assertRaisesRegex(ValidationError, "“Blade” is not a position of"):
            rows[0].component_id = self.blade
        with self.assertRaisesRegex(ValidationError, "Choose a position of its own"):
            rows.create({"unit_id": self.unit.id, "component_id": self.blade.id})

    def test_a_cover_of_another_unit_s_part(self):
        other = self._create_unit(self.pump, name="PX2-OTHER")
        covers = self.env["after.sales.cover"].with_user(self.manager)
        vals = {
            "unit_id": self.unit.id,
            "company_id": self.company.id,
            "kind": "campaign",
        }
        with self.assertRaisesRegex(ValidationError, "sits in unit PX2-OTHER"):
            covers.create(vals | {"unit_component_id": other.component_ids[0].id})
        with self.assertRaisesRegex(ValidationError, "“Blade” is a position of FX1"):
            covers.create(vals | {"component_id": self.blade.id})
        motor = self.unit._get_fitted(self.motor_position)
        self.assertTrue(covers.create(vals | {"unit_component_id": motor.id}))
