from datetime import date

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, tagged

from odoo.addons.after_sales_service.tests.common import AfterSalesCommon


@tagged("post_install", "-at_install")
class TestVisit(AfterSalesCommon):
    """Who comes when, and when they came and left."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._create_order(date_planned="2026-03-02 08:00:00")

    def _require_certificate(self, valid_to):
        kind = self.env["hr.skill.type"].create(
            {
                "name": "Certificates",
                "is_certification": True,
                "skill_ids": [Command.create({"name": "High voltage"})],
                "skill_level_ids": [
                    Command.create({"name": "Held", "level_progress": 100})
                ],
            }
        )
        self.env["after.sales.skill.requirement"].create(
            {"skill_id": kind.skill_ids.id, "order_kind": "on_site"}
        )
        self.env["hr.employee.skill"].create(
            {
                "employee_id": self.employee.id,
                "skill_id": kind.skill_ids.id,
                "skill_level_id": kind.skill_level_ids.id,
                "skill_type_id": kind.id,
                "valid_from": date(2024, 1, 1),
                "valid_to": valid_to,
            }
        )

    def test_an_expired_certificate_is_refused_on_the_day_of_the_visit(self):
        self._require_certificate(date(2026, 3, 5))
        self.order.with_user(self.agent).action_plan()
        with self.assertRaisesRegex(UserError, "High voltage"):
            self.order.visit_ids.with_user(self.agent).write(
                {"date_start": "2026-03-06 08:00:00"}
            )

    def test_nobody_is_to_be_called_once_somebody_is_there(self):
        self.order.with_user(self.agent).action_plan()
        self.assertIn("Call the customer", self.order.readiness_html)
        visit = self.order.visit_ids.with_user(self.technician)
        visit.action_depart()
        visit.action_arrive()
        self.order.invalidate_recordset(["readiness_html"])
        self.assertNotIn("Call the customer", self.order.readiness_html)

    def test_the_plan_proposes_those_who_may_and_tells_why(self):
        self._require_certificate(date(2026, 3, 5))
        wizard = Form(
            self.env["after.sales.visit.plan"]
            .with_user(self.agent)
            .with_context(default_order_id=self.order.id)
        )
        wizard.date_start = "2026-03-02 08:00:00"
        plan = wizard.save()
        self.assertTrue(plan.candidate_ids.is_possible)
        self.assertIn("jobs that day: 0", plan.candidate_ids.reason)
        plan.date_start = "2026-03-09 08:00:00"
        self.assertFalse(plan.candidate_ids.is_possible)
        self.assertIn("High voltage", plan.candidate_ids.reason)
        plan.date_start = "2026-03-02 08:00:00"
        plan.action_apply()
        self.assertEqual(self.order.state, "planned")
        self.assertEqual(self.order.visit_ids.technician_id, self.employee)

    def test_proposals_cost_the_same_for_many_technicians(self):
        counts = []
        for size in (1, 20):
            self.env["hr.employee"].create(
                [
                    {"name": f"T{size}{i}", "is_after_sales_technician": True}
                    for i in range(size)
                ]
            )
            plan = self.env["after.sales.visit.plan"].create(
                {"order_id": self.order.id, "date_start": "2026-03-02 08:00:00"}
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            plan._get_candidates()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
        self.assertGreater(counts[0], 3)

    def test_an_overlap_warns(self):
        self.order.action_plan()
        other = self._create_order(date_planned="2026-03-02 09:00:00")
        other.action_plan()
        self.assertRegex(other.visit_ids.overlap_text, f"already.*{self.order.name}")

    def test_the_customer_is_told_who_comes(self):
        self.employee.after_sales_badge = "1024"
        self.order.action_plan()
        visit = self.order.visit_ids.with_user(self.agent)
        visit.action_confirm()
        self.assertTrue(visit.is_confirmed)
        mail = self.env["mail.mail"].search(
            [("model", "=", "after.sales.visit"), ("res_id", "=", visit.id)]
        )
        self.assertIn("1024", mail.body_html)
        self.assertIn(f"/technician/{visit.id}", mail.body_html)
        self.assertIn("2026", mail.subject)

    def test_without_an_address_the_agent_is_told_what_to_do(self):
        self.customer.email = False
        self.order.action_plan()
        with self.assertRaisesRegex(UserError, "Confirmed by Phone"):
            self.order.visit_ids.with_user(self.agent).action_confirm()
        self.order.visit_ids.with_user(self.agent).action_confirm_by_phone()
        self.assertTrue(self.order.visit_ids.is_confirmed)

    def test_a_moved_visit_has_to_be_confirmed_again(self):
        self.order.action_plan()
        visit = self.order.visit_ids.with_user(self.agent)
        visit.action_confirm_by_phone()
        visit.date_start = "2026-03-03 10:00:00"
        self.assertFalse(visit.is_confirmed)
        self.assertEqual(f"{visit.date_end}", "2026-03-03 12:00:00")
        self.assertEqual(f"{self.order.date_planned}", "2026-03-03 10:00:00")

    def test_stamps_become_hours(self):
        labour = self._create_product(
            name="Labour",
            type="service",
            is_storable=False,
            after_sales_kind="labour",
            uom_id=self.env.ref("uom.product_uom_hour").id,
        )
        self.order.line_ids = [Command.create({"product_id": labour.id})]
        self.order.action_plan()
        visit = self.order.visit_ids.with_user(self.technician)
        for moment, step in (
            ("2026-03-02 07:30:00", "action_depart"),
            ("2026-03-02 08:00:00", "action_arrive"),
            ("2026-03-02 10:15:00", "action_leave"),
        ):
            with freeze_time(moment):
                getattr(visit, step)()
        self.assertEqual((self.order.hours_travel, self.order.hours_work), (0.5, 2.25))
        self.order.with_user(self.technician).action_fill_hours()
        self.assertEqual(self.order.line_ids.quantity_done, 2.25)

    def test_the_clock_runs_for_one_job_at_a_time(self):
        other = self._create_order()
        with freeze_time("2026-03-02 08:00:00"):
            self.order.with_user(self.technician).action_timer_start()
        with freeze_time("2026-03-02 09:00:00"):
            other.with_user(self.technician).action_timer_start()
        self.assertEqual(self.order.time_ids.hours, 1.0)
        self.assertFalse(self.order.with_user(self.technician).is_timer_running)
        self.assertTrue(other.with_user(self.technician).is_timer_running)
