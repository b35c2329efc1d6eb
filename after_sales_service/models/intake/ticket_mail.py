import re

from odoo import api, models, tools
from odoo.fields import Domain

# Words of a mail's subject that could be a serial number.
SERIAL = re.compile(r"[\w][\w./-]{3,39}")


class AfterSalesTicket(models.Model):
    """Mails: they make tickets, and an answer to the customer is a fact."""

    _inherit = "after.sales.ticket"

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Make a ticket of a mail; a serial in its subject finds the unit."""
        author = self._get_mail_author(msg_dict, custom_values)
        subject = msg_dict.get("subject") or self.env._("No subject")
        values = {
            # The mail thread would take the mail's subject as the ticket's number.
            "name": "New",
            "subject": subject,
            "channel": "email",
            "contact_email": tools.email_normalize(msg_dict.get("email_from") or ""),
            "taken_by_id": False,
        }
        if author:
            values["partner_id"] = author.commercial_partner_id.id
            if author != author.commercial_partner_id:
                values["contact_id"] = author.id
        values.update(custom_values or {})
        unattended = self.with_context(after_sales_unattended=True)
        ticket = super(AfterSalesTicket, unattended).message_new(
            msg_dict, custom_values=values
        )
        ticket = ticket.with_env(self.env)
        ticket.unit_id = ticket._find_unit_in(subject)
        if author:
            ticket.message_subscribe(author.ids)
            ticket._send_receipt()
        return ticket

    @api.model
    def _get_mail_author(self, msg_dict, custom_values):
        """Return the sender, if he is a contact of the company that gets the mail.

        Another company's customer is a stranger here; his mail is kept all the same.
        """
        author = self.env["res.partner"].browse(msg_dict.get("author_id") or [])
        values = custom_values or {}
        team = self.env["after.sales.team"].browse(values.get("team_id") or [])
        company = team.company_id.id or values.get("company_id") or self.env.company.id
        owner = (author | author.commercial_partner_id).company_id
        return author.browse() if owner and owner.ids != [company] else author

    @api.model
    def _detect_loop_sender_domain(self, email_from_normalized):
        """Return the tickets of a sender: too many in a short time are a loop."""
        address = tools.escape_psql(email_from_normalized)
        return Domain("contact_email", "=ilike", address) & Domain(
            "channel", "=", "email"
        )

    def _send_receipt(self):
        """Tell customers the number and the promised times, if the company wants."""
        template = self.env.ref("after_sales_service.mail_template_after_sales_receipt")
        for ticket in self:
            if ticket.company_id.after_sales_is_receipt_sent:
                ticket.message_post_with_source(
                    template,
                    message_type="auto_comment",
                    subtype_xmlid="mail.mt_comment",
                )

    def _find_unit_in(self, text):
        """Return the one unit of the ticket's customer whose serial is in the text."""
        self.ensure_one()
        words = SERIAL.findall(text or "")
        if not words or not self.partner_id:
            return self.env["after.sales.unit"]
        units = self.env["after.sales.unit"].search(
            Domain("name", "in", words)
            & Domain("company_id", "=", self.company_id.id)
            & Domain(
                "partner_id", "child_of", self.partner_id.commercial_partner_id.ids
            ),
            limit=2,
        )
        return units if len(units) == 1 else units.browse()

    def _message_post_after_hook(self, message, msg_vals):
        """Let an answer to the customer stop the clock of the first reply."""
        result = super()._message_post_after_hook(message, msg_vals)
        if self._is_answer(message):
            self._record_fact("reply", message.date)
        elif self._is_from_customer(message):
            self.filtered(lambda ticket: ticket.state == "clarification")._note_answer()
            self.filtered(
                lambda ticket: ticket.state in ("solved", "closed")
            )._note_late_message()
        return result

    def _is_answer(self, message):
        """Return whether a colleague wrote it to the outside."""
        return (
            message.message_type in ("comment", "email", "email_outgoing")
            and message.subtype_id == self.env.ref("mail.mt_comment")
            and not message.is_internal
            # Whether the author is a colleague is no secret of the users' table.
            and any(not user.share for user in message.author_id.sudo().user_ids)
        )

    def _is_from_customer(self, message):
        return (
            message.message_type in ("comment", "email")
            and not message.is_internal
            and bool(self)
            and message.author_id.commercial_partner_id
            in self.partner_id.commercial_partner_id
        )

    def _note_answer(self):
        """Take up tickets whose customer answered the question."""
        # Customers read their tickets only; their answer is what we waited for.
        self.sudo().action_resume()
        for ticket in self.sudo():
            ticket._after_sales_give_task(
                ticket.user_id, lambda env: env._("The customer answered")
            )

    def _note_late_message(self):
        """Give a task to whom a customer's word after the end would else escape."""
        # Customers read their tickets only; the task is for a colleague.
        for ticket in self.sudo():
            ticket._after_sales_give_task(
                ticket.user_id or ticket.team_id.leader_id,
                lambda env: env._("The customer wrote after it was solved"),
            )

    def _mail_get_partners(self, introspect_fields=False):
        # One person answers for a ticket: Odoo signs its portal links for one only.
        return {ticket.id: ticket.contact_id or ticket.partner_id for ticket in self}
