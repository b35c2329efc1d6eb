from contextlib import closing
from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import AccessError, UserError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, Form, freeze_time, new_test_user, tagged
from odoo.tests.common import get_db_name
from odoo.tools import format_date, mute_logger

from .common import METHODS, PartsCommon

SIGNATURE = (
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAA"
    b"AABJRU5ErkJggg=="
)


class LoanCommon(PartsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pump = cls._create_product(
            name="PX2 dosing pump", tracking="serial", after_sales_register="unit"
        )
        cls.lots = cls._create_lots(cls.pump, ["LOAN-1", "LOAN-2"])
        cls.pool = cls.warehouse.after_sales_loaners_location_id
        for lot in cls.lots:
            cls._put_in_stock(cls.pump, 1, cls.pool, lot)
        cls.lent = cls.company.after_sales_loan_location_id

    def _create_loan(self, **vals):
        return self.env["after.sales.loan"].create(
            {
                "partner_id": self.customer.id,
                "product_id": self.pump.id,
                "lot_id": self.lots[0].id,
                "date_from": "2026-03-02",
                "date_due": "2026-03-16",
            }
            | vals
        )

    def _hand_over(self, loan, user=None):
        loan.with_user(user or self.agent)._hand_over(
            "Ms Li", SIGNATURE, condition_out="good", checklist_out="Cable, hoses"
        )


@tagged("post_install", "-at_install")
class TestLoan(LoanCommon):
    """A loaner is promised once, signed for, called back, checked, and stays ours."""

    @freeze_time("2026-03-02 08:00:00")
    def test_from_the_order_to_the_shelf_again(self):
        order = self._create_order()
        action = order.with_user(self.technician).action_lend()
        form = Form(
            self.env["after.sales.loan"]
            .with_user(self.technician)
            .with_context(**action["context"])
        )
        self.assertEqual(form.partner_id, self.customer)
        self.assertEqual(f"{form.date_due}", "2026-03-16")
        form.product_id = self.pump
        self.assertEqual(form.lot_id, self.lots[0])
        loan = form.save()
        loan.action_reserve()
        wizard = Form(
            self.env["after.sales.loan.out"]
            .with_user(self.technician)
            .with_context(**loan.action_hand_over()["context"])
        )
        self.assertEqual(wizard.signed_by, self.customer.name)
        wizard.checklist = "Cable, hoses"
        wizard.signature = SIGNATURE.decode()
        wizard.save().action_apply()
        self.assertEqual(loan.state, "out")
        self.assertEqual(loan.condition_out, "good")
        picking = loan.sudo().picking_ids
        self.assertEqual(
            picking.picking_type_id, self.warehouse.after_sales_loan_out_type_id
        )
        self.assertEqual(picking.partner_id, self.customer)
        self.assertEqual(picking.state, "done")
        self.assertEqual(self._get_quantity(self.pump, self.lent), 1)
        self.assertEqual(order.loan_count, 1)
        back = Form(
            self.env["after.sales.loan.back"]
            .with_user(self.technician)
            .with_context(**loan.action_take_back()["context"])
        )
        back.condition = "worn"
        back.save().action_apply()
        self.assertEqual(loan.state, "returned")
        self.assertEqual(self._get_quantity(self.pump, self.pool), 2)
        self.assertEqual(self._get_quantity(self.pump, self.lent), 0)

    def test_nobody_promises_a_loaner_twice(self):
        first = self._create_loan()
        first.action_reserve()
        second = self._create_loan(date_from="2026-03-16", date_due="2026-03-20")
        with self.assertRaisesRegex(UserError, "LOAN-1 is promised to Jiangnan"):
            second.action_reserve()
        self.assertEqual(second.free_lot_ids, self.lots[1])
        second.date_from = "2026-03-17"
        self.assertEqual(second.free_lot_ids, self.lots)
        second.action_reserve()
        self.assertEqual(second.state, "reserved")

    def test_a_promise_that_is_extended_must_not_run_into_the_next(self):
        first = self._create_loan()
        first.action_reserve()
        second = self._create_loan(date_from="2026-03-20", date_due="2026-03-25")
        second.action_reserve()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            first.date_due = "2026-03-21"
            first.flush_recordset()

    @freeze_time("2026-03-30")
    def test_what_is_overdue_is_not_free(self):
        loan = self._create_loan()
        loan.action_reserve()
        self._hand_over(loan)
        self.assertTrue(loan.is_overdue)
        self.assertEqual(loan.days_late, 14)
        late = self.env["after.sales.loan"].search([("is_overdue", "=", True)])
        self.assertEqual(late, loan)
        other = self._create_loan(date_from="2026-04-01", date_due="2026-04-05")
        self.assertEqual(other.free_lot_ids, self.lots[1])
        with self.assertRaisesRegex(UserError, "is promised to"):
            other.action_reserve()

    def test_wrong_order_of_steps_moves_nothing(self):
        loan = self._create_loan()
        with self.assertRaisesRegex(UserError, "“Draft” and cannot become “On loan”"):
            self._hand_over(loan)
        loan.action_reserve()
        with self.assertRaisesRegex(UserError, "cannot become “Back with us”"):
            loan.with_user(self.agent)._take_back("good")
        with self.assertRaisesRegex(UserError, "enter the name and sign"):
            loan._hand_over("Ms Li", False, condition_out="good")
        with self.assertRaisesRegex(UserError, "which condition the loaner leaves"):
            loan._hand_over("Ms Li", SIGNATURE)
        self.assertFalse(loan.picking_ids)
        self._hand_over(loan)
        with self.assertRaisesRegex(UserError, "Describe what is damaged"):
            loan._take_back("damaged")
        with self.assertRaisesRegex(UserError, "cannot become “On loan”"):
            self._hand_over(loan)
        self.assertEqual(len(loan.picking_ids), 1)

    def test_a_loaner_that_is_not_on_the_shelf_is_not_handed_over(self):
        loan = self._create_loan()
        loan.action_reserve()
        self._put_in_stock(self.pump, -1, self.pool, self.lots[0])
        with self.assertRaisesRegex(UserError, "LOAN-1 does not stand in"):
            self._hand_over(loan)
        stray = self._create_lots(self.pump, ["STRAY"])
        self._put_in_stock(self.pump, 1, None, stray)
        other = self._create_loan(lot_id=stray.id)
        with self.assertRaisesRegex(UserError, "STRAY is not among the loaners"):
            other.action_reserve()

    def test_the_loaner_must_be_of_its_product_and_company(self):
        with self.assertRaisesRegex(UserError, "LOAN-1 is no Valve"):
            self._create_loan(
                product_id=self._create_product(name="Valve", tracking="serial").id
            )
        lot = self._create_lots(self.part, ["LOT-1"])
        with self.assertRaisesRegex(UserError, "has no serial numbers"):
            self._create_loan(product_id=self.part.id, lot_id=lot.id)
        company = self.env["res.company"].create({"name": "Second"})
        house = self.env["stock.warehouse"].search([("company_id", "=", company.id)])
        with self.assertRaisesRegex(UserError, "Second"):
            self._create_loan(warehouse_id=house.id)

    def test_the_loaner_stays_our_stock(self):
        for method in METHODS:
            with self.subTest(method=method):
                pump = self._create_product(
                    name=method, tracking="serial", standard_price=100.0
                )
                self._set_valuation(pump, method, "real_time")
                lots = self._create_lots(pump, [f"{method}-1", f"{method}-2"])
                for lot, price in zip(lots, (100.0, 300.0), strict=True):
                    move = self.env["stock.move"].create(
                        {
                            "product_id": pump.id,
                            "product_uom": pump.uom_id.id,
                            "product_uom_qty": 1,
                            "location_id": self.env.ref(
                                "stock.stock_location_suppliers"
                            ).id,
                            "location_dest_id": self.pool.id,
                        }
                    )
                    move._action_confirm()
                    move.write({"quantity": 1, "lot_ids": lot.ids, "picked": True})
                    move._action_done()
                    if method != "standard":
                        move.value_manual = price
                value = pump.total_value
                self.assertEqual(value, 200.0 if method == "standard" else 400.0)
                loan = self._create_loan(product_id=pump.id, lot_id=lots[0].id)
                loan.action_reserve()
                self._hand_over(loan)
                self.assertEqual(pump.total_value, value)
                loan._take_back("good")
                self.assertEqual(pump.total_value, value)
                moves = loan.picking_ids.move_ids
                self.assertEqual(len(moves), 2)
                self.assertFalse(moves.account_move_id)
                self.assertFalse(any(moves.mapped("is_out")))

    def test_the_cards_of_both_units_tell_of_the_loan(self):
        own = self._create_unit(self.pump, name="PX2-004711")
        loan = self._create_loan(order_id=self._create_order(unit_id=own.id).id)
        loan.action_reserve()
        self._hand_over(loan)
        card = self.env["after.sales.unit"].search([("lot_id", "=", self.lots[0].id)])
        self.assertEqual(card.place, "loan")
        due = format_date(self.env, loan.date_due)
        self.assertEqual(
            card.loan_text, f"On loan to Jiangnan Water Works until {due}."
        )
        self.assertIn("works with our loaner LOAN-1", own.loan_text)
        self.assertFalse(card.cover_ids)
        loan.with_user(self.clerk)._take_back("good")
        self.env.invalidate_all()
        self.assertEqual(card.place, "returned")
        self.assertFalse(card.loan_text or own.loan_text)

    def test_a_native_return_closes_the_loan_and_asks_for_the_check(self):
        loan = self._create_loan()
        loan.action_reserve()
        self._hand_over(loan)
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=loan.picking_ids.id, active_model="stock.picking")
            .create({})
        )
        wizard.product_return_moves.quantity = 1
        back = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        self.assertEqual(
            back.picking_type_id, self.warehouse.after_sales_loan_in_type_id
        )
        back.move_ids.picked = True
        back.button_validate()
        self.assertEqual(loan.state, "returned")
        self.assertTrue(loan.is_check_missing)
        self.assertEqual(self._get_quantity(self.pump, self.pool), 2)
        loan.with_user(self.agent)._take_back("good")
        self.assertFalse(loan.is_check_missing)
        self.assertEqual(len(loan.picking_ids), 2)

    def test_reminders_climb_each_rung_once(self):
        loan = self._create_loan(
            user_id=self.agent.id, order_id=self._create_order().id
        )
        loan.action_reserve()
        self._hand_over(loan)
        start = len(loan.message_ids)
        due = fields.Date.to_date("2026-03-16")
        seen = []
        for days in (-5, -2, -1, 0, 1, 2, 7, 14, 20):
            with freeze_time(due + timedelta(days=days)):
                self.env["after.sales.loan"]._cron_remind()
            seen.append((len(loan.message_ids) - start, loan.activity_ids.user_id))
        nobody = self.env["res.users"]
        self.assertEqual(
            seen,
            [
                (0, nobody),
                (1, nobody),
                (1, nobody),
                (1, nobody),
                (2, self.agent),
                (2, self.agent),
                (3, self.agent),
                (4, self.supervisor),
                (4, self.supervisor),
            ],
        )
        self.assertIn(self.customer, loan.message_ids[0].partner_ids)
        self.assertIn("was due back on 03/16/2026", loan.message_ids[0].body)
        loan._take_back("good")
        self.assertFalse(loan.activity_ids)

    def test_late_and_damage_go_on_the_quotation_of_the_order_once(self):
        self.company.after_sales_loan_day_price = 50.0
        order = self._create_order()
        loan = self._create_loan(order_id=order.id)
        loan.action_reserve()
        self._hand_over(loan)
        with self.assertRaisesRegex(UserError, "has not come back"):
            loan.action_charge()
        with freeze_time("2026-03-19 10:00:00"):
            loan.with_user(self.agent)._take_back("damaged", "Housing cracked")
        self.assertEqual(loan.amount_late, 150.0)
        loan.with_user(self.agent).amount_damage = 800.0
        loan.with_user(self.agent).action_charge()
        quotation = order.sale_order_ids
        self.assertEqual(quotation.amount_untaxed, 950.0)
        self.assertEqual(len(quotation.order_line), 2)
        self.assertIn("Housing cracked", quotation.order_line[1].name)
        with self.assertRaisesRegex(UserError, f"quotation {quotation.name} already"):
            loan.action_charge()
        # The lines stay when the order's own lines are quoted.
        quotation._after_sales_refresh()
        self.assertEqual(quotation.amount_untaxed, 950.0)
        quotation._action_cancel()
        loan.action_charge()
        self.assertEqual(len(order.sale_order_ids), 2)

    def test_the_clerk_charges_and_stays_on_the_loan(self):
        """A warehouse user reads orders, but the quotation's form would refuse."""
        loan = self._create_loan()
        loan.action_reserve()
        self._hand_over(loan)
        loan.with_user(self.clerk)._take_back("damaged", "Housing cracked")
        loan.with_user(self.clerk).amount_damage = 350.0
        self.assertIs(loan.with_user(self.clerk).action_charge(), True)
        quotation = loan.sale_line_ids.order_id
        self.assertEqual(quotation.amount_untaxed, 350.0)
        quotation._action_cancel()
        self.env.user.group_ids += self.env.ref("sales_team.group_sale_salesman")
        action = loan.action_charge()
        self.assertEqual(action["res_model"], "sale.order")

    def test_nothing_to_charge_is_said(self):
        loan = self._create_loan()
        loan.action_reserve()
        self._hand_over(loan)
        with freeze_time("2026-03-10"):
            loan._take_back("good")
        with self.assertRaisesRegex(UserError, "Nothing is to be charged"):
            loan.action_charge()

    def test_rights(self):
        loan = self._create_loan(user_id=self.agent.id)
        stranger = self._create_stranger()
        with self.assertRaises(AccessError):
            loan.with_user(stranger).read(["name"])
        with self.assertRaises(AccessError):
            loan.with_user(stranger).action_reserve()
        with self.assertRaises(AccessError):
            loan.with_user(self.auditor).action_reserve()
        loan.with_user(self.agent).action_reserve()
        with self.assertRaisesRegex(UserError, "buttons"):
            loan.with_user(self.agent).write({"signed_by": "Me"})
        with self.assertRaisesRegex(UserError, "state cannot be written"):
            loan.with_user(self.agent).write({"state": "returned"})
        with self.assertRaisesRegex(UserError, "promised already"):
            loan.with_user(self.agent).write({"lot_id": self.lots[1].id})
        company = self.env["res.company"].create({"name": "Second"})
        foreigner = new_test_user(
            self.env,
            login="foreign.agent",
            groups="after_sales_service.after_sales_group_agent",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        with self.assertRaises(AccessError):
            loan.with_user(foreigner).read(["name"])
        with self.assertRaisesRegex(UserError, "tells who had our unit"):
            loan.unlink()

    def test_the_pool_shows_each_loaner_once(self):
        loan = self._create_loan()
        loan.action_reserve()
        later = self._create_loan(date_from="2026-04-01", date_due="2026-04-05")
        later.action_reserve()
        self.env.flush_all()
        pool = self.env["after.sales.loaner"].with_user(self.technician)
        rows = pool.search([("product_id", "=", self.pump.id)])
        self.assertEqual(rows.mapped("status"), ["reserved", "free"])
        self.assertFalse(rows[0].loan_id)
        self.assertEqual(rows[0].next_loan_id.sudo(), loan)
        self._hand_over(loan)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(rows.mapped("status"), ["out", "free"])
        self.assertEqual(rows[0].location_id.sudo(), self.lent)
        self.assertEqual(rows[0].loan_id.sudo(), loan)
        self.assertEqual(rows[0].next_loan_id.sudo(), later)
        self.assertEqual(str(rows[0].date_due), "2026-03-16")

    def test_the_slip_is_printed(self):
        loan = self._create_loan()
        loan.action_reserve()
        self._hand_over(loan)
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html("after_sales_service.report_loan_slip", loan.ids)[0]
            .decode()
        )
        for text in (loan.name, "LOAN-1", "Cable, hoses", "Ms Li"):
            self.assertIn(text, html)


@tagged("post_install", "-at_install")
class TestLoanRace(BaseCase):
    """Two people reserve the same loaner: two real transactions."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = self._env(cr)
            house = env["stock.warehouse"].search(
                [("company_id", "=", env.company.id)], limit=1
            )
            product = env["product.product"].create(
                {"name": "Race", "type": "consu", "is_storable": True}
                | {"tracking": "serial"}
            )
            lot = env["stock.lot"].create({"name": "RACE", "product_id": product.id})
            env["stock.quant"]._update_available_quantity(
                product, house.after_sales_loaners_location_id, 1, lot_id=lot
            )
            partner = env["res.partner"].create({"name": "Race customer"})
            loans = env["after.sales.loan"].create(
                [
                    {
                        "partner_id": partner.id,
                        "product_id": product.id,
                        "lot_id": lot.id,
                        "date_from": "2026-03-02",
                        "date_due": "2026-03-16",
                    }
                ]
                * 2
            )
            self.loan_ids = loans.ids
            self.ids = (partner.id, product.id, lot.id)
        self.addCleanup(self._clean_up)

    def _env(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})

    def _clean_up(self):
        partner_id, product_id, lot_id = self.ids
        with self.registry.cursor() as cr:
            env = self._env(cr)
            env["after.sales.loan"].browse(self.loan_ids).message_ids.unlink()
            cr.execute(
                "DELETE FROM after_sales_loan WHERE id IN %s", [tuple(self.loan_ids)]
            )
            cr.execute("DELETE FROM stock_quant WHERE lot_id = %s", [lot_id])
            env["stock.lot"].browse(lot_id).unlink()
            env["product.product"].browse(product_id).product_tmpl_id.unlink()
            env["res.partner"].browse(partner_id).unlink()

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_the_second_reservation(self):
        first_id, second_id = self.loan_ids
        with (
            closing(self.registry.cursor()) as first_cr,
            closing(self.registry.cursor()) as second_cr,
        ):
            second = self._env(second_cr)["after.sales.loan"].browse(second_id)
            self.assertEqual(second.state, "draft")
            second._check_free()  # sees nothing yet
            self._env(first_cr)["after.sales.loan"].browse(first_id).action_reserve()
            first_cr.commit()
            with self.assertRaises(IntegrityError) as caught:
                second.action_reserve()
            second_cr.rollback()
            message = second._sql_error_to_message(caught.exception)
            self.assertIn("Somebody else reserved this loaner", message)
        with closing(self.registry.cursor()) as cr:
            loans = self._env(cr)["after.sales.loan"].browse(self.loan_ids)
            self.assertEqual(loans.mapped("state"), ["reserved", "draft"])
