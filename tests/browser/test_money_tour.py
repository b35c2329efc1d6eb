from dateutil.relativedelta import relativedelta

from odoo import Command, fields
from odoo.tests import freeze_time, tagged

from .common import TourCommon


@tagged("post_install", "-at_install")
class TestMoneyTour(TourCommon):
    """Suppliers are claimed from, money is taken and handed over, on screens."""

    browser_size = "1280x900"

    def _complete(self, product, share, **vals):
        order = self._create_order(unit_id=self.unit.id, **vals)
        order.line_ids = [
            Command.create({"product_id": product.id, "quantity_done": 1.0})
        ]
        order.line_ids._override("C" if share else "A", share, "Test", self.supervisor)
        order.action_start()
        order.check_ids.result = "ok"
        order.write({"outcome": "repaired", "cause_id": self.cause.id})
        self.company.after_sales_signature_required = False
        if not share:
            order._create_quotations().action_confirm()
        order.with_user(self.technician).action_complete()
        return order

    def test_a_months_claim_is_made_answered_and_credited(self):
        self.motor.write(
            {
                "seller_ids": [Command.create({"partner_id": self.maker.id})],
                "tracking": "none",
            }
        )
        self.env["after.sales.supplier.agreement"].create(
            {
                "name": "Motors",
                "supplier_id": self.maker.id,
                "months": 24,
                "start_rule": "sale",
            }
        )
        self._put_in_stock(self.motor, 1, self.van)
        last_month = fields.Date.today().replace(day=1) - relativedelta(days=3)
        with freeze_time(f"{last_month} 09:00:00"):
            order = self._complete(self.motor, 100)
        self.start_tour(
            "/odoo/supplier-claims", "after_sales_make_claims", login=self.clerk.login
        )
        line = order.supplier_claim_line_ids
        self.assertEqual(line.claim_id.state, "sent")
        line.with_user(self.clerk).answer = "accepted"
        self.start_tour(
            f"/odoo/supplier-claims/{line.claim_id.id}",
            "after_sales_claim_answered",
            login=self.accountant.login,
        )
        self.assertEqual((line.claim_id.state, line.amount_recovered), ("settled", 700))

    def test_money_is_taken_handed_over_and_counted(self):
        self.labour.write({"list_price": 200.0, "taxes_id": [Command.clear()]})
        order = self._complete(self.labour, 0)
        order.with_user(self.technician).action_create_invoice()
        self.assertTrue(order.is_to_collect)
        self.start_tour(
            f"/odoo/service-orders/{order.id}",
            "after_sales_take_money",
            login=self.technician.login,
        )
        self.assertEqual(order.amount_due, 0)
        self.start_tour(
            "/odoo/cash-handovers",
            "after_sales_hand_cash_over",
            login=self.technician.login,
        )
        handover = self.env["after.sales.cash.handover"].search([])
        self.assertEqual(handover.state, "handed")
        self.start_tour(
            f"/odoo/cash-handovers/{handover.id}",
            "after_sales_count_cash",
            login=self.accountant.login,
        )
        self.assertEqual(
            (handover.state, handover.amount_difference), ("confirmed", -5)
        )
        self.assertEqual(handover.sudo().move_id.state, "posted")
