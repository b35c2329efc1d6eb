from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..common import AfterSalesCommon


@tagged("post_install", "-at_install")
class TestUnitRegister(AfterSalesCommon):
    """Deliveries done before the product was switched on, registered on request."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pump = cls._create_pump(after_sales_register="none")
        cls._create_policy(cls.pump)
        cls.other = cls._create_partner(name="Second owner")

    def _wizard(self, **vals):
        return (
            self.env["after.sales.unit.register"].with_user(self.manager).create(vals)
        )

    def _deliver_history(self):
        first, second, third = (
            self._create_lots(self.pump, [name]) for name in ("A1", "A2", "A3")
        )
        with freeze_time("2025-01-10 10:00:00"):
            gone = self._deliver(self.pump, first)
            self._deliver(self.pump, second | third)
        with freeze_time("2025-02-10 10:00:00"):
            self._return(gone)
        with freeze_time("2025-03-10 10:00:00"):
            self.env["stock.quant"]._update_available_quantity(
                self.pump, self.warehouse.lot_stock_id, -1, lot_id=first
            )
            self._deliver(self.pump, first, partner=self.other)

    def _units(self):
        return self.env["after.sales.unit"].search(
            [("product_id", "=", self.pump.id)], order="name"
        )

    def test_past_deliveries_in_their_order_and_only_once(self):
        self._deliver_history()
        self.assertFalse(self._units())
        wizard = self._wizard()
        self.assertIn(self.pump.product_tmpl_id, wizard.product_tmpl_ids)
        wizard.product_tmpl_ids = self.pump.product_tmpl_id
        wizard.action_switch()
        self.assertEqual(self.pump.after_sales_register, "unit")
        self.assertIn("PX2 dosing pump", wizard.preview)
        before = wizard.move_count
        self.assertGreaterEqual(before, 4)
        wizard.action_run()
        self.assertEqual((wizard.move_count, wizard.progress), (0, 100))
        self.assertRecordValues(
            self._units(),
            [
                {"name": "A1", "partner_id": self.other.id, "place": "customer"},
                {"name": "A2", "partner_id": self.customer.id, "place": "customer"},
                {"name": "A3", "partner_id": self.customer.id, "place": "customer"},
            ],
        )
        self.assertEqual(f"{self._units()[0].date_cover_end}", "2027-03-09")
        again = self._wizard()
        again.action_run()
        self.assertEqual((again.done_count, len(self._units())), (0, 3))

    def test_an_interrupted_run_goes_on_where_it_stopped(self):
        self._deliver_history()
        self.pump.sudo().after_sales_register = "unit"
        path = "odoo.addons.after_sales_service.wizard.unit_register"
        with patch(f"{path}.BATCH", 1), patch(f"{path}.SECONDS", 0.0001):
            wizard = self._wizard()
            rounds = 0
            while wizard.move_count and rounds < 500:
                wizard.action_run()
                rounds += 1
        self.assertGreater(rounds, 1)
        self.assertEqual(self._units().mapped("name"), ["A1", "A2", "A3"])
        self.assertEqual(self._units()[0].partner_id, self.other)

    def test_one_bad_move_does_not_stop_the_others(self):
        self._deliver_history()
        self.pump.sudo().after_sales_register = "unit"
        model = type(self.env["after.sales.unit"])
        original = model._get_pieces

        def fail(self, move):
            if "A3" in move.lot_ids.mapped("name"):
                raise UserError("This one is broken.")
            return original(self, move)

        with patch.object(model, "_get_pieces", fail):
            wizard = self._wizard()
            wizard.action_run()
        self.assertEqual(self._units().mapped("name"), ["A1"])
        self.assertEqual(len(wizard.failed_move_ids), 1)
        self.assertIn("This one is broken", wizard.problem)

    def test_only_managers_switch_and_register(self):
        with self.assertRaises(AccessError):
            self.env["after.sales.unit.register"].with_user(self.supervisor).create({})
        with self.assertRaisesRegex(UserError, "Choose the products"):
            self._wizard(product_tmpl_ids=False).action_switch()
        empty = self.env["product.category"].create({"name": "Wishes"})
        with self.assertRaisesRegex(UserError, "no goods in Wishes"):
            self._wizard(product_tmpl_ids=False, categ_ids=empty.ids).action_switch()
