from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..technician.skill_requirement import ORDER_KINDS

# What the office answers for: a technician reads it and does not change it.
OFFICE_FIELDS = {
    "company_id",
    "date_fault",
    "helper_ids",
    "is_internal",
    "partner_id",
    "team_id",
    "technician_id",
    "ticket_id",
}
# What only the server writes, after its own checks.
SERVER_FIELDS = {
    "date_done",
    "date_reviewed",
    "date_started",
    "is_dissatisfied",
    "reopen_count",
    "reviewer_id",
    "signature",
    "signed_by",
    "signed_on",
}
# Facts on which the decision who pays depends, besides those of the line.
COVER_FACTS = {
    "cause_id",
    "symptom_id",
    "date_fault",
    "is_internal",
    "is_tampered",
    "meter",
    "unit_id",
}


class AfterSalesOrder(models.Model):
    """A service order (voucher): one job on one unit, from planning to review."""

    _name = "after.sales.order"
    _description = "Service Order"
    _inherit = [
        "after.sales.print.mixin",
        "after.sales.number.mixin",
        "after.sales.state.mixin",
        "portal.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "hr.mixin",
    ]
    _order = "date_planned desc, id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    ticket_id = fields.Many2one(
        "after.sales.ticket", index="btree_not_null", check_company=True
    )
    team_id = fields.Many2one("after.sales.team", check_company=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, tracking=True
    )
    contact_id = fields.Many2one("res.partner")
    contact_phone = fields.Char(
        string="Phone", compute="_compute_contact_phone", compute_sudo=True
    )
    site_id = fields.Many2one("res.partner")
    site_note = fields.Text(
        string="Site Notes", compute="_compute_contact_phone", compute_sudo=True
    )
    unit_id = fields.Many2one(
        "after.sales.unit", index=True, check_company=True, tracking=True
    )
    product_id = fields.Many2one(
        related="unit_id.product_id", string="Model", store=True, index=True
    )
    kind = fields.Selection(
        ORDER_KINDS,
        default="on_site",
        required=True,
    )
    is_internal = fields.Boolean(string="Administrative Work (D)")
    technician_id = fields.Many2one(
        "hr.employee",
        index=True,
        tracking=True,
        check_company=True,
        domain=[("is_after_sales_technician", "=", True)],
    )
    helper_ids = fields.Many2many(
        "hr.employee",
        string="Helpers",
        domain=[("is_after_sales_technician", "=", True)],
    )
    date_fault = fields.Date(
        string="Fault Reported on",
        required=True,
        default=fields.Date.context_today,
        help="Cover is judged on this day, not on the day of the visit.",
    )
    date_planned = fields.Datetime(string="Planned for", index=True, copy=False)
    date_deadline = fields.Datetime(
        string="Promised Until",
        compute="_compute_date_deadline",
        store=True,
        index=True,
        help="The next promise to the customer that still runs.",
    )
    date_started = fields.Datetime(string="Started", copy=False, readonly=True)
    date_done = fields.Datetime(string="Completed", copy=False, readonly=True)
    date_reviewed = fields.Datetime(string="Reviewed on", copy=False, readonly=True)
    reviewer_id = fields.Many2one(
        "res.users", string="Reviewed by", copy=False, readonly=True
    )
    line_ids = fields.One2many("after.sales.order.line", "order_id", copy=True)
    visit_ids = fields.One2many("after.sales.visit", "order_id")
    visit_count = fields.Integer(compute="_compute_visit_count")
    time_ids = fields.One2many("after.sales.time", "order_id")
    hours_work = fields.Float(string="Hours of Work", compute="_compute_hours")
    hours_travel = fields.Float(string="Hours of Travel", compute="_compute_hours")
    check_ids = fields.One2many("after.sales.check.item", "order_id")
    # Diagnosis: look, listen, check.
    symptom_id = fields.Many2one(
        "after.sales.fault.code", domain=[("kind", "=", "symptom")]
    )
    symptom_note = fields.Char(string="In the Customer's Words")
    cause_id = fields.Many2one(
        "after.sales.fault.code", domain=[("kind", "=", "cause")], tracking=True
    )
    remedy_id = fields.Many2one(
        "after.sales.fault.code", domain=[("kind", "=", "remedy")]
    )
    is_tampered = fields.Boolean(string="Opened by Others", tracking=True)
    meter = fields.Float(string="Meter Reading", copy=False)
    diagnosis = fields.Text(string="Looked, Listened, Checked")
    measure = fields.Text(string="Measure Taken", copy=False)
    photo_ids = fields.Many2many(
        "ir.attachment",
        "after_sales_order_photo_rel",
        string="Photos",
        copy=False,
        bypass_search_access=True,
    )
    responsibility = fields.Selection(
        [
            ("product", "Product"),
            ("customer", "Customer"),
            ("service", "Our service"),
            ("carrier", "Carrier"),
            ("other", "Other"),
        ]
    )
    outcome = fields.Selection(
        [
            ("repaired", "Repaired"),
            ("replaced", "Replaced"),
            ("no_fault", "No fault found"),
            ("refused", "Refused by the customer"),
            ("advice", "Advice given"),
        ],
        copy=False,
        tracking=True,
    )
    wait_reason = fields.Char(string="Waiting for", copy=False, tracking=True)
    # The customer's signature under the voucher.
    signature = fields.Image(
        copy=False, attachment=True, max_width=1024, max_height=1024, readonly=True
    )
    signed_by = fields.Char(copy=False, readonly=True)
    signed_on = fields.Datetime(copy=False, readonly=True)
    customer_remark = fields.Text(string="Customer's Remark", copy=False)
    is_dissatisfied = fields.Boolean(
        string="Customer Not Satisfied", copy=False, readonly=True, tracking=True
    )
    reopen_count = fields.Integer(string="Times Reopened", copy=False, readonly=True)
    # What it comes to, without taxes.
    amount_free = fields.Monetary(
        string="Free of Charge", compute="_compute_amounts", store=True
    )
    amount_contract = fields.Monetary(
        string="Paid by Contract", compute="_compute_amounts", store=True
    )
    amount_internal = fields.Monetary(
        string="Own Work", compute="_compute_amounts", store=True
    )
    amount_paid = fields.Monetary(
        string="Customer Pays", compute="_compute_amounts", store=True
    )
    is_price_pending = fields.Boolean(
        string="Price Pending", compute="_compute_amounts", store=True
    )
    is_review_needed = fields.Boolean(
        string="Decision Changed", compute="_compute_is_review_needed", store=True
    )
    can_edit_office = fields.Boolean(
        compute="_compute_can_edit_office", export_string_translation=False
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("planned", "Planned"),
            ("on_site", "On site"),
            ("waiting", "Waiting"),
            ("done", "Done"),
            ("reviewed", "Reviewed"),
            ("cancel", "Cancelled"),
        ],
        default="draft",
        required=True,
        tracking=True,
        index=True,
        copy=False,
    )

    _worklist_idx = models.Index(
        "(company_id, date_deadline) WHERE state IN ('draft', 'planned', 'waiting')"
    )

    def _get_transitions(self):
        return {
            "draft": {"planned", "on_site", "cancel"},
            "planned": {"draft", "on_site", "waiting", "cancel"},
            "on_site": {"planned", "waiting", "done", "cancel"},
            "waiting": {"planned", "on_site", "cancel"},
            "done": {"reviewed", "on_site"},
            "reviewed": set(),
            "cancel": {"draft"},
        }

    # === COMPUTES === #
    @api.depends("contact_id", "partner_id", "site_id")
    def _compute_contact_phone(self):
        for order in self:
            site = order.site_id or order.partner_id
            order.contact_phone = (
                order.contact_id.phone or site.phone or order.partner_id.phone
            )
            order.site_note = (
                site.after_sales_site_note or order.partner_id.after_sales_site_note
            )

    @api.depends("ticket_id.clock_ids.deadline", "ticket_id.clock_ids.state")
    def _compute_date_deadline(self):
        for order in self:
            running = order.ticket_id.clock_ids.filtered(
                lambda clock: clock.state == "running" and clock.deadline
            )
            order.date_deadline = min(running.mapped("deadline"), default=False)

    @api.depends("visit_ids.state")
    def _compute_visit_count(self):
        counts = dict(
            self.env["after.sales.visit"]._read_group(
                [("order_id", "in", self.ids), ("state", "!=", "cancel")],
                ["order_id"],
                ["__count"],
            )
        )
        for order in self:
            order.visit_count = counts.get(order._origin, 0)

    @api.depends("time_ids.hours", "time_ids.kind")
    def _compute_hours(self):
        rows = self.env["after.sales.time"]._read_group(
            [("order_id", "in", self.ids)], ["order_id", "kind"], ["hours:sum"]
        )
        hours = {(order, kind): total for order, kind, total in rows}
        for order in self:
            order.hours_work = hours.get((order._origin, "work"), 0.0)
            order.hours_travel = hours.get((order._origin, "travel"), 0.0)

    @api.depends(
        "line_ids.amount_customer",
        "line_ids.amount_total",
        "line_ids.category",
        "line_ids.is_price_pending",
    )
    def _compute_amounts(self):
        for order in self:
            covered = {"B": 0.0, "C": 0.0, "D": 0.0}
            for line in order.line_ids.filtered(lambda line: line.category != "A"):
                if line.category:
                    covered[line.category] += line.amount_total - line.amount_customer
            order.amount_free = covered["C"]
            order.amount_contract = covered["B"]
            order.amount_internal = covered["D"]
            order.amount_paid = sum(order.line_ids.mapped("amount_customer"))
            order.is_price_pending = any(order.line_ids.mapped("is_price_pending"))

    @api.depends("line_ids.is_review_needed")
    def _compute_is_review_needed(self):
        for order in self:
            order.is_review_needed = any(order.line_ids.mapped("is_review_needed"))

    @api.depends_context("uid")
    def _compute_can_edit_office(self):
        self.can_edit_office = self._is_office()

    def _compute_access_url(self):
        super()._compute_access_url()
        for order in self:
            order.access_url = f"/my/service-orders/{order.id}"

    # === CONSTRAINTS === #
    @api.constrains("unit_id", "partner_id")
    def _check_unit_owner(self):
        for order in self.filtered("unit_id.partner_id"):
            owner = order.unit_id.partner_id.commercial_partner_id
            if order.partner_id.commercial_partner_id != owner:
                raise ValidationError(
                    self.env._(
                        "Unit %(unit)s belongs to %(owner)s, not to %(customer)s. "
                        "Choose another unit, or transfer the unit first.",
                        unit=order.unit_id.display_name,
                        owner=owner.display_name,
                        customer=order.partner_id.display_name,
                    )
                )

    @api.onchange("unit_id")
    def _onchange_unit_id(self):
        if self.unit_id.partner_id:
            self.partner_id = self.unit_id.partner_id
        if self.unit_id.site_id:
            self.site_id = self.unit_id.site_id

    @api.onchange("technician_id")
    def _onchange_technician_id(self):
        self.team_id = self.team_id or self.technician_id.after_sales_team_id

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_server_fields(vals)
        orders = super().create(vals_list)
        orders._add_check_list()
        return orders

    def write(self, vals):
        self._refuse_server_fields(vals)
        self._refuse_office_fields(vals)
        result = super().write(vals)
        if COVER_FACTS & vals.keys():
            self.line_ids._decide()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_started(self):
        if any(order.state not in ("draft", "cancel") for order in self):
            raise ValidationError(
                self.env._(
                    "A service order that was started is cancelled, not deleted."
                )
            )

    def _refuse_server_fields(self, vals):
        """Keep what stands for a deed out of reach of writes by hand.

        :raise AccessError: if ``vals`` hold such a field
        """
        if self.env.su:
            return
        names = sorted(
            name for name in SERVER_FIELDS & vals.keys() if vals[name] not in (False, 0)
        )
        if names:
            raise AccessError(
                self.env._(
                    "“%(field)s” is not written by hand. Use the buttons of the "
                    "service order.",
                    field=self._fields[names[0]]._description_string(self.env),
                )
            )

    def _refuse_office_fields(self, vals):
        names = sorted(OFFICE_FIELDS & vals.keys())
        if names and not self._is_office():
            raise AccessError(
                self.env._(
                    "“%(field)s” is changed by the office. Ask your dispatcher.",
                    field=self._fields[names[0]]._description_string(self.env),
                )
            )

    # === BUSINESS === #
    def _is_office(self):
        """Tell whether the user plans and prices, as agents and supervisors do."""
        return self.env.su or self.env.user.has_group(
            "after_sales_service.after_sales_group_agent"
        )

    def _is_supervisor(self):
        return self.env.su or self.env.user.has_group(
            "after_sales_service.after_sales_group_supervisor"
        )

    def _get_technician_user(self):
        """Return the user of the technician in charge; empty if there is none."""
        self.ensure_one()
        return self.technician_id.user_id

    def _add_check_list(self):
        """Give each order the points that its kind of work asks for."""
        points = self.env["after.sales.check.template"].search(
            [("company_id", "in", [False, *self.company_id.ids])]
        )
        # The agent who opens the order does not fill in check-lists.
        self.env["after.sales.check.item"].sudo().create(
            [
                point._prepare_item_vals(order)
                for order in self
                for point in points
                if point._applies_to(order)
            ]
        )

    def _is_first_time_fix(self):
        """Tell whether one visit was enough and the fault did not come back.

        :rtype: bool
        """
        self.ensure_one()
        return bool(self._filter_first_time_fix())

    def _filter_first_time_fix(self):
        """Return the orders of ``self`` that solved the fault at the first try.

        Done, repaired or replaced, at most one visit, never reopened, and no other
        order for the same fault of the unit within the company's repeat period.
        """
        fixed = self.filtered(
            lambda order: (
                order.state in ("done", "reviewed")
                and order.outcome in ("repaired", "replaced")
                and not order.reopen_count
                and order.visit_count <= 1
            )
        )
        return fixed - fixed._filter_repeated()

    def _filter_repeated(self):
        """Return the orders whose fault was reported again within the period."""
        followers = self.search(
            [
                ("unit_id", "in", self.unit_id.ids),
                ("state", "!=", "cancel"),
                ("kind", "not in", ("installation", "inspection")),
            ]
        ).grouped("unit_id")
        return self.filtered(
            lambda order: any(
                order._is_repeated_by(follower)
                for follower in followers.get(order.unit_id, self.browse())
            )
        )

    def _is_repeated_by(self, other):
        """Tell whether ``other`` is the same fault of the unit, soon after."""
        if other == self or not self.date_done or other.date_fault < self.date_fault:
            return False
        if (other.create_date, other.id) <= (self.create_date, self.id):
            return False
        days = (other.date_fault - self.date_done.date()).days
        same = (
            not self.symptom_id
            or not other.symptom_id
            or (self.symptom_id == other.symptom_id)
        )
        return same and days <= self.company_id.after_sales_repeat_days
