from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .policy_application import COMPARED
from .policy_effect import PROMISES, get_effect
from .term import SHARES


class AfterSalesWarrantyPolicy(models.Model):
    """Terms reach units already sold only here: on purpose, with reason and log.

    Covers keep their records, so that decisions made before still point to them.
    Terms that the policy does not name stay as they were sold.
    """

    _inherit = "after.sales.warranty.policy"

    application_ids = fields.One2many(
        "after.sales.policy.application", "policy_id", string="Applications"
    )
    application_count = fields.Integer(
        string="Times Applied", compute="_compute_application_count"
    )

    # === COMPUTES === #
    def _compute_application_count(self):
        counts = dict(
            self.env["after.sales.policy.application"]._read_group(
                [("policy_id", "in", self.ids)], ["policy_id"], ["__count"]
            )
        )
        for policy in self:
            policy.application_count = counts.get(policy, 0)

    # === ACTIONS === #
    def action_apply(self):
        """Open the preview of what the terms would change on units already sold."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Apply to Units Already Sold"),
            "res_model": "after.sales.policy.apply",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_policy_id": self.id,
                "dialog_size": "extra-large",
            },
        }

    def action_view_applications(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "after_sales_service.after_sales_policy_application_action"
        )
        return action | {"domain": [("policy_id", "=", self.id)]}

    # === BUSINESS === #
    def _get_sold_domain(self):
        """Return which units the policy may be applied to, but for its rank."""
        self.ensure_one()
        domain = Domain("company_id", "=", self.company_id.id) & Domain(
            "place", "not in", ("returned", "scrapped")
        )
        if self.product_tmpl_id:
            domain &= Domain("product_id.product_tmpl_id", "=", self.product_tmpl_id.id)
        if self.categ_id:
            domain &= Domain("product_id.categ_id", "child_of", self.categ_id.id)
        if self.partner_id:
            customer = self.partner_id.commercial_partner_id
            domain &= Domain("partner_id.commercial_partner_id", "=", customer.id)
        return domain

    def _find_sold_units(self, domain=()):
        """Return the units sold that the policy is for, and no more specific one.

        The days on which the policy holds for deliveries play no part: it is for
        units delivered before them that somebody applies it.

        :param domain: what to narrow the units to, for example days of delivery
        """
        self.ensure_one()
        units = self.env["after.sales.unit"].search(
            self._get_sold_domain() & Domain(domain)
        )
        rivals = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "=", "in_force"),
                ("line_ids", "!=", False),
                ("id", "!=", self.id),
            ]
        )
        return units.filtered(lambda unit: self._is_best_for(unit, rivals))

    def _is_best_for(self, unit, rivals):
        rank = self._get_target_rank(unit)
        return rank is not None and not any(
            (rival._get_rank(unit) or rank) > rank for rival in rivals
        )

    def _get_application(self, units):
        """Return what applying would change, nothing is written.

        :return: ``[{"unit", "line", "cover", "vals", "before", "after", "effect"}]``;
            ``cover`` is empty where there was none
        """
        self.ensure_one()
        return [row for unit in units for row in self._get_unit_application(unit)]

    def _get_unit_application(self, unit):
        fitted = {row.component_id: row for row in unit.component_ids if row.is_current}
        covers, ended = {}, set()
        for cover in unit.cover_ids.sorted("id"):
            key = cover.component_id, cover.component_class
            if cover.kind == "product" and cover.date_closed:
                ended.add(key)
            elif cover.kind == "product":
                covers[key] = cover
        old = unit._get_own_policy()
        promises = old._get_promises(self), self._get_promises(old)
        rows = []
        for line in self.line_ids:
            key = line.component_id, line.component_class
            if line.component_id and line.component_id not in fitted:
                continue
            # What was replaced has lost its term; the new part has its own.
            if key in ended and key not in covers:
                continue
            cover = covers.get(key, unit.cover_ids.browse())
            rows.append(
                self._compare_terms(
                    unit, line, cover, fitted.get(line.component_id), promises
                )
            )
        return rows

    def _compare_terms(self, unit, line, cover, row, promises):
        """Return the row of ``_get_application`` for one term of one unit.

        :param row: the component fitted in the unit, may be empty
        :param promises: what is promised beside the terms before and after; each is
            empty where nothing of it changes
        """
        if cover:
            # All terms are compared, also those that the new ones do not have.
            blank = dict.fromkeys((*SHARES.values(), "meter_limit"), 0.0)
            vals = blank | unit._prepare_cover_terms(line)
            vals |= {"policy_line_id": line.id, "origin": self.name}
            if cover.date_counted and not line.is_excluded:
                vals |= self._prepare_exchanged_dates(cover, line)
            if line.is_excluded:
                vals |= {"date_end": False, "date_end_plain": False, "term": 0}
        else:
            vals = unit._prepare_cover_vals(line, row)
        before = {fname: cover[fname] for fname in COMPARED} if cover else {}
        after = {fname: vals.get(fname) or False for fname in COMPARED}
        if cover:
            before["backer"] = cover.backer_id.display_name
        after["backer"] = line.backer_id.display_name
        before |= promises[0]
        after |= promises[1]
        return {
            "unit": unit,
            "line": line,
            "cover": cover,
            "vals": vals,
            "before": before,
            "after": after,
            "effect": get_effect(before, after),
        }

    def _get_promises(self, other):
        """Return what is promised beside the terms, if ``other`` promises another."""
        own, others = (
            {name: policy[name] for name in PROMISES} for policy in (self, other)
        )
        return own if self and other and own != others else {}

    def _prepare_exchanged_dates(self, cover, line):
        """Return the dates of a term that began with the unit exchanged for this one.

        A longer term is counted from that day; the rest never becomes a fresh term.
        """
        unit, start = cover.unit_id, cover.date_start
        end = unit._get_cover_end(cover.date_counted, line.term, line.term_unit)
        plain_end = end and max(end, start)
        return {
            "date_start": start,
            "date_end_plain": plain_end,
            "date_end": unit._get_paused_end(
                start, plain_end, self.is_paused_in_workshop
            ),
        }

    def _apply_to_units(self, units, reason, is_shortening_allowed=False):
        """Give units already sold the terms of this policy, in one batch.

        :param units: from ``_find_sold_units``
        :param str reason: why, kept in the log
        :param bool is_shortening_allowed: also where a customer gets less than before
        :return: the log, empty if nothing was to change
        :raise UserError: without a reason, or if the policy is not in force
        """
        self.ensure_one()
        self.check_access("write")
        if self.state != "in_force":
            raise UserError(
                self.env._(
                    "Put policy “%(name)s” in force before you apply it to units.",
                    name=self.name,
                )
            )
        if not (reason or "").strip():
            raise UserError(
                self.env._("Say why the terms of units already sold are changed.")
            )
        units.lock_for_update(allow_referencing=True)
        wanted = {"new", "longer", "other"}
        if is_shortening_allowed:
            wanted.add("shorter")
        # Checked above; nobody has the right to write covers by hand.
        policy = self.sudo()
        rows = [
            row
            for row in policy._get_application(units.sudo())
            if row["effect"] in wanted
        ]
        if not rows:
            return policy.application_ids.browse()
        policy._write_application(rows)
        return policy._log_application(rows, reason, is_shortening_allowed)

    def _write_application(self, rows):
        self.env["after.sales.cover"]._write_each(
            [(row["cover"], row["vals"]) for row in rows if row["cover"]]
        )
        new = [row for row in rows if not row["cover"]]
        covers = self.env["after.sales.cover"].create([row["vals"] for row in new])
        for row, cover in zip(new, covers, strict=True):
            row["cover"] = cover
        units = self.env["after.sales.unit"].union(*(row["unit"] for row in rows))
        units.cover_ids._restart_extensions()

    def _log_application(self, rows, reason, is_shortening_allowed):
        units = self.env["after.sales.unit"].union(*(row["unit"] for row in rows))
        application = self.env["after.sales.policy.application"].create(
            {
                "policy_id": self.id,
                "user_id": self.env.uid,
                "reason": reason,
                "is_shortening_allowed": is_shortening_allowed,
                "unit_count": len(units),
            }
        )
        self.env["after.sales.policy.application.line"].create(
            [
                {
                    "application_id": application.id,
                    "unit_id": row["unit"].id,
                    "cover_id": row["cover"].id,
                    "effect": row["effect"],
                    "before": _to_json(row["before"]),
                    "after": _to_json(row["after"]),
                }
                for row in rows
            ]
        )
        units._log_on_units(
            {
                unit.id: self.env._(
                    "Terms of “%(policy)s” applied. Reason: %(reason)s",
                    policy=self.display_name,
                    reason=reason,
                )
                for unit in units
            }
        )
        self._message_log(
            body=self.env._(
                "Applied to %(count)s units already sold. Reason: %(reason)s",
                count=len(units),
                reason=reason,
            )
        )
        return application


def _to_json(terms):
    """Return the terms with dates as texts."""
    return {
        key: fields.Date.to_string(value) if key.startswith("date_") else value
        for key, value in terms.items()
    }
