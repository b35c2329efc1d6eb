from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

CLERK = "after_sales_service.after_sales_group_clerk"


class AfterSalesStockingRun(models.Model):
    """One analysis of what service used in a period, and what follows for the stock."""

    _name = "after.sales.stocking.run"
    _description = "ABC Analysis"
    _inherit = ["after.sales.number.mixin", "after.sales.state.mixin", "mail.thread"]
    _order = "date_to desc, id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        string="Stock Kept in",
        required=True,
        check_company=True,
        default=lambda self: self._default_warehouse_id(),
        help="Vans and dealers are supplied from here; reordering rules are made here.",
    )
    date_from = fields.Date(
        string="First Day",
        required=True,
        default=lambda self: self._default_period()[0],
    )
    date_to = fields.Date(
        string="Last Day",
        required=True,
        default=lambda self: self._default_period()[1],
    )
    line_ids = fields.One2many("after.sales.stocking.line", "run_id", readonly=True)
    line_count = fields.Integer(string="Parts", compute="_compute_counts")
    open_count = fields.Integer(string="To Decide", compute="_compute_counts")
    state = fields.Selection(
        [("draft", "Draft"), ("done", "Computed"), ("closed", "Closed")],
        default="draft",
        required=True,
        tracking=True,
        copy=False,
    )

    _period_forward = models.Constraint(
        "CHECK(date_to >= date_from)",
        "The last day of an analysis cannot be before its first.",
    )

    # === DEFAULTS === #
    def _default_warehouse_id(self):
        return self.env["stock.warehouse"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        )

    def _default_period(self):
        """Return the first and last day of the last full months of the settings."""
        first = fields.Date.context_today(self).replace(day=1)
        months = self.env.company.after_sales_abc_months or 12
        return first - relativedelta(months=months), first - relativedelta(days=1)

    # === COMPUTES === #
    @api.depends("line_ids.decision")
    def _compute_counts(self):
        rows = self.env["after.sales.stocking.line"]._read_group(
            [("run_id", "in", self.ids)], ["run_id", "decision"], ["__count"]
        )
        counts = {}
        for run, decision, count in rows:
            counts.setdefault(run, {})[decision] = count
        for run in self:
            found = counts.get(run, {})
            run.line_count = sum(found.values())
            run.open_count = found.get("open", 0)

    # === CRUD === #
    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        kept = self.filtered(lambda run: run.state != "draft")
        if kept:
            raise UserError(
                self.env._(
                    "%(run)s says why the stock is what it is, and is kept.",
                    run=kept[0].name,
                )
            )

    def _get_transitions(self):
        return {"draft": {"done"}, "done": {"closed"}, "closed": set()}

    # === ACTIONS === #
    def action_compute(self):
        """Classify the parts and propose what to keep and how often to count."""
        self._check_may_decide()
        for run in self:
            run._close_older()
            run._move_to("done")
            run._compute_lines()
        return True

    def action_accept_all(self):
        """Accept every proposal that is still open."""
        self._check_may_decide()
        self._check_computed()
        self.line_ids.filtered(lambda line: line.decision == "open").action_accept()
        return True

    def action_close(self):
        """Leave what is still open; a newer analysis will propose again."""
        self._check_may_decide()
        self._move_to("closed")

    def action_view_lines(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "after_sales_service.after_sales_stocking_line_action"
        )
        return action | {"domain": [("run_id", "=", self.id)]}

    # === BUSINESS === #
    def _close_older(self):
        """Let no part be proposed twice: one analysis is open for each warehouse."""
        self.ensure_one()
        self.search(
            [
                ("warehouse_id", "=", self.warehouse_id.id),
                ("company_id", "=", self.company_id.id),
                ("state", "=", "done"),
            ]
        )._move_to("closed")

    def _check_may_decide(self):
        if not (self.env.su or self.env.user.has_group(CLERK)):
            raise AccessError(
                self.env._("Only parts clerks and managers decide what is kept.")
            )
        self.check_access("write")

    def _check_computed(self):
        wrong = self.filtered(lambda run: run.state != "done")
        if wrong:
            raise UserError(
                self.env._(
                    "%(run)s is not open for decisions. Compute a new analysis.",
                    run=wrong[0].name,
                )
            )

    @api.model
    def _cron_analyse(self):
        """Make the analysis of the last full months for each company, once a month."""
        companies = self.env["res.company"].search([("active", "=", True)])
        for company in companies:
            runs = self.with_company(company)
            warehouse = runs._default_warehouse_id()
            if not warehouse:
                continue
            first, last = runs._default_period()
            done = runs.search_count(
                [
                    ("company_id", "=", company.id),
                    ("date_to", ">=", last),
                    ("state", "!=", "draft"),
                ],
                limit=1,
            )
            if not done:
                runs.create(
                    {
                        "company_id": company.id,
                        "warehouse_id": warehouse.id,
                        "date_from": first,
                        "date_to": last,
                    }
                ).action_compute()
