from odoo import api, fields, models

from ...rules.warranty_dates import add_term, paused_end, start_date
from .term import SHARES
from .unit import DATE_FIELDS


class AfterSalesUnit(models.Model):
    _inherit = "after.sales.unit"

    policy_id = fields.Many2one(
        "after.sales.warranty.policy",
        string="Warranty Policy",
        compute="_compute_policy_id",
        store=True,
        index="btree_not_null",
        help="The version the unit was sold with, or that was applied to it later.",
    )

    # === COMPUTES === #
    @api.depends("cover_ids.policy_line_id", "cover_ids.date_closed")
    def _compute_policy_id(self):
        for unit in self:
            covers = unit.cover_ids.filtered("policy_line_id")
            current = covers.filtered(lambda cover: not cover.date_closed) or covers
            policies = current.policy_line_id.policy_id
            unit.policy_id = policies.sorted(
                lambda policy: (policy.version, policy.id)
            )[-1:]

    # === BUSINESS: covers from policies === #
    def _create_covers(self):
        """Make the covers that the policies promise to units without any."""
        bare = self.filtered(lambda unit: not unit.cover_ids)
        policies = bare._get_policies()
        covers = self.env["after.sales.cover"].create(
            [
                vals
                for unit in bare
                if policies.get(unit)
                for vals in unit._prepare_policy_covers(policies[unit])
            ]
        )
        return covers | bare._create_sold_extensions()

    def _create_sold_extensions(self):
        """Make the covers of extensions sold with new units. Meant to be extended."""
        return self.env["after.sales.cover"]

    def _get_policies(self):
        """Return ``{unit: its most specific policy}``, in one query for all.

        What counts, in this order: a range of serial numbers, the customer, a sales
        campaign, then product before nearest category before general. Policies are
        dated: what counts is the day of delivery (else of sale, else today).
        """
        if not self:
            return {}
        policies = self.env["after.sales.warranty.policy"].search(
            [
                ("company_id", "in", self.company_id.ids),
                ("state", "!=", "draft"),
                ("line_ids", "!=", False),
            ]
        )
        found = {}
        for unit in self:
            ranks = {policy: policy._get_rank(unit) for policy in policies}
            fitting = [policy for policy in policies if ranks[policy]]
            found[unit] = max(fitting, key=ranks.get, default=policies.browse())
        return found

    def _prepare_policy_covers(self, policy):
        """Return the values of all product covers of one unit from its policy."""
        self.ensure_one()
        rows = {row.component_id: row for row in self.component_ids if row.is_current}
        vals_list = [
            self._prepare_cover_vals(line, rows.get(line.component_id))
            for line in policy.line_ids
            if not line.component_id or line.component_id in rows
        ]
        named = policy.line_ids.component_id
        classes = set(policy.line_ids.mapped("component_class"))
        for component, row in rows.items():
            if (
                component.is_wearing
                and component not in named
                and component.component_class not in classes
            ):
                vals_list.append(self._prepare_wearing_vals(component, row, policy))
        return vals_list

    def _prepare_wearing_vals(self, component, row, policy):
        """Return the values that say that a wearing part is not covered."""
        return {
            "company_id": self.company_id.id,
            "unit_id": self.id,
            "component_id": component.id,
            "kind": "product",
            "is_excluded": True,
            "date_start": self.date_delivered,
            "origin": policy.name,
        }

    def _prepare_cover_vals(self, line, row=None):
        """Return the values of one cover from a policy's line. Meant to be extended."""
        self.ensure_one()
        policy = line.policy_id
        vals = {
            "company_id": self.company_id.id,
            "unit_id": self.id,
            "component_id": line.component_id.id,
            "component_class": line.component_class,
            "unit_component_id": row.id if row else False,
            "kind": "product",
            "policy_line_id": line.id,
            "origin": policy.name,
        }
        terms = self._prepare_cover_terms(line)
        if line.is_excluded:
            return vals | terms | {"unit_component_id": False}
        return vals | terms

    def _prepare_cover_terms(self, line):
        """Return what a cover takes over from its policy's line: rules, dates, shares.

        A later change of the policy does not reach what is copied here.
        """
        self.ensure_one()
        policy = line.policy_id
        rules = {
            "start_rule": policy.start_rule,
            "start_rule_other": policy.start_rule_other,
            "start_pick": policy.start_pick,
            "start_limit_days": policy.start_limit_days,
        }
        start = self._get_cover_start(rules)
        if line.is_excluded:
            return {"is_excluded": True, "date_start": start}
        plain_end = self._get_cover_end(start, line.term, line.term_unit)
        is_paused = policy.is_paused_in_workshop
        return rules | {
            "is_excluded": False,
            "is_paused_in_workshop": is_paused,
            "term": line.term,
            "term_unit": line.term_unit,
            "date_start": start,
            "date_end_plain": plain_end,
            "date_end": self._get_paused_end(start, plain_end, is_paused),
            "meter_limit": line.meter_limit,
            "meter_unit": line.meter_unit,
            "backer_id": line.backer_id.id,
            **{fname: line[fname] for fname in SHARES.values()},
        }

    def _get_cover_start(self, rules):
        """Return the first covered day, False while it has not started.

        :param rules: mapping or record with ``start_rule``, ``start_rule_other``,
            ``start_pick``, ``start_limit_days``
        """
        events = {event: self[fname] for event, fname in DATE_FIELDS.items()}
        return (
            start_date(
                rules["start_rule"],
                events,
                rules["start_limit_days"],
                rules["start_rule_other"] or "",
                rules["start_pick"] or "later",
            )
            or False
        )

    @api.model
    def _get_cover_end(self, start, term, term_unit):
        """Return the last covered day; False without a start or a calendar term."""
        return add_term(start, term, term_unit) if start and term > 0 else False

    def _get_paused_end(self, start, end, is_paused=True):
        """Return the last covered day with the days in our workshop added."""
        self.ensure_one()
        if not (is_paused and start and end):
            return end
        stays = [(stay.date_from, stay.date_to or None) for stay in self.stay_ids]
        return paused_end(start, end, stays)

    def _restart_covers(self):
        """Count the terms of the product covers anew after an event was dated."""
        # Who may date an acceptance need not have a right on covers.
        units = self.sudo()
        units._create_covers()
        for cover in units.cover_ids.filtered(
            lambda cover: cover.kind == "product" and cover.start_rule
        ):
            # A term that began in an earlier delivery, or with the unit that this
            # one was exchanged for, stays as it was.
            if not cover.date_closed and not cover.date_counted:
                start = cover.unit_id._get_cover_start(cover)
                cover._set_dates(
                    start,
                    units._get_cover_end(start, cover.term, cover.term_unit),
                )
        units.cover_ids._restart_extensions()

    def _recount_pauses(self):
        """Move the ends of running terms by the days in our workshop."""
        self.cover_ids.filtered(
            lambda cover: cover.is_paused_in_workshop and not cover.date_closed
        )._recount_end()
        self.cover_ids._restart_extensions()

    # === BUSINESS: preview === #
    @api.model
    def _get_cost_classes(self):
        return list(SHARES)

    def _get_cover_preview(self, date=None, cause=None, is_tampered=False):
        """Return what would be covered on a day, one row per position.

        :return: a list of ``{"component", "decisions": {cost class: Decision}}``;
            the first row, without component, is the whole unit
        """
        self.ensure_one()
        date = date or fields.Date.context_today(self)
        components = [self.env["after.sales.component"]]
        components += list(
            self.component_ids.filtered("is_current").component_id.sorted()
        )
        classes = self._get_cost_classes()
        facts_list = [
            {
                "cost_class": cost_class,
                "unit_id": self.id,
                "component_id": component.id,
                "date": date,
                "cause_id": cause.id if cause else False,
                "is_tampered": is_tampered,
                "meter": self.meter,
                "company_id": self.company_id.id,
            }
            for component in components
            for cost_class in classes
        ]
        decisions = iter(self.env["after.sales.cover"]._decide_facts(facts_list))
        return [
            {
                "component": component,
                "decisions": {cost_class: next(decisions) for cost_class in classes},
            }
            for component in components
        ]
