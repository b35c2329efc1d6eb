from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    after_sales_is_card_sent = fields.Boolean(
        string="Send the Satisfaction Card", default=True
    )
    after_sales_survey_id = fields.Many2one(
        "survey.survey",
        string="Satisfaction Card",
        help="Its questions name the criterion they ask for.",
    )

    after_sales_complaint_user_id = fields.Many2one(
        "res.users",
        string="Management for Complaints",
        help="Answers complaints at the last level and owns special cases.",
    )

    # === BUSINESS === #
    def _get_after_sales_survey(self):
        """Return the company's satisfaction card, by default the standard one."""
        self.ensure_one()
        return self.after_sales_survey_id or self.env.ref(
            "after_sales_service.after_sales_survey", raise_if_not_found=False
        )
