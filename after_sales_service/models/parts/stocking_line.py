from odoo import api, fields, models
from odoo.exceptions import UserError

from .product_product import CLASSES, CRITICALITIES, STEADINESS


class AfterSalesStockingLine(models.Model):
    """What the analysis says about one part, and what it proposes."""

    _name = "after.sales.stocking.line"
    _description = "Stocking Proposal"
    _order = "run_id desc, position, id"
    # Thousands of lines at once: who decided stands on the analysis. Each check of a
    # row and each number of fixed digits would cost a few per cent of the whole time.
    _log_access = False

    run_id = fields.Many2one(
        "after.sales.stocking.run",
        string="Analysis",
        required=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="run_id.company_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    product_id = fields.Many2one(
        "product.product", string="Part", required=True, index=True, readonly=True
    )
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit of Measure")
    position = fields.Integer(string="Rank", readonly=True, aggregator=None)
    criticality = fields.Selection(CRITICALITIES, readonly=True)
    quantity = fields.Float(string="Used", digits="Product Unit", readonly=True)
    cost = fields.Float(digits="Product Price", readonly=True)
    value = fields.Monetary(string="Value Used", readonly=True)
    share = fields.Float(string="Share (%)", readonly=True)
    cumulative = fields.Float(string="Cumulated (%)", readonly=True, aggregator=None)
    abc = fields.Selection(CLASSES, string="ABC Class", readonly=True)
    abc_before = fields.Selection(CLASSES, string="Class Before", readonly=True)
    variation = fields.Float(string="Variation (%)", readonly=True, aggregator="avg")
    xyz = fields.Selection(STEADINESS, string="XYZ Class", readonly=True)
    demand = fields.Float(string="Demand a Day", readonly=True)
    spread = fields.Float(string="Spread a Day", readonly=True, aggregator="avg")
    lead_days = fields.Integer(
        string="Lead Time (Days)", readonly=True, aggregator="avg"
    )
    service_level = fields.Float(
        string="Service Level (%)", readonly=True, aggregator="avg"
    )
    orderpoint_id = fields.Many2one(
        "stock.warehouse.orderpoint",
        string="Reordering Rule",
        ondelete="set null",
        readonly=True,
    )
    min_now = fields.Float(string="Min. Now", digits="Product Unit", readonly=True)
    max_now = fields.Float(string="Max. Now", digits="Product Unit", readonly=True)
    min_new = fields.Float(string="Minimum", digits="Product Unit")
    max_new = fields.Float(string="Maximum", digits="Product Unit")
    count_days_now = fields.Integer(
        string="Counted Every (Days) Now", readonly=True, aggregator=None
    )
    count_days = fields.Integer(string="Count Every (Days)", aggregator=None)
    reason = fields.Text(compute="_compute_reason")
    decision = fields.Selection(
        [
            ("open", "To decide"),
            ("same", "Nothing changes"),
            ("accepted", "Accepted"),
            ("dismissed", "Dismissed"),
        ],
        readonly=True,
    )

    _limits_in_order = models.Constraint(
        "CHECK(min_new >= 0 AND max_new >= min_new AND count_days >= 0)",
        "The maximum must not be below the minimum, and nothing below zero.",
    )

    # === COMPUTES === #
    @api.depends("abc", "quantity", "demand", "lead_days", "service_level", "xyz")
    def _compute_reason(self):
        steadiness = dict(self._fields["xyz"]._description_selection(self.env))
        for line in self:
            if line.quantity <= 0:
                line.reason = self.env._("Not used in the period.")
                continue
            line.reason = self.env._(
                "Rank %(rank)s with %(share).1f %% of the value (%(steadiness)s). "
                "%(demand).1f a month. Lead time in days: %(lead)s. Certainty: "
                "%(level)g %%.",
                rank=line.position,
                share=line.share,
                steadiness=steadiness.get(line.xyz, ""),
                demand=line.demand * 30,
                lead=line.lead_days,
                level=line.service_level,
            )

    @api.depends("product_id", "abc")
    def _compute_display_name(self):
        for line in self:
            line.display_name = (
                f"{line.product_id.display_name} · {(line.abc or '').upper()}"
            )

    # === CRUD === #
    def write(self, vals):
        if not self.env.su and {"min_new", "max_new", "count_days"} & vals.keys():
            self._check_open()
        return super().write(vals)

    # === ACTIONS === #
    def action_accept(self):
        """Write the proposals into native reordering rules and counting turns."""
        self.run_id._check_may_decide()
        self.run_id._check_computed()
        self._check_open()
        # Clerks may not write reordering rules by hand; the right was checked.
        lines = self.sudo()
        lines._write_rules()
        for days, rows in lines.grouped("count_days").items():
            for company, own in rows.grouped("company_id").items():
                own.product_id.with_company(company).after_sales_count_days = days
        lines.decision = "accepted"
        for run, own in self.grouped("run_id").items():
            run.message_post(
                body=self.env._("%(count)s proposals accepted.", count=len(own))
            )
        return True

    def action_dismiss(self):
        """Leave everything as it is."""
        self.run_id._check_may_decide()
        self._check_open()
        self.sudo().decision = "dismissed"  # after the check above
        for run, own in self.grouped("run_id").items():
            run.message_post(
                body=self.env._("%(count)s proposals dismissed.", count=len(own))
            )
        return True

    # === BUSINESS === #
    def _check_open(self):
        decided = self.filtered(lambda line: line.decision in ("accepted", "dismissed"))
        if decided:
            raise UserError(
                self.env._(
                    "%(part)s is decided already. A new analysis will propose again.",
                    part=decided[0].product_id.display_name,
                )
            )

    def _write_rules(self):
        """Bring the reordering rules in line; parts to be kept at zero get none."""
        self._find_rules()
        for limits, lines in self.grouped(
            lambda line: (line.min_new, line.max_new)
        ).items():
            rules = lines.with_context(active_test=False).orderpoint_id.exists()
            if rules:
                rules.write(
                    {
                        "active": True,
                        "product_min_qty": limits[0],
                        "product_max_qty": limits[1],
                    }
                )
        new = self.filtered(lambda line: not line.orderpoint_id and line.max_new > 0)
        rules = self.env["stock.warehouse.orderpoint"].create(
            [line._prepare_rule_vals() for line in new]
        )
        for line, rule in zip(new, rules, strict=True):
            line.orderpoint_id = rule

    def _find_rules(self):
        """Take the rules that were made by hand since the analysis."""
        bare = self.filtered(lambda line: not line.orderpoint_id)
        rules = (
            self.env["stock.warehouse.orderpoint"]
            .with_context(active_test=False)
            .search(
                [
                    ("product_id", "in", bare.product_id.ids),
                    ("location_id", "in", bare.run_id.warehouse_id.lot_stock_id.ids),
                ]
            )
        )
        found = {(rule.product_id, rule.location_id): rule for rule in rules}
        for line in bare:
            key = line.product_id, line.run_id.warehouse_id.lot_stock_id
            if key in found:
                line.orderpoint_id = found[key]

    def _prepare_rule_vals(self):
        """Return the values of the native reordering rule. Meant to be extended."""
        self.ensure_one()
        return {
            "product_id": self.product_id.id,
            "location_id": self.run_id.warehouse_id.lot_stock_id.id,
            "warehouse_id": self.run_id.warehouse_id.id,
            "company_id": self.company_id.id,
            "product_min_qty": self.min_new,
            "product_max_qty": self.max_new,
            "trigger": "manual",
        }
