from datetime import datetime, time, timedelta

from pytz import timezone, utc

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain


class AfterSalesVisitPlan(models.TransientModel):
    """Who should go, and when: candidates with their reasons."""

    _name = "after.sales.visit.plan"
    _description = "Plan a Visit"
    _inherit = ["hr.mixin"]

    order_id = fields.Many2one("after.sales.order", required=True, readonly=True)
    date_start = fields.Datetime(
        string="From", required=True, default=lambda self: self._default_date_start()
    )
    date_end = fields.Datetime(
        string="Until",
        required=True,
        compute="_compute_date_end",
        store=True,
        readonly=False,
        precompute=True,
    )
    date_deadline = fields.Datetime(related="order_id.date_deadline")
    candidate_ids = fields.One2many(
        "after.sales.visit.plan.candidate",
        "plan_id",
        compute="_compute_candidate_ids",
        store=True,
        readonly=False,
    )
    technician_id = fields.Many2one(
        "hr.employee",
        domain=[("is_after_sales_technician", "=", True)],
        compute="_compute_technician_id",
        store=True,
        readonly=False,
    )
    helper_ids = fields.Many2many(
        "hr.employee",
        string="Helpers",
        domain=[("is_after_sales_technician", "=", True)],
    )
    is_confirmed = fields.Boolean(string="Mail the Customer at Once")
    note = fields.Text()

    # === DEFAULTS === #
    def _default_date_start(self):
        """Return tomorrow at nine where the user is."""
        zone = timezone(self.env.user.tz or "UTC")
        day = fields.Date.context_today(self) + timedelta(days=1)
        local = zone.localize(datetime.combine(day, time(9)))
        return local.astimezone(utc).replace(tzinfo=None)

    # === COMPUTES === #
    @api.depends("date_start")
    def _compute_date_end(self):
        for plan in self:
            plan.date_end = plan.date_start and plan.date_start + timedelta(hours=2)

    @api.depends("order_id", "date_start", "date_end")
    def _compute_candidate_ids(self):
        for plan in self:
            plan.candidate_ids = [
                Command.clear(),
                *(Command.create(vals) for vals in plan._get_candidates()),
            ]

    @api.depends("candidate_ids")
    def _compute_technician_id(self):
        for plan in self:
            best = plan.candidate_ids.filtered("is_possible")[:1]
            plan.technician_id = (
                plan.technician_id or plan.order_id.technician_id or best.technician_id
            )

    # === ACTIONS === #
    def action_apply(self):
        """Make the visit; the model refuses who lacks a certificate."""
        self.ensure_one()
        if not self.technician_id:
            raise UserError(self.env._("Choose who comes."))
        order = self.order_id
        order.write(
            {
                "technician_id": self.technician_id.id,
                "helper_ids": [Command.set(self.helper_ids.ids)],
            }
        )
        visits = self.env["after.sales.visit"].create(
            [
                {
                    "order_id": order.id,
                    "technician_id": technician.id,
                    "date_start": self.date_start,
                    "date_end": self.date_end,
                    "note": self.note,
                }
                for technician in self.technician_id | self.helper_ids
            ]
        )
        if self.is_confirmed:
            visits.filtered(
                lambda visit: visit.technician_id == self.technician_id
            ).action_confirm()
        return {"type": "ir.actions.act_window_close"}

    # === BUSINESS === #
    def _get_candidates(self, limit=8):
        """Return the technicians worth asking, best first, with their reasons.

        Few queries, however many technicians there are.

        :rtype: list[dict]
        """
        self.ensure_one()
        if not self.order_id or not self.date_start:
            return []
        technicians = self.env["hr.employee"].search(
            [
                ("is_after_sales_technician", "=", True),
                ("company_id", "=", self.order_id.company_id.id),
            ]
        )
        facts = {
            "missing": self._get_missing_skills(technicians),
            "busy": self._get_busy(technicians),
            "load": self._get_load(technicians),
            "known": self._get_known(technicians),
            "refused": self._get_refused(technicians),
        }
        rows = [self._rate(technician, facts) for technician in technicians]
        rows.sort(key=lambda row: (not row["is_possible"], -row["score"], row["name"]))
        return [
            {key: row[key] for key in ("technician_id", "is_possible", "reason")}
            | {"sequence": place}
            for place, row in enumerate(rows[:limit], start=1)
        ]

    def _get_missing_skills(self, technicians):
        """Return ``{technician: [reasons]}`` for those who may not do the work."""
        date = fields.Datetime.context_timestamp(
            self.with_context(tz=self.order_id._get_customer_tz()), self.date_start
        ).date()
        gaps = {}
        for gap in technicians._after_sales_missing_skills(
            self.order_id.product_id, self.order_id.kind, date
        ):
            gaps.setdefault(gap["employee"], []).append(gap["reason"])
        return gaps

    def _get_day_domain(self, technicians):
        start = datetime.combine(self.date_start.date(), time.min)
        return Domain(
            [
                ("technician_id", "in", technicians.ids),
                ("state", "!=", "cancel"),
                ("date_start", ">=", start),
                ("date_start", "<", start + timedelta(days=1)),
            ]
        )

    def _get_load(self, technicians):
        """Return ``{technician: visits on that day}``."""
        return dict(
            self.env["after.sales.visit"]._read_group(
                self._get_day_domain(technicians), ["technician_id"], ["__count"]
            )
        )

    def _get_busy(self, technicians):
        """Return the technicians who have another visit at that very time."""
        visits = self.env["after.sales.visit"].search(
            [
                ("technician_id", "in", technicians.ids),
                ("state", "not in", ("cancel", "done")),
                ("date_start", "<", self.date_end or self.date_start),
                ("date_end", ">", self.date_start),
            ]
        )
        return visits.technician_id

    def _get_known(self, technicians):
        """Return ``{technician: orders done on this unit}``."""
        if not self.order_id.unit_id:
            return {}
        return dict(
            self.env["after.sales.order"]._read_group(
                [
                    ("unit_id", "=", self.order_id.unit_id.id),
                    ("technician_id", "in", technicians.ids),
                    ("state", "in", ("done", "reviewed")),
                ],
                ["technician_id"],
                ["__count"],
            )
        )

    def _get_refused(self, technicians):
        """Return the technicians whom the customer asked to be spared."""
        ticket = self.order_id.ticket_id
        users = ticket._get_refused_users().get(ticket, self.env["res.users"])
        return technicians.filtered(lambda technician: technician.user_id in users)

    def _rate(self, technician, facts):
        """Return one candidate with score and reasons. Meant to be extended."""
        missing = facts["missing"].get(technician, [])
        load = facts["load"].get(technician, 0)
        known = facts["known"].get(technician, 0)
        is_busy = technician in facts["busy"]
        in_team = technician.after_sales_team_id == self.order_id.team_id
        reasons = [*missing] or [self.env._("skill ✓")]
        if is_busy:
            reasons.append(self.env._("has another visit at that time"))
        is_refused = technician in facts["refused"]
        if is_refused:
            reasons.append(self.env._("the customer asked for somebody else"))
        reasons.append(self.env._("jobs that day: %(count)s", count=load))
        if known:
            reasons.append(self.env._("knows this unit (%(count)s)", count=known))
        if in_team and self.order_id.team_id:
            reasons.append(self.env._("of the team"))
        return {
            "technician_id": technician.id,
            "name": technician.name,
            "is_possible": not missing,
            "score": 10 * in_team
            + 5 * bool(known)
            - 3 * load
            - 20 * is_busy
            - 40 * is_refused,
            "reason": " · ".join(reasons),
        }


class AfterSalesVisitPlanCandidate(models.TransientModel):
    """A technician who could go, and why or why not."""

    _name = "after.sales.visit.plan.candidate"
    _description = "Candidate for a Visit"
    _order = "sequence, id"

    plan_id = fields.Many2one(
        "after.sales.visit.plan", required=True, ondelete="cascade"
    )
    sequence = fields.Integer()
    technician_id = fields.Many2one("hr.employee", required=True, readonly=True)
    is_possible = fields.Boolean(string="May Do It", readonly=True)
    reason = fields.Char(readonly=True)
