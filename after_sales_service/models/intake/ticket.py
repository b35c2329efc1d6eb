from odoo import api, fields, models
from odoo.fields import Domain

from ..promise.sla_policy import FAULT_LEVELS, URGENCIES
from .sla import TICKET_KINDS

OPEN_STATES = ("new", "clarification", "assigned", "in_progress", "waiting")


class AfterSalesTicket(models.Model):
    """One entry of the call register."""

    _name = "after.sales.ticket"
    _description = "Ticket"
    _inherit = [
        "after.sales.number.mixin",
        "after.sales.state.mixin",
        "portal.mixin",
        "mail.thread.cc",
        "mail.activity.mixin",
    ]
    _order = "date_reported desc, id desc"
    _rec_names_search = ["name", "subject"]
    _check_company_auto = True
    # Customers and technicians read tickets only, and may answer on them.
    _mail_post_access = "read"

    subject = fields.Char(
        required=True,
        compute="_compute_subject",
        store=True,
        readonly=False,
        precompute=True,
    )
    description = fields.Html()
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    team_id = fields.Many2one(
        "after.sales.team",
        check_company=True,
        index=True,
        compute="_compute_team_id",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        tracking=True,
        index="btree_not_null",
        copy=False,
        domain=[("share", "=", False)],
    )
    taken_by_id = fields.Many2one(
        "res.users", string="Taken by", default=lambda self: self.env.user, copy=False
    )
    date_reported = fields.Datetime(
        string="Reported", required=True, default=fields.Datetime.now, copy=False
    )
    date_solved = fields.Datetime(string="Solved On", readonly=True, copy=False)
    date_closed = fields.Datetime(string="Closed On", readonly=True, copy=False)
    channel = fields.Selection(
        [
            ("phone", "Phone"),
            ("email", "E-mail"),
            ("letter", "Letter"),
            ("visit", "Visit"),
            ("portal", "Portal"),
            ("web", "Web form"),
            ("chat", "Chat"),
        ],
        default="phone",
        required=True,
    )
    kind = fields.Selection(
        TICKET_KINDS, default="repair", required=True, tracking=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        index=True,
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        check_company=True,
    )
    contact_id = fields.Many2one(
        "res.partner",
        compute="_compute_contact_id",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
    )

    phone = fields.Char(
        compute="_compute_phone", store=True, readonly=False, precompute=True
    )
    contact_email = fields.Char(
        string="E-mail",
        compute="_compute_phone",
        store=True,
        readonly=False,
        precompute=True,
    )
    unit_id = fields.Many2one(
        "after.sales.unit", index=True, check_company=True, tracking=True
    )
    symptom_id = fields.Many2one(
        "after.sales.fault.code", domain=[("kind", "=", "symptom")]
    )
    level = fields.Selection(
        FAULT_LEVELS,
        string="Fault Level",
        default="2",
        tracking=True,
    )
    urgency = fields.Selection(
        URGENCIES,
        default="general",
        tracking=True,
    )
    quality_class = fields.Selection([("general", "General"), ("major", "Major")])
    zone_id = fields.Many2one(
        "after.sales.zone",
        compute="_compute_zone_id",
        store=True,
        readonly=False,
        precompute=True,
    )

    clock_ids = fields.One2many("after.sales.sla.clock", "ticket_id")
    repeat_of_id = fields.Many2one(
        "after.sales.ticket",
        string="Repeat of",
        index="btree_not_null",
        copy=False,
        check_company=True,
    )
    repeat_ids = fields.One2many("after.sales.ticket", "repeat_of_id", string="Repeats")
    pause_reason = fields.Char(string="Waits for", copy=False, tracking=True)
    cancel_reason = fields.Char(string="Cancelled Because", copy=False, tracking=True)
    solution = fields.Html(copy=False)
    outcome = fields.Selection(
        [
            ("repaired", "Repaired"),
            ("answered", "Answered"),
            ("replaced", "Replaced"),
            ("refused", "Refused"),
            ("no_fault", "No fault found"),
            ("duplicate", "Duplicate"),
        ],
        copy=False,
        tracking=True,
    )
    state = fields.Selection(
        [
            ("new", "New"),
            ("clarification", "Clarification"),
            ("assigned", "Assigned"),
            ("in_progress", "In progress"),
            ("waiting", "Waiting"),
            ("solved", "Solved"),
            ("closed", "Closed"),
            ("cancel", "Cancelled"),
        ],
        default="new",
        required=True,
        tracking=True,
        index=True,
        copy=False,
    )

    _name_company_uniq = models.UniqueIndex(
        "(company_id, name) WHERE name != 'New'",
        "This ticket number is already used.",
    )

    _deadline_idx = models.Index("(date_next_deadline, id)")

    # === COMPUTES === #
    @api.depends("company_id")
    def _compute_team_id(self):
        teams = self.env["after.sales.team"].search(
            Domain("company_id", "in", self.company_id.ids)
        )
        teams_of = teams.grouped("company_id")
        for ticket in self:
            own = teams_of.get(ticket.company_id, teams.browse())
            if ticket.team_id and ticket.team_id in own:
                continue
            mine = own.filtered(lambda team: self.env.user in team.member_ids)
            ticket.team_id = (mine or own)[:1]

    @api.depends("symptom_id", "unit_id")
    def _compute_subject(self):
        for ticket in self:
            if ticket.symptom_id and not ticket.subject:
                ticket.subject = self._get_subject(
                    ticket.symptom_id, ticket.unit_id, ticket.kind
                )

    @api.depends("unit_id")
    def _compute_partner_id(self):
        for ticket in self:
            ticket.partner_id = ticket.unit_id.partner_id or ticket.partner_id

    @api.depends("partner_id")
    def _compute_contact_id(self):
        for ticket in self:
            customer = ticket.partner_id.commercial_partner_id
            if ticket.contact_id.commercial_partner_id != customer or not customer:
                people = ticket.partner_id.child_ids.filtered(
                    lambda child: child.type == "contact" and not child.is_company
                )
                ticket.contact_id = people if len(people) == 1 else False

    @api.depends("partner_id", "contact_id")
    def _compute_phone(self):
        for ticket in self:
            source = ticket.contact_id or ticket.partner_id
            ticket.phone = source.phone or ticket.partner_id.phone or ticket.phone
            ticket.contact_email = (
                source.email or ticket.partner_id.email or ticket.contact_email
            )

    @api.depends("partner_id", "unit_id", "company_id")
    def _compute_zone_id(self):
        for company, tickets in self.grouped("company_id").items():
            places = {ticket: ticket._get_site() for ticket in tickets}
            partners = self.env["res.partner"].union(*places.values())
            zones = partners._get_after_sales_zones(company)
            for ticket, place in places.items():
                ticket.zone_id = zones.get(place, ticket.zone_id)
        for ticket in self.filtered(lambda ticket: not ticket.company_id):
            ticket.zone_id = ticket.zone_id

    def _compute_access_url(self):
        super()._compute_access_url()
        for ticket in self:
            ticket.access_url = f"/my/after-sales/tickets/{ticket.id}"

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create([self._complete_vals(vals) for vals in vals_list])
        if self.env.context.get("after_sales_unattended"):
            tickets._start_clocks_or_note()
        else:
            tickets._start_clocks()
        return tickets

    def write(self, vals):
        changed = self._get_replan_fields().intersection(vals)
        if not changed:
            return super().write(vals)
        with self._replanned(self._get_replan_cause(changed)):
            return super().write(vals)

    # === BUSINESS === #
    def _get_transitions(self):
        return {
            "new": {"clarification", "assigned", "in_progress", "solved", "cancel"},
            "clarification": {"new", "assigned", "in_progress", "solved", "cancel"},
            "assigned": {
                "new",
                "clarification",
                "in_progress",
                "waiting",
                "solved",
                "cancel",
            },
            "in_progress": {"clarification", "assigned", "waiting", "solved", "cancel"},
            "waiting": {"assigned", "in_progress", "solved", "cancel"},
            "solved": {"in_progress", "closed"},
            "closed": {"in_progress"},
            "cancel": {"new"},
        }

    @api.model
    def _complete_vals(self, vals):
        """Return new values with the team's company and a subject."""
        vals = dict(vals)
        if vals.get("team_id") and not vals.get("company_id"):
            team = self.env["after.sales.team"].browse(vals["team_id"])
            vals["company_id"] = team.company_id.id
        if not vals.get("subject"):
            vals["subject"] = self._get_subject(
                self.env["after.sales.fault.code"].browse(vals.get("symptom_id")),
                self.env["after.sales.unit"].browse(vals.get("unit_id")),
                vals.get("kind", "repair"),
            )
        return vals

    @api.model
    def _get_subject(self, symptom, unit, kind):
        """Return what a ticket is about if nobody wrote it: symptom, then product."""
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        words = [symptom.name or kinds.get(kind, ""), unit.product_id.name]
        return " – ".join(word for word in words if word)

    def _get_site(self):
        """Return the address to drive to."""
        self.ensure_one()
        return self.unit_id.site_id or self.partner_id
