from odoo import fields, models

from ..intake.ticket import OPEN_STATES

BEST_RATE = 5
# Who gives fewer stars is called back.
LOW_RATE = 2


class AfterSalesTicket(models.Model):
    """What customers think of how their ticket was handled, and complain about."""

    _name = "after.sales.ticket"
    _inherit = ["after.sales.ticket", "rating.mixin"]

    complaint_ids = fields.One2many(
        "after.sales.complaint", "ticket_id", string="Complaints"
    )
    complaint_count = fields.Integer(compute="_compute_voice_counts")
    suggestion_ids = fields.One2many(
        "after.sales.suggestion", "ticket_id", string="Suggestions"
    )
    suggestion_count = fields.Integer(compute="_compute_voice_counts")

    # === COMPUTES === #
    def _compute_voice_counts(self):
        for fname in ("complaint_count", "suggestion_count"):
            model = self.env[f"after.sales.{fname.removesuffix('_count')}"]
            counts = {}
            if model.has_access("read"):
                counts = dict(
                    model._read_group(
                        [("ticket_id", "in", self.ids)], ["ticket_id"], ["__count"]
                    )
                )
            for ticket in self:
                ticket[fname] = counts.get(ticket, 0)

    # === ACTIONS === #
    def action_create_complaint(self):
        """Open a complaint about what this ticket tells."""
        self.ensure_one()
        return self._open_voice("after.sales.complaint", self.env._("New Complaint"))

    def action_create_suggestion(self):
        """Note what the customer suggests."""
        self.ensure_one()
        return self._open_voice("after.sales.suggestion", self.env._("New Suggestion"))

    def _open_voice(self, model, name):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "form",
            "context": {
                "default_ticket_id": self.id,
                "default_company_id": self.company_id.id,
                "default_partner_id": self.partner_id.id,
                "default_contact_id": self.contact_id.id,
                "default_unit_id": self.unit_id.id,
                "default_subject": self.subject,
                "default_description": self.description,
            },
        }

    def action_view_complaints(self):
        """Open the complaints of this ticket."""
        self.ensure_one()
        return self._open_voice_list(
            "after.sales.complaint", self.env._("Complaints"), self.complaint_ids
        )

    def action_view_suggestions(self):
        """Open the suggestions of this ticket."""
        self.ensure_one()
        return self._open_voice_list(
            "after.sales.suggestion", self.env._("Suggestions"), self.suggestion_ids
        )

    def _open_voice_list(self, model, name, records):
        action = {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "list,form",
            "domain": [("ticket_id", "=", self.id)],
        }
        if len(records) == 1:
            action |= {"res_id": records.id, "view_mode": "form"}
        return action

    # === BUSINESS === #
    def _rate(self, author, stars, comment):
        """Keep the customer's stars; a second answer takes the place of the first.

        :param author: ``res.partner`` who rates
        :param int stars: 1 (bad) to 5
        :param str comment: plain text
        """
        self.ensure_one()
        if self.state in OPEN_STATES or stars not in range(1, BEST_RATE + 1):
            return
        # The page checked that the reader may see the ticket; ratings have no door.
        ticket = self.sudo()
        rating = ticket._get_rating_of(author)
        ticket.rating_apply(
            stars, rating=rating, feedback=comment, subtype_xmlid="mail.mt_note"
        )
        if stars <= LOW_RATE:
            ticket._call_back()

    def _get_rating_of(self, author):
        """Return the rating that this person gave, or the one to fill in."""
        given = self._find_rating_of(author)
        if not given:
            token = self._rating_get_access_token(author)
            given = self.rating_ids.search([("access_token", "=", token)], limit=1)
        return given

    def _find_rating_of(self, author):
        """Return the rating that this person gave, for the page that shows it."""
        # The page checked that the reader may see the ticket, and who they are.
        ratings = self.sudo().rating_ids
        return ratings.filtered(lambda rating: rating.partner_id == author)[:1]

    def _call_back(self):
        """Let the supervisor call who is not satisfied; once, not for every answer."""
        leader = self.team_id.leader_id

        def get_summary(env):
            return env._("The customer is not satisfied: call back")

        reader = self.with_context(lang=leader.lang)
        if get_summary(reader.env) not in self.activity_ids.mapped("summary"):
            self._after_sales_give_task(
                leader, get_summary, activity="mail.mail_activity_data_call"
            )
