from odoo import fields, models, tools
from odoo.exceptions import UserError


class AfterSalesTicket(models.Model):
    """Who wrote without being known: becomes a contact by a click, never by a mail."""

    _inherit = "after.sales.ticket"

    caller_name = fields.Char(
        string="Name of the Caller", help="Of somebody who is no contact yet."
    )

    # === ACTIONS === #
    def action_create_contact(self):
        """Make a contact of the sender, or take the one with this address or number.

        :raise UserError: if there is neither an address nor a name to go by
        """
        self.check_access("write")
        for ticket in self:
            ticket._take_stranger(ticket._find_stranger() or ticket._create_stranger())

    # === BUSINESS === #
    def _find_stranger(self):
        """Return the contact who has the address meanwhile, if there is one."""
        self.ensure_one()
        if not self.contact_email:
            return self.env["res.partner"]
        return self._partner_find_from_emails_single(
            [self.contact_email], no_create=True
        )[:1]

    def _create_stranger(self):
        self.ensure_one()
        if not self.contact_email and not self.caller_name:
            raise UserError(
                self.env._(
                    "%(ticket)s has neither a name nor an e-mail address. Enter the "
                    "name of the caller, or choose a customer.",
                    ticket=self.name,
                )
            )
        # Agents make no contacts freely, but one of the person they talk with; that
        # they may write the ticket was checked.
        partner = self.env["res.partner"].sudo().create(self._prepare_stranger_vals())
        return partner.with_env(self.env)

    def _prepare_stranger_vals(self):
        """Return the values of the new contact. Meant to be extended."""
        self.ensure_one()
        return {
            "name": self.caller_name or self._get_sender_name() or self.contact_email,
            "email": self.contact_email,
            "phone": self.phone,
            "lang": self.env.lang,
            "company_id": False,
        }

    def _get_sender_name(self):
        """Return the name that stands before the address of the first mail."""
        first = self._get_messages_of_stranger().sorted("id")[:1]
        name, _address = tools.parse_contact_from_email(first.email_from or "")
        return name

    def _get_messages_of_stranger(self):
        """Return the mails of the address that belong to nobody yet."""
        self.ensure_one()
        address = tools.email_normalize(self.contact_email or "")
        return self.message_ids.filtered(
            lambda message: (
                not message.author_id
                and address
                and tools.email_normalize(message.email_from or "") == address
            )
        )

    def _take_stranger(self, partner):
        """Make the contact the ticket's customer and the author of the mails."""
        self.ensure_one()
        mails = self._get_messages_of_stranger()
        customer = partner.commercial_partner_id
        self.write(
            {
                "partner_id": customer.id,
                "contact_id": partner.id if partner != customer else False,
            }
        )
        # Authors of messages are not written by agents; the mail names this address.
        mails.sudo().author_id = partner
        if not self.unit_id:
            self.unit_id = self._find_unit_in(self.subject)
        self.message_subscribe(partner.ids)
