from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import escape_psql, plaintext2html

from .ticket import OPEN_STATES

PORTAL_KINDS = ("repair", "inquiry", "return", "complaint", "suggestion")


class AfterSalesTicket(models.Model):
    """What customers do themselves: report, approve, reopen. Callers are pages."""

    _inherit = "after.sales.ticket"

    typed_serial = fields.Char(
        string="Serial as Typed",
        copy=False,
        help="What the customer typed and was not found among the own units.",
    )
    typed_unit_id = fields.Many2one(
        "after.sales.unit", string="Unit by Typed Serial", compute="_compute_typed_unit"
    )
    typed_hint = fields.Char(string="Typed Serial Hint", compute="_compute_typed_unit")

    # === COMPUTES === #
    @api.depends("typed_serial", "unit_id", "company_id")
    def _compute_typed_unit(self):
        for ticket in self:
            unit = self.env["after.sales.unit"]
            if ticket.typed_serial and not ticket.unit_id:
                unit = ticket._find_typed_unit()
            ticket.typed_unit_id = unit
            ticket.typed_hint = ticket._get_typed_hint(unit)

    def _find_typed_unit(self):
        self.ensure_one()
        units = self.env["after.sales.unit"].search(
            Domain("name", "=ilike", escape_psql(self.typed_serial.strip()))
            & Domain("company_id", "=", self.company_id.id),
            limit=2,
        )
        return units if len(units) == 1 else units.browse()

    def _get_typed_hint(self, unit):
        """Return what is known of the serial that the customer typed, or False."""
        self.ensure_one()
        if not self.typed_serial or self.unit_id:
            return False
        if not unit:
            return self.env._(
                "The customer typed “%(serial)s”, which is not registered. Compare it "
                "with the name plate.",
                serial=self.typed_serial,
            )
        return self.env._(
            "The customer typed “%(serial)s”. It is registered for %(owner)s.",
            serial=self.typed_serial,
            owner=unit.partner_id.display_name or self.env._("nobody"),
        )

    # === ACTIONS === #
    def action_take_typed_unit(self):
        """Take the unit whose serial the customer typed, if it is the customer's.

        :raise UserError: if there is none, or it belongs to somebody else
        """
        for ticket in self:
            unit = ticket.typed_unit_id
            if not unit:
                raise UserError(
                    self.env._(
                        "No unit with the serial number “%(serial)s” is registered. "
                        "Compare it with the name plate, or register the unit.",
                        serial=ticket.typed_serial or "",
                    )
                )
            owner = unit.partner_id.commercial_partner_id
            customer = ticket.partner_id.commercial_partner_id
            if owner and customer and owner != customer:
                raise UserError(
                    self.env._(
                        "%(unit)s is registered for %(owner)s, not for %(customer)s. "
                        "Ask who owns it; then change the customer of the ticket, or "
                        "the owner of the unit.",
                        unit=unit.name,
                        owner=owner.display_name,
                        customer=customer.display_name,
                    )
                )
            ticket.unit_id = unit

    # === BUSINESS === #
    @api.model
    def _create_from_portal(
        self, subject, description, unit_id=False, serial="", files=(), kind="repair"
    ):
        """Register what a customer reports on the portal; the customer is the user's.

        :param int unit_id: one of their units; others are passed over
        :param str serial: what they typed instead; their own unit is found by it
        :param files: pairs of name and content, posted as their first message
        :param str kind: one of those that customers choose from
        """
        partner = self.env.user.partner_id
        customer = partner.commercial_partner_id
        unit = self._find_own_unit(unit_id, serial)
        # Customers may not create tickets; customer and unit were taken from the login.
        ticket = (
            self.sudo()
            .with_context(after_sales_unattended=True)
            .create(
                {
                    "subject": subject,
                    "description": description,
                    "channel": "portal",
                    "kind": self._get_portal_kind(kind),
                    "partner_id": customer.id,
                    "contact_id": partner.id if partner != customer else False,
                    "unit_id": unit.id,
                    "typed_serial": "" if unit else serial,
                    "company_id": (
                        unit.company_id or customer.company_id or self.env.company
                    ).id,
                    "taken_by_id": False,
                }
            )
        )
        ticket.message_subscribe(partner.ids)
        ticket._post_files(files, partner)
        ticket._send_receipt()
        return ticket.with_env(self.env)

    @api.model
    def _get_portal_kinds(self):
        """Return what customers choose from, ``[(kind, label)]``. To be extended."""
        labels = dict(self._fields["kind"]._description_selection(self.env))
        return [(kind, labels[kind]) for kind in PORTAL_KINDS]

    @api.model
    def _get_portal_kind(self, kind):
        """Return the kind if customers may choose it, else a fault."""
        return kind if kind in dict(self._get_portal_kinds()) else PORTAL_KINDS[0]

    @api.model
    def _find_own_unit(self, unit_id, serial):
        """Return the user's own unit by its id or serial; the record rule decides."""
        units = self.env["after.sales.unit"]
        if unit_id:
            return units.search(Domain("id", "=", unit_id))
        if not serial:
            return units
        found = units.search(Domain("name", "=ilike", escape_psql(serial)), limit=2)
        return found if len(found) == 1 else units

    @api.model
    def _create_from_form(self, team, values, files=()):
        """Register what a stranger sent by the public form; nothing is looked up.

        Whoever sends it may not learn what is registered, so serial number and address
        are kept as typed; a colleague decides what they mean.

        :param team: ``after.sales.team`` whose form it was
        :param dict values: subject, description, name, email, phone, serial, kind:
            texts
        """
        # Strangers have no rights; the values are texts, length and form checked.
        ticket = (
            self.sudo()
            .with_context(after_sales_unattended=True)
            .create(
                {
                    "subject": values["subject"],
                    "description": plaintext2html(values["description"]),
                    "channel": "web",
                    "kind": self._get_portal_kind(values.get("kind")),
                    "team_id": team.id,
                    "company_id": team.company_id.id,
                    "caller_name": values["name"],
                    "contact_email": values["email"],
                    "phone": values["phone"],
                    "typed_serial": values["serial"],
                    "taken_by_id": False,
                }
            )
        )
        ticket._post_files(files)
        return ticket

    def _get_customer_tz(self):
        """Return the name of the time zone in which promised times are shown."""
        self.ensure_one()
        # sudo: customers do not read the address of our company.
        ticket = self.sudo()
        return (
            ticket.contact_id.tz
            or ticket.partner_id.tz
            or ticket.partner_id.commercial_partner_id.tz
            or ticket.company_id.partner_id.tz
            or self.env.user.tz
            or "UTC"
        )

    def _get_shown_promises(self):
        """Return what is promised as the customer sees it, the next one first.

        :return: dicts of ``label``, ``state`` (running, paused or done), ``date`` (the
            deadline, or when it was done) and ``expected`` (a new date, or False)
        """
        self.ensure_one()
        states = {"kept": "done", "broken": "done"}
        clocks = self._get_clocks().filtered(lambda clock: clock.state != "cancel")
        return [
            {
                "label": clock.promise_label,
                "state": states.get(clock.state, clock.state),
                "date": clock.date_stop or clock.deadline,
                "expected": clock.state == "running" and clock.date_expected,
            }
            for clock in clocks.sorted(
                lambda clock: clock.date_stop or clock.deadline or datetime.max
            )
        ]

    def _post_files(self, files, author=None):
        """Post what a customer sent along as a message of theirs."""
        self.ensure_one()
        if not files:
            return
        self.message_post(
            body=self.env._("Files of the report"),
            author_id=author.id if author else False,
            email_from=author.email_formatted if author else self.contact_email,
            attachments=list(files),
            message_type="comment",
            subtype_xmlid="mail.mt_comment" if author else "mail.mt_note",
        )

    def _approve(self, author):
        """Close what the customer approves. Harmless when it is closed already.

        :param author: ``res.partner`` who approved
        """
        # The page checked that the reader may see the ticket; it is theirs to approve.
        solved = self.sudo().filtered(lambda ticket: ticket.state == "solved")
        for ticket in solved:
            ticket.action_close()
            ticket.message_post(
                body=self.env._("The customer approved the solution."),
                author_id=author.id,
                message_type="notification",
                subtype_xmlid="mail.mt_note",
            )

    def _reopen_by_customer(self, reason, author):
        """Take up again what the customer does not accept as solved.

        :param str reason: what is still wrong, plain text
        :raise UserError: if it is not solved, or the reason is missing
        """
        self.ensure_one()
        # The page checked that the reader may see the ticket; it is theirs to reopen.
        ticket = self.sudo()
        if not reason.strip():
            raise UserError(self.env._("Tell us in a few words what is still wrong."))
        if ticket.state in OPEN_STATES:
            raise UserError(
                self.env._("We are working on it already. Please write a message.")
            )
        if ticket.state not in ("solved", "closed"):
            raise UserError(
                self.env._("This report was cancelled. Please report the fault anew.")
            )
        ticket.action_reopen()
        ticket.message_post(
            body=plaintext2html(reason.strip()),
            author_id=author.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        ticket._note_reopened()

    def _note_reopened(self):
        """Give the task to who answered for it, else to the supervisor."""
        self.ensure_one()
        self._after_sales_give_task(
            self.user_id or self.team_id.leader_id,
            lambda env: env._("The customer reopened it"),
        )

    def _send_solved(self):
        """Ask customers to approve, by a mail with the link, in their language."""
        template = self.env.ref("after_sales_service.mail_template_after_sales_solved")
        for ticket in self:
            recipient = ticket.contact_id or ticket.partner_id
            if recipient.email and ticket.company_id.after_sales_is_solved_sent:
                ticket.message_post_with_source(
                    template,
                    message_type="auto_comment",
                    subtype_xmlid="mail.mt_comment",
                )
