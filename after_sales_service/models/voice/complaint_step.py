from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import is_html_empty

from .complaint import LEVEL_GROUPS, LEVELS


class AfterSalesComplaint(models.Model):
    """The steps of a complaint: take, answer, appeal, close."""

    _inherit = "after.sales.complaint"

    # === ACTIONS === #
    def action_start(self):
        """Take the complaint; who answers is set where nobody was."""
        for complaint in self:
            complaint._move_to(
                "in_progress", user_id=(complaint.user_id or self.env.user).id
            )

    def action_answer(self):
        """Send the answer to the customer, with what was found.

        :raise UserError: if finding or answer is missing
        :raise AccessError: if the level of appeal is above the user
        """
        for complaint in self:
            complaint._check_level()
            complaint._check_answer()
            people = complaint.user_id | self.env.user
            complaint._move_to(
                "answered",
                user_id=self.env.uid,
                date_answered=fields.Datetime.now(),
            )
            complaint._send_answer()
            complaint._finish_tasks(people)
            complaint._note_finding()

    def action_appeal(self):
        """Open the reason why the customer does not accept the answer."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Not Accepted"),
            "res_model": "after.sales.complaint.appeal",
            "view_mode": "form",
            "target": "new",
            "context": {"default_complaint_id": self.id},
        }

    def action_close(self):
        """Close what the customer accepts.

        :raise UserError: if a corrective action is still to be done
        """
        for complaint in self:
            if complaint.corrective_action and not complaint.is_corrected:
                raise UserError(
                    self.env._(
                        "The corrective action of %(name)s is not done yet. Tick "
                        "“Corrected” when it is.",
                        name=complaint.name,
                    )
                )
        self._move_to("closed", date_closed=fields.Datetime.now())

    def action_reopen(self):
        """Work on again at the same level."""
        cancelled = self.filtered(lambda complaint: complaint.state == "cancel")
        cancelled._move_to("new")
        (self - cancelled)._move_to("in_progress", date_closed=False)
        for complaint in self:
            complaint._route()

    def action_cancel(self):
        """Withdraw what was no complaint."""
        self._move_to("cancel")
        self._finish_tasks()

    # === BUSINESS === #
    def _message_post_after_hook(self, message, msg_vals):
        """Ask who answered whether the customer's reply is a yes or a no."""
        result = super()._message_post_after_hook(message, msg_vals)
        customer = self.partner_id.commercial_partner_id
        if (
            message.message_type in ("comment", "email")
            and not message.is_internal
            and message.author_id.commercial_partner_id in customer
            and self.state in ("answered", "closed")
        ):
            self._give_task(
                self.user_id,
                lambda env: env._("The customer replied: accepted or not?"),
            )
        return result

    def _check_level(self):
        """Let nobody decide above their level.

        :raise AccessError: if the user is no supervisor or manager where one is due
        """
        self.ensure_one()
        group = LEVEL_GROUPS.get(self.level)
        if group and not self.env.su and not self.env.user.has_group(group):
            levels = dict(self._fields["level"]._description_selection(self.env))
            raise AccessError(
                self.env._(
                    "%(name)s is with the level “%(level)s” now. Prepare the answer "
                    "and let %(user)s send it.",
                    name=self.name,
                    level=levels[self.level],
                    user=self.user_id.name or levels[self.level],
                )
            )

    def _check_answer(self):
        self.ensure_one()
        if not self.finding:
            raise UserError(
                self.env._(
                    "Is %(name)s justified? Enter the finding before you answer.",
                    name=self.name,
                )
            )
        if self.finding != "unjustified" and not self.party:
            raise UserError(
                self.env._(
                    "Who is responsible for %(name)s? Enter the party before you "
                    "answer.",
                    name=self.name,
                )
            )
        if is_html_empty(self.answer):
            raise UserError(
                self.env._(
                    "Write the answer to the customer of %(name)s first.",
                    name=self.name,
                )
            )

    def _send_answer(self):
        """Mail the answer in the customer's language, if there is an address."""
        self.ensure_one()
        template = self.env.ref(
            "after_sales_service.mail_template_after_sales_complaint_answer"
        )
        if (self.contact_id or self.partner_id).email:
            self.message_post_with_source(
                template, message_type="comment", subtype_xmlid="mail.mt_comment"
            )
            return
        self.message_post(
            body=self.env._(
                "The customer has no e-mail address: tell them the answer by phone or "
                "letter."
            )
        )

    def _finish_tasks(self, users=None):
        """Tick off the tasks of these people, of everybody if left out."""
        tasks = self.activity_ids
        if users is not None:
            tasks = tasks.filtered(lambda task: task.user_id in users)
        tasks.action_done()

    def _appeal(self, reason):
        """Bring the complaint to the next level, whose person answers anew.

        :param str reason: why the customer does not accept the answer
        :raise UserError: if the management has answered already
        """
        self.ensure_one()
        self.check_access("write")
        if self.level == LEVELS[-1]:
            raise UserError(
                self.env._(
                    "The management has answered %(name)s; there is no level above it. "
                    "Make it a special case if it needs a meeting.",
                    name=self.name,
                )
            )
        # sudo: nobody writes the level by hand; that they may write was checked.
        self.sudo()._move_to(
            "in_progress",
            level=self._get_next_level(),
            appeal_reason=reason,
            user_id=False,
            date_closed=False,
        )
        self._route()
        self.message_post(body=self.env._("Not accepted: %(reason)s", reason=reason))

    def _note_finding(self):
        """Do what follows from the finding; called anew with each answer.

        Meant to be extended: finding, party and person may differ from what an
        earlier level had found.
        """
        self.ensure_one()

    def _cron_climb(self):
        """Bring what was not answered in time to the next level."""
        late = self.search(self._get_late_domain(), order="date_deadline, id")
        for complaint in late.filtered(lambda row: row.level != LEVELS[-1]):
            complaint._climb()

    def _climb(self):
        """Hand over what the level let lie; it stays open all the while."""
        self.ensure_one()
        self._finish_tasks(self.user_id)
        self.write({"level": self._get_next_level(), "user_id": False})
        self._route()
        self.message_post(
            body=self.env._("It was not answered in time and goes to the next level.")
        )
