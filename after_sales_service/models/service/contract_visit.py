import logging
from collections import defaultdict
from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...rules.visit_plan import add_months, get_due_dates
from .contract_usage import OPEN_STATES

_logger = logging.getLogger(__name__)
BATCH = 50
MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
# 9 o'clock in the morning at most places our customers are; the office moves it.
HOUR = 1


class AfterSalesContractVisit(models.Model):
    """A preventive visit that a contract promises: one site, all its units due.

    One service order of kind “inspection” is made for it, on the first of the units;
    every unit is a point of its check-list. So there is one trip, one signature and
    one visit of the quota, and a fault found on a unit gets an order of its own.
    """

    _name = "after.sales.contract.visit"
    _description = "Preventive Visit"
    _order = "date_due, id"

    contract_id = fields.Many2one(
        "after.sales.contract", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company",
        related="contract_id.company_id",
        store=True,
        precompute=True,
        index=True,
    )
    partner_id = fields.Many2one(
        related="contract_id.partner_id", string="Customer", store=True, precompute=True
    )
    site_id = fields.Many2one("res.partner", required=True, index=True)
    date_due = fields.Date(string="Due on", required=True, index=True)
    unit_ids = fields.Many2many("after.sales.unit", string="Units")
    order_ids = fields.One2many("after.sales.order", "contract_visit_id")
    order_id = fields.Many2one(
        "after.sales.order",
        string="Service Order",
        compute="_compute_order",
        store=True,
    )
    technician_id = fields.Many2one(related="order_id.technician_id")
    date_planned = fields.Datetime(related="order_id.date_planned")
    is_moved = fields.Boolean(string="Moved", compute="_compute_is_moved")
    is_skipped = fields.Boolean(string="Left Out", copy=False)
    skip_reason = fields.Char(string="Why Left Out", copy=False)
    state = fields.Selection(
        [
            ("due", "Due"),
            ("planned", "Planned"),
            ("done", "Done"),
            ("skipped", "Left out"),
        ],
        compute="_compute_order",
        store=True,
        index=True,
    )

    # The key that makes the plan idempotent: run twice, it stays the same.
    _once = models.UniqueIndex(
        "(contract_id, site_id, date_due)",
        "This visit of the contract is planned already.",
    )

    # === COMPUTES === #
    @api.depends("order_ids.state", "is_skipped")
    def _compute_order(self):
        for visit in self:
            orders = visit.order_ids.filtered(lambda order: order.state != "cancel")
            visit.order_id = orders.sorted("id")[-1:]
            state = visit.order_id.state
            if state in ("done", "reviewed"):
                visit.state = "done"
            elif visit.is_skipped:
                visit.state = "skipped"
            elif state in ("planned", "on_site", "waiting"):
                visit.state = "planned"
            else:
                visit.state = "due"

    @api.depends("date_due", "date_planned")
    def _compute_is_moved(self):
        for visit in self:
            planned = visit.date_planned
            visit.is_moved = bool(planned) and planned.date() != visit.date_due

    @api.depends("site_id", "date_due")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for visit in self:
            day = visit.date_due and format_date(self.env, visit.date_due)
            visit.display_name = f"{visit.site_id.display_name or ''} · {day or ''}"

    # === ACTIONS === #
    def action_open_order(self):
        self.ensure_one()
        return self.order_id._get_records_action(name=self.env._("Service Order"))

    def action_skip(self):
        """Ask why the visit is left out."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Leave Out the Visit"),
            "res_model": "after.sales.contract.visit.skip",
            "view_mode": "form",
            "target": "new",
            "context": {"default_visit_id": self.id},
        }

    def action_plan_again(self):
        """Make a service order for a visit that was left out or cancelled."""
        self.check_access("write")
        for visit in self:
            if visit.order_id:
                raise UserError(
                    self.env._(
                        "%(visit)s has the service order %(order)s already.",
                        visit=visit.display_name,
                        order=visit.order_id.name,
                    )
                )
        self.write({"is_skipped": False, "skip_reason": False})
        self._create_orders()

    # === BUSINESS === #
    def _skip(self, reason):
        """Leave visits out; their open service orders are cancelled."""
        self.check_access("write")
        self.write({"is_skipped": True, "skip_reason": reason})
        self.order_id.filtered(lambda order: order.state in OPEN_STATES).action_cancel()
        for visit in self:
            visit.contract_id._message_log(
                body=self.env._(
                    "Visit %(visit)s left out: %(reason)s",
                    visit=visit.display_name,
                    reason=reason,
                )
            )

    def _create_orders(self):
        """Make the service order of each visit, with its trip and check-list."""
        orders = self.env["after.sales.order"].create(
            [visit._prepare_order_vals() for visit in self]
        )
        # The check-list is the server's to make; technicians answer it.
        self.env["after.sales.check.item"].sudo().create(
            [
                visit._prepare_check_vals(order, unit)
                for visit, order in zip(self, orders, strict=True)
                for unit in visit.unit_ids.sorted("name")
            ]
        )
        trips = [
            visit._prepare_trip_vals(order)
            for visit, order in zip(self, orders, strict=True)
        ]
        self.env["after.sales.order.line"].create([vals for vals in trips if vals])
        orders._reserve_usage()
        return orders

    def _prepare_order_vals(self):
        """Return the values of the visit's service order. Meant to be extended."""
        self.ensure_one()
        unit = self.unit_ids.sorted("name")[:1]
        partner = unit.partner_id or self.partner_id
        return {
            "contract_visit_id": self.id,
            "company_id": self.company_id.id,
            "kind": "inspection",
            "partner_id": partner.id,
            "site_id": self.site_id.id if self.site_id != partner else False,
            "unit_id": unit.id,
            "date_fault": self.date_due,
            "date_planned": datetime.combine(self.date_due, time(HOUR)),
            "symptom_note": self.env._(
                "Preventive visit by contract %(name)s", name=self.contract_id.name
            ),
        }

    def _prepare_check_vals(self, order, unit):
        return {
            "order_id": order.id,
            "text": self.env._(
                "Inspected: %(unit)s, %(product)s",
                unit=unit.name,
                product=unit.product_id.display_name,
            ),
        }

    def _prepare_trip_vals(self, order):
        """Return the line of the trip: the contract pays for it, or the customer."""
        partner = order.site_id or order.partner_id
        product = partner._get_after_sales_zone(order.company_id).travel_product_id
        return product and {"order_id": order.id, "product_id": product.id}


class AfterSalesContract(models.Model):
    """Preventive visits: how often, and which of them are due."""

    _inherit = "after.sales.contract"

    visit_interval = fields.Selection(
        [
            ("month", "Every month"),
            ("quarter", "Every quarter"),
            ("half", "Every half-year"),
            ("year", "Every year"),
            ("meter", "By the meter"),
        ],
        string="Preventive Visits",
        tracking=True,
    )
    visit_meter_step = fields.Float(
        string="After Each", help="Hours, kilometres or cycles of the unit's meter."
    )
    visit_lead_days = fields.Integer(
        string="Made Ahead (Days)",
        default=30,
        help="So many days before it is due the service order of a visit is made.",
    )
    date_first_visit = fields.Date(
        string="First Visit",
        compute="_compute_date_first_visit",
        store=True,
        readonly=False,
        copy=False,
    )
    date_visits_from = fields.Date(copy=False, export_string_translation=False)
    visit_ids = fields.One2many(
        "after.sales.contract.visit", "contract_id", string="Visits"
    )
    visit_count = fields.Integer(compute="_compute_visits")
    visit_done_count = fields.Integer(string="Visits Done", compute="_compute_visits")
    date_next_visit = fields.Date(string="Next Visit", compute="_compute_visits")

    _visit_numbers = models.Constraint(
        "CHECK(visit_lead_days >= 0 AND visit_meter_step >= 0)",
        "Days and meter steps of preventive visits are zero or more.",
    )

    # === COMPUTES === #
    @api.depends("visit_interval", "date_start")
    def _compute_date_first_visit(self):
        """Propose the last day of the first interval: four quarters, four visits."""
        for contract in self:
            months = MONTHS.get(contract.visit_interval)
            if not months or not contract.date_start:
                contract.date_first_visit = False
            elif not contract.date_first_visit or contract.state == "draft":
                end = add_months(contract.date_start, months)
                contract.date_first_visit = end - timedelta(days=1)

    @api.depends("visit_ids.state", "date_first_visit", "date_end", "visit_interval")
    def _compute_visits(self):
        today = fields.Date.context_today(self)
        for contract in self:
            visits = contract.visit_ids
            contract.visit_count = len(visits)
            contract.visit_done_count = len(
                visits.filtered(lambda visit: visit.state == "done")
            )
            coming = visits.filtered(lambda visit: visit.state in ("due", "planned"))
            days = [
                (visit.date_planned and visit.date_planned.date()) or visit.date_due
                for visit in coming
            ]
            known = set(visits.mapped("date_due"))
            days += [
                day
                for day in contract._get_visit_dates(contract.date_end)
                if day >= today and day not in known
            ][:1]
            contract.date_next_visit = min(days, default=False)

    # === CONSTRAINS === #
    @api.constrains("visit_interval", "visit_meter_step")
    def _check_meter_step(self):
        for contract in self:
            if contract.visit_interval == "meter" and contract.visit_meter_step <= 0:
                raise UserError(
                    self.env._(
                        "Contract %(name)s promises visits by the meter. Fill in "
                        "“After Each”.",
                        name=contract.name,
                    )
                )

    # === ACTIONS === #
    def action_activate(self):
        result = super().action_activate()
        # What would have been due while it rested, or before a contract that began
        # long ago was entered, is not made up for.
        self.date_visits_from = fields.Date.context_today(self)
        return result

    def action_plan_visits(self):
        """Make the service orders of the visits that are due, now."""
        self.check_access("write")
        self._plan_visits()

    def action_view_visits(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "after_sales_service.after_sales_contract_visit_action"
        )
        return action | {"domain": [("contract_id", "=", self.id)], "context": {}}

    # === BUSINESS === #
    @api.model
    def _cron_plan_visits(self):
        """Make the visits of all contracts that are due; run twice, once is enough."""
        contracts = self.search(
            [("state", "=", "active"), ("visit_interval", "!=", False)], order="id"
        )
        for start in range(0, len(contracts), BATCH):
            # Two workers: each takes what the other one has not.
            batch = contracts[start : start + BATCH].try_lock_for_update(
                allow_referencing=True
            )
            for contract in batch:
                contract._plan_visits_or_log()
            left = max(0, len(contracts) - start - BATCH)
            if not self.env["ir.cron"]._commit_progress(len(batch), remaining=left):
                break

    def _plan_visits_or_log(self):
        """Plan one contract; what is wrong with it must not stop the others."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                self._plan_visits()
        except UserError as error:
            _logger.warning("visits of contract %s: %s", self.name, error)
            self._message_log(
                body=self.env._("No visit could be planned: %(why)s", why=str(error))
            )

    def _plan_visits(self):
        """Make the visits due until the lead time, and their service orders."""
        for contract in self:
            if contract.state != "active":
                continue
            # The plan is the server's; the caller may write the contract.
            own = contract.sudo()
            visits = own._create_due_visits()
            left = own.quota_visits_left if own.quota_visits else len(visits)
            ordered = visits[: int(left)]
            ordered._create_orders()
            (visits - ordered).write(
                {
                    "is_skipped": True,
                    "skip_reason": self.env._("The quota of visits is used up."),
                }
            )

    def _create_due_visits(self):
        """Make a row for each site and day on which something is due, once."""
        self.ensure_one()
        until = fields.Date.context_today(self) + timedelta(days=self.visit_lead_days)
        known = {(visit.site_id, visit.date_due): visit for visit in self.visit_ids}
        new = {}
        for unit, day in self._get_due_units(min(until, self._get_last_day())):
            key = (unit.site_id or unit.partner_id, day)
            if key not in known:
                new.setdefault(key, self.env["after.sales.unit"])
                new[key] |= unit
        return self.env["after.sales.contract.visit"].create(
            [
                {
                    "contract_id": self.id,
                    "site_id": site.id,
                    "date_due": day,
                    "unit_ids": [(6, 0, units.ids)],
                }
                for (site, day), units in sorted(
                    new.items(), key=lambda item: (item[0][1], item[0][0].id)
                )
            ]
        )

    def _get_due_units(self, until):
        """Return ``[(unit, day)]`` of what is due until then. To be extended."""
        lines = self._get_open_lines()
        if self.visit_interval == "meter":
            return self._get_meter_due(lines, until)
        return [
            (line.unit_id, day)
            for day in self._get_visit_dates(until)
            for line in lines
            if not line.date_joined or line.date_joined <= day
        ]

    def _get_visit_dates(self, until):
        """Return the days on which visits are due by the calendar."""
        self.ensure_one()
        months = MONTHS.get(self.visit_interval)
        if not months or not self.date_first_visit or not until:
            return []
        first = self.date_visits_from
        return [
            day
            for day in get_due_dates(self.date_first_visit, months, until)
            if not first or day >= first
        ]

    def _get_meter_due(self, lines, until):
        """Return the units whose meter reaches its next step until then.

        Units of one site that are due within the lead time are visited together, on
        the first of their days. The step is put up at once: it is due only once.
        """
        due, sites = [], defaultdict(list)
        for line in lines:
            day = line._get_meter_day(self.visit_meter_step)
            if day and day <= until:
                sites[line.unit_id.site_id or line.unit_id.partner_id].append(
                    (day, line)
                )
        for rows in sites.values():
            first = min(day for day, _line in rows)
            for _day, line in rows:
                line.meter_next += self.visit_meter_step
                due.append((line.unit_id, first))
        return due


class AfterSalesContractLine(models.Model):
    _inherit = "after.sales.contract.line"

    meter_next = fields.Float(
        string="Next Visit at", copy=False, readonly=True, help="Reading of the meter."
    )

    # === BUSINESS === #
    def _get_meter_day(self, step):
        """Return on which day the meter reaches the next step; False if unknown."""
        self.ensure_one()
        unit = self.unit_id
        if not self.meter_next:
            self.meter_next = (unit.meter // step + 1) * step
        today = fields.Date.context_today(self)
        if unit.meter >= self.meter_next:
            return today
        forecast = getattr(unit, "_get_meter_forecast", None)
        day = forecast and forecast(self.meter_next)
        return day and max(day, today)


class AfterSalesOrder(models.Model):
    _inherit = "after.sales.order"

    contract_visit_id = fields.Many2one(
        "after.sales.contract.visit",
        string="Preventive Visit",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    # === BUSINESS === #
    def _share_out(self, draws):
        """Count a preventive visit even where no trip is charged."""
        usage = super()._share_out(draws)
        # Who pays does not depend on what the user may read.
        visit = self.sudo().contract_visit_id
        contract = visit.contract_id
        if not contract.quota_visits or any(key[2] == "visits" for key in usage):
            return usage
        if any(line.kind == "travel" for line in self.line_ids):
            return usage  # decided above: the customer pays for it
        line = contract.line_ids.filtered(lambda line: line.unit_id == self.unit_id)
        return usage | ({(line[:1].id, False, "visits"): 1.0} if line else {})
