from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_datetime

DEFAULT_HOURS = 2


class AfterSalesVisit(models.Model):
    """An appointment: who comes when, and when they came and left."""

    _name = "after.sales.visit"
    _description = "Visit"
    _inherit = ["after.sales.state.mixin", "mail.thread"]
    _order = "date_start, id"
    _check_company_auto = True

    order_id = fields.Many2one(
        "after.sales.order",
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
    )
    company_id = fields.Many2one(
        "res.company", related="order_id.company_id", store=True, index=True
    )
    partner_id = fields.Many2one(
        related="order_id.partner_id", string="Customer", store=True
    )
    site_id = fields.Many2one(related="order_id.site_id")
    unit_id = fields.Many2one(related="order_id.unit_id")
    symptom_note = fields.Char(related="order_id.symptom_note")
    symptom_id = fields.Many2one(related="order_id.symptom_id")
    contact_phone = fields.Char(related="order_id.contact_phone", string="Phone")
    site_note = fields.Text(related="order_id.site_note")
    date_deadline = fields.Datetime(related="order_id.date_deadline")
    order_state = fields.Selection(related="order_id.state", string="Order State")
    technician_id = fields.Many2one(
        "hr.employee",
        required=True,
        index=True,
        tracking=True,
        check_company=True,
        domain=[("is_after_sales_technician", "=", True)],
    )
    date_start = fields.Datetime(
        string="From", required=True, index=True, tracking=True
    )
    date_end = fields.Datetime(
        string="Until",
        required=True,
        compute="_compute_date_end",
        store=True,
        readonly=False,
        precompute=True,
    )
    date_departed = fields.Datetime(string="On the Way", copy=False, readonly=True)
    date_arrived = fields.Datetime(string="Arrived", copy=False, readonly=True)
    date_left = fields.Datetime(string="Left", copy=False, readonly=True)
    is_confirmed = fields.Boolean(
        string="Customer Confirmed", copy=False, readonly=True
    )
    overlap_text = fields.Char(string="Overlap", compute="_compute_overlap_text")
    next_step = fields.Selection(
        [
            ("depart", "On the Way"),
            ("arrive", "Arrived"),
            ("work", "Work on the Order"),
        ],
        compute="_compute_next_step",
    )
    note = fields.Text()
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("travelling", "On the way"),
            ("on_site", "On site"),
            ("done", "Done"),
            ("cancel", "Cancelled"),
        ],
        default="planned",
        required=True,
        tracking=True,
        copy=False,
        index=True,
    )

    _dates_in_order = models.Constraint(
        "CHECK(date_end > date_start)", "A visit ends after it starts."
    )

    def _get_transitions(self):
        return {
            "planned": {"travelling", "on_site", "cancel"},
            "travelling": {"planned", "on_site", "cancel"},
            "on_site": {"done"},
            "done": set(),
            "cancel": {"planned"},
        }

    # === COMPUTES === #
    @api.depends("order_id.name", "partner_id.name")
    def _compute_display_name(self):
        for visit in self:
            visit.display_name = (
                f"{visit.partner_id.name or ''} · {visit.order_id.name or ''}"
            )

    @api.depends("date_start")
    def _compute_date_end(self):
        """Keep the length of a visit that is moved."""
        for visit in self:
            length = timedelta(hours=DEFAULT_HOURS)
            old = visit._origin
            if old.date_start and old.date_end and old.date_end > old.date_start:
                length = old.date_end - old.date_start
            visit.date_end = visit.date_start and visit.date_start + length

    @api.depends("technician_id", "date_start", "date_end", "state")
    @api.depends_context("lang", "tz")
    def _compute_overlap_text(self):
        """Name the technician's other visits at the same time."""
        visits = self.filtered(
            lambda visit: visit.date_start and visit.date_end and visit.technician_id
        )
        others = self.env["after.sales.visit"]
        if visits:
            others = others.search(
                [
                    ("technician_id", "in", visits.technician_id.ids),
                    ("state", "not in", ("cancel", "done")),
                    ("date_start", "<", max(visits.mapped("date_end"))),
                    ("date_end", ">", min(visits.mapped("date_start"))),
                ]
            )
        for visit in self:
            clash = others.filtered(lambda other, visit=visit: visit._overlaps(other))
            visit.overlap_text = clash[:1] and self.env._(
                "%(technician)s is already planned for %(order)s at %(time)s.",
                technician=visit.technician_id.name,
                order=clash[0].order_id.name,
                time=format_datetime(self.env, clash[0].date_start, dt_format="short"),
            )

    @api.depends("state", "order_id.state")
    def _compute_next_step(self):
        steps = {"planned": "depart", "travelling": "arrive", "on_site": "work"}
        for visit in self:
            visit.next_step = steps.get(visit.state)

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        visits = super().create(vals_list)
        visits._check_assignable()
        visits._sync_order()
        return visits

    def write(self, vals):
        self._refuse_stamps(vals)
        moved = {"technician_id", "date_start", "date_end"} & vals.keys()
        if moved and not self.env["after.sales.order"]._is_office():
            raise AccessError(
                self.env._(
                    "Only the office moves visits. Call your dispatcher to change "
                    "the date or the technician."
                )
            )
        result = super().write(vals)
        if moved:
            # What the customer was told does not hold any more; the server's mark.
            self.filtered("is_confirmed").sudo().write({"is_confirmed": False})
        if {"technician_id", "date_start"} & vals.keys():
            self._check_assignable()
            self._sync_order()
        return result

    def _refuse_stamps(self, vals):
        stamps = {"date_departed", "date_arrived", "date_left", "is_confirmed"}
        if stamps & vals.keys() and not self.env.su:
            raise AccessError(
                self.env._("Arrival and departure are stamped by the buttons.")
            )

    # === ACTIONS === #
    def action_confirm(self):
        """Tell the customers by mail who comes, and when."""
        template = self.env.ref(
            "after_sales_service.mail_template_after_sales_visit_confirmed"
        )
        for visit in self:
            if not (visit.order_id.contact_id.email or visit.partner_id.email):
                raise UserError(
                    self.env._(
                        "%(customer)s has no e-mail address. Enter one, or confirm "
                        "by phone with the button “Confirmed by Phone”.",
                        customer=visit.partner_id.name,
                    )
                )
        template.send_mail_batch(self.ids)
        self._set_confirmed()

    def action_confirm_by_phone(self):
        """Note that the customer agreed on the phone."""
        self._set_confirmed()

    def action_depart(self):
        """Stamp the departure to the customer."""
        self._stamp("travelling", date_departed=fields.Datetime.now())

    def action_arrive(self):
        """Stamp the arrival: the order is on site, the promise is kept or broken."""
        now = fields.Datetime.now()
        waiting = self.order_id.filtered(lambda order: order.state != "on_site")
        waiting.action_start()
        self._stamp("on_site", date_arrived=now)
        for visit in self:
            if visit.date_departed:
                visit._add_time("travel", visit.date_departed, now)
        self.order_id._tell_ticket("_record_fact", "arrival", now)

    def action_leave(self):
        """Stamp the end of the visit and count its hours."""
        now = fields.Datetime.now()
        self._stamp("done", date_left=now)
        for visit in self:
            running = visit.order_id.time_ids.filtered(
                lambda entry, visit=visit: (
                    entry.is_running and entry.technician_id == visit.technician_id
                )
            )
            # A helper or the office may press the button for the technician.
            running.sudo().action_stop()
            if not visit._has_own_hours():
                visit._add_time("work", visit.date_arrived, now)

    def action_cancel(self):
        if not self.env["after.sales.order"]._is_office():
            raise AccessError(
                self.env._("Only the office cancels visits. Call your dispatcher.")
            )
        self._move_to("cancel")

    def action_replan(self):
        """Put a cancelled visit, or one that turned back, on the plan again."""
        self._move_to("planned")

    def action_open_order(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "after.sales.order",
            "res_id": self.order_id.id,
            "view_mode": "form",
        }

    def action_next_step(self):
        """Do the next thing of the visit."""
        self.ensure_one()
        if self.state == "planned":
            return self.action_depart()
        if self.state == "travelling":
            self.action_arrive()
        return self.action_open_order()

    # === BUSINESS === #
    def _stamp(self, state, **vals):
        """Bring the visits to ``state`` and write down the moment."""
        self.check_access("write")
        # Stamps are the server's; the right to the visit was checked above.
        self.sudo()._move_to(state, **vals)

    def _overlaps(self, other):
        return (
            other != self._origin
            and other.technician_id == self.technician_id
            and other.date_start < self.date_end
            and other.date_end > self.date_start
        )

    def _check_assignable(self):
        """Refuse technicians without a certificate valid on the day of the visit."""
        for visit in self.filtered(lambda visit: visit.state != "cancel"):
            visit.technician_id._after_sales_check_assignable(
                visit.order_id.product_id,
                visit.order_id.kind,
                visit._get_local_date(),
            )

    def _get_local_date(self, moment=None):
        """Return the day of a UTC moment, else of the plan, where the customer is."""
        self.ensure_one()
        local = self.with_context(tz=self.order_id._get_customer_tz())
        return fields.Datetime.context_timestamp(
            local, moment or self.date_start
        ).date()

    def _sync_order(self):
        """Let the order show its next visit, and count it as planned."""
        for order, visits in (
            self.filtered(lambda visit: visit.state == "planned")
            .grouped("order_id")
            .items()
        ):
            visit = visits.sorted("date_start")[0]
            vals = {"date_planned": visit.date_start}
            if not order.technician_id or visit.technician_id not in order.helper_ids:
                vals["technician_id"] = visit.technician_id.id
            order.write(vals)
        drafts = self.order_id.filtered(lambda order: order.state == "draft")
        drafts._move_to("planned")

    def _set_confirmed(self):
        self.check_access("write")
        # The mark is the server's: it says that the customer was told.
        self.sudo().write({"is_confirmed": True})
        self.order_id._tell_ticket("_record_fact", "appointment", fields.Datetime.now())

    def _has_own_hours(self):
        """Tell whether the technician counted the hours of this visit already."""
        return any(
            entry.kind == "work"
            and entry.technician_id == self.technician_id
            and entry.date_start >= self.date_arrived
            for entry in self.order_id.time_ids
        )

    def _add_time(self, kind, start, end):
        """Write down hours that the stamps prove."""
        self.ensure_one()
        # The hours are the technician's, also when a helper presses the button.
        self.env["after.sales.time"].sudo().create(
            {
                "order_id": self.order_id.id,
                "company_id": self.company_id.id,
                "visit_id": self.id,
                "technician_id": self.technician_id.id,
                "kind": kind,
                "date_start": start,
                "date_end": end,
            }
        )

    def _get_time_text(self):
        """Return “Thu 26 Nov 2026, 09:30 – 11:30” as the customer reads it."""
        self.ensure_one()
        zone = self.order_id._get_customer_tz()
        return self.env._(
            "%(day)s, %(start)s – %(end)s",
            day=format_datetime(
                self.env, self.date_start, tz=zone, dt_format="EEE d MMM y"
            ),
            start=format_datetime(
                self.env, self.date_start, tz=zone, dt_format="HH:mm"
            ),
            end=format_datetime(self.env, self.date_end, tz=zone, dt_format="HH:mm"),
        )

    def _get_photo_url(self):
        """Return the address of the technician's photo for the customer's mail."""
        self.ensure_one()
        # The token is made for the customer, whoever sends the mail.
        order = self.order_id.sudo()
        return order.get_base_url() + order.get_portal_url(
            suffix=f"/technician/{self.id}"
        )
