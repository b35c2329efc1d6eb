from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from odoo.addons.after_sales_service.tests.common import AfterSalesCommon

PIXEL = (
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGA"
    b"WjR9awAAAABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestOrderStory(AfterSalesCommon):
    """One job from the ticket to the review, each step by the right person."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.after_sales_quotation_required = False
        cls.pump = cls._create_pump()
        cls._create_policy(cls.pump)
        cls.unit = cls._create_unit(cls.pump)
        cls.employee.action_create_van()
        cls._put_in_stock(cls.motor, 3, cls.employee.after_sales_van_id)
        cls.cause = cls.env["after.sales.fault.code"].create(
            {"name": "Normal failure", "code": "C-T1", "kind": "cause"}
        )

    def _answer_checks(self, order):
        order.check_ids.filtered("is_safety").action_ok()

    def test_the_agent_opens_an_order_with_a_number(self):
        form = Form(self.env["after.sales.order"].with_user(self.agent))
        form.partner_id = self.customer
        form.unit_id = self.unit
        order = form.save()
        self.assertRegex(order.name, r"^SV/\d{4}/\d{5}$")
        self.assertEqual(order.product_id, self.pump)
        self.assertTrue(order.check_ids.filtered("is_safety"))

    def test_the_whole_way(self):
        order = self._create_order(
            unit_id=self.unit.id,
            date_planned="2026-03-02 08:00:00",
            line_ids=[Command.create({"product_id": self.motor.id})],
        )
        order.with_user(self.agent).action_plan()
        self.assertEqual(order.state, "planned")
        visit = order.visit_ids
        self.assertEqual(visit.technician_id, self.employee)
        mine = order.with_user(self.technician)
        visit.with_user(self.technician).action_depart()
        self.assertEqual(mine.next_step, "arrive")
        visit.with_user(self.technician).action_arrive()
        self.assertEqual(order.state, "on_site")
        with self.assertRaisesRegex(UserError, "outcome(.|\n)*Motor M4(.|\n)*signed"):
            mine.action_complete()
        self._answer_checks(mine)
        mine.write({"outcome": "repaired", "cause_id": self.cause.id})
        mine.action_fill_used()
        mine._sign("Ms Li", PIXEL)
        mine.action_complete()
        self.assertEqual(order.state, "done")
        self.assertEqual(visit.state, "done")
        with self.assertRaises(AccessError):
            mine.action_review()
        order.with_user(self.supervisor)._judge("4", "3")
        order.with_user(self.supervisor).action_review()
        self.assertEqual(order.reviewer_id, self.supervisor)

    def test_the_ticket_makes_the_order_with_the_customers_day(self):
        self.customer.tz = "Asia/Shanghai"
        ticket = self._create_ticket(
            unit_id=self.unit.id, date_reported="2026-03-10 17:30:00"
        )
        action = ticket.with_user(self.agent).action_create_order()
        order = self.env["after.sales.order"].browse(action["res_id"])
        self.assertRecordValues(
            order,
            [
                {
                    "ticket_id": ticket.id,
                    "partner_id": self.customer.id,
                    "unit_id": self.unit.id,
                    "team_id": self.team.id,
                    "symptom_note": ticket.subject,
                }
            ],
        )
        self.assertEqual(f"{order.date_fault}", "2026-03-11")
        self.assertEqual(ticket.order_count, 1)

    def test_arrival_and_completion_reach_the_ticket(self):
        ticket = self._create_ticket(unit_id=self.unit.id)
        order = self._create_order(
            ticket_id=ticket.id,
            unit_id=self.unit.id,
            is_internal=True,
            date_planned="2026-03-02 08:00:00",
        )
        order.action_plan()
        visit = order.visit_ids.with_user(self.technician)
        visit.action_depart()
        visit.action_arrive()
        self.assertEqual(ticket.state, "in_progress")
        self.assertTrue(order.time_ids.filtered(lambda entry: entry.kind == "travel"))
        parts = self.env.ref("after_sales_service.after_sales_pause_reason_parts")
        order.with_user(self.technician)._wait(parts, "a bearing")
        self.assertEqual((order.state, ticket.state), ("waiting", "waiting"))
        order.with_user(self.technician).action_start()
        order.with_user(self.technician).outcome = "advice"
        order.with_user(self.technician).action_complete()
        self.assertEqual(ticket.state, "solved")
        self.assertEqual(visit.state, "done")

    def test_what_is_signed_stays_as_it_is(self):
        order = self._create_order(
            unit_id=self.unit.id,
            line_ids=[Command.create({"product_id": self.motor.id})],
        )
        order.action_start()
        mine = order.with_user(self.technician)
        mine._sign("Ms Li", PIXEL)
        with self.assertRaisesRegex(UserError, "Take the signature back"):
            mine.line_ids.quantity = 5
        with self.assertRaisesRegex(UserError, "Take the signature back"):
            self.env["after.sales.order.line"].with_user(self.technician).with_context(
                default_order_id=order.id
            ).create({"product_id": self.seal.id})
        with self.assertRaisesRegex(UserError, "Take the signature back"):
            mine.line_ids.unlink()
        mine.action_clear_signature()
        mine.line_ids.quantity = 5
        self.assertFalse(order.signature)

    def test_a_fault_that_comes_back_was_no_first_time_fix(self):
        def finish(order):
            order.action_start()
            order.outcome = "repaired"
            order.cause_id = self.cause
            order.check_ids.result = "ok"
            order.action_complete()

        first = self._create_order(unit_id=self.unit.id, kind="remote")
        finish(first)
        self.assertTrue(first._is_first_time_fix())
        second = self._create_order(unit_id=self.unit.id, kind="remote")
        finish(second)
        self.assertFalse(first._is_first_time_fix())
        self.assertTrue(second._is_first_time_fix())
