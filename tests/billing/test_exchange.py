from dateutil.relativedelta import relativedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import BillingCommon


@tagged("post_install", "-at_install")
class TestExchange(BillingCommon):
    """A unit goes back for its money or for another one, by native documents."""

    @classmethod
    def setUpClass(cls):
        cls.startClassPatcher(freeze_time("2026-03-02 09:00:00"))
        super().setUpClass()
        cls.pump = cls._create_pump(
            list_price=1000.0, standard_price=400.0, invoice_policy="delivery"
        )
        cls._create_policy(cls.pump)
        cls.stock_account, cls.cogs, cls.sales = cls.env["account.account"].create(
            [
                {"name": "Stock", "code": "T110", "account_type": "asset_current"},
                {"name": "Cost of sales", "code": "T500", "account_type": "expense"},
                {"name": "Sales", "code": "T400", "account_type": "income"},
            ]
        )
        cls.pump.categ_id = cls.env["product.category"].create(
            {
                "name": "Pumps",
                "property_cost_method": "fifo",
                "property_valuation": "real_time",
                "property_stock_valuation_account_id": cls.stock_account.id,
                "property_account_income_categ_id": cls.sales.id,
                "property_account_expense_categ_id": cls.cogs.id,
            }
        )
        cls.lots = cls._create_lots(cls.pump, ["P-1", "P-2"])
        for lot in cls.lots:
            cls._buy(lot)
        cls.sale = cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "order_line": [Command.create({"product_id": cls.pump.id})],
            }
        )
        cls.sale.action_confirm()
        picking = cls.sale.picking_ids
        picking.move_ids.move_line_ids.lot_id = cls.lots[0]
        picking.move_ids.picked = True
        picking._action_done()
        cls.unit = cls.env["after.sales.unit"].search([("lot_id", "=", cls.lots[0].id)])
        cls.invoice = cls.sale._create_invoices()
        cls.invoice.action_post()
        cls.rule = cls.env["after.sales.exchange.rule"].create(
            {
                "name": "15 days",
                "days": 15,
                "restocking_percent": 10.0,
                "categ_id": cls.pump.categ_id.id,
            }
        )

    @classmethod
    def _buy(cls, lot):
        move = cls.env["stock.move"].create(
            {
                "product_id": cls.pump.id,
                "product_uom_qty": 1,
                "location_id": cls.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": cls.warehouse.lot_stock_id.id,
            }
        )
        move._action_confirm()
        move.move_line_ids = [
            Command.clear(),
            Command.create(
                {
                    "product_id": cls.pump.id,
                    "lot_id": lot.id,
                    "quantity": 1,
                    "location_id": move.location_id.id,
                    "location_dest_id": move.location_dest_id.id,
                }
            ),
        ]
        move.picked = True
        move._action_done()
        move.value_manual = 400

    def _begin(self, **vals):
        return (
            self.env["after.sales.exchange"]
            .with_user(self.agent)
            .create({"unit_id": self.unit.id} | vals)
        )

    def _receive(self, exchange):
        exchange.with_user(self.supervisor).action_approve()
        exchange.with_user(self.clerk).action_receive()

    def _get_balance(self, account):
        rows = self.env["account.move.line"].search(
            [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        )
        return sum(rows.mapped("balance"))

    # === CONDITIONS === #
    def test_the_rule_says_until_when_and_what_it_costs(self):
        exchange = self._begin(cause="mind", kind="return")
        self.assertRecordValues(
            exchange,
            [
                {
                    "partner_id": self.customer.id,
                    "rule_id": self.rule.id,
                    "party": "customer",
                    "restocking_percent": 10,
                    "is_in_time": True,
                    "cover_rule": "rest",
                }
            ],
        )
        self.assertEqual(f"{exchange.date_limit}", "2026-03-17")
        self.assertRegex(exchange.name, r"EX/2026/\d+")
        exchange.cause = "defect"
        self.assertEqual((exchange.party, exchange.restocking_percent), ("company", 0))

    def test_too_late_needs_a_reason(self):
        exchange = self._begin(date="2026-03-18")
        self.assertFalse(exchange.is_in_time)
        with self.assertRaisesRegex(
            UserError, r"outside the rule 15 days \(until 03/17/2026"
        ):
            exchange.with_user(self.supervisor).action_approve()
        exchange.exception_reason = "Good customer"
        exchange.with_user(self.supervisor).action_approve()
        self.assertEqual(exchange.state, "approved")

    def test_without_a_rule_the_question_names_none(self):
        self.env["after.sales.exchange.rule"].search([]).active = False
        exchange = self._begin()
        with self.assertRaisesRegex(UserError, f"No rule allows {exchange.name} for"):
            exchange.with_user(self.supervisor).action_approve()

    def test_one_open_exchange_for_each_unit(self):
        exchange = self._begin()
        action = self.unit.with_user(self.agent).action_exchange()
        self.assertEqual(action["res_id"], exchange.id)
        exchange.action_cancel()
        action = self.unit.with_user(self.agent).action_exchange()
        self.assertEqual(action["context"]["default_unit_id"], self.unit.id)

    def test_a_ticket_without_unit_says_what_to_do(self):
        ticket = self._create_ticket()
        with self.assertRaisesRegex(UserError, "which unit goes back"):
            ticket.action_exchange()
        ticket.unit_id = self.unit
        action = ticket.action_exchange()
        self.assertEqual(action["context"]["default_ticket_id"], ticket.id)

    # === RETURN === #
    def test_return_is_credited_less_the_fee_and_its_cost_comes_back(self):
        self.assertEqual(self._get_balance(self.cogs), 400)
        exchange = self._begin(cause="mind", kind="return")
        self._receive(exchange)
        picking = exchange.sudo().return_picking_id
        self.assertEqual(picking.return_id, self.sale.picking_ids - picking)
        self.assertEqual(picking.move_ids.lot_ids, self.lots[0])
        self.assertEqual(self.sale.order_line.qty_delivered, 0)
        self.assertEqual(self.unit.place, "returned")
        exchange.with_user(self.clerk).action_credit()
        credit = exchange.sudo().move_id
        self.assertRecordValues(
            credit,
            [
                {
                    "move_type": "out_refund",
                    "state": "posted",
                    "reversed_entry_id": self.invoice.id,
                    "amount_untaxed": 900,
                }
            ],
        )
        self.assertEqual(self.sale.order_line.qty_invoiced, 0)
        self.assertEqual(exchange.state, "done")
        self.assertEqual(self._get_balance(self.cogs), 0)
        self.assertEqual(
            [line for line in self._entry(credit) if line[0] in ("T110", "T500")],
            [("T110", 400, 0), ("T500", 0, 400)],
        )

    def test_our_fault_costs_no_fee(self):
        exchange = self._begin(kind="return")
        self._receive(exchange)
        exchange.with_user(self.accountant).action_credit()
        self.assertEqual(exchange.sudo().move_id.amount_untaxed, 1000)

    def test_unit_without_invoice_cannot_be_credited(self):
        self.invoice.button_draft()
        exchange = self._begin(kind="return")
        self._receive(exchange)
        with self.assertRaisesRegex(UserError, "stands on no posted invoice"):
            exchange.with_user(self.clerk).action_credit()
        self.assertEqual(exchange.state, "received")

    def test_unit_that_was_never_delivered_by_us(self):
        foreign = self._create_lots(self.pump, ["X-9"])
        self.unit = self._create_unit(
            self.pump,
            name="X-9",
            lot_id=foreign.id,
            date_delivered=fields.Date.today(),
        )
        exchange = self._begin(serial_new="P-2")
        self._receive(exchange)
        self.assertEqual(foreign.location_id, self.warehouse.lot_stock_id)
        exchange.with_user(self.clerk).action_deliver()
        self.assertEqual(exchange.new_unit_id.lot_id, self.lots[1])

    # === EXCHANGE === #
    def _exchange(self, **vals):
        exchange = self._begin(**vals)
        self._receive(exchange)
        exchange.with_user(self.clerk).serial_new = "P-2"
        exchange.with_user(self.clerk).action_deliver()
        return exchange

    def test_the_new_unit_gets_the_rest_of_the_old_covers(self):
        with freeze_time("2026-03-10 09:00:00"):
            exchange = self._exchange()
        new = exchange.new_unit_id
        self.assertEqual(new.lot_id, self.lots[1])
        self.assertEqual(new.partner_id, self.customer)
        self.assertEqual(self.unit.place, "returned")
        self.assertEqual(self.sale.order_line.qty_delivered, 1)
        self.assertFalse(exchange.sudo().move_id)
        ends = {
            cover.component_id: cover.date_end
            for cover in self.unit.cover_ids
            if cover.date_end
        }
        self.assertTrue(ends)
        for cover in new.cover_ids.filtered("date_end"):
            self.assertEqual(cover.date_end, ends[cover.component_id])
            self.assertEqual(cover.origin, exchange.name)

    def test_a_later_event_or_policy_never_makes_a_fresh_term_of_the_rest(self):
        with freeze_time("2026-03-10 09:00:00"):
            new = self._exchange().new_unit_id
        covers = new.cover_ids.filtered("date_end")
        ends = covers.mapped("date_end")
        new.date_delivered = "2026-03-20"
        self.assertEqual(covers.mapped("date_end"), ends)
        policy = covers.sudo().policy_line_id.policy_id
        rows = policy._get_application(new)
        self.assertEqual({row["effect"] for row in rows}, {"same"})
        version = policy._create_version()
        version.date_from = "2027-01-01"
        for line in version.line_ids:
            line.term += 12
        version.action_put_in_force()
        self.assertTrue(version._apply_to_units(new, "Better motors"))
        self.assertEqual(
            covers.mapped("date_end"),
            [end + relativedelta(months=12) for end in ends],
        )

    def test_the_new_unit_gets_fresh_covers_where_the_rule_says_so(self):
        self.rule.cover_rule = "fresh"
        with freeze_time("2026-03-10 09:00:00"):
            new = self._exchange().new_unit_id
        old_end = max(self.unit.cover_ids.filtered("date_end").mapped("date_end"))
        self.assertGreater(
            max(new.cover_ids.filtered("date_end").mapped("date_end")), old_end
        )

    def test_fee_of_an_exchange_is_invoiced(self):
        exchange = self._exchange(cause="mind")
        self.assertRecordValues(
            exchange.sudo().move_id,
            [{"move_type": "out_invoice", "amount_untaxed": 100, "state": "posted"}],
        )

    def test_the_new_piece_must_be_in_stock(self):
        exchange = self._begin()
        self._receive(exchange)
        clerk = exchange.with_user(self.clerk)
        for number, problem in (
            (False, "which PX2 dosing pump the customer gets"),
            ("P-77", "P-77 does not stand in"),
            ("P-1", "P-1 does not stand in"),
        ):
            clerk.serial_new = number
            with self.assertRaisesRegex(UserError, problem):
                clerk.action_deliver()
        self.assertEqual(exchange.state, "received")

    # === RIGHTS === #
    def test_who_does_what(self):
        exchange = self._begin()
        for user, call in (
            (self.agent, "action_approve"),
            (self.agent, "action_receive"),
            (self.technician, "action_approve"),
            (self.accountant, "action_approve"),
        ):
            with (
                self.subTest(user=user.name, call=call),
                self.assertRaises(AccessError),
            ):
                getattr(exchange.with_user(user), call)()
        self._receive(exchange)
        with self.assertRaisesRegex(AccessError, "do not have the right"):
            exchange.with_user(self.agent).move_id = self.invoice.id
        with self.assertRaisesRegex(AccessError, "do not have the right"):
            self._begin(move_id=self.invoice.id)
        with self.assertRaisesRegex(UserError, "was decided about"):
            exchange.with_user(self.agent).cause = "mind"
        with self.assertRaisesRegex(UserError, "Use the other button"):
            exchange.with_user(self.clerk).action_credit()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.agent.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        self.assertFalse(
            self.env["after.sales.exchange"].with_user(self.agent).search([])
        )
