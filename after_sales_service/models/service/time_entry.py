from odoo import api, fields, models
from odoo.exceptions import UserError

from ..warranty.decision import CATEGORIES


class AfterSalesTime(models.Model):
    """Hours of one technician on one order or on administrative work."""

    _name = "after.sales.time"
    _description = "Time Entry"
    _order = "date_start desc, id desc"
    _check_company_auto = True

    order_id = fields.Many2one(
        "after.sales.order",
        ondelete="cascade",
        index="btree_not_null",
        check_company=True,
    )
    visit_id = fields.Many2one("after.sales.visit", ondelete="set null")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    technician_id = fields.Many2one(
        "hr.employee",
        required=True,
        index=True,
        check_company=True,
        default=lambda self: self.env.user.employee_id,
    )
    kind = fields.Selection(
        [("work", "Work"), ("travel", "Travel"), ("wait", "Waiting")],
        default="work",
        required=True,
    )
    category = fields.Selection(
        CATEGORIES, compute="_compute_category", store=True, readonly=False
    )
    date_start = fields.Datetime(
        string="From", required=True, default=lambda self: fields.Datetime.now()
    )
    date_end = fields.Datetime(string="Until")
    hours = fields.Float(
        required=True,
        compute="_compute_hours",
        store=True,
        readonly=False,
        precompute=True,
    )
    is_running = fields.Boolean(string="Running", readonly=True)
    name = fields.Char(string="Description")

    _hours_not_negative = models.Constraint(
        "CHECK(hours >= 0)", "A time entry cannot end before it starts."
    )
    _one_running = models.UniqueIndex(
        "(technician_id) WHERE is_running",
        "A technician's clock can only run for one job at a time.",
    )

    # === COMPUTES === #
    @api.depends("date_start", "date_end")
    def _compute_hours(self):
        for entry in self:
            if entry.date_start and entry.date_end:
                seconds = (entry.date_end - entry.date_start).total_seconds()
                entry.hours = round(seconds / 3600, 2)
            else:
                entry.hours = entry.hours or 0.0

    @api.depends("order_id.is_internal", "order_id.line_ids.category")
    def _compute_category(self):
        """Follow the labour of the order; own work is administrative."""
        for entry in self:
            order = entry.order_id
            if not order or order.is_internal:
                entry.category = "D"
                continue
            labour = order.line_ids.filtered(lambda line: line.kind == "labour")
            entry.category = (labour or order.line_ids)[:1].category or False

    # === ACTIONS === #
    def action_stop(self):
        """Stop the clock and count the hours."""
        # Rounded to the second, as the database keeps it.
        self.filtered("is_running").write(
            {"date_end": fields.Datetime.now(), "is_running": False}
        )

    # === BUSINESS === #
    @api.model
    def _start(self, order, technician, kind="work", visit=None):
        """Let the technician's clock run for ``order``; another one is stopped."""
        if not technician:
            raise UserError(
                self.env._(
                    "You have no employee record, so your hours cannot be counted. "
                    "Ask your manager."
                )
            )
        self.search(
            [("technician_id", "=", technician.id), ("is_running", "=", True)]
        ).action_stop()
        # The index allows one running clock: the old one has to stop in it first.
        self.flush_model(["is_running", "technician_id"])
        return self.create(
            {
                "order_id": order.id,
                "company_id": order.company_id.id,
                "visit_id": visit.id if visit else False,
                "technician_id": technician.id,
                "kind": kind,
                "is_running": True,
            }
        )


class AfterSalesOrder(models.Model):
    _inherit = "after.sales.order"

    is_timer_running = fields.Boolean(
        string="Clock Running", compute="_compute_is_timer_running"
    )

    @api.depends("time_ids.is_running")
    @api.depends_context("uid")
    def _compute_is_timer_running(self):
        running = self.env["after.sales.time"].search(
            [
                ("order_id", "in", self.ids),
                ("is_running", "=", True),
                ("technician_id.user_id", "=", self.env.uid),
            ]
        )
        for order in self:
            order.is_timer_running = order._origin in running.order_id

    def action_timer_start(self):
        """Start counting the hours of the user on this order."""
        self.ensure_one()
        employee = self.env.user.with_company(self.company_id).employee_id
        self.env["after.sales.time"]._start(self, employee)

    def action_timer_stop(self):
        """Stop the user's clock on this order."""
        self.time_ids.filtered(
            lambda entry: (
                entry.is_running and entry.technician_id.user_id == self.env.user
            )
        ).action_stop()
