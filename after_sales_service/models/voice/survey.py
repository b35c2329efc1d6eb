from odoo import fields, models

CRITERIA = [
    ("attitude", "Attitude"),
    ("skill", "Skill"),
    ("punctuality", "Punctuality"),
    ("promise", "Keeping promises"),
]


class SurveyQuestion(models.Model):
    _inherit = "survey.question"

    after_sales_criterion = fields.Selection(
        [*CRITERIA, ("comment", "Comment")],
        string="Satisfaction Criterion",
        help="The answer's score, 1 (bad) to 4 (very good), becomes the mark.",
    )


class SurveyUserInput(models.Model):
    _inherit = "survey.user_input"

    after_sales_order_id = fields.Many2one(
        "after.sales.order", string="Service Order", index="btree_not_null", copy=False
    )

    # === BUSINESS === #
    def _mark_done(self):
        """Write the marks of satisfaction cards to their orders."""
        result = super()._mark_done()
        for answer in self.filtered("after_sales_order_id"):
            if not answer.test_entry:
                # The customer answers without a login; the token was checked before.
                answer.sudo()._write_card()
        return result

    def _write_card(self):
        self.ensure_one()
        marks, comments = {}, []
        for line in self.user_input_line_ids.filtered(lambda line: not line.skipped):
            criterion = line.question_id.after_sales_criterion
            if criterion == "comment" or line.answer_type in ("char_box", "text_box"):
                comments.append(line.value_text_box or line.value_char_box or "")
            elif criterion and line.suggested_answer_id:
                marks[criterion] = round(line.suggested_answer_id.answer_score)
        self.after_sales_order_id._record_card(marks, "\n".join(filter(None, comments)))
