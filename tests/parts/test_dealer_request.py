from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.http import Request
from odoo.tests import HttpCase, freeze_time, new_test_user, tagged

from .test_dealer import DealerCommon


class RequestCommon(DealerCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part.is_after_sales_part = cls.other_part.is_after_sales_part = True

    def _ask(self, quantities, **vals):
        return self.env["after.sales.dealer.request"].create(
            {
                "dealer_id": self.dealer.id,
                "line_ids": [
                    (0, 0, {"product_id": part.id, "quantity": quantity})
                    for part, quantity in quantities.items()
                ],
            }
            | vals
        )


@tagged("post_install", "-at_install")
class TestDealerRequest(RequestCommon):
    """What a dealer asks for leaves by a native transfer, or is refused with reason."""

    def test_an_approved_request_is_a_native_transfer(self):
        self._put_in_stock(self.part, 3)
        request = self._ask({self.part: 5, self.other_part: 1}).with_user(self.clerk)
        request.action_approve()
        picking = request.picking_ids
        self.assertEqual(
            picking.picking_type_id, self.warehouse.after_sales_dealer_type_id
        )
        self.assertEqual(picking.location_dest_id, self.place)
        line = request.line_ids.filtered(lambda row: row.product_id == self.part)
        self.assertEqual(line.quantity_sent, 0)
        picking.with_user(self.clerk).with_context(
            skip_backorder=True
        ).button_validate()
        self.assertEqual(self._get_quantity(self.part, self.place), 3)
        self.assertEqual(line.quantity_sent, 3)
        rest = request.picking_ids - picking
        self.assertEqual(
            rest.move_ids.filtered(
                lambda move: move.product_id == self.part
            ).product_uom_qty,
            2,
        )
        with self.assertRaisesRegex(UserError, "cannot become"):
            request.action_approve()
        with self.assertRaisesRegex(UserError, "was answered already"):
            line.quantity = 9
        with self.assertRaisesRegex(UserError, "is kept"):
            request.with_user(self.env.ref("base.user_admin")).unlink()

    def test_prices_are_in_the_currency_of_the_company(self):
        currency = self.env["res.currency"].create(
            {
                "name": "XYZ",
                "symbol": "X",
                "rate_ids": [Command.create({"name": "2020-01-01", "rate": 0.5})],
            }
        )
        self.partner.property_product_pricelist = self.env["product.pricelist"].create(
            {
                "name": "Dealers",
                "currency_id": currency.id,
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "0_product_variant",
                            "product_id": self.part.id,
                            "compute_price": "fixed",
                            "fixed_price": 10.0,
                        }
                    )
                ],
            }
        )
        self.assertEqual(self.dealer._get_prices(self.part), {self.part.id: 20.0})

    def test_a_refusal_needs_a_reason(self):
        request = self._ask({self.part: 5}).with_user(self.clerk)
        with self.assertRaisesRegex(UserError, "Write first why"):
            request.action_refuse()
        request.refusal_reason = "Not made any more."
        request.action_refuse()
        self.assertEqual(request.state, "refused")
        self.assertFalse(request.picking_ids)
        message = request.message_ids[:1]
        self.assertEqual(message.partner_ids, self.partner)
        self.assertIn("Not made any more.", message.body)

    def test_an_empty_request_moves_nothing(self):
        request = self._ask({}).with_user(self.clerk)
        with self.assertRaisesRegex(UserError, "lists no parts"):
            request.action_approve()

    def test_rights(self):
        request = self._ask({self.part: 5})
        for user in (self.technician, self.agent):
            with self.assertRaises(AccessError):
                request.with_user(user).read(["id"])
        for user in (self.supervisor, self.auditor):
            self.assertEqual(request.with_user(user).state, "draft")
            with self.assertRaises(AccessError):
                request.with_user(user).action_approve()
            with self.assertRaises(AccessError):
                request.with_user(user).refusal_reason = "No."


@tagged("post_install", "-at_install")
class TestDealerRequestPortal(RequestCommon, HttpCase):
    """Dealers find parts of the catalogue, ask, and see only their own requests."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(
            cls.env, login="dealer", password="dealerdealer", groups="base.group_portal"
        )
        cls.user.partner_id.parent_id = cls.partner
        cls.other_user = new_test_user(
            cls.env,
            login="dealer2",
            password="dealerdealer",
            groups="base.group_portal",
        )
        cls.other_user.partner_id.parent_id = cls.customer
        cls.other = cls.env["after.sales.dealer"].create(
            {"partner_id": cls.customer.id, "warehouse_id": cls.warehouse.id}
        )
        cls.other.action_create_place()

    def _post(self, **data):
        return self.url_open(
            "/my/dealer-requests/ask",
            data=data | {"csrf_token": Request.csrf_token(self)},
        )

    def _find(self):
        return self.env["after.sales.dealer.request"].search(
            [("dealer_id", "in", (self.dealer | self.other).ids)]
        )

    def test_a_dealer_searches_asks_and_sees_the_answer(self):
        self.other_part.after_sales_superseded_by_id = self.part
        self.authenticate("dealer", "dealerdealer")
        self.assertIn("Ask for Parts", self.url_open("/my/dealer-statements").text)
        page = self.url_open("/my/dealer-requests?search=motor").text
        self.assertIn("Motor M4", page)
        self.assertIn("25.00", page)
        self.assertIn(f"quantity_{self.part.id}", page)
        # A part that is not delivered any more is not offered.
        page = self.url_open("/my/dealer-requests?search=bearing").text
        self.assertIn("No part of the catalogue", page)
        response = self._post(
            **{f"quantity_{self.part.id}": "4", "note": "<b>For May</b>"}
        )
        self.assertIn("we have your request", response.text)
        self.assertIn("Motor M4", response.text)
        self.assertNotIn("<b>For May", response.text)
        request = self._find()
        self.assertEqual(
            (request.dealer_id, request.state, request.requested_by),
            (self.dealer, "draft", self.user.name),
        )
        self.assertEqual(
            (request.line_ids.product_id, request.line_ids.quantity), (self.part, 4)
        )
        request.refusal_reason = "Not before May."
        request.action_refuse()
        page = self.url_open("/my/dealer-requests").text
        self.assertIn("Not before May.", page)

    def test_bad_input_is_refused(self):
        tool = self._create_product(name="No part")
        self.authenticate("dealer", "dealerdealer")
        for wrong in (
            {},
            {f"quantity_{self.part.id}": "-1"},
            {f"quantity_{self.part.id}": "0"},
            {f"quantity_{self.part.id}": "many"},
            {f"quantity_{self.part.id}": "nan"},
            {f"quantity_{self.part.id}": "inf"},
            {f"quantity_{self.part.id}": "1e30"},
            {f"quantity_{tool.id}": "1"},
            {"quantity_x": "1"},
            {"quantity_99999999": "1"},
            {f"quantity_{self.part.id}": "1", f"quantity_{tool.id}": "1"},
        ):
            with self.subTest(form=wrong):
                response = self._post(**wrong)
                self.assertIn("Nothing was sent", response.text)
                self.assertFalse(self._find())

    def test_another_dealer_sees_nothing_of_it(self):
        request = self._ask({self.part: 5}, note="Secret plan")
        self.authenticate("dealer2", "dealerdealer")
        page = self.url_open("/my/dealer-requests").text
        self.assertIn("have not asked for any parts", page)
        self.assertNotIn(request.name, page)
        self.assertNotIn("Secret plan", page)
        with self.assertRaises(AccessError):
            request.with_user(self.other_user).read(["note"])

    def test_who_is_no_dealer_is_sent_away(self):
        stranger = new_test_user(
            self.env,
            login="stranger",
            password="strangerxx",
            groups="base.group_portal",
        )
        stranger.partner_id.parent_id = self._create_partner(name="No dealer")
        self.authenticate("stranger", "strangerxx")
        self.assertTrue(self.url_open("/my/dealer-requests").url.endswith("/my"))
        self._post(**{f"quantity_{self.part.id}": "4"})
        self.assertFalse(self._find())


@tagged("post_install", "-at_install")
class TestDealerQuotation(RequestCommon):
    """What a dealer owes is charged once, and takes the cost out of the stock once."""

    def _confirm_statement(self, payer="dealer"):
        with freeze_time("2026-02-10"):
            self._supply(self.part, 6)
            self._report((self.part, 4, payer), (self.part, 1, "warranty"))
            self.env["after.sales.dealer.use"].search(
                [("dealer_id", "=", self.dealer.id)]
            ).action_confirm()
        statement = self._create_statement()
        statement.action_send()
        statement.sudo()._answer("Mr Wu", True)
        return statement

    def test_a_confirmed_statement_becomes_one_quotation(self):
        self.company.partner_id.tz = "UTC"
        statement = self._confirm_statement()
        # The clerk charges, and stays on the statement: quotations are for sales.
        self.assertIs(statement.with_user(self.clerk).action_quote(), True)
        order = statement.sudo().sale_order_id
        self.assertEqual(statement.with_user(self.clerk).charged_with, order.name)
        self.assertEqual(order.partner_id, self.partner)
        self.assertEqual(order.amount_untaxed, statement.amount_owed)
        self.assertEqual(
            (order.order_line.product_uom_qty, order.order_line.price_unit), (4, 25.0)
        )
        with self.assertRaisesRegex(UserError, "was charged with"):
            statement.with_user(self.clerk).action_quote()
        # Nothing is delivered a second time.
        order.action_confirm()
        self.assertFalse(
            order.picking_ids.filtered(lambda row: row.state not in ("done", "cancel"))
        )
        self.assertEqual(order.order_line.qty_delivered, 4)
        self.assertEqual(self._get_quantity(self.part, self.place), 1)

    def test_a_cancelled_quotation_may_be_made_anew(self):
        self.company.partner_id.tz = "UTC"
        statement = self._confirm_statement()
        statement.action_quote()
        first = statement.sudo().sale_order_id
        first._action_cancel()
        self.assertFalse(statement.charged_with)
        statement.action_quote()
        second = statement.sudo().sale_order_id
        self.assertNotEqual(first, second)
        self.assertEqual(second.order_line.move_ids.product_id, self.part)

    def test_the_invoice_takes_the_cost_out_once(self):
        self.company.partner_id.tz = "UTC"
        self._set_valuation(self.part, "fifo", "real_time")
        self.part.invoice_policy = "delivery"
        move = self.env["stock.move"].create(
            {
                "product_id": self.part.id,
                "product_uom": self.part.uom_id.id,
                "product_uom_qty": 6,
                "quantity": 6,
                "picked": True,
                "location_id": self.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": self.place.id,
            }
        )
        move._action_done()
        move.value_manual = 60.0
        with freeze_time("2026-02-10"):
            self._report((self.part, 4, "dealer")).action_confirm()
        statement = self._create_statement()
        statement.action_send()
        statement.sudo()._answer("Mr Wu", True)
        statement.action_quote()
        order = statement.sudo().sale_order_id
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.action_post()
        self.assertEqual(invoice.amount_untaxed, 100.0)
        stock = self.company.account_stock_valuation_id
        rows = invoice.line_ids.filtered(lambda row: row.account_id == stock)
        self.assertEqual(sum(rows.mapped("balance")), -40.0)

    def test_no_piece_is_charged_twice(self):
        self.company.partner_id.tz = "UTC"
        self._confirm_statement().action_quote()
        again = self._create_statement(date_from="2026-02-05")
        again.action_send()
        again.sudo()._answer("Mr Wu", True)
        with self.assertRaisesRegex(UserError, "must not overlap"):
            again.action_quote()

    def test_what_is_not_confirmed_or_owes_nothing_is_not_charged(self):
        self.company.partner_id.tz = "UTC"
        statement = self._confirm_statement(payer="warranty")
        with self.assertRaisesRegex(UserError, "owes nothing"):
            statement.action_quote()
        draft = self._create_statement(date_from="2026-03-01", date_to="2026-03-31")
        with self.assertRaisesRegex(UserError, "not confirmed"):
            draft.action_quote()
        with self.assertRaisesRegex(AccessError, "Only parts clerks"):
            statement.with_user(self.supervisor).action_quote()
