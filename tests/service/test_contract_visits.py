from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_cron import IrCron

from ..warranty.test_contract import ContractCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-01-01 10:00:00")
class TestContractVisits(ContractCommon):
    def _create_visited(self, *units, **vals):
        contract = self._create_contract(
            *units,
            **{
                "visit_interval": "quarter",
                "visit_lead_days": 30,
                "date_first_visit": "2026-04-01",
            }
            | vals,
        )
        contract.action_activate()
        return contract

    def _run(self, day):
        with (
            freeze_time(f"{day} 03:00:00"),
            patch.object(IrCron, "_commit_progress", return_value=60.0),
        ):
            self.env["after.sales.contract"]._cron_plan_visits()

    def test_one_order_for_all_units_of_a_site(self):
        third = self._create_unit(self.pump, name="PX2-004713", site_id=self.site.id)
        contract = self._create_visited(self.unit, self.other_unit, third)
        self._run("2026-03-01")
        self.assertFalse(contract.visit_ids)
        self.assertEqual(f"{contract.date_next_visit}", "2026-04-01")
        self._run("2026-03-02")
        visits = contract.visit_ids
        self.assertEqual(len(visits), 2)
        visit = visits.filtered(lambda row: row.site_id == self.site)
        self.assertEqual(visit.unit_ids, self.other_unit | third)
        order = visit.order_id
        self.assertRecordValues(
            order,
            [
                {
                    "kind": "inspection",
                    "partner_id": self.customer.id,
                    "site_id": self.site.id,
                    "unit_id": self.other_unit.id,
                    "state": "draft",
                    "contract_visit_id": visit.id,
                }
            ],
        )
        self.assertEqual(f"{order.date_fault}", "2026-04-01")
        checks = " ".join(order.check_ids.mapped("name"))
        self.assertIn("PX2-004712", checks)
        self.assertIn("PX2-004713", checks)
        self.assertNotIn("PX2-004711", checks)

    def test_a_year_has_four_quarters(self):
        contract = self._create_contract(visit_interval="quarter")
        self.assertEqual(
            [f"{day}" for day in contract._get_visit_dates(contract.date_end)],
            ["2026-03-31", "2026-06-30", "2026-09-30", "2026-12-31"],
        )

    def test_a_contract_entered_late_makes_up_for_no_visit(self):
        with freeze_time("2026-08-10 10:00:00"):
            contract = self._create_visited(quota_visits=2)
        self._run("2026-09-15")
        self.assertEqual(
            [f"{row.date_due}" for row in contract.visit_ids], ["2026-10-01"]
        )
        self.assertTrue(contract.visit_ids.order_id)

    def test_run_twice_is_run_once(self):
        contract = self._create_visited()
        for day in ("2026-03-02", "2026-03-02", "2026-03-20", "2026-06-15"):
            self._run(day)
        contract.with_user(self.supervisor).action_plan_visits()
        self.assertEqual(
            [f"{row.date_due}" for row in contract.visit_ids],
            ["2026-04-01", "2026-07-01"],
        )
        self.assertEqual(len(contract.visit_ids.order_ids), 2)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            contract.sudo().visit_ids[0].copy()

    def test_the_trip_is_a_line_of_the_order(self):
        trip = self._create_product(
            name="Trip", type="service", is_storable=False, after_sales_kind="travel"
        )
        zone = self.env["after.sales.zone"].create(
            {"name": "Near", "travel_product_id": trip.id}
        )
        self.customer.after_sales_zone_id = zone
        contract = self._create_visited()
        self._run("2026-03-02")
        line = contract.visit_ids.order_id.line_ids
        self.assertEqual((line.product_id, line.kind), (trip, "travel"))
        self.assertEqual((line.category, line.share), ("B", 100))

    def test_left_out_cancelled_and_planned_again(self):
        contract = self._create_visited()
        self._run("2026-03-02")
        visit = contract.visit_ids.with_user(self.supervisor)
        order = visit.order_id
        action = visit.action_skip()
        self.env[action["res_model"]].with_user(self.supervisor).with_context(
            **action["context"]
        ).create({"reason": "Plant stands still"}).action_apply()
        self.assertEqual((visit.state, order.state), ("skipped", "cancel"))
        self.assertIn("Plant stands still", contract.message_ids[0].body)
        self._run("2026-03-03")
        self.assertEqual(contract.visit_ids, visit)
        visit.action_plan_again()
        self.assertEqual(visit.state, "due")
        self.assertNotEqual(visit.order_id, order)
        with self.assertRaisesRegex(UserError, "has the service order"):
            visit.action_plan_again()

    def test_moved_planned_and_done_are_seen(self):
        contract = self._create_visited(quota_visits=4)
        self._run("2026-03-02")
        visit = contract.visit_ids
        self.assertEqual((visit.state, visit.is_moved), ("due", False))
        order = visit.order_id
        order.technician_id = self.employee
        order.date_planned = "2026-04-09 01:00:00"
        order.action_plan()
        self.assertEqual((visit.state, visit.is_moved), ("planned", True))
        self.assertEqual(f"{contract.date_next_visit}", "2026-04-09")
        self.assertEqual(contract.quota_visits_left, 3)
        self.company.after_sales_signature_required = False
        with freeze_time("2026-04-09 02:00:00"):
            order.action_start()
            order.check_ids.result = "ok"
            order.outcome = "advice"
            order.action_complete()
        self.assertEqual(visit.state, "done")
        self.assertEqual(contract.usage_ids.mapped("state"), ["used"])
        self.assertEqual(contract.quota_visits_left, 3)

    def test_what_comes_after_the_quota_is_left_out_and_seen(self):
        contract = self._create_visited(quota_visits=1)
        self._run("2026-03-02")
        self._run("2026-06-15")
        first, second = contract.visit_ids
        self.assertEqual(first.state, "due")
        self.assertEqual(second.state, "skipped")
        self.assertIn("used up", second.skip_reason)
        self.assertFalse(second.order_id)

    def test_a_rest_is_not_made_up_for(self):
        contract = self._create_visited()
        contract._suspend("Unpaid")
        self._run("2026-05-01")
        self.assertFalse(contract.visit_ids)
        with freeze_time("2026-05-10 10:00:00"):
            contract.action_activate()
        self._run("2026-06-20")
        self.assertEqual(
            [f"{row.date_due}" for row in contract.visit_ids], ["2026-07-01"]
        )

    def test_a_unit_that_joins_later_is_not_visited_before(self):
        contract = self._create_visited()
        with freeze_time("2026-05-01 10:00:00"):
            self._amend(
                contract,
                date="2026-05-01",
                reason="New plant",
                add_unit_ids=[Command.set(self.other_unit.ids)],
            )
        self._run("2026-06-20")
        self.assertEqual(
            [(f"{row.date_due}", row.unit_ids.name) for row in contract.visit_ids],
            [
                ("2026-04-01", "PX2-004711"),
                ("2026-07-01", "PX2-004711"),
                ("2026-07-01", "PX2-004712"),
            ],
        )

    def test_by_the_meter(self):
        with self.assertRaisesRegex(UserError, "“After Each”"), self.env.cr.savepoint():
            self._create_contract(visit_interval="meter")
        contract = self._create_visited(visit_interval="meter", visit_meter_step=500)
        self.unit.meter = 300
        self._run("2026-02-01")
        self.assertFalse(contract.visit_ids)
        self.unit.meter = 510
        self._run("2026-02-02")
        self._run("2026-02-03")
        self.assertEqual(len(contract.visit_ids), 1)
        self.assertEqual(contract.line_ids.meter_next, 1000)

    def test_one_that_cannot_be_planned_does_not_stop_the_others(self):
        broken, good = self._create_visited(), self._create_visited(self.other_unit)
        model = type(broken.visit_ids)
        original = model._prepare_order_vals

        def fail(visit):
            if visit.contract_id == broken:
                raise UserError("No such site.")
            return original(visit)

        with (
            patch.object(model, "_prepare_order_vals", fail),
            self.assertLogs("odoo.addons.after_sales_service", "WARNING"),
        ):
            self._run("2026-03-02")
        self.assertFalse(broken.visit_ids)
        self.assertIn("No such site", broken.message_ids[0].body)
        self.assertEqual(len(good.visit_ids), 1)

    def test_who_may_plan(self):
        contract = self._create_visited()
        self._run("2026-03-02")
        with self.assertRaises(AccessError):
            contract.with_user(self.agent).action_plan_visits()
        with self.assertRaises(AccessError):
            contract.visit_ids.with_user(self.agent)._skip("x")
        contract.visit_ids.with_user(self.technician).read(["state", "order_id"])
