from dataclasses import replace
from datetime import timedelta

from pytz import timezone, utc

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...rules.prices import (
    Charge,
    Facts,
    Rule,
    Work,
    get_charges,
    get_travel_surcharges,
)


class AfterSalesOrder(models.Model):
    """Work, travel and fees of an order by the price list of service work."""

    _inherit = "after.sales.order"

    is_emergency = fields.Boolean(
        string="Emergency",
        compute="_compute_is_emergency",
        store=True,
        readonly=False,
        precompute=True,
        help="The emergency surcharge of the price list is due.",
    )
    travel_km = fields.Float(
        string="Kilometres", copy=False, help="There and back, all trips together."
    )

    is_travel_by_km = fields.Boolean(
        string="Travel by the Kilometre", compute="_compute_is_travel_by_km"
    )

    # === COMPUTES === #
    @api.depends("company_id")
    def _compute_is_travel_by_km(self):
        rules = self.env["after.sales.price.rule"].search(
            [("kind", "=", "travel"), ("per", "=", "km")]
        )
        for order in self:
            order.is_travel_by_km = any(
                not rule.company_id or rule.company_id == order.company_id
                for rule in rules
            )

    @api.depends("ticket_id")
    def _compute_is_emergency(self):
        for order in self:
            # Whoever works on an order need not read its ticket.
            order.is_emergency = order.sudo().ticket_id.urgency == "emergency"

    # === ACTIONS === #
    def action_charge(self):
        """Bring labour, surcharges, travel and fees in line with the price list.

        What the customer was told stays; only more than that becomes new lines, which
        come on an added quotation.
        """
        self._check_may_charge()
        for order in self:
            charges, problems = order._get_charges()
            order._check_charges(charges, problems)
            order._apply_charges(charges)

    # === BUSINESS === #
    def _check_charges(self, charges, problems):
        """:raise UserError: if a fact is missing, or nothing can be charged"""
        self.ensure_one()
        for _code, rule in problems:
            raise UserError(
                self.env._(
                    "“%(rule)s” is charged by the kilometre. Enter the kilometres of "
                    "%(order)s first.",
                    rule=self.env["after.sales.price.rule"].browse(rule.rule_id).name,
                    order=self.name,
                )
            )
        if not charges:
            raise UserError(
                self.env._(
                    "The price list has nothing to charge for %(order)s: no hours are "
                    "entered, or no rule fits. Start the clock, enter hours, or add "
                    "the lines by hand.",
                    order=self.name,
                )
            )

    def _get_charges(self, facts=None):
        """Return what the price list says about the order, or about other facts.

        :return: ``(charges, problems)`` as :func:`..rules.prices.get_charges`
        """
        self.ensure_one()
        rules = self.env["after.sales.price.rule"]._get_for_company(self.company_id)
        rules = rules._get_pure_rules()
        facts = facts or self._get_price_facts()
        charges, problems = get_charges(rules, facts)
        is_open = facts.trips and not facts.is_refused and not problems
        if is_open and not any(charge.rule.kind == "travel" for charge in charges):
            for charge in self._get_zone_charges(facts):
                charges += [charge, *get_travel_surcharges(rules, facts, charge)]
        return charges, problems

    def _get_check_fee(self, currency):
        """Return what is charged if the customer refuses, untaxed; 0 if nothing."""
        self.ensure_one()
        rules = self.env["after.sales.price.rule"]._get_for_company(self.company_id)
        rules = rules.filtered(lambda rule: rule.kind == "fee")
        _quotations, refused = self._get_refusable()
        if not rules or not self._is_all_refused(refused):
            return 0.0
        facts = replace(self._get_price_facts(), is_refused=True)
        charges, _problems = get_charges(rules._get_pure_rules(), facts)
        rule = rules.browse(charge.rule.rule_id for charge in charges)
        prices = rule._get_prices(self.partner_id, self.company_id, currency)
        return prices.get(rule, 0.0)

    def _get_zone_charges(self, facts):
        """Return the travel charge of the zone, where no rule speaks of travel."""
        zone = self.env["after.sales.zone"].browse(facts.zone_id)
        if not zone.travel_product_id:
            return []
        rule = Rule(0, "travel", zone_id=zone.id)
        notes = (("zone", {"zone": zone.name}), ("trips", {"trips": facts.trips}))
        return [Charge(rule, facts.trips, rule, notes=notes)]

    def _get_price_facts(self):
        """Return the facts a price depends on. Meant to be extended."""
        self.ensure_one()
        # Categories of products and calendars of others are read for the price only.
        order = self.sudo()
        site = order._get_site()
        work = order._get_work()
        arrivals = order._get_arrivals()
        weekend, holidays = order._get_rest_days(work, arrivals)
        return Facts(
            date=order.date_fault,
            order_kind=order.kind,
            product_id=order.product_id.product_tmpl_id.id or None,
            categ_ids=_get_path(order.product_id.categ_id),
            fault_ids=frozenset((order.symptom_id | order.cause_id).ids),
            zone_id=site._get_after_sales_zone(order.company_id).id or None,
            work=tuple(work),
            trips=order._get_trips(),
            arrivals=tuple(arrivals),
            km=order.travel_km,
            is_emergency=order.is_emergency,
            is_refused=order.outcome == "refused",
            weekend=weekend,
            holidays=holidays,
        )

    def _get_work(self):
        """Return the hours worked, else those planned, in the customer's time."""
        self.ensure_one()
        entries = self.time_ids.filtered(
            lambda entry: entry.kind == "work" and entry.hours and not entry.is_running
        )
        if entries:
            return [
                self._prepare_work(entry.date_start, entry.hours, entry.technician_id)
                for entry in entries
            ]
        return self._get_planned_work()

    def _get_planned_work(self):
        """Return the hours of the labour lines, beginning when the visit does."""
        labour = self.line_ids.filtered(
            lambda line: line._is_plain_labour() and not line.is_unused
        )
        hours = sum(line._get_hours(line._get_charged_quantity()) for line in labour)
        visits = self.visit_ids.filtered(
            lambda visit: visit.state != "cancel" and visit.date_start
        ).sorted("date_start")
        start = visits[:1].date_start or self.date_planned
        if not hours and visits[:1].date_end:
            seconds = (visits[0].date_end - visits[0].date_start).total_seconds()
            hours = seconds / 3600
        return [self._prepare_work(start, hours, self.technician_id)] if hours else []

    def _prepare_work(self, start, hours, technician):
        """Return one piece of work. ``start`` is naive UTC, or False if not known."""
        return Work(
            hours=hours,
            start=self._get_customer_time(start) if start else None,
            skill_ids=technician._get_after_sales_skill_ids(self.date_fault),
        )

    def _get_trips(self):
        """Return how often somebody drove, or will: at least once to a site."""
        self.ensure_one()
        if self.kind in ("remote", "bring_in"):
            return 0
        visits = self.visit_ids.filtered(lambda visit: visit.state != "cancel")
        return len(visits.filtered("date_arrived")) or 1

    def _get_arrivals(self):
        """Return when the visits reached the site, or will, in the customer's time."""
        self.ensure_one()
        visits = self.visit_ids.filtered(lambda visit: visit.state != "cancel")
        moments = visits.mapped("date_arrived") or visits.mapped("date_start")
        return [self._get_customer_time(moment) for moment in sorted(moments) if moment]

    def _get_customer_time(self, moment):
        """Return naive UTC as the clock at the customer's shows it."""
        zone = timezone(self._get_customer_tz())
        return utc.localize(moment).astimezone(zone).replace(tzinfo=None)

    def _get_rest_days(self, work, arrivals=()):
        """Return on which weekdays and dates nobody works by the customer's calendar.

        :return: ``(weekdays, dates)``; Saturday and Sunday where no calendar tells
        """
        self.ensure_one()
        calendar = self._get_price_calendar()
        days = {int(day) for day in calendar.attendance_ids.mapped("dayofweek")}
        has_days = days and not calendar.flexible_hours
        weekend = frozenset(range(7)) - days if has_days else frozenset({5, 6})
        starts = [piece.start for piece in work if piece.start] + list(arrivals)
        if not starts:
            return weekend, frozenset()
        longest = max((piece.hours for piece in work), default=0.0)
        first = min(starts).date() - timedelta(days=1)
        last = (max(starts) + timedelta(hours=longest)).date() + timedelta(days=1)
        return weekend, calendar._get_after_sales_holidays(
            first, last, self._get_customer_tz(), self.company_id
        )

    def _get_price_calendar(self):
        """Return the hours that count: of customer, team, then company."""
        self.ensure_one()
        return (
            self.partner_id._get_after_sales_calendar()
            or self.team_id.resource_calendar_id
            or self.company_id.resource_calendar_id
        )

    def _apply_charges(self, charges):
        """Write the lines that the charges ask for.

        Lines told to the customer keep their price and quantity; hours beyond them
        go on lines of their own, fewer hours are what was used of them.
        """
        self.ensure_one()
        kept = self.env["after.sales.order.line"]
        vals_list = []
        for charge in charges:
            vals = self._prepare_charge_vals(charge)
            lines = self._get_charge_lines(vals) - kept
            settled = lines.filtered(lambda line: line._is_charge_settled())
            rest = settled._take_charge(charge.quantity)
            free = (lines - settled)[:1]
            kept |= settled
            if rest and free:
                # The fields of a price are the server's; who may charge was checked.
                free.sudo().write(vals | {"quantity": rest, "is_unused": False})
                kept |= free
            elif rest:
                vals_list.append(vals | {"quantity": rest, "order_id": self.id})
        self._drop_charges(kept)
        # As above.
        kept |= self.env["after.sales.order.line"].sudo().create(vals_list)
        for line in kept.filtered(lambda line: not line._is_charge_settled()):
            line.quantity_done = line.quantity if self.time_ids else 0.0

    def _get_charge_lines(self, vals):
        """Return the lines that stand for a charge, those told to the customer first.

        A line by hand for the same product is taken over by the rule.
        """
        lines = self.line_ids.filtered(
            lambda line: (
                (
                    line._is_charged_by(vals)
                    or (not line.price_rule_id and _is_own_base(vals))
                )
                and line.product_id.id == vals["product_id"]
            )
        )
        return lines.sorted(lambda line: (not line._is_charge_settled(), line.id))

    def _drop_charges(self, kept):
        """Remove the lines of the price list that are not due any more."""
        stale = self.line_ids.filtered("price_rule_id") - kept
        settled = stale.filtered(lambda line: line._is_charge_settled())
        settled.filtered(lambda line: not line.is_unused).is_unused = True
        (stale - settled).unlink()

    def _prepare_charge_vals(self, charge):
        """Return the values of the line of one charge. Meant to be extended."""
        self.ensure_one()
        rule = self.env["after.sales.price.rule"].browse(charge.rule.rule_id or ())
        product = self._get_charge_product(charge)
        base_sequence = 50 if charge.base.kind in ("labour", "job") else 100
        is_on_zone = bool(rule) and not charge.base.rule_id
        origin = (
            ["fixed", {}]
            if charge.base.rule_id and rule.browse(charge.base.rule_id).is_fixed
            else ["listed", {"pricelist": self._get_price_list_name()}]
        )
        notes = [["rule", {"rule": rule.name}]] if rule else []
        notes += [[code, params] for code, params in charge.notes]
        return self._prepare_charge_name(rule, product) | {
            "product_id": product.id,
            "price_rule_id": rule.id,
            "price_base_id": charge.base.rule_id or False,
            "price_base_product_id": product.id if is_on_zone else False,
            "price_percent": charge.percent,
            "price_notes": [*notes, origin],
            "sequence": base_sequence + 10 * (rule.kind == "surcharge"),
        }

    def _get_charge_product(self, charge):
        """Return the product of a charge; upon travel, that of the travel.

        So the surcharge has the cover, taxes and accounts of what it comes upon.
        """
        named = charge.base if charge.base.kind == "travel" else charge.rule
        rule = self.env["after.sales.price.rule"].browse(named.rule_id or ())
        zone = self.env["after.sales.zone"].browse(named.zone_id or ())
        return rule.product_id or zone.travel_product_id

    def _prepare_charge_name(self, rule, product):
        """Tell surcharges apart, which may all have the same product."""
        if rule.kind != "surcharge":
            return {}
        lang = self.partner_id.lang or self.env.lang
        names = [it.with_context(lang=lang).display_name for it in (product, rule)]
        return {"name": " – ".join(names)}

    def _get_price_list_name(self):
        # The name of the customer's price list is no secret.
        partner = self.partner_id.with_company(self.company_id).sudo()
        return partner.property_product_pricelist.name or self.env._("sales price")


class AfterSalesOrderLine(models.Model):
    _inherit = "after.sales.order.line"

    # === BUSINESS === #
    def _is_charged_by(self, vals):
        """Tell whether the line stands for this charge, or did so without its base."""
        self.ensure_one()
        if self.price_rule_id.id != vals["price_rule_id"]:
            return False
        base = self.price_rule_id.kind == "surcharge" and self.price_base_id
        return not base or base.id == vals["price_base_id"]

    def _is_plain_labour(self):
        """Tell whether the line is hours of work, and no surcharge upon them."""
        self.ensure_one()
        return self.kind == "labour" and self.price_rule_id.kind != "surcharge"

    def _is_charge_settled(self):
        """Tell whether the price list leaves the line alone.

        The customer was told, or somebody bound the hours to a component.
        """
        self.ensure_one()
        return bool(self.component_id) or self._is_locked_by_quotation()

    def _take_charge(self, quantity):
        """Let these settled lines bear what they can of ``quantity``.

        :return: what is left for another line
        """
        rest = quantity
        for line in self:
            used = min(rest, line.quantity)
            rest -= used
            if line.component_id:
                continue
            vals = {"is_unused": not used, "quantity_done": used}
            if any(line[name] != value for name, value in vals.items()):
                line.write(vals)
        return round(rest, 4)


def _is_own_base(vals):
    """Tell whether a charge comes upon no other: only such is made by hand as well."""
    has_base = vals["price_base_id"] not in (vals["price_rule_id"], False)
    return not has_base and not vals["price_base_product_id"]


def _get_path(category):
    """Return the ids of a category and those above it, the nearest first."""
    path = category.parent_path or ""
    return tuple(int(part) for part in path.split("/") if part)[::-1]
