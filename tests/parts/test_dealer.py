import io
from zipfile import ZipFile

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.http import Request
from odoo.tests import HttpCase, freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .common import METHODS, PartsCommon


class DealerCommon(PartsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls._create_partner(name="Kunshan Pumps")
        cls.dealer = cls.env["after.sales.dealer"].create(
            {"partner_id": cls.partner.id, "warehouse_id": cls.warehouse.id}
        )
        cls.dealer.action_create_place()
        cls.place = cls.dealer.location_id
        cls.part.list_price = 25.0

    def _supply(self, part, quantity, dealer=None):
        """Send parts with the native transfer the button opens."""
        self._put_in_stock(part, quantity)
        context = (
            (dealer or self.dealer).with_user(self.clerk).action_supply()["context"]
        )
        picking = (
            self.env["stock.picking"]
            .with_user(self.clerk)
            .with_context(**context)
            .create(
                {
                    "move_ids": [
                        Command.create(
                            {
                                "product_id": part.id,
                                "product_uom_qty": quantity,
                                "location_id": context["default_location_id"],
                                "location_dest_id": context["default_location_dest_id"],
                            }
                        )
                    ]
                }
            )
        )
        picking.action_confirm()
        picking.move_ids.picked = True
        picking.button_validate()
        return picking

    def _report(self, *rows, user=None):
        """Return a report of ``(part, quantity, payer)``."""
        return (
            self.env["after.sales.dealer.use"]
            .with_user(user or self.clerk)
            .create(
                {
                    "dealer_id": self.dealer.id,
                    "line_ids": [
                        Command.create(
                            {"product_id": part.id, "quantity": quantity}
                            | {"payer": payer, "unit_serial": "PX2-004711"}
                        )
                        for part, quantity, payer in rows
                    ],
                }
            )
        )

    def _create_statement(self, **vals):
        return (
            self.env["after.sales.dealer.statement"]
            .with_user(self.clerk)
            .create(
                {
                    "dealer_id": self.dealer.id,
                    "date_from": "2026-02-01",
                    "date_to": "2026-02-28",
                }
                | vals
            )
        )


@tagged("post_install", "-at_install")
class TestDealer(DealerCommon):
    """Parts at a dealer are ours until used; the month is added up and confirmed."""

    def test_each_dealer_has_one_place_below_the_warehouse(self):
        self.dealer.action_create_place()
        self.assertEqual(self.dealer.location_id, self.place)
        self.assertEqual(
            self.place.location_id, self.warehouse.after_sales_dealers_location_id
        )
        self.assertEqual(self.place.warehouse_id, self.warehouse)
        bare = self.env["after.sales.dealer"].create(
            {"partner_id": self.customer.id, "warehouse_id": self.warehouse.id}
        )
        for act in (bare.action_supply, bare.action_view_stock):
            with self.assertRaisesRegex(UserError, "has no place for parts yet"):
                act()

    def test_a_native_rule_supplies_the_dealer(self):
        self._put_in_stock(self.part, 10)
        self.env["stock.warehouse.orderpoint"].with_context(
            **self.dealer.action_view_rules()["context"]
        ).create(
            {
                "product_id": self.part.id,
                "product_min_qty": 2,
                "product_max_qty": 5,
                "trigger": "manual",
            }
        ).action_replenish()
        move = self.env["stock.move"].search([("product_id", "=", self.part.id)])
        self.assertEqual(
            move.picking_type_id, self.warehouse.after_sales_dealer_type_id
        )
        self.assertEqual((move.location_dest_id, move.product_uom_qty), (self.place, 5))

    def test_used_parts_leave_by_native_transfers_one_per_payer(self):
        self._supply(self.part, 6)
        use = self._report((self.part, 2, "dealer"), (self.part, 1, "warranty"))
        use.action_confirm()
        self.assertEqual(self._get_quantity(self.part, self.place), 3)
        self.assertEqual(
            set(use.picking_ids.location_dest_id),
            {
                self.env.ref("stock.stock_location_customers"),
                self.company.after_sales_warranty_location_id,
            },
        )
        self.assertEqual(set(use.picking_ids.mapped("state")), {"done"})
        with self.assertRaisesRegex(UserError, "cannot become"):
            use.action_confirm()
        with self.assertRaisesRegex(UserError, "is closed"):
            use.line_ids[:1].quantity = 9

    def test_more_than_is_there_moves_nothing(self):
        self._supply(self.part, 2)
        use = self._report((self.part, 1, "warranty"), (self.part, 2, "dealer"))
        with self.assertRaisesRegex(UserError, "has 2 Motor M4, but 3 are reported"):
            use.action_confirm()
        self.assertEqual(self._get_quantity(self.part, self.place), 2)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self._report((self.part, 0, "dealer"))

    def test_parts_at_the_dealer_are_ours_and_cost_once(self):
        for method in METHODS:
            with self.subTest(method=method):
                part = self._create_part(f"Dealt {method}", standard_price=10.0)
                self._set_valuation(part, method, "real_time")
                move = self.env["stock.move"].create(
                    {
                        "product_id": part.id,
                        "product_uom": part.uom_id.id,
                        "product_uom_qty": 4,
                        "quantity": 4,
                        "picked": True,
                        "location_id": self.env.ref(
                            "stock.stock_location_suppliers"
                        ).id,
                        "location_dest_id": self.warehouse.lot_stock_id.id,
                    }
                )
                move._action_done()
                self.assertEqual(part.total_value, 40.0)
                self._put_in_stock(part, -4)  # the factory lays its own in again
                picking = self._supply(part, 4)
                self.assertEqual(part.total_value, 40.0)
                self.assertFalse(picking.move_ids.account_move_id)
                use = self._report((part, 1, "warranty"))
                use.action_confirm()
                self.assertEqual(part.total_value, 30.0)
                cost = self.company.after_sales_warranty_location_id
                entry = use.picking_ids.move_ids.account_move_id
                self.assertEqual(
                    entry.line_ids.filtered(
                        lambda row, account=cost.valuation_account_id: (
                            row.account_id == account
                        )
                    ).balance,
                    10.0,
                )

    def test_the_month_adds_up_and_is_frozen_when_sent(self):
        self.company.partner_id.tz = "UTC"
        with freeze_time("2026-01-20"):
            self._supply(self.part, 10)
        with freeze_time("2026-02-10"):
            self._supply(self.part, 4)
            self._report(
                (self.part, 3, "dealer"), (self.part, 1, "warranty")
            ).action_confirm()
            context = self.dealer.action_take_back()["context"]
            back = (
                self.env["stock.picking"]
                .with_context(**context)
                .create(
                    {
                        "move_ids": [
                            Command.create(
                                {
                                    "product_id": self.part.id,
                                    "product_uom_qty": 2,
                                    "location_id": self.place.id,
                                    "location_dest_id": context[
                                        "default_location_dest_id"
                                    ],
                                }
                            )
                        ]
                    }
                )
            )
            back.action_confirm()
            back.move_ids.picked = True
            back.button_validate()
            count = self.env["after.sales.count"].create({"location_id": self.place.id})
            count.line_ids = [
                Command.create({"product_id": self.part.id, "quantity_counted": 7})
            ]
            count.with_user(self.clerk).action_submit()
            count.with_user(self.supervisor).action_approve()
        with freeze_time("2026-03-01 00:00:01"):
            self._supply(self.part, 50)
        statement = self._create_statement()
        statement.action_send()
        line = statement.line_ids
        self.assertEqual(
            [line.opening, line.supplied, line.used, line.returned, line.counted],
            [10, 4, 4, 2, -1],
        )
        self.assertEqual(line.closing, 7)
        self.assertEqual(
            line.opening + line.supplied + line.counted,
            line.used + line.returned + line.closing,
        )
        self.assertEqual((line.charged, line.amount), (3, 75.0))
        self.assertEqual(statement.amount_owed, 75.0)
        for act in (
            statement.action_compute,
            lambda: statement.write({"date_to": "2026-02-27"}),
            statement.sudo().unlink,
        ):
            with self.assertRaisesRegex(UserError, "cannot be changed|access rights"):
                act()
        with ZipFile(io.BytesIO(statement._get_xlsx())) as book:
            self.assertIn(
                b"Motor M4", b"".join(book.read(name) for name in book.namelist())
            )
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html(
                "after_sales_service.report_dealer_statement", statement.ids
            )[0]
            .decode()
        )
        self.assertIn(statement.name, html)
        self.assertIn("Motor M4", html)

    @freeze_time("2026-03-02")
    def test_the_job_drafts_last_month_once(self):
        statements = self.env["after.sales.dealer.statement"]
        statements._cron_create()
        statements._cron_create()
        found = statements.search([("dealer_id", "=", self.dealer.id)])
        self.assertEqual(len(found), 1)
        self.assertEqual(f"{found.date_from} {found.date_to}", "2026-02-01 2026-02-28")

    def test_rights(self):
        statement = self._create_statement()
        use = self._report((self.part, 1, "dealer"))
        for user in (self.technician, self.agent):
            for record in (self.dealer, statement, use):
                with self.assertRaises(AccessError):
                    record.with_user(user).read(["id"])
        with self.assertRaises(AccessError):
            use.with_user(self.supervisor).action_confirm()
        with self.assertRaises(AccessError):
            statement.with_user(self.auditor).action_send()


@tagged("post_install", "-at_install")
class TestDealerPortal(DealerCommon, HttpCase):
    """Dealers see, confirm and report their own, and nobody else's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(
            cls.env, login="dealer", password="dealerdealer", groups="base.group_portal"
        )
        cls.user.partner_id.parent_id = cls.partner
        cls.other = cls.env["after.sales.dealer"].create(
            {"partner_id": cls.customer.id, "warehouse_id": cls.warehouse.id}
        )
        cls.other.action_create_place()

    def _post(self, url, **data):
        return self.url_open(url, data=data | {"csrf_token": Request.csrf_token(self)})

    def test_the_dealer_answers_the_own_statement_only(self):
        self._supply(self.part, 3)
        own = self._create_statement(date_from="2020-01-01", date_to="2030-12-31")
        draft = self._create_statement(date_from="2019-01-01", date_to="2019-12-31")
        foreign = self._create_statement(dealer_id=self.other.id)
        (own | foreign).action_send()
        self.authenticate("dealer", "dealerdealer")
        page = self.url_open("/my/dealer-statements").text
        self.assertIn(own.name, page)
        self.assertNotIn(foreign.name, page)
        self.assertNotIn(draft.name, page)
        self.assertIn("Motor M4", self.url_open(own.access_url).text)
        for hidden in (foreign, draft):
            response = self.url_open(hidden.access_url)
            self.assertTrue(response.url.endswith("/my"), response.url)
            self._post(f"{hidden.access_url}/answer", answer="right")
            sheet = self.url_open(f"/after-sales/dealer-statement/{hidden.id}/xlsx")
            self.assertEqual(sheet.status_code, 404)
        self.assertEqual((foreign.state, draft.state), ("sent", "draft"))
        sheet = self.url_open(f"/after-sales/dealer-statement/{own.id}/xlsx")
        self.assertEqual(sheet.content[:2], b"PK")
        self._post(f"{own.access_url}/answer", answer="wrong", text=" ")
        self.assertEqual(own.state, "sent")
        self._post(f"{own.access_url}/answer", answer="wrong", text="<b>One lost</b>")
        self.assertEqual((own.state, own.answer), ("disputed", "<b>One lost</b>"))
        self.assertNotIn("<b>One lost", self.url_open(own.access_url).text)
        own.action_settle()
        self.assertEqual(own.state, "confirmed")

    def test_the_dealer_reports_what_stands_there(self):
        self._supply(self.part, 3)
        self.authenticate("dealer", "dealerdealer")
        page = self.url_open("/my/dealer-statements").text
        self.assertIn("Motor M4", page)
        uses = self.env["after.sales.dealer.use"]
        for part, quantity in ((self.part, 4), (self.part, -1), (self.other_part, 1)):
            self._post("/my/dealer-use", product_id=part.id, quantity=quantity)
        self._post("/my/dealer-use", product_id="x", quantity="y")
        self.assertFalse(uses.search([("dealer_id", "=", self.dealer.id)]))
        self._post(
            "/my/dealer-use",
            product_id=self.part.id,
            quantity=2,
            unit_serial="PX2-9",
            payer="warranty",
        )
        use = uses.search([("dealer_id", "=", self.dealer.id)])
        self.assertEqual(use.state, "draft")
        self.assertEqual(
            (use.line_ids.quantity, use.line_ids.payer, use.line_ids.unit_serial),
            (2, "warranty", "PX2-9"),
        )
        self.assertEqual(self._get_quantity(self.part, self.place), 3)
