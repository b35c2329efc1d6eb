from datetime import date, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .ticket import OPEN_STATES

HITS = 6


class AfterSalesTicket(models.Model):
    """The customer's file: what is found by a serial, a phone number or a name."""

    _inherit = "after.sales.ticket"

    search_text = fields.Char(
        string="Serial / Phone / Name",
        compute="_compute_search_text",
        readonly=False,
        store=False,
    )
    search_hint = fields.Char(
        compute="_compute_search_text", store=False, export_string_translation=False
    )
    is_search_empty = fields.Boolean(
        compute="_compute_search_text", store=False, export_string_translation=False
    )
    customer_unit_ids = fields.Many2many(
        "after.sales.unit", string="Customer's Units", compute="_compute_customer_file"
    )
    other_ticket_ids = fields.Many2many(
        "after.sales.ticket",
        string="Open Tickets of This Customer",
        compute="_compute_customer_file",
    )
    other_ticket_count = fields.Integer(
        string="Open Tickets", compute="_compute_customer_file"
    )
    merge_hint = fields.Char(compute="_compute_customer_file")
    customer_unit_count = fields.Integer(
        string="Units", compute="_compute_customer_file"
    )
    repeat_candidate_id = fields.Many2one(
        "after.sales.ticket", string="Earlier Fault", compute="_compute_repeat"
    )
    repeat_days = fields.Integer(string="Days Since", compute="_compute_repeat")
    repeat_hint = fields.Char(compute="_compute_repeat")
    unit_panel = fields.Html(
        string="Unit and Cover",
        compute="_compute_unit_panel",
        sanitize=False,  # rendered from our own template, values escaped there
    )
    site_note = fields.Text(string="Site Notes", compute="_compute_site_note")

    # === COMPUTES === #
    def _compute_search_text(self):
        self.search_text = False
        self.search_hint = False
        self.is_search_empty = False

    @api.depends("partner_id", "unit_id", "state")
    def _compute_customer_file(self):
        customers = self.partner_id.commercial_partner_id
        units = self._group_by_customer("after.sales.unit", customers, Domain.TRUE)
        tickets = self._group_by_customer(
            "after.sales.ticket", customers, Domain("state", "in", OPEN_STATES)
        )
        for ticket in self:
            customer = ticket.partner_id.commercial_partner_id
            others = tickets.get(customer, self.browse()) - ticket._origin
            ticket.other_ticket_ids = others
            ticket.other_ticket_count = len(others)
            ticket.merge_hint = bool(others) and ticket._get_merge_hint(others)
            ticket.customer_unit_ids = units.get(customer)
            ticket.customer_unit_count = len(ticket.customer_unit_ids)

    def _get_merge_hint(self, others):
        """Return a sentence that names an open ticket this one may belong to.

        One about the same unit comes before the customer's others.
        """
        self.ensure_one()
        first = self._get_similar(others)[0]
        if self.unit_id and first.unit_id == self.unit_id._origin:
            return self.env._(
                "%(ticket)s of this unit is still open: %(subject)s.",
                ticket=first.name,
                subject=first.subject,
            )
        return self.env._(
            "%(ticket)s of this customer is still open: %(subject)s.",
            ticket=first.name,
            subject=first.subject,
        )

    def _group_by_customer(self, model, customers, domain):
        """Return records of the customers' whole firms, ``{customer: records}``."""
        if not customers:
            return {}
        records = self.env[model].search(
            Domain("partner_id.commercial_partner_id", "in", customers.ids)
            & Domain("company_id", "in", self.company_id.ids)
            & domain
        )
        return records.grouped(lambda record: record.partner_id.commercial_partner_id)

    @api.depends("unit_id", "date_reported", "symptom_id", "repeat_of_id")
    def _compute_repeat(self):
        earlier = self._search_earlier().grouped("unit_id")
        for ticket in self:
            days = timedelta(days=ticket.company_id.after_sales_repeat_days)
            found = earlier.get(ticket.unit_id._origin, self.browse()).filtered(
                lambda other, ticket=ticket, days=days: (
                    other != ticket._origin
                    and ticket.date_reported - days
                    <= other.date_reported
                    <= ticket.date_reported
                )
            )
            same = found.filtered(
                lambda other, ticket=ticket: (
                    ticket.symptom_id and other.symptom_id == ticket.symptom_id
                )
            )
            candidate = (same or found)[:1]
            ticket.repeat_candidate_id = candidate
            ticket.repeat_days = (
                (ticket.date_reported - candidate.date_reported).days
                if candidate
                else 0
            )
            ticket.repeat_hint = candidate and ticket._get_repeat_hint(bool(same))

    def _get_repeat_hint(self, is_same):
        """Return what an earlier report about the unit means, as a sentence.

        :param bool is_same: whether the symptom is the same, too
        """
        self.ensure_one()
        if self.repeat_days < 2:
            return (
                self.env._(
                    "The same fault of this unit was reported within the last two days."
                )
                if is_same
                else self.env._(
                    "This unit was reported within the last two days already. Is it "
                    "the same fault again?"
                )
            )
        if not is_same:
            return self.env._(
                "This unit was reported %(days)s days ago already. Is it the same "
                "fault again?",
                days=self.repeat_days,
            )
        return self.env._(
            "The same fault of this unit was reported %(days)s days ago already.",
            days=self.repeat_days,
        )

    def _search_earlier(self):
        """Return fault tickets on the same units, the latest first, in one query."""
        units = self.unit_id._origin
        if not units:
            return self.browse()
        days = max(self.company_id.mapped("after_sales_repeat_days"), default=0)
        first = min(self.filtered("date_reported").mapped("date_reported"))
        return self.search(
            Domain("unit_id", "in", units.ids)
            & Domain("date_reported", ">=", first - timedelta(days=days))
            & Domain("kind", "=", "repair")
            & Domain("state", "!=", "cancel")
        )

    @api.depends("unit_id", "date_reported")
    def _compute_unit_panel(self):
        for ticket in self:
            unit = ticket.unit_id._origin
            ticket.unit_panel = bool(unit) and self.env["ir.qweb"]._render(
                "after_sales_service.ticket_unit_panel",
                {"unit": unit, "rows": ticket._get_cover_rows(unit)},
            )

    def _get_cover_rows(self, unit):
        """Return one row per component for the side panel, the running ones first.

        Of several covers of one component the one that runs longest is shown.
        """
        self.ensure_one()
        today = fields.Date.context_today(self, self.date_reported)
        kinds = dict(unit.cover_ids._fields["kind"]._description_selection(self.env))
        rows = {}
        for cover in unit.cover_ids.sorted(lambda cover: cover.date_last or date.max):
            row = {
                "name": cover.component_id.name or kinds[cover.kind],
                "cover": cover,
                "is_running": cover._is_running_on(today) and not unit.is_cover_void,
                "is_started": not cover.date_start or cover.date_start <= today,
            }
            key = cover.component_id or cover.kind
            if row["is_running"] or not rows.get(key, {}).get("is_running"):
                rows[key] = row
        return sorted(rows.values(), key=lambda row: not row["is_running"])

    @api.depends("unit_id", "partner_id")
    def _compute_site_note(self):
        for ticket in self:
            site = ticket._get_site()
            ticket.site_note = (
                site.after_sales_site_note
                or site.commercial_partner_id.after_sales_site_note
            )

    # === ONCHANGE === #
    @api.onchange("search_text")
    def _onchange_search_text(self):
        text = (self.search_text or "").strip()
        self.search_hint = False
        self.is_search_empty = False
        if not text:
            return
        units, partners = self._find_file(text)
        if len(units) == 1:
            self.unit_id = units
            self.search_text = False
            self.search_hint = units._get_contained_hint()
        elif not units and len(partners) == 1:
            self._take_partner(partners)
            self.search_text = False
        else:
            self._set_search_hint(text, units, partners)

    # === ACTIONS === #
    def action_link_repeat(self):
        """Record that this is the earlier fault again."""
        for ticket in self:
            if not ticket.repeat_candidate_id:
                raise UserError(
                    self.env._(
                        "There is no earlier fault of this unit within the days set "
                        "for repeats. Choose the earlier ticket by hand."
                    )
                )
            ticket.repeat_of_id = ticket.repeat_candidate_id
            ticket.message_post(
                body=self.env._(
                    "Repeat of %(link)s.", link=ticket.repeat_of_id._get_html_link()
                )
            )

    def action_view_other_tickets(self):
        """Open the customer's other tickets that are open."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Open Tickets of This Customer"),
            "res_model": self._name,
            "view_mode": "list,form",
            "domain": [("id", "in", self.other_ticket_ids.ids)],
        }

    def action_view_customer_units(self):
        """Open the customer's units."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Customer's Units"),
            "res_model": "after.sales.unit",
            "view_mode": "list,form",
            "domain": [("id", "in", self.customer_unit_ids.ids)],
        }

    def action_register_unit(self):
        """Open a new unit of this customer: bought elsewhere, or long ago."""
        self.ensure_one()
        if not self.partner_id:
            raise UserError(
                self.env._("Choose the customer first; the unit is theirs then.")
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Register Unit"),
            "res_model": "after.sales.ticket.register",
            "view_mode": "form",
            "target": "new",
            "context": {"default_ticket_id": self.id},
        }

    # === BUSINESS === #
    @api.model
    def _find_file(self, text):
        """Return units and partners that a serial, phone number or name leads to.

        An exact serial number wins over everything else, then serials that contain the
        text, then phone numbers and names.

        :return: ``(units, partners)``, each at most a handful
        """
        units = self.env["after.sales.unit"]._find_by_text(text, limit=HITS)
        return units, units.partner_id.browse() if units else self._find_partners(text)

    @api.model
    def _find_partners(self, text):
        Partner = self.env["res.partner"]
        digits = "".join(char for char in text if char.isdigit())
        if len(digits) >= 5 and len(digits) >= len(text) / 2:
            # A stored number may have anything between its digits.
            partners = Partner.search(
                Domain("phone", "ilike", "%".join(digits.lstrip("0"))), limit=HITS
            )
            if partners:
                return partners
        partners = Partner.search(
            Domain("name", "ilike", text) & Domain("is_company", "=", True), limit=HITS
        )
        return partners or Partner.search(Domain("name", "ilike", text), limit=HITS)

    def _take_partner(self, partner):
        """Fill customer and contact from whom was found; a person's firm is meant."""
        self.ensure_one()
        self.partner_id = partner.commercial_partner_id
        if partner != partner.commercial_partner_id:
            self.contact_id = partner
        units = self.env["after.sales.unit"].search(
            Domain("partner_id.commercial_partner_id", "=", self.partner_id.id)
            & Domain("company_id", "=", self.company_id.id),
            limit=2,
        )
        if len(units) == 1:
            self.unit_id = units

    def _set_search_hint(self, text, units, partners):
        """Say in one sentence what was found and what to do."""
        self.ensure_one()
        found = (units or partners).mapped("display_name")
        if found:
            self.search_hint = self.env._(
                "Several fit “%(text)s”: %(found)s. Type more of it.",
                text=text,
                found=", ".join(found),
            )
            return
        self.is_search_empty = True
        self.search_hint = self.env._(
            "Nothing is known of “%(text)s”. Compare it with the name plate; if it is "
            "right, choose the customer, save, and press “Register Unit”.",
            text=text,
        )
