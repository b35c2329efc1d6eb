import re
from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..common import AfterSalesCommon


@tagged("post_install", "-at_install")
class TestCard(AfterSalesCommon, HttpCase):
    """The customer's card: mailed, answered without a login, entered by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._create_order()
        cls.survey = cls.env.ref("after_sales_service.after_sales_survey")

    def _card(self, order=None):
        return self.env["survey.user_input"].search(
            [("after_sales_order_id", "=", (order or self.order).id)]
        )

    def _mail(self):
        return self.env["mail.mail"].search([], order="id desc", limit=1)

    def test_the_card_goes_to_the_customer_once_with_a_link(self):
        self.order.with_user(self.technician)._try_send_card()
        card = self._card()
        self.assertEqual(len(card), 1)
        self.assertIn(card.access_token, self._mail().body_html)
        self.assertIn(self.customer, self._mail().recipient_ids)
        self.assertTrue(self.order.is_card_sent)
        self.order._try_send_card()
        self.assertEqual(len(self._card()), 1)
        self.order.with_user(self.agent).action_send_card()
        self.assertEqual(len(self._card()), 2)

    def test_no_card_for_internal_work_or_when_switched_off(self):
        self.order.is_internal = True
        self.order._try_send_card()
        self.order.is_internal = False
        self.company.after_sales_is_card_sent = False
        self.order._try_send_card()
        self.assertFalse(self._card())

    @mute_logger("odoo.addons.after_sales_service.models.voice.order")
    def test_a_failing_card_does_not_stop_the_completion(self):
        def fail(order, **kwargs):
            raise ValueError("no mail server")

        with patch.object(type(self.order), "_send_card", fail):
            self.order._try_send_card()
        self.assertFalse(self.order.is_card_sent)

    def test_the_answer_over_http_without_login_gives_the_marks(self):
        self.order._try_send_card()
        card = self._card()
        url = re.sub(r"^https?://[^/]+", "", card.get_start_url())
        self.assertEqual(self.url_open(url).status_code, 200)
        base = f"/survey/{{}}/{self.survey.access_token}/{card.access_token}"
        self.make_jsonrpc_request(base.format("begin"), {})
        answers = {}
        for question in self.survey.question_ids:
            criterion = question.after_sales_criterion
            if criterion == "comment":
                answers[str(question.id)] = "Very friendly"
                continue
            mark = {"attitude": 4, "skill": 3, "punctuality": 2, "promise": 1}[
                criterion
            ]
            answers[str(question.id)] = question.suggested_answer_ids.filtered(
                lambda answer, mark=mark: answer.answer_score == mark
            ).id
        self.make_jsonrpc_request(base.format("submit"), answers)
        self.env.invalidate_all()
        self.assertEqual(card.state, "done")
        self.assertRecordValues(
            self.order,
            [
                {
                    "mark_attitude": 4,
                    "mark_skill": 3,
                    "mark_punctuality": 2,
                    "mark_promise": 1,
                    "mark_mean": 2.5,
                    "customer_comment": "Very friendly",
                }
            ],
        )
        self.assertTrue(self.order.date_marked)

    def test_a_paper_card_is_entered_by_an_agent(self):
        action = self.order.with_user(self.agent).action_enter_card()
        self.env[action["res_model"]].with_user(self.agent).with_context(
            **action["context"]
        ).create(
            {
                "attitude": "4",
                "skill": "4",
                "punctuality": "3",
                "promise": "4",
                "comment": "By phone",
            }
        ).action_apply()
        self.assertEqual(self.order.mark_mean, 3.75)
        self.order._try_send_card()
        self.assertFalse(self._card(), "answered already")

    def test_technicians_do_not_mark_themselves(self):
        order = self.order.with_user(self.technician)
        with self.assertRaisesRegex(AccessError, "entered by call agents"):
            order.mark_attitude = 4
        with self.assertRaises(AccessError):
            order.action_enter_card() and self.env["after.sales.order.card"].with_user(
                self.technician
            ).create({"order_id": order.id})

    def test_a_mark_is_one_to_four(self):
        with self.assertRaisesRegex(ValidationError, "4 is the best"):
            self.order.mark_skill = 5
