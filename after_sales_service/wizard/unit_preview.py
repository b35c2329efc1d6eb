from odoo import api, fields, models

from ..models.warranty.cover import SHARES


class AfterSalesUnitPreview(models.TransientModel):
    """Shows what would be covered on a day, before there is any order."""

    _name = "after.sales.unit.preview"
    _description = "Preview of Cover"

    unit_id = fields.Many2one("after.sales.unit", required=True)
    partner_id = fields.Many2one(related="unit_id.partner_id")
    company_id = fields.Many2one(related="unit_id.company_id")
    date = fields.Date(string="Fault on", default=fields.Date.context_today)
    cause_id = fields.Many2one(
        "after.sales.fault.code", domain=[("kind", "=", "cause")]
    )
    is_tampered = fields.Boolean(string="Opened by Others")
    meter = fields.Float(
        string="Meter Reading",
        compute="_compute_meter",
        store=True,
        readonly=False,
        precompute=True,
    )
    product_ids = fields.Many2many(
        "product.product",
        string="Parts",
        domain=[("is_after_sales_part", "=", True)],
        help="Which parts will be needed: shows what the customer pays for them.",
    )
    table = fields.Html(compute="_compute_table", sanitize=False)
    spoken = fields.Text(string="To Read Aloud", compute="_compute_table")

    # === COMPUTES === #
    @api.depends("unit_id")
    def _compute_meter(self):
        for preview in self:
            preview.meter = preview.unit_id.meter

    @api.depends("unit_id", "date", "cause_id", "is_tampered", "meter", "product_ids")
    @api.depends_context("lang")
    def _compute_table(self):
        for preview in self:
            rows, parts = preview._get_rows(), preview._get_part_rows()
            preview.table = self.env["ir.qweb"]._render(
                "after_sales_service.after_sales_unit_preview_table",
                {"classes": preview._get_classes(), "rows": rows, "parts": parts},
            )
            preview.spoken = preview._get_spoken(rows, parts)

    # === ACTIONS === #
    def action_print(self):
        """Print the answer for the customer, in his language."""
        return self.env.ref(
            "after_sales_service.after_sales_unit_preview_report"
        ).report_action(self)

    def action_show_candidates(self):
        """List every cover of the unit: which would pay, and why not the others."""
        self.ensure_one()
        wizard = self.env["after.sales.order.line.candidates"].create({})
        wizard._add_rows(self._get_candidate_rows())
        return wizard._get_records_action(
            name=self.env._("All Covers of %(unit)s", unit=self.unit_id.name),
            target="new",
            context={"dialog_size": "extra-large"},
        )

    # === BUSINESS === #
    def _get_classes(self):
        labels = self.env["after.sales.cover"]._get_cost_class_labels()
        return [labels[cost_class] for cost_class in SHARES]

    def _prepare_facts(self, component=None, cost_class="part"):
        """Return the facts from which a row is decided. Meant to be extended."""
        self.ensure_one()
        unit = self.unit_id._origin or self.unit_id
        return {
            "cost_class": cost_class,
            "unit_id": unit.id,
            "component_id": component.id if component else False,
            "date": self.date or fields.Date.context_today(self),
            "cause_id": self.cause_id.id,
            "is_tampered": self.is_tampered,
            "meter": self.meter,
            "company_id": unit.company_id.id,
        }

    def _get_components(self):
        """Return the positions fitted now, the whole unit (empty) last."""
        fitted = self.unit_id.component_ids.filtered("is_current").component_id
        return [*fitted.sorted(), self.env["after.sales.component"]]

    def _get_rows(self):
        """Return what would be covered, one dict per position."""
        self.ensure_one()
        if not self.unit_id:
            return []
        components = self._get_components()
        decisions = iter(
            self.env["after.sales.cover"]._decide_facts(
                [
                    self._prepare_facts(component, cost_class)
                    for component in components
                    for cost_class in SHARES
                ]
            )
        )
        return [
            self._get_row(component, [next(decisions) for _class in SHARES])
            for component in components
        ]

    def _get_row(self, component, decisions):
        # The sentences of part and labour; the others repeat them.
        reasons = [
            reason.to_json()
            for decision in decisions[:2]
            for reason in decision.reasons
        ]
        return {
            "name": component.name or self.env._("Whole unit"),
            "shares": [f"{decision.share:g} %" for decision in decisions],
            "is_covered": any(decision.share for decision in decisions),
            "reason": self.env["after.sales.decision"]._render_reason_list(reasons),
        }

    def _get_part_rows(self):
        """Return what the customer would pay for the chosen parts, a dict for each."""
        self.ensure_one()
        products = self.product_ids._origin
        if not self.unit_id or not products:
            return []
        prices, positions = self._get_prices(products), self._get_positions(products)
        facts_list = [
            self._prepare_facts(positions.get(product))
            | {
                "line_id": number,
                "product_id": product.id,
                "uses": {"amount": prices[product.id]},
            }
            for number, product in enumerate(products, 1)
        ]
        decisions = self.env["after.sales.cover"]._decide_facts(facts_list)
        return [
            self._get_part_row(product, positions.get(product), prices, decision)
            for product, decision in zip(products, decisions, strict=True)
        ]

    def _get_part_row(self, product, position, prices, decision):
        currency = self.unit_id.company_id.currency_id
        price = prices[product.id]
        pays = currency.round(price * (1 - decision.share / 100))
        reasons = [reason.to_json() for reason in decision.reasons]
        is_pending = not price and decision.share < 100
        pending = self.env._("price pending")
        return {
            "name": product.display_name,
            "position": position.name if position else "",
            "share": f"{decision.share:g} %",
            "is_covered": bool(decision.share),
            "price": currency.format(price) if price else pending,
            "pays": pending if is_pending else currency.format(pays),
            "reason": self.env["after.sales.decision"]._render_reason_list(reasons),
        }

    def _get_prices(self, products):
        """Return the customer's prices without taxes, in the company's currency."""
        company = self.unit_id.company_id
        return self.unit_id.partner_id._get_after_sales_prices(
            products, company, company.currency_id
        )

    def _get_positions(self, products):
        """Return ``{product: position}`` where exactly one position fits."""
        positions = self.unit_id.product_tmpl_id.after_sales_component_ids
        found = {}
        for product in products:
            own = positions.filtered(lambda it, product=product: product in it.part_ids)
            if len(own) == 1:
                found[product] = own
        return found

    def _get_spoken(self, rows, parts):
        """Return the answer as one would say it on the telephone."""
        if not rows:
            return ""
        said = [row["reason"] for row in rows[:-1]] or [rows[-1]["reason"]]
        for part in parts:
            said.append(
                self.env._(
                    "%(part)s: you pay %(amount)s without taxes (%(share)s covered).",
                    part=part["name"],
                    amount=part["pays"],
                    share=part["share"],
                )
            )
        return "\n".join(dict.fromkeys(filter(None, said)))

    def _get_candidate_rows(self):
        """Return every cover of the unit once, at its best, as it would be ranked."""
        facts_list = [
            self._prepare_facts(component) for component in self._get_components()
        ]
        rows = {}
        for facts, decision in zip(
            facts_list,
            self.env["after.sales.cover"]._decide_facts(facts_list),
            strict=True,
        ):
            record = self.env["after.sales.decision"].new(
                decision.to_vals()
                | {"facts": facts | {"date": fields.Date.to_string(facts["date"])}}
            )
            for row in record._get_candidate_rows():
                known = rows.get(row["cover_id"])
                if not known or _is_better(row, known):
                    rows[row["cover_id"]] = row
        return sorted(rows.values(), key=lambda row: row["is_other"])


def _is_better(row, known):
    """Tell whether a cover does more for one component than for another."""
    if known["is_other"]:
        return not row["is_other"]
    return row["verdict"] == "pays" and known["verdict"] != "pays"
