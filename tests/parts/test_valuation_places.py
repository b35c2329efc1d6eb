from itertools import product

from odoo import Command
from odoo.tests import tagged

from .common import METHODS, ValuationCommon
from .test_loan import SIGNATURE

VALUATIONS = ("periodic", "real_time")
# What two pieces bought at 10 and 20 are worth by each method.
WORTH = {"standard": 20.0, "average": 30.0, "fifo": 30.0}


@tagged("post_install", "-at_install")
class TestValuationOfPlaces(ValuationCommon):
    """Lent, counted, at a dealer, at a customer's: worth what it is, once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dealer = cls.env["after.sales.dealer"].create(
            {"partner_id": cls.supplier.id, "warehouse_id": cls.warehouse.id}
        )
        cls.dealer.action_create_place()

    def _each_part(self, **vals):
        """Yield method, valuation and a part that was not bought yet."""
        for method, valuation in product(METHODS, VALUATIONS):
            part = self._create_part(
                f"{method} {valuation}", standard_price=10.0, **vals
            )
            self._set_valuation(part, method, valuation)
            yield method, valuation, part

    def test_a_loaner_stays_in_the_books(self):
        self._close_period()
        pool = self.warehouse.after_sales_loaners_location_id
        for method, valuation, part in self._each_part(tracking="serial"):
            lots = self._create_lots(part, [f"{method}-{valuation}-{n}" for n in "12"])
            for lot, price in zip(lots, (10.0, 20.0), strict=True):
                self._receive(part, 1, price, pool, lot)
            self.assertEqual(part.total_value, WORTH[method])
            loan = self.env["after.sales.loan"].create(
                {
                    "partner_id": self.customer.id,
                    "product_id": part.id,
                    "lot_id": lots[0].id,
                    "date_from": "2026-03-02",
                    "date_due": "2026-03-16",
                }
            )
            loan.action_reserve()
            loan._hand_over("Ms Li", SIGNATURE, condition_out="good")
            self.assertEqual(part.total_value, WORTH[method])
            loan._take_back("good")
            self.assertEqual(part.total_value, WORTH[method])
            moves = loan.picking_ids.move_ids
            self.assertEqual(len(moves), 2)
            self.assertFalse(moves.account_move_id)
            self.assertEqual(moves.mapped("value"), [0.0, 0.0])
        self.assertFalse(self._close_period().get(self.cost.id))

    def test_a_loss_at_a_count_costs_what_the_first_piece_out_costs(self):
        for method, _valuation, part in self._each_part():
            for price in (10.0, 20.0):
                self._receive(part, 1, price, self.van)
            count = self.env["after.sales.count"].create({"location_id": self.van.id})
            count.line_ids = [
                Command.create({"product_id": part.id, "quantity_counted": 1})
            ]
            count.with_user(self.technician).action_submit()
            count.with_user(self.supervisor).action_approve()
            cost = self._get_unit_cost(method)
            self.assertEqual(part.total_value, WORTH[method] - cost)
            move = self.env["stock.move"].search([("inventory_name", "=", count.name)])
            self.assertEqual(move.value, cost)
            # Odoo's own place for differences has no account unless you give it one.
            self.assertFalse(move.account_move_id)

    def test_a_loss_is_booked_where_the_place_has_an_account(self):
        loss = self.part.with_company(self.company).property_stock_inventory
        loss.valuation_account_id = self.cost
        self._close_period()
        periodic = 0.0
        for method, valuation, part in self._each_part():
            for price in (10.0, 20.0):
                self._receive(part, 1, price, self.van)
            count = self.env["after.sales.count"].create({"location_id": self.van.id})
            count.line_ids = [
                Command.create({"product_id": part.id, "quantity_counted": 1})
            ]
            count.with_user(self.technician).action_submit()
            count.with_user(self.supervisor).action_approve()
            move = self.env["stock.move"].search([("inventory_name", "=", count.name)])
            cost = self._get_unit_cost(method)
            if valuation == "periodic":
                self.assertFalse(move.account_move_id)
                periodic += cost
            else:
                self.assertEqual(
                    self._get_balances(move),
                    {self.cost.id: cost, self.stock.id: -cost},
                )
        self.assertEqual(self._close_period()[self.cost.id], periodic)

    def test_what_a_dealer_uses_is_booked_once_by_who_pays(self):
        self._close_period()
        periodic = 0.0
        for method, valuation, part in self._each_part():
            for price in (10.0, 20.0):
                self._receive(part, 1, price, self.dealer.location_id)
            use = self.env["after.sales.dealer.use"].create(
                {
                    "dealer_id": self.dealer.id,
                    "line_ids": [
                        Command.create(
                            {"product_id": part.id, "quantity": 1, "payer": payer}
                        )
                        for payer in ("warranty", "dealer")
                    ],
                }
            )
            self.assertEqual(part.total_value, WORTH[method])
            use.action_confirm()
            self.assertEqual(part.total_value, 0.0)
            free, charged = (
                use.picking_ids.move_ids.filtered(
                    lambda move, usage=usage: move.location_dest_id.usage == usage
                )
                for usage in ("production", "customer")
            )
            self.assertEqual(free.value + charged.value, WORTH[method])
            # What the dealer pays becomes cost of sales with the invoice.
            self.assertFalse(charged.account_move_id)
            if valuation == "periodic":
                self.assertFalse(free.account_move_id)
                periodic += free.value
            else:
                self.assertEqual(
                    self._get_balances(free),
                    {self.cost.id: free.value, self.stock.id: -free.value},
                )
        self.assertEqual(self._close_period()[self.cost.id], periodic)

    def test_goods_of_customers_and_defective_parts_are_worth_nothing(self):
        company = self.company
        foreign = (
            company.after_sales_customer_goods_location_id,
            company.after_sales_defective_location_id,
            company.after_sales_old_part_location_id,
            company.after_sales_refurbish_location_id,
        )
        customers = self.env.ref("stock.stock_location_customers")
        for method, _valuation, part in self._each_part():
            self._receive(part, 2, 15.0, self.van)
            value = part.total_value
            for place, owner in product(foreign, (False, self.customer.id)):
                move = self.env["stock.move"].create(
                    {
                        "product_id": part.id,
                        "product_uom": part.uom_id.id,
                        "product_uom_qty": 1,
                        "location_id": customers.id,
                        "location_dest_id": place.id,
                    }
                )
                move._action_confirm()
                move.write({"quantity": 1, "picked": True})
                move.move_line_ids.owner_id = owner
                move._action_done()
                self.assertEqual((move.value, part.total_value), (0.0, value), method)
                self.assertFalse(move.account_move_id)
            self.assertEqual(part.with_company(company).qty_available, 2)
