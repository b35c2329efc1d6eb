from odoo import fields, models

CRITERIA = [
    ("attitude", "Attitude"),
    ("skill", "Skill"),
    ("punctuality", "Punctuality"),
    ("promise", "Keeping promises"),
]


class SurveyQuestion(models.Model):
    _inherit = "survey.question"

    after_sales_criterion = fields.Selection(CRITERIA, string="Satisfaction Criterion")


class SurveyUserInput(models.Model):
    _inherit = "survey.user_input"

    after_sales_order_id = fields.Many2one(
        "after.sales.order", string="Service Order", index="btree_not_null", copy=False
    )
