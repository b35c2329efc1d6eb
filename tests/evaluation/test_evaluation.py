import io
import zipfile

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, HttpCase, freeze_time, new_test_user, tagged
from odoo.tools import SQL

from ..common import AfterSalesCommon


class EvaluationCommon(AfterSalesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.employee.name = "Wang Wei"
        cls.scheme = cls.env.ref(
            "after_sales_service.after_sales_evaluation_scheme_standard"
        )

    @classmethod
    def _done_order(cls, technician=None, marks=None, **vals):
        """Return an order completed on 10 November 2026.

        :param marks: the customer's marks, as ``{"attitude": 4, …}``
        """
        order = cls._create_order(technician_id=(technician or cls.employee).id)
        vals = {
            "state": "done",
            "date_done": "2026-11-10 10:00:00",
            "outcome": "repaired",
        } | vals
        if marks:
            vals |= {f"mark_{name}": level for name, level in marks.items()}
            vals["date_marked"] = "2026-11-12 10:00:00"
        cls.env.flush_all()
        # Only what the evaluation reads; the way to it is tested in its own rooms.
        cls.env.cr.execute(
            SQL(
                "UPDATE after_sales_order SET (%s) = ROW %s WHERE id = %s",
                SQL(", ").join(SQL.identifier(name) for name in vals),
                tuple(vals.values()),
                order.id,
            )
        )
        order.invalidate_recordset()
        return order

    def _evaluate(self, user=None, technicians=None, **vals):
        evaluations = (
            self.env["after.sales.evaluation"]
            .with_user(user or self.supervisor)
            ._evaluate(
                technicians or self.employee,
                vals.get("date_from", "2026-11-01"),
                vals.get("date_to", "2026-11-30"),
                self.scheme,
            )
        )
        return evaluations


@tagged("post_install", "-at_install")
class TestJudgement(EvaluationCommon):
    """After an order the supervisor judges time and quality."""

    def test_reviewing_asks_for_the_marks(self):
        order = self._done_order()
        action = order.with_user(self.supervisor).action_review()
        self.assertEqual(order.state, "done")
        wizard = Form(
            self.env[action["res_model"]]
            .with_user(self.supervisor)
            .with_context(**action["context"])
        )
        wizard.mark_time = "3"
        wizard.mark_quality = "4"
        wizard.comment = "Well done"
        wizard.save().action_apply()
        self.assertEqual(order.state, "reviewed")
        self.assertRecordValues(
            order.judgement_ids,
            [
                {
                    "technician_id": self.employee.id,
                    "user_id": self.supervisor.id,
                    "mark_time": "3",
                    "mark_quality": "4",
                }
            ],
        )

    def test_a_second_judgement_replaces_the_first(self):
        order = self._done_order().with_user(self.supervisor)
        first = order._judge("1", "1")
        second = order._judge("4", "3", "Seen again")
        self.assertEqual(first, second)
        self.assertEqual(second.mark_time, "4")
        order.action_review()
        self.assertEqual(order.state, "reviewed")

    def test_nobody_judges_the_own_work(self):
        own = self._create_technician(self.supervisor)
        order = self._done_order(technician=own).with_user(self.supervisor)
        with self.assertRaisesRegex(UserError, "You worked on .* yourself"):
            order.action_review()
        with self.assertRaisesRegex(UserError, "You worked on .* yourself"):
            self.env["after.sales.judgement"].with_user(self.supervisor).create(
                {
                    "order_id": order.id,
                    "technician_id": own.id,
                    "mark_time": "4",
                    "mark_quality": "4",
                }
            )

    def test_technician_and_agent_cannot_judge(self):
        order = self._done_order()
        for user in (self.technician, self.agent):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                order.with_user(user)._judge("4", "4")
        judgement = order.with_user(self.supervisor)._judge("2", "2")
        self.assertEqual(judgement.with_user(self.technician).mark_time, "2")
        with self.assertRaises(AccessError):
            judgement.with_user(self.technician).mark_time = "4"

    def test_unfinished_order_is_not_judged(self):
        order = self._create_order().with_user(self.supervisor)
        with self.assertRaisesRegex(UserError, "when its technician has completed"):
            order._judge("4", "4")

    def test_judgement_in_a_confirmed_evaluation_stays(self):
        order = self._done_order().with_user(self.supervisor)
        with freeze_time("2026-11-11 10:00:00"):
            judgement = order._judge("1", "1")
        evaluation = self._evaluate()
        evaluation.action_confirm()
        with self.assertRaisesRegex(UserError, "Wang Wei 2026-11 is confirmed"):
            judgement.with_user(self.supervisor).mark_time = "4"
        evaluation.action_draft()
        judgement.with_user(self.supervisor).mark_time = "4"

    def test_who_judged_is_not_chosen(self):
        order = self._done_order()
        judgement = (
            self.env["after.sales.judgement"]
            .with_user(self.supervisor)
            .create(
                {
                    "order_id": order.id,
                    "technician_id": self.employee.id,
                    "mark_time": "4",
                    "mark_quality": "4",
                    "user_id": self.manager.id,
                }
            )
        )
        self.assertEqual(judgement.user_id, self.supervisor)


@tagged("post_install", "-at_install")
class TestEvaluation(EvaluationCommon):
    """Judgements, customers' marks and measures make one score a month."""

    @freeze_time("2026-11-20 10:00:00")
    def _story(self, technician=None):
        first = self._done_order(
            technician,
            marks={"attitude": 4, "skill": 4, "punctuality": 3, "promise": 4},
        )
        second = self._done_order(technician, outcome="no_fault")
        first.with_user(self.supervisor)._judge("4", "3")
        second.with_user(self.supervisor)._judge("3", "3")

    def _line(self, evaluation, measure):
        return evaluation.line_ids.filtered(lambda line: line.measure == measure)

    def test_criteria_are_read_in_each_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        criterion = self.scheme.line_ids[0]
        criterion.with_context(lang="en_US").name = "Time"
        criterion.with_context(lang="zh_CN").name = "时间"
        self._done_order()
        # Who makes it does not matter for who reads it.
        evaluation = (
            self.env["after.sales.evaluation"]
            .with_user(self.supervisor)
            .with_context(lang="zh_CN")
            ._evaluate(self.employee, "2026-11-01", "2026-11-30", self.scheme)
        )
        line = evaluation.line_ids.filtered(
            lambda line: line.scheme_line_id == criterion
        )
        self.assertEqual(line.with_context(lang="en_US").name, "Time")
        self.assertEqual(line.with_context(lang="zh_CN").name, "时间")

    def test_a_month(self):
        self._story()
        evaluation = self._evaluate()
        self.assertEqual(evaluation.name, "Wang Wei 2026-11")
        rows = {
            line.measure: (round(line.value, 2), line.sample_count, line.score)
            for line in evaluation.line_ids
        }
        self.assertEqual(
            rows,
            {
                "judgement_time": (3.5, 2, 90.0),
                "judgement_quality": (3.0, 2, 80.0),
                "attitude": (4.0, 1, 100.0),
                "skill": (4.0, 1, 100.0),
                "punctuality": (3.0, 1, 80.0),
                "promise": (4.0, 1, 100.0),
                "on_time": (0.0, 0, 0.0),
                "first_time_fix": (100.0, 1, 100.0),
            },
        )
        # No promised arrival: its 10 % go to the others, 90 % become 100 %.
        self.assertFalse(self._line(evaluation, "on_time").is_measured)
        self.assertAlmostEqual(sum(evaluation.line_ids.mapped("weight_counted")), 100)
        expected = (20 * 90 + 20 * 80 + 10 * (100 + 100 + 80 + 100 + 100)) / 90
        self.assertAlmostEqual(evaluation.score, expected, places=2)
        self.assertEqual(evaluation.grade, "a")
        self.assertEqual(evaluation.job_count, 2)

    def test_measured_again_while_draft(self):
        self._story()
        evaluation = self._evaluate()
        before = evaluation.line_ids
        with freeze_time("2026-11-25 10:00:00"):
            order = self._done_order(marks={"attitude": 1})
            order.with_user(self.supervisor)._judge("1", "1")
        self.assertEqual(self._evaluate(), evaluation)
        self.assertEqual(evaluation.line_ids, before)
        line = self._line(evaluation, "attitude")
        self.assertEqual((line.value, line.sample_count, line.score), (2.5, 2, 50.0))
        evaluation.action_confirm()
        score = evaluation.score
        self._done_order(marks={"attitude": 4})
        self._evaluate()
        self.assertEqual(evaluation.score, score)

    def test_other_months_and_people_do_not_count(self):
        self._story()
        self._done_order(
            marks={"attitude": 1},
            date_done="2026-12-01 00:00:00",
        )
        self.env.cr.execute(
            "UPDATE after_sales_order SET date_marked = '2026-12-01 00:00:00' "
            "WHERE mark_attitude = 1"
        )
        user = new_test_user(
            self.env,
            login="second.after.sales",
            groups="after_sales_service.after_sales_group_technician",
        )
        second = self._create_technician(user)
        self._done_order(second, marks={"attitude": 2})
        mine, other = self._evaluate(technicians=self.employee | second)
        self.assertEqual(self._line(mine, "attitude").score, 100.0)
        self.assertEqual(self._line(other, "attitude").score, 50.0)
        self.assertEqual(other.score, 75.0)  # attitude 10 %, first-time fix 10 %

    def test_days_are_those_of_the_company(self):
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        self._done_order(date_done="2026-10-31 16:30:00")  # 1 November, 00:30
        self._done_order(date_done="2026-10-31 17:30:00")
        self._done_order(date_done="2026-11-30 16:30:00")  # 1 December
        self.assertEqual(self._evaluate().job_count, 2)

    def test_arrival_on_time(self):
        for number, state in enumerate(("kept", "kept", "broken")):
            ticket = self._create_ticket(subject=f"Pump {number}")
            self._done_order(ticket_id=ticket.id)
            clock = ticket.clock_ids.filtered(
                lambda clock: clock.promise == "arrival"
            ) or self.env["after.sales.sla.clock"].create(
                {
                    "company_id": self.company.id,
                    "ticket_id": ticket.id,
                    "promise": "arrival",
                    "hours_promised": 24,
                    "date_start": "2026-11-09 10:00:00",
                }
            )
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE after_sales_sla_clock SET state = %s WHERE id = %s",
                [state, clock.id],
            )
            clock.invalidate_recordset()
        line = self._line(self._evaluate(), "on_time")
        self.assertEqual((round(line.value), line.sample_count), (67, 3))
        self.assertAlmostEqual(line.score, 200 / 3 / 95 * 100)

    def test_nothing_measured(self):
        evaluation = self._evaluate()
        self.assertFalse(evaluation.is_scored)
        self.assertFalse(evaluation.grade)
        with self.assertRaisesRegex(UserError, "nothing to judge by"):
            evaluation.action_confirm()

    def test_jobs_against_a_target_and_marks_by_hand(self):
        self.scheme = self.env["after.sales.evaluation.scheme"].create(
            {
                "name": "Jobs and bearing",
                "line_ids": [
                    Command.create(
                        {"name": "Jobs", "measure": "jobs", "weight": 50, "target": 4}
                    ),
                    Command.create(
                        {"name": "Bearing", "measure": "manual", "weight": 50}
                    ),
                ],
            }
        )
        self._done_order()
        evaluation = self._evaluate()
        self.assertEqual(evaluation.score, 25.0)
        by_hand = self._line(evaluation, "manual").with_user(self.supervisor)
        by_hand.score = 75
        self.assertEqual(evaluation.score, 50.0)
        self._evaluate()  # what was entered stays
        self.assertEqual(evaluation.score, 50.0)
        with self.assertRaisesRegex(UserError, "judged by hand can be entered"):
            self._line(evaluation, "jobs").with_user(self.supervisor).score = 100
        with self.assertRaisesRegex(ValidationError, "number of jobs"):
            self.scheme.line_ids[0].target = 0

    def test_technician_sees_only_his_own_and_only_when_confirmed(self):
        self._story()
        evaluation = self._evaluate()
        mine = evaluation.with_user(self.technician)
        with self.assertRaises(AccessError):
            mine.read(["score"])
        self.assertFalse(mine.search([]))
        evaluation.action_confirm()
        self.assertTrue(mine.read(["score"]))
        self.assertEqual(mine.line_ids[0].weight, 20.0)
        with self.assertRaises(AccessError):
            mine.action_draft()
        stranger = new_test_user(
            self.env,
            login="second.after.sales",
            groups="after_sales_service.after_sales_group_technician",
        )
        with self.assertRaises(AccessError):
            evaluation.with_user(stranger).read(["score"])
        for user in (self.agent, self.clerk):
            with self.assertRaises(AccessError):
                evaluation.with_user(user).read(["score"])
        self.assertTrue(evaluation.with_user(self.auditor).read(["score"]))

    def test_score_is_not_written_by_hand(self):
        self._story()
        evaluation = self._evaluate()
        with self.assertRaisesRegex(UserError, "Scores are measured"):
            evaluation.score = 100
        evaluation.action_confirm()
        with self.assertRaisesRegex(UserError, "set back to draft"):
            evaluation.comment = "Late"
        with self.assertRaisesRegex(UserError, "set back to draft"):
            evaluation.with_user(self.manager).unlink()

    def test_own_evaluation_is_made_by_another_supervisor(self):
        own = self._create_technician(self.supervisor)
        self._done_order(own, marks={"skill": 4})
        evaluation = self._evaluate(user=self.manager, technicians=own)
        with self.assertRaisesRegex(UserError, "is your own evaluation"):
            evaluation.with_user(self.supervisor).action_confirm()

    @freeze_time("2026-12-03 10:00:00")
    def test_wizard_takes_last_month_and_all_technicians(self):
        self._create_technician(self.supervisor)
        with Form(
            self.env["after.sales.evaluation.period"].with_user(self.supervisor)
        ) as form:
            self.assertEqual(f"{form.date_from}", "2026-11-01")
            self.assertEqual(f"{form.date_to}", "2026-11-30")
            self.assertEqual(form.scheme_id, self.scheme)
        action = form.record.action_apply()
        evaluations = self.env["after.sales.evaluation"].search(action["domain"])
        self.assertIn(self.employee, evaluations.technician_id)
        self.assertNotIn(self.supervisor, evaluations.technician_id.user_id)

    def test_queries_do_not_grow_with_technicians(self):
        def people(count, prefix):
            technicians = self.env["hr.employee"]
            for number in range(count):
                user = new_test_user(
                    self.env,
                    login=f"{prefix}{number}",
                    groups="after_sales_service.after_sales_group_technician",
                )
                technicians |= self._create_technician(user)
            for technician in technicians:
                self._done_order(technician, marks={"attitude": 3})
            return technicians

        def queries(technicians):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._evaluate(user=self.manager, technicians=technicians)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        queries(people(1, "warm"))
        few = queries(people(2, "few"))
        many = queries(people(12, "many"))
        self.assertLessEqual(many, few + 12, "one query more each at most")


@tagged("post_install", "-at_install")
class TestEvaluationFile(EvaluationCommon, HttpCase):
    """The spreadsheet holds what its reader may read, and no formulas."""

    def _download(self, user, evaluation):
        self.authenticate(user.login, user.login)
        response = self.url_open(f"/after_sales/evaluations.xlsx?ids={evaluation.id}")
        response.raise_for_status()
        with zipfile.ZipFile(io.BytesIO(response.content)) as book:
            texts = book.read("xl/sharedStrings.xml").decode()
            sheet = book.read("xl/worksheets/sheet1.xml").decode()
        return texts, sheet

    def test_rights_and_formulas(self):
        self.employee.name = "=HYPERLINK(1)"
        self._done_order(marks={"attitude": 4})
        evaluation = self._evaluate()
        texts, sheet = self._download(self.supervisor, evaluation)
        self.assertIn("=HYPERLINK(1)", texts)
        self.assertNotIn("<f>", sheet)
        texts, _sheet = self._download(self.technician, evaluation)
        self.assertNotIn("HYPERLINK", texts)
        evaluation.action_confirm()
        texts, _sheet = self._download(self.technician, evaluation)
        self.assertIn("HYPERLINK", texts)
