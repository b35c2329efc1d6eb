from datetime import datetime

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from .test_price_list import EVENING, PriceCommon


@freeze_time("2026-03-10 08:00:00")
@tagged("post_install", "-at_install")
class TestPriceTry(PriceCommon):
    """What is tried is what is invoiced, to the cent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pump = cls._create_pump()
        cls._create_policy(cls.pump)
        cls.unit = cls._create_unit(cls.pump, date_delivered="2025-01-10")
        cls.odd = cls._create_part("Odd part", list_price=33.33, standard_price=1.0)

    def _try(self, user=None, parts=(), **vals):
        wizard = self.env["after.sales.price.try"].with_user(user or self.technician)
        return wizard.create(
            {
                "unit_id": self.unit.id,
                "date_start": EVENING,
                "hours": 2.6,
                "technician_id": self.employee.id,
                "part_ids": [
                    Command.create({"product_id": part.id, "quantity": quantity})
                    for part, quantity in parts
                ],
            }
            | vals
        )

    def _invoice(self, attempt):
        """Do the job for real, from the same inputs; return order and invoice."""
        order = self._create_order(
            unit_id=attempt.unit_id.id,
            partner_id=attempt.partner_id.id,
            is_emergency=attempt.is_emergency,
            date_fault="2026-03-09",
            line_ids=[
                Command.create(
                    {"product_id": it.product_id.id, "quantity": it.quantity}
                )
                for it in attempt.part_ids
            ],
        )
        order.with_user(self.technician).action_start()
        self._work(order, attempt.hours, attempt.date_start)
        order.with_user(self.technician).action_charge()
        for line in order.line_ids.filtered(lambda line: line.kind == "part"):
            line.quantity_done = line.quantity
            self._put_in_stock(line.product_id, line.quantity, self.van)
        self._quote_and_accept(order)
        self._finish(order)
        order.with_user(self.technician).action_create_invoice()
        return order, order._get_invoices()

    def _check_same(self, attempt):
        tried = attempt._get_result()
        order, invoice = self._invoice(attempt)
        self.assertEqual(invoice.state, "posted")
        self.assertEqual(tried["currency"], invoice.currency_id)
        self.assertEqual(
            sorted(
                (row["product"].id, row["quantity"], row["untaxed"], row["total"])
                for row in tried["rows"]
                if row["share"] < 100
            ),
            sorted(
                (
                    line.product_id.id,
                    line.quantity,
                    line.price_subtotal,
                    line.price_total,
                )
                for line in invoice.invoice_line_ids
            ),
        )
        self.assertEqual(tried["untaxed"], invoice.amount_untaxed)
        self.assertEqual(tried["total"], invoice.amount_total)
        self.assertEqual(
            [row["share"] for row in tried["rows"] if row["product"].type != "service"],
            order.line_ids.filtered(lambda line: line.kind == "part").mapped("share"),
        )
        return tried, order

    def test_same_as_the_invoice_without_taxes(self):
        parts = ((self.bearing, 2), (self.odd, 3))
        tried, _order = self._check_same(self._try(parts=parts))
        whys = " ".join(row["why"] for row in tried["rows"])
        self.assertIn("Night: 50 % on 0.6 h.", whys)
        self.assertTrue(all(row["why"] for row in tried["rows"]))

    def test_same_with_a_covered_motor_and_labour_shared(self):
        parts = ((self.motor, 1), (self.bearing, 1), (self.seal, 1))
        tried, order = self._check_same(self._try(parts=parts))
        shares = {row["product"]: row["share"] for row in tried["rows"]}
        self.assertEqual(shares[self.motor], 100)
        self.assertEqual(shares[self.labour], 60)
        self.assertEqual(order.amount_paid, tried["untaxed"])

    def test_same_with_taxes_included_in_the_price(self):
        self._check_taxes(True)

    def test_same_with_taxes_on_top(self):
        self._check_taxes(False)

    def _check_taxes(self, is_included):
        tax = self.env["account.tax"].create(
            {
                "name": "13 %",
                "amount": 13,
                "price_include_override": (
                    "tax_included" if is_included else "tax_excluded"
                ),
            }
        )
        products = self.labour | self.extra | self.travel | self.odd | self.bearing
        products.taxes_id = tax
        parts = ((self.bearing, 1), (self.odd, 3))
        tried, _order = self._check_same(self._try(parts=parts, hours=1.7))
        self.assertTrue(tried["taxes"])

    def test_same_with_a_fiscal_position_and_a_discount(self):
        group = self.env.company.account_fiscal_country_id
        old, new = self.env["account.tax"].create(
            [
                {"name": "13 %", "amount": 13, "country_id": group.id},
                {"name": "3 %", "amount": 3, "country_id": group.id},
            ]
        )
        position = self.env["account.fiscal.position"].create({"name": "Export"})
        new.write({"fiscal_position_ids": position.ids, "original_tax_ids": old.ids})
        (self.labour | self.extra | self.travel | self.odd).taxes_id = old
        self.customer.property_account_position_id = position
        item = {"compute_price": "percentage", "percent_price": 7}
        self._give_price_list(item_ids=[Command.create(item)])
        tried, _order = self._check_same(self._try(parts=((self.odd, 3),)))
        self.assertAlmostEqual(tried["taxes"], tried["untaxed"] * 0.03, 1)

    def test_same_in_another_currency(self):
        currency = self.env["res.currency"].create(
            {
                "name": "TST",
                "symbol": "T",
                "rate_ids": [Command.create({"name": "2026-01-01", "rate": 7.13})],
            }
        )
        self._give_price_list(currency_id=currency.id)
        tried, _order = self._check_same(self._try(parts=((self.odd, 3),)))
        self.assertEqual(tried["currency"], currency)

    def test_same_for_an_emergency(self):
        self._create_rule(
            "Emergency", "surcharge", self.extra, when="emergency", percent=30
        )
        tried, _order = self._check_same(self._try(is_emergency=True))
        self.assertEqual(
            [row["untaxed"] for row in tried["rows"]], [600.0, 60.0, 180.0, 80.0]
        )

    def test_same_with_a_surcharge_on_travel(self):
        self.night_rule.is_on_travel = True
        night = datetime(2026, 3, 9, 23, 0)
        tried, order = self._check_same(self._try(date_start=night, hours=1))
        row = tried["rows"][-1]
        self.assertEqual(
            (row["product"], row["name"], row["untaxed"]),
            (self.travel, f"{self.travel.name} – Night", 40),
        )
        self.assertIn("Night, on travel: 50 %, trips: 1.", row["why"])
        self.assertIn("work and travel", self.night_rule.conditions_text)
        self.assertEqual(order.amount_paid, tried["untaxed"])

    def test_refused_repair_costs_the_check(self):
        attempt = self._try(is_refused=True, parts=((self.bearing, 1),))
        rows = attempt._get_result()["rows"]
        self.assertEqual(
            [(row["name"], row["untaxed"]) for row in rows], [("Check fee", 90)]
        )

    def test_nothing_is_stored(self):
        models = ("after.sales.order", "sale.order", "after.sales.decision")
        before = [self.env[model].search_count([]) for model in models]
        attempt = self._try(parts=((self.motor, 1),))
        self.assertIn("Labour by the hour", attempt.table)
        self.env.flush_all()
        self.assertEqual([self.env[model].search_count([]) for model in models], before)

    def test_form_answers_while_one_types(self):
        wizard = self.env["after.sales.price.try"].with_user(self.agent)
        form = Form(wizard)
        form.unit_id = self.unit
        self.assertEqual(form.partner_id, self.customer)
        form.date_start = datetime(2026, 3, 9, 9, 0)
        form.hours = 1
        self.assertIn("200.00", form.table)
        form.hours = 3
        self.assertIn("600.00", form.table)

    def test_attempt_becomes_an_order(self):
        attempt = self._try(self.agent, parts=((self.bearing, 1),))
        action = attempt.action_create_order()
        order = self.env["after.sales.order"].browse(action["res_id"])
        self.assertEqual(order.amount_paid, attempt._get_result()["untaxed"])
        with self.assertRaises(AccessError):
            self._try(self.technician).action_create_order()

    def test_portal_user_tries_nothing(self):
        portal = new_test_user(self.env, "portal.try", groups="base.group_portal")
        with self.assertRaises(AccessError):
            self._try(portal)
