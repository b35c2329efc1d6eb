from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

LEVELS = ["handler", "supervisor", "management"]
# At the first level whoever may write the complaint answers it.
LEVEL_GROUPS = {
    "supervisor": "after_sales_service.after_sales_group_supervisor",
    "management": "after_sales_service.after_sales_group_manager",
}
PARTIES = [
    ("technician", "Technician"),
    ("office", "Our office"),
    ("production", "Design or production"),
    ("warehouse", "Warehouse or packaging"),
    ("carrier", "Carrier"),
    ("dealer", "Dealer"),
    ("supplier", "Supplier"),
    ("customer", "The customer"),
]
OPEN = ("new", "in_progress")
# What the customer was told; it stays as it was told.
ANSWER_FIELDS = {"finding", "party", "employee_id", "answer", "route_id", "user_id"}


class AfterSalesComplaint(models.Model):
    """What a customer is not satisfied with, until it is answered and accepted."""

    _name = "after.sales.complaint"
    _description = "Complaint"
    _inherit = [
        "after.sales.number.mixin",
        "after.sales.state.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_complained desc, id desc"
    _rec_names_search = ["name", "subject"]
    _check_company_auto = True

    subject = fields.Char(required=True, tracking=True)
    description = fields.Html(string="In the Customer's Words")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    ticket_id = fields.Many2one(
        "after.sales.ticket", index="btree_not_null", check_company=True
    )
    order_id = fields.Many2one(
        "after.sales.order",
        string="Service Order",
        index="btree_not_null",
        check_company=True,
    )
    unit_id = fields.Many2one(
        "after.sales.unit", index="btree_not_null", check_company=True
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True
    )
    contact_id = fields.Many2one("res.partner")
    date_complained = fields.Datetime(
        string="Complained On", required=True, default=fields.Datetime.now, copy=False
    )
    route_id = fields.Many2one(
        "after.sales.complaint.route",
        string="Content",
        required=True,
        check_company=True,
        tracking=True,
    )
    department = fields.Char(related="route_id.department", string="Department")
    level = fields.Selection(
        [
            ("handler", "Handler"),
            ("supervisor", "Supervisor"),
            ("management", "Management"),
        ],
        string="Level of Appeal",
        default="handler",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Answered by",
        index="btree_not_null",
        copy=False,
        tracking=True,
        domain=[("share", "=", False)],
        help="Who finds out and answers at this level; then who sent the answer.",
    )
    date_deadline = fields.Date(
        string="Answer Until", index=True, readonly=True, copy=False, tracking=True
    )
    is_late = fields.Boolean(
        string="Answer Is Late", compute="_compute_is_late", search="_search_is_late"
    )
    appeal_reason = fields.Text(
        string="Why It Was Not Accepted", readonly=True, copy=False
    )

    finding = fields.Selection(
        [
            ("justified", "Justified"),
            ("partly", "Partly justified"),
            ("unjustified", "Not justified"),
        ],
        copy=False,
        tracking=True,
    )
    party = fields.Selection(
        PARTIES, string="Responsible Party", copy=False, tracking=True
    )
    employee_id = fields.Many2one(
        "hr.employee",
        string="Responsible Person",
        copy=False,
        check_company=True,
        domain="[('is_after_sales_technician', '=', True)] "
        "if party == 'technician' else []",
    )
    cause = fields.Text(string="What Happened", copy=False)
    corrective_action = fields.Text(copy=False, tracking=True)
    date_corrective = fields.Date(string="Corrected Until", copy=False)
    is_corrected = fields.Boolean(string="Corrected", copy=False, tracking=True)
    answer = fields.Html(string="Answer to the Customer", copy=False)
    date_answered = fields.Datetime(string="Answered On", readonly=True, copy=False)
    date_closed = fields.Datetime(string="Closed On", readonly=True, copy=False)

    is_dangerous = fields.Boolean(
        string="Dangerous", tracking=True, help="Somebody was or could be hurt."
    )
    repeat_count = fields.Integer(
        string="Same Before",
        compute="_compute_repeat_count",
        help="Complaints of this customer with the same content in the last year.",
    )
    is_special = fields.Boolean(string="Special Case", copy=False, tracking=True)
    owner_id = fields.Many2one(
        "res.users",
        string="Case Owner",
        copy=False,
        tracking=True,
        domain=[("share", "=", False)],
    )
    meeting_ids = fields.One2many(
        "after.sales.complaint.meeting", "complaint_id", string="Meetings"
    )
    state = fields.Selection(
        [
            ("new", "New"),
            ("in_progress", "In progress"),
            ("answered", "Answered"),
            ("closed", "Closed"),
            ("cancel", "Cancelled"),
        ],
        default="new",
        required=True,
        tracking=True,
        index=True,
        copy=False,
    )

    # === COMPUTES === #
    @api.depends("date_deadline", "state")
    def _compute_is_late(self):
        today = fields.Date.context_today(self)
        for complaint in self:
            complaint.is_late = bool(
                complaint.state in OPEN
                and complaint.date_deadline
                and complaint.date_deadline < today
            )

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = self._get_late_domain()
        return late if True in value else ~late

    @api.model
    def _get_late_domain(self):
        today = fields.Date.context_today(self)
        return Domain("state", "in", OPEN) & Domain("date_deadline", "<", today)

    @api.depends("partner_id", "route_id", "date_complained")
    def _compute_repeat_count(self):
        for complaint in self:
            complaint.repeat_count = (
                self.search_count(complaint._get_repeat_domain())
                if complaint.partner_id and complaint.route_id
                else 0
            )

    def _get_repeat_domain(self):
        """Return the same customer's complaints of the same content in a year."""
        self.ensure_one()
        customer = self.partner_id.commercial_partner_id
        day = self.date_complained or fields.Datetime.now()
        return (
            Domain("partner_id.commercial_partner_id", "=", customer.id)
            & Domain("route_id", "=", self.route_id.id)
            & Domain("company_id", "=", self.company_id.id)
            & Domain("state", "!=", "cancel")
            & Domain("date_complained", ">=", day - timedelta(days=365))
            & Domain("date_complained", "<=", day)
            & Domain("id", "!=", self._origin.id)
        )

    # === CONSTRAINTS === #
    @api.constrains("party", "employee_id")
    def _check_technician(self):
        for complaint in self.filtered(lambda row: row.party == "technician"):
            # sudo: who is a technician is no secret, other data of employees is.
            person = complaint.employee_id.sudo()
            if person and not person.is_after_sales_technician:
                raise ValidationError(
                    self.env._(
                        "%(person)s is no service technician. Choose a technician as "
                        "responsible person of %(name)s, or another responsible party.",
                        person=person.name,
                        name=complaint.name,
                    )
                )

    # === ONCHANGE === #
    @api.onchange("party")
    def _onchange_party(self):
        # sudo: as in _check_technician.
        is_technician = self.employee_id.sudo().is_after_sales_technician
        if self.party == "technician" and not is_technician:
            self.employee_id = False

    @api.onchange("ticket_id")
    def _onchange_ticket_id(self):
        ticket = self.ticket_id
        if ticket:
            self.partner_id = ticket.partner_id or self.partner_id
            self.contact_id = ticket.contact_id or self.contact_id
            self.unit_id = ticket.unit_id or self.unit_id
            self.subject = self.subject or ticket.subject

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_level(vals, LEVELS[0])
        complaints = super().create(vals_list)
        for complaint in complaints:
            complaint._route()
            complaint._mark_special()
        return complaints

    def write(self, vals):
        self._refuse_level(vals)
        if ANSWER_FIELDS & vals.keys():
            self._refuse_answered()
        result = super().write(vals)
        if vals.get("route_id"):
            for complaint in self.filtered(lambda row: row.state in OPEN):
                complaint._route()
        if vals.get("is_dangerous") or vals.get("route_id"):
            for complaint in self:
                complaint._mark_special()
        return result

    def _refuse_level(self, vals, usual=None):
        """Keep the level from being written by hand: it says who may decide.

        :raise UserError: if the values bring another level than the usual one
        """
        if not self.env.su and vals.get("level", usual) != usual:
            raise UserError(
                self.env._(
                    "The level of appeal cannot be written by hand. Use the buttons."
                )
            )

    def _refuse_answered(self):
        """Keep what the customer was told.

        :raise UserError: if one of the complaints was answered
        """
        told = self.filtered(lambda row: row.state in ("answered", "closed"))
        if told and not self.env.su:
            raise UserError(
                self.env._(
                    "%(name)s was answered. Bring it to the next level with “Not "
                    "Accepted”, or reopen it, to answer otherwise.",
                    name=told[0].name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_started(self):
        started = self.filtered(lambda complaint: complaint.state != "new")
        if started:
            raise UserError(
                self.env._(
                    "%(name)s was worked on. Cancel it instead of deleting it.",
                    name=started[0].name,
                )
            )

    # === BUSINESS === #
    def _get_transitions(self):
        return {
            "new": {"in_progress", "cancel"},
            "in_progress": {"answered", "cancel"},
            "answered": {"in_progress", "closed"},
            "closed": {"in_progress"},
            "cancel": {"new"},
        }

    def _route(self):
        """Give the complaint to who answers at its level, with a day to answer by."""
        self.ensure_one()
        user = self._get_level_user(self.level) or self.user_id
        today = fields.Date.context_today(self)
        self.write(
            {
                "user_id": user.id,
                "date_deadline": today
                + timedelta(days=self.route_id._get_days(self.level)),
            }
        )
        self._give_task(user, lambda env: env._("Answer the complaint"))

    def _get_next_level(self):
        """Return the next level, but that of the very person who had it before."""
        self.ensure_one()
        higher = LEVELS[LEVELS.index(self.level) + 1 :]
        for level in higher:
            user = self._get_level_user(level)
            if not user or user != self.user_id:
                return level
        return higher[-1]

    def _get_level_user(self, level):
        """Return who answers at a level: by table, team or company."""
        self.ensure_one()
        if level == "handler":
            return self.route_id.user_id
        if level == "supervisor":
            team = self.ticket_id.team_id or self.order_id.team_id
            return team.leader_id
        return self.company_id.after_sales_complaint_user_id

    def _mark_special(self):
        """Make a special case of what is dangerous or comes again, with an owner."""
        self.ensure_one()
        if self.is_special or not (self.is_dangerous or self.repeat_count):
            return
        owner = self.company_id.after_sales_complaint_user_id or self.user_id
        self.write({"is_special": True, "owner_id": owner.id})
        self._give_task(owner, lambda env: env._("Special case: call a meeting"))

    def _give_task(self, user, get_summary):
        """Put a task on somebody's list, due with the deadline."""
        self._after_sales_give_task(user, get_summary, self.date_deadline)
