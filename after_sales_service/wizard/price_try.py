from dataclasses import replace

from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class AfterSalesPriceTry(models.TransientModel):
    """Tells what a job would cost, and why, before there is any order.

    It runs through the methods of a real order, in memory: nothing is stored.
    """

    _name = "after.sales.price.try"
    _description = "Try a Price"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    unit_id = fields.Many2one("after.sales.unit", check_company=True)
    kind = fields.Selection(
        selection=lambda self: (
            self.env["after.sales.order"]
            ._fields["kind"]
            ._description_selection(self.env)
        ),
        string="Kind of Work",
        required=True,
        default="on_site",
    )
    fault_id = fields.Many2one(
        "after.sales.fault.code", string="Symptom", domain=[("kind", "=", "symptom")]
    )
    technician_id = fields.Many2one(
        "hr.employee",
        check_company=True,
        domain=[("is_after_sales_technician", "=", True)],
        help="Whose skills count. Empty: nobody in particular.",
    )
    date_start = fields.Datetime(
        string="Begins", required=True, default=lambda self: fields.Datetime.now()
    )
    hours = fields.Float(default=1.0)
    is_emergency = fields.Boolean(string="Emergency")
    is_refused = fields.Boolean(
        string="Refused", help="The customer does not want the repair after the check."
    )
    zone_id = fields.Many2one(
        "after.sales.zone",
        compute="_compute_zone_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    travel_km = fields.Float(string="Kilometres")
    part_ids = fields.One2many("after.sales.price.try.part", "try_id", string="Parts")
    table = fields.Html(string="Charges", compute="_compute_table", sanitize=False)

    # === COMPUTES === #
    @api.depends("unit_id")
    def _compute_partner_id(self):
        for attempt in self:
            attempt.partner_id = attempt.unit_id.partner_id or attempt.partner_id

    @api.depends("partner_id", "unit_id")
    def _compute_zone_id(self):
        for attempt in self:
            site = attempt.unit_id.site_id or attempt.partner_id
            attempt.zone_id = (
                site._get_after_sales_zone(attempt.company_id) if site else False
            )

    @api.depends(
        "company_id",
        "date_start",
        "fault_id",
        "hours",
        "is_emergency",
        "is_refused",
        "kind",
        "part_ids.product_id",
        "part_ids.quantity",
        "partner_id",
        "technician_id",
        "travel_km",
        "unit_id",
        "zone_id",
    )
    @api.depends_context("lang")
    def _compute_table(self):
        for attempt in self:
            values = attempt._get_result() if attempt.partner_id else {"rows": []}
            attempt.table = self.env["ir.qweb"]._render(
                "after_sales_service.after_sales_price_try_table", values
            )

    # === CONSTRAINTS === #
    @api.constrains("hours", "travel_km")
    def _check_not_negative(self):
        for attempt in self:
            if min(attempt.hours, attempt.travel_km) < 0:
                raise UserError(
                    self.env._("Hours and kilometres of a price cannot be negative.")
                )

    # === ACTIONS === #
    def action_create_order(self):
        """Make the service order that was tried, with the same lines."""
        self.ensure_one()
        orders = self.env["after.sales.order"]
        orders.check_access("create")
        order = orders.create(self._prepare_order_vals())
        # Prices are the server's; the right to make the order was checked.
        lines = self.env["after.sales.order.line"].sudo()
        vals_list, _problems = self._get_line_vals()
        lines.create([vals | {"order_id": order.id} for vals in vals_list])
        return order._get_records_action()

    # === BUSINESS === #
    def _get_result(self):
        """Return what the job would cost.

        :return: ``{"rows", "problems", "untaxed", "taxes", "total", "currency"}``; a
            row is ``{"name", "quantity", "uom", "price", "share", "untaxed", "total",
            "why"}``, amounts in the currency of the quotation
        """
        self.ensure_one()
        vals_list, problems = self._get_line_vals()
        order = self._build_order(vals_list)
        sale = self._build_quotation(order)
        sale_lines = {line.after_sales_line_id: line for line in sale.order_line}
        return {
            "rows": [
                self._get_row(line, sale_lines.get(line)) for line in order.line_ids
            ],
            "problems": self._get_problem_texts(problems),
            "currency": sale.currency_id,
            "untaxed": sale.amount_untaxed,
            "taxes": sale.amount_tax,
            "total": sale.amount_total,
        }

    def _get_row(self, line, sale_line):
        return {
            "name": line.name,
            "product": line.product_id,
            "quantity": line.quantity,
            "uom": line.uom_id.name,
            "price": sale_line.price_unit if sale_line else 0.0,
            "share": line.share,
            "untaxed": sale_line.price_subtotal if sale_line else 0.0,
            "total": sale_line.price_total if sale_line else 0.0,
            "is_pending": line.is_price_pending,
            "why": "\n".join(filter(None, (line.price_text, line.reason))),
        }

    def _prepare_order_vals(self):
        """Return the values of the order that is tried. Meant to be extended."""
        self.ensure_one()
        return {
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "site_id": self.unit_id.site_id.id,
            "unit_id": self.unit_id._origin.id,
            "kind": self.kind,
            "symptom_id": self.fault_id.id,
            "technician_id": self.technician_id.id,
            "date_planned": self.date_start,
            "date_fault": fields.Date.context_today(self, self.date_start),
            "is_emergency": self.is_emergency,
            "travel_km": self.travel_km,
        }

    def _get_charges(self, order):
        # Hours and zone of the attempt, the rest as the order sees it.
        work = [
            order._prepare_work(self.date_start, self.hours, order.technician_id)
        ] * bool(self.hours)
        arrivals = [order._get_customer_time(self.date_start)]
        weekend, holidays = order._get_rest_days(work, arrivals)
        facts = replace(
            order._get_price_facts(),
            work=tuple(work),
            arrivals=tuple(arrivals),
            weekend=weekend,
            holidays=holidays,
            zone_id=self.zone_id.id or None,
            is_refused=self.is_refused,
        )
        return order._get_charges(facts)

    def _get_problem_texts(self, problems):
        rules = self.env["after.sales.price.rule"]
        return [
            self.env._(
                "“%(rule)s” is charged by the kilometre: enter the kilometres.",
                rule=rules.browse(rule.rule_id).name,
            )
            for _code, rule in problems
        ]

    def _get_line_vals(self):
        """Return the values of the lines: parts, then what the price list charges.

        :return: ``(values, problems)``, as :func:`..rules.prices.get_charges` has them
        """
        # In memory only: whoever tries a price need not be able to make an order.
        order = self.env["after.sales.order"].sudo().new(self._prepare_order_vals())
        parts = [] if self.is_refused else self.part_ids.filtered("product_id")
        vals_list = [
            {"product_id": part.product_id.id, "quantity": part.quantity}
            for part in parts
        ]
        charges, problems = self._get_charges(order)
        for charge in charges:
            vals = order._prepare_charge_vals(charge)
            vals_list.append(vals | {"quantity": charge.quantity})
        return vals_list, problems

    def _build_order(self, vals_list):
        """Return the order in memory, its lines decided."""
        self.ensure_one()
        commands = [Command.create(vals) for vals in vals_list]
        # As in _get_line_vals.
        orders = self.env["after.sales.order"].sudo()
        order = orders.new(self._prepare_order_vals() | {"line_ids": commands})
        self._decide(order.line_ids)
        return order

    def _decide(self, lines):
        """Set share and category of the lines in memory, and remember why."""
        facts_list = [
            facts | {"line_id": number, "order_id": False}
            for number, facts in enumerate(lines._get_cover_facts(), 1)
        ]
        decisions = self.env["after.sales.cover"]._decide_facts(facts_list)
        render = self.env["after.sales.decision"]._render_reason_list
        for line, decision in zip(lines, decisions, strict=True):
            line.category = decision.category
            line.share = decision.share
            line.reason = render([reason.to_json() for reason in decision.reasons])

    def _build_quotation(self, order):
        """Return the native quotation of the lines, in memory."""
        quoted = order.line_ids._get_quoted_lines()
        vals = order._prepare_quotation_vals()
        del vals["after_sales_order_id"]
        commands = [
            Command.create(
                line._prepare_sale_line_vals() | {"after_sales_line_id": line}
            )
            for line in quoted
        ]
        # In memory only, for the taxes: nobody needs rights in sales to ask a price.
        return self.env["sale.order"].sudo().new(vals | {"order_line": commands})


class AfterSalesPriceTryPart(models.TransientModel):
    """A part of the job whose price is tried."""

    _name = "after.sales.price.try.part"
    _description = "Part of a Price Attempt"

    try_id = fields.Many2one("after.sales.price.try", required=True, ondelete="cascade")
    product_id = fields.Many2one(
        "product.product",
        required=True,
        domain=[("is_after_sales_part", "=", True)],
    )
    quantity = fields.Float(default=1.0, digits="Product Unit", required=True)

    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0)",
        "The quantity of a part must be more than zero.",
    )
