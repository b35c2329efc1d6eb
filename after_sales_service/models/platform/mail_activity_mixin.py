from odoo import fields, models


class MailActivityMixin(models.AbstractModel):
    """Tasks for colleagues, each in the language of who reads it."""

    _inherit = "mail.activity.mixin"

    def _after_sales_give_task(
        self, user, get_summary, deadline=None, activity="mail.mail_activity_data_todo"
    ):
        """Put a task on somebody's list; where there is nobody, nothing is done.

        :param user: ``res.users`` or empty
        :param get_summary: returns the text, given the environment of the reader
        :param date deadline: today if left out
        :param str activity: external id of the activity type
        """
        self.ensure_one()
        if not user:
            return
        reader = self.with_context(lang=user.lang)
        reader.activity_schedule(
            activity,
            deadline or fields.Date.context_today(self),
            summary=get_summary(reader.env),
            user_id=user.id,
        )
