from odoo import Command
from odoo.tests import freeze_time, tagged

from .common import DecisionCommon


@tagged("post_install", "-at_install")
class TestOpenOrders(DecisionCommon):
    """What the office changes elsewhere reaches orders that are under way."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._create_story(cls)
        cls.on_motor, cls.on_frame = cls.order.line_ids[:2]

    def _create_contract(self):
        return (
            self.env["after.sales.contract"]
            .with_user(self.supervisor)
            .create(
                {
                    "partner_id": self.customer.id,
                    "user_id": self.supervisor.id,
                    "date_start": "2026-01-01",
                    "date_end": "2026-12-31",
                    "line_ids": [Command.create({"unit_id": self.unit.id})],
                }
            )
        )

    def _assert_frame(self, category, share):
        self.assertEqual(
            (self.on_frame.category, self.on_frame.share), (category, share)
        )

    def test_another_order_of_covers(self):
        self._create_contract().action_activate()
        self.assertEqual(self.on_motor.category, "C")
        ranks = self.env["after.sales.cover.priority"].with_user(self.manager)
        first = ranks.create({"kind": "contract", "rank": 5})
        self.assertEqual(self.on_motor.category, "B")
        first.rank = 90
        self.assertEqual(self.on_motor.category, "C")
        first.rank = 5
        first.unlink()
        self.assertEqual(self.on_motor.category, "C")

    def test_the_same_order_of_covers_written_down_decides_nothing(self):
        self.env.flush_all()
        rows = self.order.line_ids.decision_ids
        self.order.line_ids.sudo().write({"share": 33})
        self.env["after.sales.cover.priority"].action_open()
        self.assertEqual(self.order.line_ids.mapped("share"), [33] * 5)
        self.assertEqual(self.order.line_ids.decision_ids, rows)

    def test_a_cause_begins_to_void_covers(self):
        cause = self.misuse.copy({"code": "C-T3", "cover_effect": "keeps"})
        self.order.cause_id = cause
        self.assertEqual(self.on_motor.category, "C")
        cause.with_user(self.manager).cover_effect = "voids"
        self.assertEqual(self.on_motor.category, "A")
        cause.with_user(self.manager).cover_effect = "keeps"
        self.assertEqual(self.on_motor.category, "C")

    def test_a_finished_order_is_flagged_and_an_invoiced_one_left(self):
        cause = self.misuse.copy({"code": "C-T3", "cover_effect": "keeps"})
        self.order.cause_id = cause
        for state, is_flagged in (("reviewed", False), ("done", True)):
            self.order.sudo()._write({"state": state})
            self.order.invalidate_recordset()
            cause.cover_effect = "voids"
            self.assertEqual(self.on_motor.category, "C")
            self.assertEqual(self.on_motor.is_review_needed, is_flagged, state)
            cause.cover_effect = "keeps"

    def test_better_terms_are_applied_to_sold_units(self):
        self._assert_frame("A", 0)
        policy = self.unit._get_own_policy()
        better = policy._create_version()
        better.date_from = "2026-01-01"
        better.line_ids[0].term = 36
        better.action_put_in_force()
        self._assert_frame("A", 0)
        better.with_user(self.manager)._apply_to_units(self.unit, "Weak frames")
        self._assert_frame("C", 100)

    @freeze_time("2026-01-05 08:00:00")
    def test_an_extension_is_sold(self):
        extension = self.env["after.sales.extension"].create(
            {
                "name": "12 months more",
                "covered_tmpl_ids": [Command.set(self.pump.product_tmpl_id.ids)],
            }
        )
        product = self._create_product(
            name="Pump care",
            type="service",
            is_storable=False,
            after_sales_extension_id=extension.id,
        )
        sale = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "after_sales_unit_ids": [Command.set(self.unit.ids)],
                        }
                    )
                ],
            }
        )
        self._assert_frame("A", 0)
        sale.action_confirm()
        self._assert_frame("C", 100)

    def test_a_contract_begins_rests_and_ends(self):
        contract = self._create_contract()
        self._assert_frame("A", 0)
        with freeze_time("2026-01-01 08:00:00"):
            contract.action_activate()
        self._assert_frame("B", 100)
        with freeze_time("2026-03-05 08:00:00"):
            contract._suspend("Not paid")
        self._assert_frame("A", 0)
        with freeze_time("2026-03-08 08:00:00"):
            contract.action_activate()
        self._assert_frame("B", 100)
        with freeze_time("2026-03-09 08:00:00"):
            contract._terminate("Sold")
        self._assert_frame("A", 0)

    def _open_with_trip(self, day):
        order = self._create_order(unit_id=self.unit.id, date_fault=day)
        self.env["after.sales.order.line"].create(
            {"order_id": order.id, "product_id": self.trip.id, "quantity": 1}
        )
        return order

    def _sign_for_years(self, **vals):
        self.order._move_to("cancel")
        contract = self._create_contract()
        contract.write(
            {
                "date_end": "2027-12-31",
                "quota_visits": 1,
                "quota_period": "year",
                "share_part": 0,
            }
            | vals
        )
        self.env["after.sales.cover.priority"].create({"kind": "contract", "rank": 5})
        contract.action_activate()
        return contract

    def test_orders_decided_at_once_look_at_the_quota_of_their_own_year(self):
        self._sign_for_years()
        days = ("2027-02-01", "2026-05-01", "2026-06-01")
        orders = [self._open_with_trip(day) for day in days]
        lines = orders[0].line_ids | orders[1].line_ids | orders[2].line_ids
        for _again in range(2):
            self.assertEqual(lines.mapped("category"), ["B", "B", "A"])
            lines._decide()

    def test_what_an_earlier_day_takes_is_not_carried_over(self):
        self._sign_for_years(is_quota_carried=True)
        days = ("2026-05-01", "2027-02-01", "2027-03-01", "2027-04-01")
        orders = [self._open_with_trip(day) for day in days]
        lines = orders[0].line_ids
        for order in orders[1:]:
            lines |= order.line_ids
        for _again in range(2):
            # One visit a year: two years give two, however they are decided.
            self.assertEqual(lines.mapped("category"), ["B", "B", "A", "A"])
            lines._decide()

    def test_an_amendment_gives_open_orders_more_or_less(self):
        contract = self._sign_for_years(quota_period="contract")
        lines = self._open_with_trip("2026-05-01").line_ids
        lines |= self._open_with_trip("2026-06-01").line_ids
        self.assertEqual(lines.mapped("category"), ["B", "A"])
        for visits, categories in ((2, ["B", "B"]), (1, ["B", "A"])):
            action = contract.with_user(self.supervisor).action_amend()
            self.env[action["res_model"]].with_user(self.supervisor).with_context(
                **action["context"]
            ).create({"quota_visits": visits, "reason": "Agreed"}).action_apply()
            self.assertEqual(lines.mapped("category"), categories)
