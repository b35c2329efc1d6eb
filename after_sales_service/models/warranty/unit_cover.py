from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...rules.warranty_dates import add_term, replaced_part_end, start_date
from .cover import SHARES
from .unit import DATE_FIELDS

VOIDABLE_KINDS = ("product", "extension", "replaced_part", "repair")


class AfterSalesUnit(models.Model):
    _inherit = "after.sales.unit"

    # === BUSINESS: covers from policies === #
    def _create_covers(self):
        """Make the covers that the policies promise to units without any."""
        bare = self.filtered(lambda unit: not unit.cover_ids)
        policies = bare._get_policies()
        vals_list = [
            vals
            for unit in bare
            if policies.get(unit)
            for vals in unit._prepare_policy_covers(policies[unit])
        ]
        return self.env["after.sales.cover"].create(vals_list)

    def _get_policies(self):
        """Return ``{unit: its most specific policy}``, in one query for all.

        A policy for the customer goes before one for everybody; then the product's
        before its nearest category's before the company's general one. Policies are
        dated: what counts is the day of delivery (else of sale, else today).
        """
        if not self:
            return {}
        policies = self.env["after.sales.warranty.policy"].search(
            [("company_id", "in", self.company_id.ids), ("line_ids", "!=", False)]
        )
        found = {}
        for unit in self:
            ranks = {policy: policy._get_rank(unit) for policy in policies}
            fitting = [policy for policy in policies if ranks[policy]]
            found[unit] = max(
                fitting,
                key=lambda policy: (ranks[policy], -policy.sequence, -policy.id),
                default=policies.browse(),
            )
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
        start, end = self._get_cover_dates(
            policy.start_rule, policy.start_limit_days, line.term, line.term_unit
        )
        vals = {
            "company_id": self.company_id.id,
            "unit_id": self.id,
            "component_id": line.component_id.id,
            "component_class": line.component_class,
            "unit_component_id": row.id if row else False,
            "kind": "product",
            "policy_line_id": line.id,
            "origin": policy.name,
            "date_start": start,
        }
        if line.is_excluded:
            return vals | {"is_excluded": True, "unit_component_id": False}
        return vals | {
            "start_rule": policy.start_rule,
            "start_limit_days": policy.start_limit_days,
            "term": line.term,
            "term_unit": line.term_unit,
            "date_end": end,
            "meter_limit": line.meter_limit,
            **{fname: line[fname] for fname in SHARES.values()},
        }

    def _get_cover_dates(self, rule, limit_days, term, term_unit):
        """Return first and last covered day; both False while it has not started."""
        events = {event: self[fname] for event, fname in DATE_FIELDS.items()}
        start = start_date(rule, events, limit_days)
        if not start:
            return False, False
        return start, add_term(start, term, term_unit)

    def _restart_covers(self):
        """Count the terms of the product covers anew after an event was dated."""
        # Who may date an acceptance need not have a right on covers.
        units = self.sudo()
        units._create_covers()
        for cover in units.cover_ids.filtered(
            lambda cover: cover.kind == "product" and cover.term and cover.start_rule
        ):
            start, end = cover.unit_id._get_cover_dates(
                cover.start_rule,
                cover.start_limit_days,
                cover.term,
                cover.term_unit,
            )
            # A term that began in an earlier delivery stays as it was.
            if not cover.date_closed and (start, end) != (
                cover.date_start,
                cover.date_end,
            ):
                cover.write({"date_start": start, "date_end": end})

    # === BUSINESS: replaced parts and repairs === #
    def _replace_component(
        self,
        component,
        product=None,
        lot=None,
        serial_out=None,
        date=None,
        origin=None,
    ):
        """Put a new part into a position and start the cover it brings.

        :param component: the position (``after.sales.component``)
        :param product: the part that goes in; the old one's product if not given
        :param lot: its ``stock.lot``, if it has a serial number
        :param str serial_out: the serial number read on the part that came out
        :param date: the day of the swap; today if not given
        :param str origin: number of the service order
        :return: the new ``after.sales.unit.component``
        """
        self.ensure_one()
        date = date or fields.Date.context_today(self)
        # The caller has decided that the part is changed; technicians only read.
        unit = self.sudo()
        old = unit._get_fitted(component)
        new = old.create(
            {
                "unit_id": unit.id,
                "component_id": component.id,
                "product_id": (product or old.product_id).id,
                "lot_id": lot.id if lot else False,
                "serial": lot.name if lot else False,
                "date_in": date,
                "origin": origin,
            }
        )
        old.write(
            {
                "is_current": False,
                "date_out": max(date, old.date_in or date),
                "serial_out": serial_out or old.serial,
                "replaced_by_id": new.id,
            }
        )
        unit._start_replaced_part_cover(old, new, date, origin)
        unit._message_log(
            body=self.env._(
                "%(component)s replaced on %(date)s: %(old)s out, %(new)s in "
                "(%(origin)s).",
                component=component.name,
                date=format_date(self.env, date),
                old=serial_out or old.serial or "–",
                new=new.serial or new.product_id.display_name or "–",
                origin=origin or "–",
            )
        )
        return new.sudo(False)

    def _start_replaced_part_cover(self, old, new, date, origin):
        """Start the cover of a part that was fitted as a replacement."""
        component = new.component_id
        policy = self._get_own_policy()
        covers = self.cover_ids.filtered(
            lambda cover: old and cover.unit_component_id == old
        )
        before = covers.filtered(lambda cover: not cover.is_void).sorted(
            lambda cover: (cover.date_last or date.max, cover.id)
        )[-1:]
        old_end = before.date_last if before and before.date_start else None
        # What came out of the unit has no cover any more after that day.
        covers.filtered(
            lambda cover: cover.date_start and (cover.date_last or date.max) > date
        ).date_closed = date
        if not policy or component.is_wearing:
            return self.env["after.sales.cover"]
        end = replaced_part_end(
            policy.replaced_part_rule, date, policy.replaced_part_months, old_end
        )
        if not end:
            return self.env["after.sales.cover"]
        is_fresh = end != old_end
        shares = {fname: before[fname] if before else 0.0 for fname in SHARES.values()}
        if not before:
            shares |= {"share_part": 100.0, "share_labour": 100.0}
        return self.env["after.sales.cover"].create(
            {
                "company_id": self.company_id.id,
                "unit_id": self.id,
                "component_id": component.id,
                "unit_component_id": new.id,
                "kind": "replaced_part",
                "date_start": date,
                "date_end": end,
                "term": policy.replaced_part_months if is_fresh else before.term,
                "term_unit": "month" if is_fresh else before.term_unit,
                "origin": origin,
                **shares,
            }
        )

    def _start_repair_cover(self, component, date, origin):
        """Promise that the same work is done again free of charge if it fails.

        :param component: the position that was repaired; empty for the whole unit
        :param date: the day the repair was finished
        :param str origin: number of the service order
        :return: the cover, or nothing where the policy gives no repair warranty
        """
        self.ensure_one()
        # The cover follows from the policy; technicians only read covers.
        unit = self.sudo()
        days = unit._get_own_policy().repair_days
        if days <= 0:
            return unit.env["after.sales.cover"]
        return unit.env["after.sales.cover"].create(
            {
                "company_id": unit.company_id.id,
                "unit_id": unit.id,
                "component_id": component.id if component else False,
                "kind": "repair",
                "date_start": date,
                "date_end": add_term(date, days, "day"),
                "term": days,
                "term_unit": "day",
                "share_part": 100.0,
                "share_labour": 100.0,
                "share_travel": 100.0,
                "origin": origin,
            }
        )

    def _get_own_policy(self):
        """Return the policy the unit's covers came from, else the one that fits."""
        self.ensure_one()
        policy = self.cover_ids.policy_line_id.policy_id[:1]
        return policy or self._get_policies()[self]

    # === BUSINESS: voiding === #
    def _void_covers(self, reason, note, attachments=None):
        """Void what misuse ends: product, extension, part and repair covers.

        :raise UserError: if the user may not, or a unit's covers are void already
        """
        self._check_may_void()
        if any(self.mapped("is_cover_void")):
            raise UserError(
                self.env._("The cover is void already. Reload the page to see why.")
            )
        self._lock_units()
        # Checked above; supervisors have no right to write covers by hand.
        units = self.sudo()
        units.cover_ids.filtered(
            lambda cover: cover.kind in VOIDABLE_KINDS
        ).is_void = True
        units.is_cover_void = True
        voidings = units.env["after.sales.cover.voiding"].create(
            [
                {
                    "unit_id": unit.id,
                    "reason": reason,
                    "note": note,
                    "user_id": self.env.uid,
                    "attachment_ids": [(6, 0, attachments.ids if attachments else [])],
                }
                for unit in units
            ]
        )
        reasons = dict(voidings._fields["reason"]._description_selection(self.env))
        self._log_on_units(
            {
                unit.id: self.env._(
                    "Cover voided: %(reason)s. %(note)s",
                    reason=reasons[reason],
                    note=note or "",
                )
                for unit in self
            }
        )
        return voidings.sudo(False)

    def _restore_covers(self, note):
        """Take back the voiding; both stay in the ledger."""
        self._check_may_void()
        if not all(self.mapped("is_cover_void")):
            raise UserError(self.env._("The cover is not void: nothing to restore."))
        self._lock_units()
        # Checked above; supervisors have no right to write covers by hand.
        units = self.sudo()
        units.cover_ids.is_void = False
        units.is_cover_void = False
        units.voiding_ids.filtered(lambda row: not row.date_restored).write(
            {
                "date_restored": fields.Datetime.now(),
                "restored_by_id": self.env.uid,
                "restore_note": note,
            }
        )
        self._log_on_units(
            {
                unit.id: self.env._("Cover restored. %(note)s", note=note or "")
                for unit in self
            }
        )

    def _check_may_void(self):
        self.check_access("write")
        if not self.env.user.has_group(
            "after_sales_service.after_sales_group_supervisor"
        ):
            raise UserError(
                self.env._(
                    "Only a supervisor may void or restore a cover. Ask yours to do it."
                )
            )

    def _lock_units(self):
        self.lock_for_update(allow_referencing=True)

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
