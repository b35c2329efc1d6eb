from odoo import Command
from odoo.tests import new_test_user, tagged

from ..common import AfterSalesCommon


@tagged("post_install", "-at_install")
class TestDailyReport(AfterSalesCommon):
    """Hours by category, jobs and parts, per technician and day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id.tz = "Asia/Shanghai"
        cls.order = cls._create_order(
            line_ids=[
                Command.create(
                    {"product_id": cls._create_part("Seal").id, "quantity": 2}
                )
            ]
        )
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE after_sales_order SET state = 'done', "
            "date_done = '2026-11-09 17:00:00' WHERE id = %s",
            [cls.order.id],
        )
        cls.env.cr.execute(
            "UPDATE after_sales_order_line SET quantity_done = 2 WHERE order_id = %s",
            [cls.order.id],
        )
        cls.env.invalidate_all()
        cls.env["after.sales.time"].create(
            [
                {
                    "technician_id": cls.employee.id,
                    "kind": kind,
                    "date_start": start,
                    "hours": hours,
                }
                for kind, start, hours in [
                    ("work", "2026-11-09 01:00:00", 3.0),
                    ("travel", "2026-11-09 00:00:00", 1.0),
                    ("work", "2026-11-09 16:30:00", 0.5),  # the 10th in Shanghai
                ]
            ]
        )

    def _rows(self, user):
        return {
            f"{day:%d}": (hours, travel, jobs, parts)
            for day, hours, travel, jobs, parts in self.env["after.sales.daily.report"]
            .with_user(user)
            ._read_group(
                [("technician_id", "=", self.employee.id)],
                ["date:day"],
                [
                    "hours:sum",
                    "hours_travel:sum",
                    "job_count:sum",
                    "quantity_parts:sum",
                ],
            )
        }

    def test_days_are_those_of_the_company(self):
        expected = {"09": (4.0, 1.0, 0, 0.0), "10": (0.5, 0.0, 1, 2.0)}
        self.assertEqual(self._rows(self.supervisor), expected)
        self.assertEqual(self._rows(self.technician), expected)

    def test_work_without_an_order_is_administrative(self):
        rows = self.env["after.sales.daily.report"].search(
            [("technician_id", "=", self.employee.id), ("hours", ">", 0)]
        )
        self.assertEqual(set(rows.mapped("category")), {"D"})
        self.assertEqual(rows.team_id, self.team)

    def test_colleagues_see_nothing(self):
        stranger = new_test_user(
            self.env,
            login="second.after.sales",
            groups="after_sales_service.after_sales_group_technician",
        )
        self.assertEqual(self._rows(stranger), {})
