from collections import defaultdict
from math import sqrt
from random import Random

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from odoo.addons.after_sales_service.rules import abc as rules

from .common import PartsCommon


@tagged("post_install", "-at_install")
class TestStocking(PartsCommon):
    """Classes follow from what service used; proposals become native rules."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["product.template"].search(
            [("is_after_sales_part", "=", True)]
        ).is_after_sales_part = False
        cls.part.is_after_sales_part = cls.other_part.is_after_sales_part = True
        cls.customers = cls.env.ref("stock.stock_location_customers")
        cls.cost = cls.company.after_sales_warranty_location_id
        cls.stock = cls.warehouse.lot_stock_id

    def _move(self, product, quantity, day, target=None, source=None, **vals):
        move = self.env["stock.move"].create(
            {
                "product_id": product.id,
                "product_uom": product.uom_id.id,
                "product_uom_qty": quantity,
                "location_id": (source or self.stock).id,
                "location_dest_id": (target or self.customers).id,
                "origin": "Use",
                "reference": "Use",
            }
            | vals
        )
        move._action_confirm()
        move.write({"quantity": quantity, "picked": True})
        move._action_done()
        move.date = day
        return move

    def _run(self, user=None, **vals):
        run = (
            self.env["after.sales.stocking.run"]
            .with_user(user or self.clerk)
            .create({"date_from": "2025-01-01", "date_to": "2025-12-31"} | vals)
        )
        run.action_compute()
        return run

    def _get_line(self, run, product):
        return run.line_ids.filtered(lambda line: line.product_id == product)

    def test_use_is_what_left_less_what_came_back(self):
        self._move(self.part, 5, "2025-03-10")
        self._move(self.part, 3, "2025-03-20", self.cost)
        used = self._move(self.part, 4, "2025-04-02")
        self._move(
            self.part,
            1,
            "2025-04-05",
            self.stock,
            self.customers,
            origin_returned_move_id=used.id,
        )
        # None of these is use: an old part coming in, an issue to a van, other years.
        self._move(self.part, 9, "2025-05-01", self.van)
        self._move(
            self.part,
            9,
            "2025-05-01",
            self.company.after_sales_old_part_location_id,
            self.customers,
        )
        self._move(self.part, 9, "2024-12-31 12:00:00")
        self._move(self.part, 9, "2026-01-01 00:00:00")
        dozen = self.env.ref("uom.product_uom_dozen")
        self._move(self.part, 1, "2025-06-01", product_uom=dozen.id)
        line = self._get_line(self._run(), self.part)
        self.assertEqual(line.quantity, 5 + 3 + 4 - 1 + 12)
        self.assertEqual(line.value, 23 * 10.0)
        squares = 8**2 + 3**2 + 12**2
        self.assertAlmostEqual(line.variation, rules.variability(23, squares, 12), 4)

    def test_the_result_equals_a_naive_computation(self):
        random = Random(7)
        parts = self.part | self.other_part
        for number in range(18):
            parts |= self._create_part(
                f"P{number}", standard_price=random.choice([1.0, 7.5, 40.0, 900.0])
            )
        uses = defaultdict(lambda: [0.0] * 12)
        for _number in range(150):
            part = random.choice(parts[:15])
            month, quantity = random.randrange(12), random.randint(1, 9)
            self._move(part, quantity, f"2025-{month + 1:02}-15")
            uses[part][month] += quantity
        run = self._run()
        values = {
            part.id: sum(uses[part]) * part.standard_price if part in uses else 0.0
            for part in parts
        }
        order = sorted(values, key=lambda key: (-values[key], key))
        total, before = sum(values.values()), 0.0
        self.assertEqual(run.line_ids.mapped("product_id.id"), order)
        for line in run.line_ids:
            share = values[line.product_id.id] / total * 100
            expected = "a" if before < 80 else "b" if before < 95 else "c"
            self.assertEqual(line.abc, expected if share else "c")
            self.assertAlmostEqual(line.share, share, 4)
            self.assertEqual(line.product_id.after_sales_abc_class, line.abc)
            self.assertEqual(line.product_id.after_sales_xyz_class, line.xyz)
            before += share

    def _create_history(self, random):
        """Make parts with vendors and a year of moves; return ``{part: months}``."""
        parts = self.part | self.other_part
        for number in range(18):
            parts |= self._create_part(
                f"P{number}",
                standard_price=random.choice([1.0, 7.5, 40.0, 900.0]),
                after_sales_criticality=random.choice(
                    ["vital", "essential", "desirable"]
                ),
                seller_ids=[
                    Command.create(
                        {
                            "partner_id": self.customer.id,
                            "sequence": sequence,
                            "delay": random.randint(0, 60),
                        }
                    )
                    for sequence in random.sample(range(9), random.randint(0, 2))
                ],
            )
        dozen = self.env.ref("uom.product_uom_dozen")
        uses = {part: [0.0] * 12 for part in parts}
        for _number in range(150):
            part, month = random.choice(parts[:15]), random.randrange(12)
            quantity, unit = random.randint(1, 9), random.choice([part.uom_id, dozen])
            used = self._move(
                part, quantity, f"2025-{month + 1:02}-15", product_uom=unit.id
            )
            uses[part][month] += quantity * (12 if unit == dozen else 1)
            if random.random() < 0.2:
                self._move(
                    part,
                    1,
                    f"2025-{month + 1:02}-20",
                    self.stock,
                    self.customers,
                    origin_returned_move_id=used.id,
                )
                uses[part][month] -= 1
        return uses

    def test_each_column_is_what_the_rule_says(self):
        uses = self._create_history(Random(11))
        run = self._run()
        ranks = rules.classify(
            {part.id: sum(uses[part]) * part.standard_price for part in uses}, 80, 95
        )
        self.assertEqual(len(run.line_ids), len(uses))
        for line in run.line_ids:
            part, months = line.product_id, uses[line.product_id]
            total, rank = sum(months), ranks[part.id]
            squares = sum(month**2 for month in months)
            variation = rules.variability(total, squares, 12)
            lead_days = part.seller_ids.sorted()[:1].delay if part.seller_ids else 14
            policy = part._get_after_sales_stocking_class(self.company)
            demand = max(total, 0) / 365
            spread = rules.deviation(total, squares, 12) / sqrt(rules.DAYS_OF_MONTH)
            low = rules.minimum(demand, spread, lead_days, policy.service_level)
            if part.after_sales_criticality == "vital":
                low = max(low, 1)
            with self.subTest(part=part.name):
                self.assertEqual(
                    (line.position, line.abc, line.xyz, line.lead_days),
                    (rank.position, rank.abc, rules.xyz(variation, 50, 100), lead_days),
                )
                for found, wanted in (
                    (line.quantity, total),
                    (line.value, total * part.standard_price),
                    (line.share, rank.share),
                    (line.cumulative, rank.cumulative),
                    (line.variation, variation or 0),
                    (line.demand, demand),
                    (line.spread, spread),
                    (line.service_level, policy.service_level),
                ):
                    self.assertAlmostEqual(found, wanted, 4)
                self.assertEqual(line.min_new, low)
                self.assertEqual(
                    line.max_new, rules.maximum(low, demand, policy.cover_days)
                )
                self.assertEqual(line.count_days, policy.count_days)

    def test_proposals_follow_the_policy_and_the_lead_time(self):
        for month in range(1, 13):
            self._move(self.part, 30, f"2025-{month:02}-15")
        self.part.seller_ids = [
            (0, 0, {"partner_id": self.customer.id, "delay": 10}),
        ]
        self.part.after_sales_criticality = "vital"
        self.other_part.after_sales_criticality = "vital"
        run = self._run()
        line = self._get_line(run, self.part)
        self.assertEqual((line.abc, line.xyz, line.lead_days), ("a", "x", 10))
        demand = 360 / 365
        self.assertEqual(line.min_new, rules.minimum(demand, 0, 10, 99))
        self.assertEqual(line.max_new, rules.maximum(line.min_new, demand, 14))
        self.assertEqual(line.count_days, 30)
        self.assertIn("Rank 1 with 100.0 %", line.reason)
        self.assertIn("a month. Lead time in days: 10. Certainty: 99 %", line.reason)
        # Vital parts are kept even if nobody used one.
        idle = self._get_line(run, self.other_part)
        self.assertEqual((idle.abc, idle.min_new, idle.max_new), ("c", 1, 1))

    def test_accepted_proposals_become_native_rules(self):
        self._move(self.part, 60, "2025-03-10")
        self._move(self.other_part, 60, "2025-03-10")
        rule = self.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": self.part.id,
                "location_id": self.stock.id,
                "product_min_qty": 1,
                "product_max_qty": 2,
            }
        )
        run = self._run()
        line, other = (
            self._get_line(run, part) for part in (self.part, self.other_part)
        )
        self.assertEqual((line.orderpoint_id, line.min_now), (rule, 1))
        line.with_user(self.clerk).action_accept()
        self.assertEqual(
            (rule.product_min_qty, rule.product_max_qty), (line.min_new, line.max_new)
        )
        self.assertEqual(self.part.after_sales_count_days, line.count_days)
        other.with_user(self.clerk).write({"min_new": 3, "max_new": 9})
        run.with_user(self.clerk).action_accept_all()
        self.assertEqual(other.orderpoint_id.product_max_qty, 9)
        self.assertEqual(other.orderpoint_id.location_id, self.stock)
        self.assertEqual(run.open_count, 0)
        with self.assertRaisesRegex(UserError, "is decided already"):
            line.with_user(self.clerk).action_accept()
        with self.assertRaisesRegex(UserError, "is decided already"):
            line.with_user(self.clerk).min_new = 1
        again = self._run()
        self.assertEqual(self._get_line(again, self.part).decision, "same")

    def test_running_again_proposes_nothing_twice(self):
        self._move(self.part, 60, "2025-03-10")
        first, second = self._run(), self._run()
        self.assertEqual((first.state, second.state), ("closed", "done"))
        with self.assertRaisesRegex(UserError, "not open for decisions"):
            first.with_user(self.clerk).action_accept_all()
        rule = self.env["stock.warehouse.orderpoint"].create(
            {"product_id": self.part.id, "location_id": self.stock.id}
        )
        second.with_user(self.clerk).action_accept_all()
        line = self._get_line(second, self.part)
        self.assertEqual(line.orderpoint_id, rule)
        self.assertEqual(rule.product_max_qty, line.max_new)

    def test_a_dismissed_proposal_changes_nothing(self):
        self._move(self.part, 60, "2025-03-10")
        run = self._run()
        line = self._get_line(run, self.part)
        line.with_user(self.clerk).action_dismiss()
        self.assertFalse(line.orderpoint_id)
        run.with_user(self.clerk).action_close()
        open_line = self._get_line(run, self.other_part)
        with self.assertRaisesRegex(UserError, "not open for decisions"):
            open_line.with_user(self.clerk).action_accept()

    def test_the_number_of_queries_does_not_grow(self):
        def count():
            run = self.env["after.sales.stocking.run"].create(
                {"date_from": "2025-01-01", "date_to": "2025-12-31"}
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            run.action_compute()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        self._move(self.part, 2, "2025-03-10")
        count()  # each further one closes the one before
        few = count()
        for number in range(40):
            self._move(self._create_part(f"P{number}"), number + 1, "2025-03-10")
        self.assertLessEqual(count(), few)
        self.assertLessEqual(few, 20)

    @freeze_time("2026-03-02 06:00:00")
    def test_the_job_makes_one_analysis_a_month_for_each_company(self):
        second = self.env["res.company"].create({"name": "Second"})
        self.env["stock.warehouse"].search([("company_id", "=", second.id)])
        runs = self.env["after.sales.stocking.run"]
        old = self._run()
        runs._cron_analyse()
        runs._cron_analyse()
        for company in (self.company, second):
            found = runs.search([("company_id", "=", company.id)]) - old
            self.assertEqual(len(found), 1)
            self.assertEqual(f"{found.date_from}", "2025-03-01")
            self.assertEqual(f"{found.date_to}", "2026-02-28")
        self.assertEqual(old.state, "closed")

    def test_classes_are_those_of_the_company(self):
        second = self.env["res.company"].create({"name": "Second"})
        self._move(self.part, 60, "2025-03-10")
        self._run()
        self.assertEqual(self.part.after_sales_abc_class, "a")
        self.assertFalse(self.part.with_company(second).after_sales_abc_class)
        policy = self.part._get_after_sales_stocking_class(self.company)
        self.assertEqual((policy.abc, policy.criticality), ("a", "essential"))
        self.assertEqual(
            self.env["after.sales.stocking.class"].search_count(
                [("company_id", "=", second.id)]
            ),
            9,
        )

    def test_what_was_ticked_critical_is_vital_after_the_update(self):
        self.assertEqual(self.other_part.after_sales_criticality, "essential")
        self.env.cr.execute(
            SQL(
                "ALTER TABLE product_template "
                "ADD COLUMN is_after_sales_critical boolean"
            )
        )
        self.env.cr.execute(
            SQL(
                "UPDATE product_template SET is_after_sales_critical = true "
                "WHERE id = %s",
                self.part.product_tmpl_id.id,
            )
        )
        for _time in range(2):
            self._migrate("19.0.1.2.0/pre-stocking.py")
            self.assertEqual(self.part.after_sales_criticality, "vital")
            self.assertEqual(self.other_part.after_sales_criticality, "essential")

    def test_rights(self):
        run = self.env["after.sales.stocking.run"].create(
            {"date_from": "2025-01-01", "date_to": "2025-12-31"}
        )
        for user in (self.technician, self.supervisor, self.auditor):
            with self.assertRaises(AccessError):
                run.with_user(user).action_compute()
        run.action_compute()
        with self.assertRaisesRegex(AccessError, "Only parts clerks"):
            run.line_ids[:1].with_user(self.supervisor).action_accept()
        with self.assertRaises(AccessError):
            self.env["after.sales.stocking.class"].with_user(self.clerk).search(
                [], limit=1
            ).service_level = 50

    def test_settings_out_of_order_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "1 to 60 months"):
            self.company.after_sales_abc_months = 0
        with self.assertRaisesRegex(ValidationError, "out of order"):
            self.company.after_sales_abc_limit_a = 97
