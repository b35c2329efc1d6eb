from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import SIGNATURE, BillingCommon


@tagged("post_install", "-at_install")
class TestQuotation(BillingCommon):
    """The native quotation of what the customer pays."""

    def _quote(self, order):
        order.with_user(self.technician).action_create_quotation()
        return order.sale_order_ids

    def test_only_what_the_customer_pays_is_quoted(self):
        order = self._create_job(
            (self.motor, 1, 100), (self.bearing, 2, 0), (self.labour, 1.5, 60)
        )
        quotation = self._quote(order)
        self.assertRecordValues(
            quotation.order_line,
            [
                {
                    "product_id": self.bearing.id,
                    "product_uom_qty": 2,
                    "price_unit": 96,
                    "discount": 0,
                    "price_subtotal": 192,
                },
                {
                    "product_id": self.labour.id,
                    "product_uom_qty": 1.5,
                    "price_unit": 80,
                    "discount": 0,
                    "price_subtotal": 120,
                },
            ],
        )
        self.assertEqual(quotation.origin, order.name)
        self.assertTrue(quotation.require_signature)
        self.assertFalse(quotation.require_payment)
        self.assertEqual(order.amount_quoted, 312)
        self.assertIn("60 % covered by warranty", quotation.order_line[1].name)

    def test_internal_work_is_never_quoted(self):
        order = self._create_job((self.bearing, 1, 0))
        self._decide(order.line_ids, 0, category="D")
        with self.assertRaisesRegex(UserError, "pays for none of the lines"):
            order.with_user(self.technician).action_create_quotation()

    def test_second_click_changes_nothing(self):
        order = self._create_job((self.bearing, 1, 0))
        quotation = self._quote(order)
        quoted_on = order.date_quoted
        self.assertEqual(self._quote(order), quotation)
        self.assertEqual(len(quotation.order_line), 1)
        self.assertEqual(order.date_quoted, quoted_on)

    def test_quotation_in_preparation_follows_the_lines(self):
        order = self._create_job((self.bearing, 1, 0), (self.labour, 1, 0))
        quotation = self._quote(order)
        order.line_ids[0].quantity = 3
        self._decide(order.line_ids[1], 100)
        self.env["after.sales.order.line"].create(
            {"order_id": order.id, "product_id": self.travel.id}
        )
        self.assertEqual(self._quote(order), quotation)
        self.assertRecordValues(
            quotation.order_line,
            [
                {"product_id": self.bearing.id, "product_uom_qty": 3},
                {"product_id": self.travel.id, "product_uom_qty": 1},
            ],
        )

    def test_lines_found_later_come_on_an_added_quotation(self):
        order = self._create_job((self.bearing, 1, 0))
        first = self._quote(order)
        order.with_user(self.technician)._accept_quotation("Ms Li", SIGNATURE)
        line = self.env["after.sales.order.line"].create(
            {"order_id": order.id, "product_id": self.travel.id}
        )
        self._decide(line, 0)
        second = self._quote(order) - first
        self.assertEqual(second.order_line.after_sales_line_id, line)
        self.assertEqual(first.amount_total, 96)
        self.assertEqual(order.quotation_state, "draft")

    def test_price_survives_quantity_update_prices_and_lock(self):
        order = self._create_job(
            (self.bearing, 1, 20), (self.motor, 1, 67), (self.labour, 1, 40)
        )
        self._override_price(order, 100)
        quotation = self._quote(order)
        prices = [80, 33, 60]
        self.assertEqual(self._prices(quotation), prices)
        quotation.order_line[0].product_uom_qty = 5
        self.assertEqual(self._prices(quotation), prices)
        quotation.action_update_prices()
        self.assertEqual(self._prices(quotation), prices)
        quotation.action_confirm()
        quotation.order_line[0].product_uom_qty = 6
        self.assertEqual(self._prices(quotation), prices)
        quotation.action_lock()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            quotation.action_update_prices()
        self.env.invalidate_all()
        self.assertEqual(self._prices(quotation), prices)
        self.assertEqual(set(quotation.order_line.mapped("discount")), {0})

    def _override_price(self, order, price):
        order.line_ids.price_unit = price

    def _prices(self, quotation):
        return [round(line.price_unit, 2) for line in quotation.order_line]

    def test_discount_of_the_price_list_is_not_taken_twice(self):
        self.env["res.config.settings"].create(
            {"group_product_pricelist": True, "group_discount_per_so_line": True}
        ).execute()
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Friends",
                "item_ids": [
                    Command.create({"compute_price": "percentage", "percent_price": 10})
                ],
            }
        )
        self.customer.property_product_pricelist = pricelist
        order = self._create_job((self.bearing, 1, 50))
        quotation = self._quote(order)
        self.assertEqual(order.line_ids.price_unit, 86.4)
        self.assertRecordValues(
            quotation.order_line, [{"price_unit": 43.2, "discount": 0}]
        )
        quotation.action_update_prices()
        self.assertRecordValues(
            quotation.order_line, [{"price_unit": 43.2, "discount": 0}]
        )

    def test_foreign_customer_is_quoted_in_the_currency_of_the_price_list(self):
        currency = self.env["res.currency"].create(
            {
                "name": "AFS",
                "symbol": "A",
                "rate_ids": [Command.create({"name": "2020-01-01", "rate": 0.5})],
            }
        )
        self.customer.property_product_pricelist = self.env["product.pricelist"].create(
            {"name": "Abroad", "currency_id": currency.id}
        )
        order = self._create_job((self.bearing, 1, 0))
        quotation = self._quote(order)
        self.assertEqual(quotation.currency_id, currency)
        self.assertEqual(quotation.amount_total, 48)
        self.assertEqual(order.amount_quoted, 96)

    def test_site_and_billing_address_are_native(self):
        site, office = self.env["res.partner"].create(
            [
                {"name": "Site", "type": "delivery", "parent_id": self.customer.id},
                {"name": "Office", "type": "invoice", "parent_id": self.customer.id},
            ]
        )
        order = self._create_job((self.bearing, 1, 0), site_id=site.id)
        quotation = self._quote(order)
        self.assertEqual(quotation.partner_shipping_id, site)
        self.assertEqual(quotation.partner_invoice_id, office)

    def test_pending_price_is_never_quoted_as_zero(self):
        self.bearing.list_price = 0
        order = self._create_job((self.bearing, 1, 0))
        with self.assertRaisesRegex(UserError, "price of “Bearing” is still pending"):
            order.with_user(self.technician).action_create_quotation()
        self.assertFalse(order.sale_order_ids)

    def test_nothing_is_procured(self):
        order = self._create_job((self.bearing, 1, 0))
        quotation = self._quote(order)
        quotation.action_confirm()
        quotation.order_line.product_uom_qty = 4
        self.assertFalse(quotation.picking_ids)
        self.assertFalse(quotation.order_line.move_ids)

    def test_ordinary_sales_go_on_as_before(self):
        sale = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": self.bearing.id})],
            }
        )
        sale.action_confirm()
        self.assertTrue(sale.picking_ids)
        self.assertEqual(sale.order_line.price_unit, 96)
        self.assertEqual(sale.order_line.qty_delivered_method, "stock_move")

    def test_decision_is_locked_from_the_moment_the_customer_sees_it(self):
        order = self._create_job((self.bearing, 1, 0))
        line = order.line_ids
        self._quote(order)
        self.assertFalse(line._is_locked_by_quotation())
        order.with_user(self.technician).action_sign_quotation()
        self.assertTrue(line.with_user(self.technician)._is_locked_by_quotation())
        self.assertEqual(line.with_user(self.technician).quotation_state, "sent")
        order.with_user(self.technician).action_withdraw_quotation()
        self.assertFalse(line._is_locked_by_quotation())
        self.assertEqual(line.quotation_state, "none")

    def test_refused_lines_can_be_quoted_again(self):
        order = self._create_job((self.bearing, 1, 0))
        first = self._quote(order)
        first._action_cancel()
        second = self._quote(order) - first
        self.assertEqual(second.amount_total, 96)
        self.assertIn("refused or withdrawn", order.message_ids[0].body)

    def test_customer_signs_on_the_technicians_screen(self):
        order = self._create_job((self.bearing, 1, 0))
        technician = self.technician
        action = order.with_user(technician).action_sign_quotation()
        wizard = (
            self.env["after.sales.quotation.sign"]
            .with_user(technician)
            .with_context(**action["context"])
            .create({"signed_by": " Ms Li ", "signature": SIGNATURE})
        )
        self.assertEqual(wizard.amount_total, 96)
        self.assertIn("Bearing", wizard.summary)
        wizard.action_apply()
        self.assertRecordValues(
            order.sale_order_ids, [{"state": "sale", "signed_by": "Ms Li"}]
        )
        self.assertTrue(order.sale_order_ids.signature)
        self.assertEqual(order.quotation_state, "accepted")
        self.assertIn("Ms Li accepted quotation", order.message_ids[0].body)

    def test_empty_signature_is_refused(self):
        order = self._create_job((self.bearing, 1, 0))
        self._quote(order)
        with self.assertRaisesRegex(UserError, "enter the name and sign"):
            order.with_user(self.technician)._accept_quotation("Ms Li", False)

    def test_nothing_waiting_is_said(self):
        order = self._create_job((self.bearing, 1, 0))
        self._quote_and_accept(order)
        with self.assertRaisesRegex(UserError, "waiting for the customer"):
            order.with_user(self.technician).action_sign_quotation()

    def test_mail_goes_out_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.customer.lang = "zh_CN"
        self.bearing.with_context(lang="zh_CN").name = "轴承"
        order = self._create_job((self.bearing, 1, 0))
        order.with_user(self.technician).action_send_quotation()
        quotation = order.sale_order_ids
        self.assertEqual(quotation.state, "sent")
        self.assertIn("轴承", quotation.order_line.name)
        message = quotation.message_ids.filtered("partner_ids")
        self.assertIn(self.customer, message.partner_ids)

    def test_the_customer_signs_what_is_in_the_own_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.customer.lang = "zh_CN"
        self.bearing.uom_id.with_context(lang="zh_CN").name = "件"
        order = self._create_job((self.bearing, 1, 0)).with_user(self.technician)
        action = order.action_sign_quotation()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.technician)
            .with_context(**action["context"])
            .create({"signed_by": "Ms Li", "signature": SIGNATURE})
        )
        self.assertIn("1 件 ×", wizard.summary)

    def test_mail_without_address_says_what_to_do(self):
        self.customer.email = False
        order = self._create_job((self.bearing, 1, 0))
        with self.assertRaisesRegex(UserError, "has no e-mail address"):
            order.with_user(self.technician).action_send_quotation()

    def test_stranger_is_refused_at_every_door(self):
        order = self._create_job((self.bearing, 1, 0))
        quotation = self._quote(order)
        foreign = order.with_user(self.stranger)
        for name in (
            "action_create_quotation",
            "action_send_quotation",
            "action_show_quotation",
            "action_sign_quotation",
            "action_withdraw_quotation",
            "action_create_invoice",
            "action_collect_cash",
        ):
            with self.subTest(door=name), self.assertRaises(AccessError):
                getattr(foreign, name)()
        self.assertEqual(order.sale_order_ids, quotation)
        self.assertEqual(quotation.state, "draft")

    def test_portal_page_is_opened_for_the_customer(self):
        order = self._create_job((self.bearing, 1, 0))
        action = order.with_user(self.technician).action_show_quotation()
        quotation = order.sale_order_ids
        self.assertEqual(quotation.state, "sent")
        self.assertIn(f"/my/orders/{quotation.id}", action["url"])
        self.assertIn(quotation.access_token, action["url"])

    # --- no fee without approval --- #
    def test_no_fee_without_acceptance(self):
        order = self._create_job((self.bearing, 1, 0, 1))
        self._put_in_stock(self.bearing, 1, self.van)
        with self.assertRaisesRegex(UserError, "“Bearing” is charged to the customer"):
            self._finish(order)
        self._quote(order)
        with self.assertRaisesRegex(UserError, "“Bearing” is charged to the customer"):
            self._finish(order)
        order.with_user(self.technician)._accept_quotation("Ms Li", SIGNATURE)
        self._finish(order)
        self.assertEqual(order.state, "done")

    def test_more_than_accepted_is_refused(self):
        order = self._create_job((self.bearing, 2, 0))
        self._quote_and_accept(order)
        order.line_ids.quantity_done = 3
        self._put_in_stock(self.bearing, 3, self.van)
        with self.assertRaisesRegex(
            UserError, "accepted 2 Units of “Bearing”, but 3 are used"
        ):
            self._finish(order)

    def test_free_work_needs_no_quotation(self):
        order = self._complete_job((self.bearing, 1, 100), (self.labour, 1, 100))
        self.assertEqual(order.state, "done")
        self.assertFalse(order.sale_order_ids)
        self.assertEqual(order.quotation_state, "nothing")

    def test_company_may_charge_without_quotation(self):
        self.company.after_sales_quotation_required = False
        order = self._create_job((self.bearing, 1, 0, 1), (self.labour, 2, 0))
        self._put_in_stock(self.bearing, 1, self.van)
        self._finish(order)
        self.assertEqual(order.sale_order_ids.state, "sale")
        self.assertEqual(
            order.sale_order_ids.order_line.mapped("qty_delivered"), [1, 2]
        )

    def test_next_step_asks_for_acceptance_before_the_signature(self):
        order = self._create_job((self.bearing, 1, 0, 1))
        self._fill_report(order)
        self.assertEqual(order.next_step, "quote")
        action = order.with_user(self.technician).action_next_step()
        self.assertEqual(action["res_model"], "after.sales.quotation.sign")
        order.with_user(self.technician)._accept_quotation("Ms Li", SIGNATURE)
        self.assertEqual(order.next_step, "complete")

    def test_customer_does_not_read_why_a_decision_was_overridden(self):
        order = self._create_job((self.bearing, 1, 0))
        order.line_ids._override("C", 50, "He shouts a lot", self.supervisor)
        quotation = self._quote(order)
        self.assertNotIn("shouts", quotation.order_line.name)
