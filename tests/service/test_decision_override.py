from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common import DecisionCommon


@tagged("post_install", "-at_install")
class TestOverrideRequest(DecisionCommon):
    """Technicians and agents ask; somebody else with the right answers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bearing_line = cls._create_story(cls).line_ids[1]
        cls.order = cls.bearing_line.order_id

    def _ask(self, user=None, **vals):
        self._override(self.bearing_line, user or self.technician, share=50, **vals)
        return self.bearing_line.open_request_id

    def _tasks(self):
        return self.order.activity_ids.filtered(
            lambda task: (
                task.activity_type_id
                == self.env.ref("after_sales_service.mail_activity_type_override")
            )
        )

    def test_the_decision_of_the_facts_holds_until_the_answer(self):
        request = self._ask(reason_kind="promise")
        self.assertEqual((self.bearing_line.share, request.amount), (0, 96.0))
        self.assertEqual(self.bearing_line.request_text, "C 50 % / A 50 %")
        self.assertEqual(self._tasks().user_id, self.supervisor)
        self.assertIn("Promised by phone", self._tasks().note)
        self.bearing_line.with_user(self.supervisor).action_approve_request()
        self.assertEqual((self.bearing_line.share, request.state), (50, "approved"))
        row = self.bearing_line.decision_id
        self.assertEqual(
            (row.user_id, row.approver_id), (self.technician, self.supervisor)
        )
        self.assertFalse(self._tasks())

    def test_a_refusal_changes_nothing_and_is_told(self):
        request = self._ask(self.agent)
        request.with_user(self.supervisor).action_refuse()
        self.assertEqual((self.bearing_line.share, request.state), (0, "refused"))
        self.assertEqual(request.approver_id, self.supervisor)
        message = self.order.message_ids[0]
        self.assertIn("was refused", message.body)
        self.assertIn(self.agent.partner_id, message.partner_ids)
        self.assertFalse(self._tasks())

    def test_nobody_approves_what_he_asked_for(self):
        self.company.after_sales_override_limit = 10
        request = self._ask(self.supervisor)
        self.assertTrue(request.is_for_manager)
        self.assertNotEqual(self._tasks().user_id, self.supervisor)
        with self.assertRaisesRegex(AccessError, "Ask your manager"):
            request.with_user(self.supervisor).action_approve()
        request.with_user(self.manager).action_approve()
        self.assertEqual(self.bearing_line.share, 50)
        other = self.order.line_ids[2]
        request = other.with_user(self.manager)._ask_override("C", 100, "other", "Why")
        with self.assertRaisesRegex(UserError, "somebody else has to answer"):
            request.action_approve()

    def test_a_technician_cannot_answer(self):
        request = self._ask(self.agent)
        for method in ("action_approve", "action_refuse"):
            with self.subTest(method), self.assertRaises(AccessError):
                getattr(request.with_user(self.technician), method)()
        with self.assertRaisesRegex(UserError, "Only who asked"):
            request.with_user(self.technician).action_withdraw()
        request.with_user(self.agent).action_withdraw()
        self.assertEqual(request.state, "withdrawn")

    def test_within_the_limit_a_supervisor_overrides_at_once(self):
        self.company.after_sales_override_limit = 96
        self._override(self.bearing_line, self.supervisor, share=50)
        self.assertEqual(self.bearing_line.share, 50)
        self.company.after_sales_override_limit = 47
        seal = self.order.line_ids[2]
        self._override(seal, self.supervisor, share=100)
        self.assertEqual((seal.share, len(seal.open_request_id)), (0, 1))
        self._override(self.order.line_ids[4], self.manager, share=100)
        self.assertEqual(self.order.line_ids[4].share, 100)

    def test_a_reason_is_words(self):
        with self.assertRaisesRegex(UserError, "at least 10 letters"):
            self._override(self.bearing_line, self.supervisor, reason="   ok    ")

    def test_only_one_request_waits(self):
        self._ask()
        with self.assertRaisesRegex(UserError, "waits for an answer already"):
            self._ask(self.agent)

    def test_answers_are_given_once(self):
        request = self._ask()
        request.with_user(self.supervisor).action_approve()
        with self.assertRaisesRegex(UserError, "cannot become"):
            request.with_user(self.supervisor).action_refuse()


@tagged("post_install", "-at_install")
class TestGoodwill(DecisionCommon):
    """What nothing promised, given for one fault."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._create_story(cls)

    def _grant(self, user, **vals):
        wizard = self.env["after.sales.goodwill.grant"].with_user(user)
        form = Form(wizard.with_context(default_order_id=self.order.id))
        values = {"share_part": 50, "share_labour": 0, "reason": "Loyal for years"}
        for name, value in (values | vals).items():
            setattr(form, name, value)
        wizard = form.save()
        wizard.action_apply()
        return self.unit.cover_ids.filtered(lambda cover: cover.kind == "goodwill")

    def test_it_pays_its_share_of_this_fault_alone(self):
        cover = self._grant(self.supervisor)
        _motor, bearing, seal, _labour, _trip = self.order.line_ids
        self.assertEqual((bearing.share, seal.share), (50, 50))
        self.assertEqual((cover.order_id, cover.origin), (self.order, self.order.name))
        later = self._create_story()
        self.assertEqual(later.line_ids[1].share, 0)
        other = self._candidates(later.line_ids[1]).other_ids
        self.assertIn("given for another fault", " ".join(other.mapped("reason")))
        self.assertIn("Goodwill granted", self.order.message_ids[0].body)

    def test_only_for_one_component(self):
        self._grant(self.supervisor, component_id=self.frame_position)
        self.assertEqual(self.order.line_ids.mapped("share")[1:3], [50, 0])

    def test_above_the_limit_a_manager_is_asked(self):
        self.company.after_sales_goodwill_limit = 119  # 50 % of 192 + 48 is 120
        self.assertFalse(self._grant(self.supervisor))
        request = self.order.goodwill_request_ids
        self.assertRecordValues(
            request, [{"state": "asked", "amount": 120, "user_id": self.supervisor.id}]
        )
        self.assertIn("120.00", self.order.activity_ids.note)
        self.assertNotEqual(self.order.activity_ids.user_id, self.supervisor)
        with self.assertRaisesRegex(UserError, "waits for an answer already"):
            self._grant(self.supervisor)
        for user in (self.supervisor, self.agent, self.technician):
            with self.assertRaises(AccessError):
                request.with_user(user).action_approve()
        self.order.with_user(self.manager).action_approve_goodwill()
        self.assertEqual(self.order.line_ids[1].share, 50)
        self.assertFalse(self.order.activity_ids)
        with self.assertRaisesRegex(UserError, "cannot become"):
            request.with_user(self.manager).action_refuse()

    def test_the_task_stays_while_another_request_waits(self):
        self.company.after_sales_goodwill_limit = 1
        bearing = self.order.line_ids[1]
        kind = self.env.ref("after_sales_service.mail_activity_type_override")

        def tasks():
            return self.order.activity_ids.filtered(
                lambda task: task.activity_type_id == kind
            )

        self._override(bearing, self.technician, share=50)
        self._grant(self.supervisor)
        bearing.with_user(self.supervisor).action_refuse_request()
        self.assertTrue(tasks())
        self._override(bearing, self.technician, share=50)
        self.order.with_user(self.manager).action_refuse_goodwill()
        self.assertTrue(tasks())
        bearing.with_user(self.supervisor).action_refuse_request()
        self.assertFalse(tasks())

    def test_refused_goodwill_gives_nothing(self):
        self.company.after_sales_goodwill_limit = 1
        self._grant(self.supervisor)
        self.order.with_user(self.manager).action_refuse_goodwill()
        self.assertEqual(self.order.line_ids[1].share, 0)
        self.assertIn("Goodwill refused by Manager", self.order.message_ids[0].body)
        self.assertFalse(self.order.goodwill_request_text)

    def test_limits_of_person_and_role_in_amount_and_percent(self):
        limits = self.env["after.sales.goodwill.limit"]
        limits.create({"role": "supervisor", "amount_max": 500, "percent_max": 40})
        self.assertFalse(self._grant(self.supervisor))  # 50 %
        self.order.with_user(self.manager).action_refuse_goodwill()
        limits.create({"user_id": self.supervisor.id, "percent_max": 60})
        self.assertTrue(self._grant(self.supervisor))
        with self.assertRaisesRegex(UserError, "between 0 and 100"):
            limits.create({"percent_max": 120})
        for twice in ({"role": "supervisor"}, {"user_id": self.supervisor.id}):
            with (
                self.subTest(twice),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                limits.create(twice)
        with self.assertRaises(AccessError):
            limits.with_user(self.supervisor).create({"percent_max": 100})

    def test_it_takes_a_right_of_its_own(self):
        with self.assertRaises(AccessError):
            self._grant(self.agent)
        self.agent.group_ids = [
            (4, self.env.ref("after_sales_service.after_sales_group_goodwill").id)
        ]
        self._grant(self.agent)
        self.assertEqual(self.order.line_ids[1].share, 50)

    def test_nonsense_is_refused(self):
        for message, vals in (
            ("at least one share", {"share_part": 0}),
            ("between 0 and 100", {"share_part": 120}),
            ("before the day", {"date_end": "2026-03-09"}),
            ("at least 10 letters", {"reason": "please"}),
        ):
            with self.subTest(message), self.assertRaisesRegex(UserError, message):
                self._grant(self.supervisor, **vals)

    def test_a_recall_for_many_units_at_once(self):
        units = self.unit
        for number in range(20):
            units |= self._create_unit(self.pump, name=f"PX2-R{number}")
        give = self.env["after.sales.recall.give"]
        with self.assertRaises(AccessError):
            give.with_user(self.supervisor).create({"name": "R-1"})
        wizard = give.with_user(self.manager).with_context(active_ids=units.ids)
        form = Form(wizard)
        form.name = "R-1"
        form.component_id = self.seal_position
        form.date_start = "2026-01-01"
        form.save().action_apply()
        recall = units.cover_ids.filtered(lambda cover: cover.kind == "campaign")
        self.assertEqual(recall.unit_id, units)
        # The open order was decided again: the wearing part is free now.
        seal = self.order.line_ids[2]
        self.assertEqual((seal.category, seal.share), ("C", 100))
        self.assertIn("R-1", seal.reason)
        form.save().action_apply()
        self.assertEqual(
            len(recall), len(units.cover_ids.filtered(lambda c: c.kind == "campaign"))
        )


@tagged("post_install", "-at_install")
class TestDecisionAccess(DecisionCommon):
    """By RPC, too, nobody writes who pays."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._create_story(cls)
        cls.portal = new_test_user(
            cls.env, "portal.after.sales", groups="base.group_portal"
        )
        cls.other_company = cls.env["res.company"].create({"name": "Other"})
        cls.stranger = new_test_user(
            cls.env,
            "stranger.after.sales",
            groups="after_sales_service.after_sales_group_manager",
            company_id=cls.other_company.id,
            company_ids=[(6, 0, cls.other_company.ids)],
        )

    def _refused(self, records, user, method, *args):
        with self.subTest(user=user.name, model=records._name, method=method):
            with self.assertRaises(UserError), self.cr.savepoint():
                getattr(records.with_user(user), method)(*args)

    def test_nobody_writes_decisions_and_requests(self):
        line = self.order.line_ids[1]
        request = line.with_user(self.agent)._ask_override("C", 50, "other", "Because")
        users = (
            self.technician,
            self.agent,
            self.supervisor,
            self.manager,
            self.clerk,
            self.portal,
            self.stranger,
        )
        for user in users:
            for records, vals in (
                (line.decision_id, {"share": 100}),
                (request, {"share": 100}),
                (request, {"state": "approved"}),
            ):
                self._refused(records, user, "write", vals)
                self._refused(records, user, "unlink")
            self._refused(
                self.env["after.sales.decision"],
                user,
                "create",
                {"company_id": self.company.id, "category": "C", "share": 100},
            )
            self._refused(
                self.env["after.sales.decision.request"],
                user,
                "create",
                {
                    "order_line_id": line.id,
                    "category": "C",
                    "reason": "Because",
                    "reason_kind": "other",
                    "user_id": user.id,
                },
            )

    def test_lines_and_covers_are_out_of_reach(self):
        line, cover = self.order.line_ids[1], self.unit.cover_ids[:1]
        for user in (self.technician, self.agent, self.portal, self.stranger):
            for vals in ({"share": 100}, {"category": "C"}, {"payer": "company"}):
                self._refused(line, user, "write", vals)
            self._refused(cover, user, "write", {"share_part": 100})
            self._refused(cover, user, "unlink")
            self._refused(line, user, "action_accept_decision")
            self._refused(line, user, "action_keep_decision")

    def test_who_pays_follows_from_category_and_share(self):
        line = self.order.line_ids[1]
        self.assertEqual(
            self.order.line_ids.mapped("payer"),
            ["company", "customer", "customer", "shared", "customer"],
        )
        line._override("B", 100, "Test of it", self.supervisor)
        self.assertEqual(line.payer, "contract")

    def test_strangers_read_nothing(self):
        for user in (self.portal, self.stranger):
            for records in (self.order.line_ids.decision_id, self.unit.cover_ids):
                self._refused(
                    records,
                    user,
                    "read",
                    ["share_part" if records._name == "after.sales.cover" else "share"],
                )

    def test_only_managers_change_the_order_of_covers(self):
        priority = self.env["after.sales.cover.priority"]
        priority.with_user(self.manager).action_open()
        row = priority.search([("kind", "=", "product")])
        for user in (self.technician, self.agent, self.supervisor, self.stranger):
            self._refused(row, user, "write", {"rank": 1})
        self._refused(priority, self.supervisor, "action_reset")

    def test_managers_reach_the_order_of_covers_by_menu(self):
        menu = self.env.ref("after_sales_service.after_sales_cover_priority_menu")
        self.assertIn(menu.id, menu.with_user(self.manager)._visible_menu_ids())
        opened = menu.action.with_user(self.manager).run()
        self.assertEqual(opened["res_model"], "after.sales.cover.priority")
        self.assertEqual(len(self.env[opened["res_model"]].search([])), 7)
        with self.assertRaises(AccessError):
            menu.action.with_user(self.supervisor).run()

    def test_a_company_ranks_its_covers(self):
        self.env["after.sales.cover"].create(
            {
                "company_id": self.company.id,
                "unit_id": self.unit.id,
                "kind": "goodwill",
                "date_start": "2026-01-01",
                "share_part": 30,
            }
        )
        motor = self.order.line_ids[0]
        self.assertEqual(motor.share, 100)
        priority = self.env["after.sales.cover.priority"].with_user(self.manager)
        priority.action_open()
        self.assertEqual(len(priority.search([])), 7)
        priority.search([("kind", "=", "goodwill")]).rank = 5
        self.assertEqual(motor.share, 30)
        # As the button of the list calls it: with the ids of what is ticked.
        call_kw(priority, "action_reset", [[]], {})
        self.assertEqual(motor.share, 100)
