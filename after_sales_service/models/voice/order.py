import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from .survey import CRITERIA

_logger = logging.getLogger(__name__)
CARD_FIELDS = {f"mark_{criterion}" for criterion, _label in CRITERIA} | {
    "date_marked",
    "customer_comment",
}


class AfterSalesOrder(models.Model):
    _inherit = "after.sales.order"

    # Marks of the customer's card, 1 (bad) to 4 (very good); 0: no answer yet.
    mark_attitude = fields.Integer(string="Attitude", readonly=True, copy=False)
    mark_skill = fields.Integer(string="Skill", readonly=True, copy=False)
    mark_punctuality = fields.Integer(string="Punctuality", readonly=True, copy=False)
    mark_promise = fields.Integer(string="Keeping Promises", readonly=True, copy=False)
    mark_mean = fields.Float(
        string="Mean Mark",
        compute="_compute_mark_mean",
        store=True,
        aggregator="avg",
        digits=(3, 2),
    )
    date_marked = fields.Datetime(string="Card Answered", readonly=True, copy=False)
    customer_comment = fields.Text(readonly=True, copy=False)
    card_ids = fields.One2many(
        "survey.user_input",
        "after_sales_order_id",
        string="Satisfaction Cards",
        groups="survey.group_survey_user",
    )
    is_card_sent = fields.Boolean(string="Card Sent", readonly=True, copy=False)

    # === COMPUTES === #
    @api.depends("mark_attitude", "mark_skill", "mark_punctuality", "mark_promise")
    def _compute_mark_mean(self):
        for order in self:
            marks = [order[f"mark_{criterion}"] for criterion, _label in CRITERIA]
            given = [mark for mark in marks if mark]
            order.mark_mean = sum(given) / len(given) if given else 0.0

    # === CONSTRAINTS === #
    @api.constrains("mark_attitude", "mark_skill", "mark_punctuality", "mark_promise")
    def _check_marks(self):
        for order in self:
            if any(order[f"mark_{key}"] not in range(5) for key, _label in CRITERIA):
                raise ValidationError(
                    self.env._("A mark is 1, 2, 3 or 4; 4 is the best. 0: no answer.")
                )

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        if any(CARD_FIELDS.intersection(vals) for vals in vals_list):
            self._check_card_access()
        return super().create(vals_list)

    def write(self, vals):
        if CARD_FIELDS.intersection(vals):
            self._check_card_access()
        return super().write(vals)

    def _check_card_access(self):
        """Keep technicians from giving marks to themselves.

        :raise AccessError: if the user may not enter cards
        """
        agent = "after_sales_service.after_sales_group_agent"
        if not self.env.su and not self.env.user.has_group(agent):
            raise AccessError(
                self.env._("Customers' marks are entered by call agents, not by hand.")
            )

    # === ACTIONS === #
    def action_enter_card(self):
        """Open the entry of a card answered on paper or on the phone."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Enter the Customer's Card"),
            "res_model": "after.sales.order.card",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id},
        }

    def action_send_card(self):
        """Mail the card once more."""
        self._send_card(again=True)

    # === BUSINESS === #
    def _do_completion(self):
        result = super()._do_completion()
        self._try_send_card()
        return result

    def _try_send_card(self):
        """Send the cards; whatever goes wrong there, the work is done all the same."""
        for order in self:
            try:
                with self.env.cr.savepoint():
                    order._send_card()
            except Exception:
                _logger.exception("The card of %s could not be sent", order.name)

    def _send_card(self, again=False):
        """Mail the link to the satisfaction card, in the customer's language.

        :param bool again: also where a card was sent before
        """
        template = self.env.ref("after_sales_service.mail_template_after_sales_card")
        for order in self:
            recipient = order.contact_id or order.partner_id
            if not order._is_card_wanted(again) or not recipient.email:
                continue
            survey = order.company_id._get_after_sales_survey()
            # Technicians complete orders but know nothing of surveys and their answers.
            card = survey.sudo()._create_answer(
                partner=recipient, check_attempts=False, after_sales_order_id=order.id
            )
            # sudo: as above
            template.sudo().send_mail(card.id)
            order.sudo().is_card_sent = True

    def _is_card_wanted(self, again):
        self.ensure_one()
        company = self.company_id
        return (
            company.after_sales_is_card_sent
            and bool(company._get_after_sales_survey())
            and not self.is_internal
            and not self.date_marked
            and (again or not self.is_card_sent)
        )

    def _record_card(self, marks, comment=None):
        """Write the customer's answers.

        :param dict marks: 1 to 4 by criterion
        :param str comment: the customer's words
        """
        self.ensure_one()
        self.write(
            {f"mark_{criterion}": mark for criterion, mark in marks.items()}
            | {"customer_comment": comment, "date_marked": fields.Datetime.now()}
        )
