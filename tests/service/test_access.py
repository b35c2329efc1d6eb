from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.after_sales_service.tests.common import AfterSalesCommon


@tagged("post_install", "-at_install")
class TestServiceAccess(AfterSalesCommon):
    """Who sees and does what, by calls as well as by screen."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = new_test_user(
            cls.env,
            login="other.technician",
            groups="after_sales_service.after_sales_group_technician",
        )
        cls.other_employee = cls._create_technician(cls.other)
        cls.part = cls._create_part("Fuse", list_price=5)
        cls.order = cls._create_order(
            date_planned="2026-03-02 08:00:00",
            line_ids=[Command.create({"product_id": cls.part.id})],
        )
        cls.order.action_plan()

    def test_a_technician_sees_the_own_orders_only(self):
        theirs = self._create_order(technician_id=self.other_employee.id)
        found = self.env["after.sales.order"].with_user(self.technician).search([])
        self.assertIn(self.order, found)
        self.assertNotIn(theirs, found)
        with self.assertRaises(AccessError):
            theirs.with_user(self.technician).read(["name"])
        with self.assertRaises(AccessError):
            self.order.line_ids.with_user(self.other).write({"quantity_done": 1})
        with self.assertRaises(AccessError):
            self.order.visit_ids.with_user(self.other).action_depart()
        with self.assertRaises(AccessError):
            self.order.with_user(self.other).action_complete()

    def test_every_role_can_open_the_form(self):
        for role in (
            "technician",
            "agent",
            "supervisor",
            "manager",
            "clerk",
            "auditor",
        ):
            with self.subTest(role=role):
                Form(self.order.with_user(getattr(self, role)))

    def test_a_helper_may_work_on_the_order(self):
        self.order.helper_ids = self.other_employee
        self.order.with_user(self.other).write({"diagnosis": "Looked at it"})

    def test_another_company_is_refused(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            login="stranger",
            groups="after_sales_service.after_sales_group_manager",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        with self.assertRaises(AccessError):
            self.order.with_user(stranger).read(["name"])
        with self.assertRaises(AccessError):
            self.order.with_user(stranger).action_cancel()

    def test_the_office_answers_for_customer_and_technician(self):
        mine = self.order.with_user(self.technician)
        for vals in (
            {"technician_id": self.other_employee.id},
            {"partner_id": self._create_partner().id},
            {"date_fault": "2020-01-01"},
            {"is_internal": True},
        ):
            with self.subTest(vals=vals), self.assertRaisesRegex(AccessError, "office"):
                mine.write(vals)
        with self.assertRaisesRegex(AccessError, "office"):
            mine.action_cancel()
        with self.assertRaisesRegex(AccessError, "office"):
            mine.visit_ids.write({"date_start": "2026-03-03 08:00:00"})

    def test_deeds_cannot_be_written_by_hand(self):
        order = self.order.with_user(self.manager)
        for vals in (
            {"signed_by": "Nobody"},
            {"date_done": "2026-01-01 00:00:00"},
            {"reviewer_id": self.manager.id},
        ):
            with (
                self.subTest(vals=vals),
                self.assertRaisesRegex(AccessError, "buttons"),
            ):
                order.write(vals)
        with self.assertRaisesRegex(UserError, "Use the buttons"):
            order.state = "done"
        with self.assertRaisesRegex(AccessError, "stamped"):
            order.visit_ids.write({"date_arrived": "2026-01-01 00:00:00"})

    def test_nobody_reviews_the_own_work(self):
        self._create_technician(self.supervisor)
        order = self._create_order(
            technician_id=self.supervisor.employee_id.id, is_internal=True
        )
        order.action_start()
        order.outcome = "advice"
        order.check_ids.result = "ok"
        order.action_complete()
        with self.assertRaisesRegex(UserError, "Another supervisor"):
            order.with_user(self.supervisor).action_review()
        action = order.with_user(self.manager).action_review()
        # The evaluation asks for its marks first.
        self.assertEqual(action["res_model"], "after.sales.order.review")

    def test_the_second_completion_is_told(self):
        order = self._create_order(is_internal=True)
        order.action_start()
        order.outcome = "advice"
        order.with_user(self.technician).action_complete()
        with self.assertRaisesRegex(UserError, "cannot become “Done”"):
            order.with_user(self.supervisor).action_complete()

    def test_the_unit_of_somebody_else_is_refused(self):
        unit = self._create_unit(self._create_pump())
        with self.assertRaisesRegex(UserError, "belongs to Jiangnan"):
            self._create_order(unit_id=unit.id, partner_id=self._create_partner().id)


@tagged("post_install", "-at_install")
class TestServiceSpeed(AfterSalesCommon):
    """What lists and completions may cost."""

    def _count(self, function):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        function()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_the_order_list_costs_the_same_for_more_rows(self):
        fields = {
            name: {"fields": {"display_name": {}}} if name.endswith("_id") else {}
            for name in (
                "name",
                "date_deadline",
                "partner_id",
                "unit_id",
                "technician_id",
                "date_planned",
                "amount_paid",
                "state",
            )
        }
        Order = self.env["after.sales.order"].with_user(self.supervisor)
        counts = []
        for size in (5, 40):
            for _i in range(size):
                self._create_order()
            counts.append(
                self._count(lambda: Order.web_search_read([], fields, limit=80))
            )
        self.assertLessEqual(counts[1], counts[0] + 1)
        self.assertLessEqual(counts[1], 15)

    def test_completion_without_parts(self):
        orders = self.env["after.sales.order"]
        for _i in range(10):
            orders |= self._create_order(is_internal=True)
        orders.action_start()
        orders.outcome = "advice"
        self.assertLessEqual(self._count(orders.action_complete) / len(orders), 25)
