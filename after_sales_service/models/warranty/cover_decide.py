from collections import defaultdict

from odoo import api, models

from ...rules.coverage import (
    Candidate,
    Line,
    LineFacts,
    Settings,
    decide_all,
)
from .cover import SHARES


class AfterSalesCover(models.Model):
    _inherit = "after.sales.cover"

    # === BUSINESS === #
    @api.model
    def _decide_facts(self, facts_list):
        """Decide lines by ``rules.coverage``, all of them with the same few queries.

        A facts dict has ``cost_class``, ``company_id``, ``unit_id``,
        ``component_id``, ``unit_component_id``, ``product_id``, ``date`` (of the
        fault, in the customer's time zone), ``cause_id``, ``is_tampered``,
        ``meter``, ``is_internal``; ids, missing keys count as empty. Labour without a
        component may bring ``split_component_ids``, the components of the order's
        part lines: it is then split by their standard hours.

        With ``line_id`` lines share quotas in order of that id, drawing what
        ``uses`` says; lines of one ``order_id`` draw one visit. Without it each is
        decided as if it were the only one.

        :return: one ``rules.coverage.Decision`` per dict, in the same order
        """
        # Who pays must not depend on what the asking user may read.
        book = self.sudo()._prepare_decision_book(facts_list)
        decisions, groups = {}, defaultdict(list)
        for number, facts in enumerate(facts_list):
            alone = 0 if facts.get("line_id") else number + 1
            groups[facts["date"], facts.get("company_id") or 0, alone].append(number)
        # Each with the quotas of its own day, and without what days before it took.
        for (day, company_id, alone), numbers in sorted(groups.items()):
            # What has no id is decided alone.
            keys = {facts_list[no].get("line_id") or no: no for no in numbers}
            found = decide_all(
                [self._get_line(key, facts_list[no], book) for key, no in keys.items()],
                self._get_candidates(book, day),
                book["settings"].get(company_id),
            )
            decisions.update({keys[key]: found[key] for key in found})
            if not alone:
                book["drawn"] += self._get_drawn(found.values(), day)
        return [decisions[number] for number in range(len(facts_list))]

    @api.model
    def _prepare_decision_book(self, facts_list):
        """Read everything the lines need, once. Returns plain values by id."""
        unit_ids = {facts.get("unit_id") for facts in facts_list} - {False, None}
        component_ids = {facts.get("component_id") for facts in facts_list}
        for facts in facts_list:
            component_ids.update(facts.get("split_component_ids") or ())
        return {
            "covers": self._read_covers(unit_ids, facts_list),
            "candidates": {},
            "drawn": (),
            "settings": self._read_settings(facts_list),
            "components": self._read_components(component_ids - {False, None}),
            "rows": self._read_fitted_rows(unit_ids),
            "wearing": self._read_wearing_products(facts_list),
            "voiding": self._read_voiding_causes(facts_list),
        }

    def _read_covers(self, unit_ids, facts_list):
        """Return the covers of the units.

        What the orders took of a quota before does not count: they take it anew.
        """
        orders = {facts.get("order_id") for facts in facts_list} - {False, None}
        return self.with_context(
            after_sales_quota_orders=tuple(sorted(orders)), after_sales_quota_rows={}
        ).search_fetch([("unit_id", "in", list(unit_ids))])

    @api.model
    def _get_candidates(self, book, day):
        """Return the covers as the rule sees them on ``day``, ``{unit id: [...]}``."""
        key = day, book["drawn"]
        if key not in book["candidates"]:
            candidates = defaultdict(list)
            covers = book["covers"].with_context(
                after_sales_quota_date=day, after_sales_quota_drawn=book["drawn"]
            )
            for cover in covers:
                candidates[cover.unit_id.id].append(cover._get_candidate())
            book["candidates"][key] = candidates
        return book["candidates"][key]

    @api.model
    def _get_drawn(self, decisions, day):
        """Return what decisions take, ``((contract id, kind, day, quantity), …)``."""
        # Who pays must not depend on what the asking user may read.
        covers = self.sudo()
        return tuple(
            (covers.browse(cover_id).contract_line_id.contract_id.id, kind, day, n)
            for decision in decisions
            for cover_id, taken in decision.draws.items()
            for kind, n in taken.items()
        )

    def _read_settings(self, facts_list):
        companies = {facts.get("company_id") for facts in facts_list} - {False, None}
        priority = self.env["after.sales.cover.priority"]
        return {
            company: Settings(priority=priority._get_priority(company))
            for company in companies
        }

    def _get_candidate(self):
        """Return the cover as the rule sees it. Meant to be extended."""
        self.ensure_one()
        contract = self.contract_line_id.contract_id
        return Candidate(
            id=self.id,
            kind=self.kind,
            unit_id=self.unit_id.id,
            component_id=self.component_id.id or 0,
            component_class=self.component_class or "",
            unit_component_id=self.unit_component_id.id or 0,
            date_start=self.date_start or None,
            date_end=self.date_last or None,
            shares={key: self[fname] for key, fname in SHARES.items()},
            meter_limit=self.meter_limit,
            quota=self._get_quota_left(),
            quota_total=self._get_quota_total() or {},
            pool=contract.id or 0,
            is_excluded=self.is_excluded,
            is_void=self.is_void,
            term=self.term,
            term_unit=self.term_unit or "",
            source=contract.name or self.origin or "",
            symptom_id=self.symptom_id.id or 0,
        )

    def _get_quota_left(self):
        """Return what is left of a quota, None without one. Meant to be extended.

        What the service orders in the context's ``after_sales_quota_orders`` took
        does not count: they are being decided again. ``after_sales_quota_date`` is
        the day on which to look; ``after_sales_quota_drawn`` is what lines decided
        before in the same batch took, ``after_sales_quota_rows`` keeps what was read.

        :return: what is left of ``visits``, ``hours``, ``amount`` (of parts, at list
            price in the company's currency); a missing key is without limit
        :rtype: dict | None
        """
        return

    def _get_quota_total(self):
        """Return the whole of the quota, for the sentence. Meant to be extended."""
        return

    @api.model
    def _get_cost_class_labels(self):
        """Return ``{cost class: label}`` in the reader's language."""
        return {
            "part": self.env._("Part"),
            "labour": self.env._("Labour"),
            "travel": self.env._("Travel"),
            "freight": self.env._("Freight"),
            "third_party": self.env._("Third party"),
            "fee": self.env._("Fee"),
        }

    def _read_components(self, ids):
        components = self.env["after.sales.component"].browse(ids)
        return {component.id: component for component in components}

    def _read_fitted_rows(self, unit_ids):
        """Return ``{(unit, component): [(in, out, row id)]}``, oldest first."""
        rows = defaultdict(list)
        records = self.env["after.sales.unit.component"].search_fetch(
            [("unit_id", "in", list(unit_ids))],
            ["unit_id", "component_id", "date_in", "date_out"],
        )
        for row in records.sorted("id"):
            rows[row.unit_id.id, row.component_id.id].append(
                (row.date_in, row.date_out, row.id)
            )
        return rows

    def _read_wearing_products(self, facts_list):
        ids = {facts.get("product_id") for facts in facts_list} - {False, None}
        products = self.env["product.product"].browse(ids)
        return set(products.filtered("is_after_sales_wearing").ids)

    def _read_voiding_causes(self, facts_list):
        ids = {facts.get("cause_id") for facts in facts_list} - {False, None}
        causes = self.env["after.sales.fault.code"].browse(ids)
        return set(causes.filtered(lambda cause: cause.cover_effect == "voids").ids)

    @api.model
    def _get_line(self, key, facts, book):
        """Return one line for the rule, with its parts if it serves several."""
        split = facts.get("split_component_ids")
        own = self._get_line_facts(facts, book)
        if facts["cost_class"] != "labour" or not split or facts.get("component_id"):
            return Line(key, own)
        hours = [book["components"][component].labour_hours for component in split]
        # Without standard hours each component is worth the same.
        weights = hours if any(hours) else [1.0] * len(split)
        total, uses = sum(weights), facts.get("uses") or {}
        parts = tuple(
            (
                hour,
                self._get_line_facts(
                    facts
                    | {
                        "component_id": component,
                        "uses": {k: v * weight / total for k, v in uses.items()},
                    },
                    book,
                ),
                component,
            )
            for component, hour, weight in zip(split, hours, weights, strict=True)
        )
        return Line(key, own, parts)

    @api.model
    def _get_line_facts(self, facts, book):
        component = book["components"].get(facts.get("component_id"))
        unit_id, day = facts.get("unit_id") or 0, facts["date"]
        row_id = facts.get("unit_component_id") or 0
        if component and not row_id:
            row_id = self._find_row(book["rows"].get((unit_id, component.id), ()), day)
        is_wearing = facts.get("product_id") in book["wearing"]
        return LineFacts(
            cost_class=facts["cost_class"],
            date=day,
            unit_id=unit_id,
            component_id=component.id if component else 0,
            component_class=component.component_class if component else "",
            unit_component_id=row_id,
            is_wearing=component.is_wearing if component else is_wearing,
            cause_id=facts.get("cause_id") or 0,
            cause_voids=facts.get("cause_id") in book["voiding"],
            is_tampered=bool(facts.get("is_tampered")),
            meter=facts.get("meter") or 0.0,
            is_internal=bool(facts.get("is_internal")),
            symptom_id=facts.get("symptom_id") or 0,
            order_id=facts.get("order_id") or 0,
            order_name=facts.get("order_name") or "",
            uses=facts.get("uses") or {},
            trip=facts.get("order_id") or 0,
        )

    @api.model
    def _find_row(self, rows, day):
        """Return the id of what sat in the position on that day, 0 if unknown.

        On the day of a swap that is the part that came out: the fault was in it.
        """
        for date_in, date_out, row_id in rows:
            if (not date_in or date_in <= day) and (not date_out or day <= date_out):
                return row_id
        return rows[-1][2] if rows else 0
