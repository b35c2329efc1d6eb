import base64
from datetime import date

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ..common import AfterSalesCommon


@tagged("post_install", "-at_install")
class TestTicketRegister(AfterSalesCommon):
    """Units that the agent meets for the first time, or thinks so."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pump = cls._create_pump()
        cls.policy = cls._create_policy(cls.pump)
        cls.ticket = cls._create_ticket()

    def _register(self, ticket=None, **values):
        action = (ticket or self.ticket).with_user(self.agent).action_register_unit()
        form = Form(
            self.env[action["res_model"]]
            .with_user(self.agent)
            .with_context(**action["context"])
        )
        form.name = values.pop("name", "OLD-1")
        form.product_id = self.pump
        for name, value in values.items():
            setattr(form, name, value)
        form.save().action_apply()
        return (ticket or self.ticket).unit_id

    def test_bought_elsewhere_with_proof(self):
        unit = self._register(
            seller="Pump trade Suzhou",
            date_sold="2025-02-01",
            proof=base64.b64encode(b"%PDF receipt"),
        )
        self.assertEqual(
            (unit.seller, unit.partner_id), ("Pump trade Suzhou", self.customer)
        )
        self.assertEqual(unit.date_delivered, date(2025, 2, 1))
        self.assertEqual(unit.date_cover_end, date(2027, 1, 31))
        message = unit.message_ids.filtered("attachment_ids")
        self.assertEqual(message.attachment_ids.raw, b"%PDF receipt")

    def test_a_known_serial_is_put_on_the_ticket_and_not_doubled(self):
        known = self._create_unit(self.pump, name="OLD-1")
        known.active = False
        self.assertEqual(self._register(name="old-1 "), known)
        self.assertTrue(known.active)

    def test_a_unit_without_an_owner_finds_one(self):
        known = self._create_unit(self.pump, name="OLD-1", partner_id=False)
        self.assertEqual(self._register(), known)
        self.assertEqual(known.partner_id, self.customer)

    def test_another_customers_unit_is_not_taken(self):
        other = self._create_partner(name="Other Works")
        self._create_unit(self.pump, name="OLD-1", partner_id=other.id)
        with self.assertRaisesRegex(UserError, "registered for Other Works"):
            self._register()

    def test_a_system_names_what_it_contains(self):
        system = self._create_unit(self.pump, name="SYS-100")
        self._create_unit(self.pump, name="CHILD-1", parent_id=system.id)
        form = Form(self.env["after.sales.ticket"].with_user(self.agent))
        form.search_text = "sys-100"
        self.assertEqual(form.unit_id, system)
        self.assertIn("SYS-100 contains CHILD-1", form.search_hint)
