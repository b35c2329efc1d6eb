from odoo import api, fields, models
from odoo.tools import format_date

from ...rules.warranty_dates import add_term, paused_end, replaced_part_end


class AfterSalesUnit(models.Model):
    _inherit = "after.sales.unit"

    # === BUSINESS: replaced parts === #
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
        before = covers.filtered(
            lambda cover: cover.date_start and not cover.is_void
        ).sorted(lambda cover: (cover.date_last or date.max, cover.id))[-1:]
        old_end = self._get_old_end(before, date)
        # What came out of the unit has no cover any more after that day.
        covers.filtered(
            lambda cover: cover.date_start and (cover.date_last or date.max) > date
        ).date_closed = date
        if not policy or component.is_wearing:
            return self.env["after.sales.cover"]
        end = replaced_part_end(
            policy.replaced_part_rule,
            date,
            policy.replaced_part_months,
            old_end,
            policy.replaced_part_days,
        )
        if not end:
            return self.env["after.sales.cover"]
        vals = {
            "company_id": self.company_id.id,
            "unit_id": self.id,
            "component_id": component.id,
            "unit_component_id": new.id,
            "kind": "replaced_part",
            "is_paused_in_workshop": policy.is_paused_in_workshop,
            "date_start": date,
            "date_end": end if end < date.max else False,
            "origin": origin,
        }
        is_rest = end == old_end
        return before.create(
            vals | self._prepare_replaced_terms(before, policy, is_rest)
        )

    def _get_old_end(self, cover, date):
        """Return until when the part that comes out was covered, None if it was not.

        Days that the unit stands in our workshop until the swap are added. A cover
        without an end by the calendar, only by the meter, gives the last of all days.
        """
        if not cover:
            return None
        if cover.date_closed or not cover.date_end:
            return cover.date_last or date.max
        if not cover.is_paused_in_workshop:
            return cover.date_end
        stays = [(stay.date_from, stay.date_to or date) for stay in self.stay_ids]
        return paused_end(
            cover.date_start, cover.date_end_plain or cover.date_end, stays
        )

    @api.model
    def _prepare_replaced_terms(self, before, policy, is_rest):
        """Return length and shares of a replaced part's cover.

        :param before: the cover of what came out, may be empty
        :param bool is_rest: the new part takes over the rest of it
        """
        if is_rest:
            terms = {
                fname: before[fname]
                for fname in ("term", "term_unit", "meter_limit", "meter_unit")
            }
            terms["backer_id"] = before.backer_id.id
        elif policy.replaced_part_rule == "at_least":
            terms = {"term": policy.replaced_part_days, "term_unit": "day"}
        else:
            terms = {"term": policy.replaced_part_months, "term_unit": "month"}
        if before:
            return terms | before._get_share_values()
        return terms | {"share_part": 100.0, "share_labour": 100.0}

    # === BUSINESS: repairs === #
    def _start_repair_cover(self, component, date, origin, symptom=None):
        """Promise that the same work is done again free of charge if it fails.

        :param component: the position that was repaired; empty for the whole unit
        :param date: the day the repair was finished
        :param str origin: number of the service order
        :param symptom: the fault that was repaired, for policies that promise only
            the same one again
        :return: the cover, one for each order and position; nothing where the policy
            gives no repair warranty
        """
        self.ensure_one()
        # The cover follows from the policy; technicians only read covers.
        unit = self.sudo()
        policy = unit._get_own_policy()
        if policy.repair_days <= 0:
            return unit.env["after.sales.cover"]
        vals = unit._prepare_repair_cover_vals(policy, component, date, origin, symptom)
        # An order opened again and completed anew promises once, from its last day.
        promised = unit.cover_ids.filtered(
            lambda cover: (
                cover.kind == "repair"
                and cover.origin == origin
                and cover.component_id.id == vals["component_id"]
            )
        )[:1]
        if promised:
            promised.write(vals)
        return promised or promised.create(vals)

    def _prepare_repair_cover_vals(self, policy, component, date, origin, symptom):
        """Return the values of a repair warranty. Meant to be extended."""
        self.ensure_one()
        is_same_fault = policy.repair_scope == "fault" and symptom
        return {
            "company_id": self.company_id.id,
            "unit_id": self.id,
            "component_id": component.id if component else False,
            "symptom_id": symptom.id if is_same_fault else False,
            "kind": "repair",
            "is_paused_in_workshop": policy.is_paused_in_workshop,
            "date_start": date,
            "date_end": add_term(date, policy.repair_days, "day"),
            "term": policy.repair_days,
            "term_unit": "day",
            "share_part": 100.0,
            "share_labour": 100.0,
            "share_travel": 100.0,
            "origin": origin,
        }

    def _get_own_policy(self):
        """Return the policy version the unit was sold with, else the one that fits.

        After terms were applied on purpose it is the version that was applied.
        """
        self.ensure_one()
        return self.policy_id or self._get_policies()[self]
