from odoo import Command, fields
from odoo.tests import tagged

from .common import DecisionCommon


@tagged("post_install", "-at_install")
class TestCoverHook(DecisionCommon):
    """What changes a cover decides the open lines of its unit again."""

    def _cover_vals(self, unit, **vals):
        return {
            "company_id": self.company.id,
            "unit_id": unit.id,
            "kind": "campaign",
            "date_start": "2026-01-01",
            "share_part": 100,
        } | vals

    def test_a_new_changed_or_deleted_cover_reaches_the_lines(self):
        bearing = self._create_story().line_ids[1]
        cover = self.env["after.sales.cover"].create(self._cover_vals(self.unit))
        self.assertEqual(bearing.share, 100)
        cover.share_part = 40
        self.assertEqual(bearing.share, 40)
        cover.date_end = "2026-03-09"
        self.assertEqual(bearing.share, 0)
        cover.date_end = "2026-03-10"
        self.assertEqual(bearing.share, 40)
        cover.date_closed = "2026-03-09"
        self.assertEqual(bearing.share, 0)
        cover.date_closed = False
        self.assertEqual(bearing.share, 40)
        cover.unlink()
        self.assertEqual(bearing.share, 0)

    def test_many_covers_written_at_once_reach_the_lines(self):
        bearing = self._create_story().line_ids[1]
        covers = self.env["after.sales.cover"].create(
            [
                self._cover_vals(self.unit, share_part=10),
                self._cover_vals(self.unit, share_part=20),
            ]
        )
        covers._write_each(
            [(covers[0], {"share_part": 70}), (covers[1], {"kind": "goodwill"})]
        )
        self.assertEqual(bearing.share, 70)
        forged = covers[0].with_context(after_sales_decided=True)
        forged.share_part = 60
        self.assertEqual(bearing.share, 60)

    def test_other_days_and_closed_orders_are_left_alone(self):
        old = self._create_story(date_fault="2025-12-31")
        given_up = self._create_story()
        given_up.action_cancel()
        rows = (old | given_up).line_ids.decision_ids
        self.env["after.sales.cover"].create(self._cover_vals(self.unit))
        self.assertEqual((old | given_up).line_ids.decision_ids, rows)

    def test_one_and_many_units_cost_the_same_queries(self):
        counts = []
        for size in (2, 30):
            units = self.env["after.sales.unit"]
            for number in range(size):
                units |= self._create_unit(self.pump, name=f"PX2-{size}-{number}")
            orders = self.env["after.sales.order"]
            for unit in units:
                orders |= self._create_order(
                    unit_id=unit.id,
                    date_fault=fields.Date.to_date("2026-03-10"),
                    line_ids=[Command.create({"product_id": self.bearing.id})],
                )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["after.sales.cover"].create(
                [self._cover_vals(unit) for unit in units]
            )
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(orders.line_ids.mapped("share"), [100.0] * size)
        self.assertLessEqual(counts[1], counts[0] + 3, counts)
