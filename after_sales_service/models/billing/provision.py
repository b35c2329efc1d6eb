from collections import defaultdict

from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import formatLang

from ...rules.provision import Promise, expect, get_bucket, get_rates


class AfterSalesProvision(models.Model):
    """What is to be set aside for free repairs still to come."""

    _name = "after.sales.provision"
    _description = "Warranty Provision"
    _inherit = ["after.sales.number.mixin", "after.sales.state.mixin", "mail.thread"]
    _order = "date desc, id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, default=fields.Date.context_today)
    months_history = fields.Integer(
        string="Experience of (Months)", required=True, default=24
    )
    months_age = fields.Integer(string="Age Class (Months)", required=True, default=6)
    line_ids = fields.One2many("after.sales.provision.line", "provision_id")
    amount_expected = fields.Monetary(
        string="Expected Cost", compute="_compute_amounts", store=True
    )
    amount_booked = fields.Monetary(
        string="Set Aside so Far", readonly=True, copy=False
    )
    amount_change = fields.Monetary(
        string="To Set Aside", compute="_compute_amounts", store=True
    )
    move_id = fields.Many2one(
        "account.move", string="Journal Entry", readonly=True, copy=False
    )
    state = fields.Selection(
        [("draft", "Draft"), ("booked", "Entry made")],
        default="draft",
        required=True,
        tracking=True,
        copy=False,
    )

    _months_positive = models.Constraint(
        "CHECK(months_history > 0 AND months_age > 0)",
        "Experience and age classes are one month or more.",
    )

    # === COMPUTES === #
    @api.depends("line_ids.amount", "amount_booked")
    def _compute_amounts(self):
        for provision in self:
            provision.amount_expected = sum(provision.line_ids.mapped("amount"))
            provision.amount_change = (
                provision.amount_expected - provision.amount_booked
            )

    # === CRUD === #
    @api.ondelete(at_uninstall=False)
    def _unlink_except_booked(self):
        if any(provision.state != "draft" for provision in self):
            raise UserError(self.env._("A provision with an entry is kept."))

    def _get_transitions(self):
        return {"draft": {"booked"}, "booked": {"draft"}}

    # === ACTIONS === #
    def action_compute(self):
        """Work out what is to be expected, row by row."""
        self.check_access("write")
        for provision in self:
            provision._check_draft()
            provision.line_ids = [
                Command.clear(),
                *map(Command.create, provision._prepare_line_vals_list()),
            ]
            provision.amount_booked = provision._get_booked()

    def action_create_entry(self):
        """Make the draft entry that brings the provision to the expected cost."""
        self.ensure_one()
        self.check_access("write")
        self._check_draft()
        if self.currency_id.is_zero(self.amount_change):
            raise UserError(
                self.env._(
                    "Nothing is to be booked: what is set aside is what is expected. "
                    "Press “Compute” if that is not up to date."
                )
            )
        move = self.env["account.move"].create(self._prepare_entry_vals())
        self._move_to("booked", move_id=move.id)
        return self.action_view_entry()

    def action_view_entry(self):
        self.ensure_one()
        return self.move_id._get_records_action(name=self.env._("Journal Entry"))

    def action_draft(self):
        """Work it out again after the draft entry was deleted or cancelled."""
        for provision in self:
            if provision.move_id.state == "posted":
                raise UserError(
                    self.env._(
                        "The entry of %(provision)s is posted. Make a new provision "
                        "for a later day.",
                        provision=provision.name,
                    )
                )
        self.move_id.filtered(lambda move: move.state == "draft").unlink()
        self._move_to("draft", move_id=False)

    # === BUSINESS === #
    def _check_draft(self):
        for provision in self.filtered(lambda row: row.state != "draft"):
            raise UserError(
                self.env._(
                    "%(provision)s has its entry already.", provision=provision.name
                )
            )

    def _prepare_line_vals_list(self):
        """Return the values of the rows, one for each product and age class."""
        self.ensure_one()
        first = self.date - relativedelta(months=self.months_history)
        promises = self._get_promises(first)
        costs = self._get_costs(promises, first)
        bare = list(promises.values())
        rates = get_rates(bare, costs, first, self.date, self.months_age)
        rows = expect(bare, rates, self.date, self.months_age)
        return [
            {
                "product_id": product_id,
                "age_from": bucket * self.months_age,
                "age_to": (bucket + 1) * self.months_age,
                "units": row.units,
                "unit_months": row.unit_months,
                "rate": row.rate,
                "amount": self.currency_id.round(row.amount),
            }
            for (product_id, bucket), row in rows.items()
        ]

    def _get_promises(self, first):
        """Return the units in warranty since ``first``, ``{unit: Promise}``."""
        # Provisions are the accountant's, who need not read every unit.
        rows = (
            self.env["after.sales.cover"]
            .sudo()
            ._read_group(
                [
                    ("company_id", "=", self.company_id.id),
                    ("kind", "=", "product"),
                    ("is_void", "=", False),
                    ("is_excluded", "=", False),
                    ("date_start", "!=", False),
                    ("date_start", "<=", self.date),
                    ("date_last", ">=", first),
                ],
                ["unit_id"],
                ["date_start:min", "date_last:max"],
            )
        )
        return {
            unit: Promise(unit.product_id.id, start, end) for unit, start, end in rows
        }

    def _get_costs(self, promises, first):
        """Return what was free by warranty, net, ``{(product id, age class): …}``."""
        # As in _get_promises.
        lines = (
            self.env["after.sales.order.line"]
            .sudo()
            .search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("category", "=", "C"),
                    ("order_id.unit_id", "in", [unit.id for unit in promises]),
                    ("order_id.state", "in", ("done", "reviewed")),
                    ("order_id.date_fault", ">=", first),
                    ("order_id.date_fault", "<=", self.date),
                ]
            )
        )
        borne = lines._get_borne_costs()
        costs = defaultdict(float)
        for line in lines:
            promise = promises[line.order_id.unit_id]
            bucket = get_bucket(
                promise.start, line.order_id.date_fault, self.months_age
            )
            net = borne[line] * line._get_borne_share() / 100 - sum(
                line.supplier_claim_line_ids.mapped("amount_recovered")
            )
            costs[promise.product, bucket] += net
        return {key: max(cost, 0.0) for key, cost in costs.items()}

    def _get_booked(self):
        """Return what stands on the account of the provision on the day.

        :raise UserError: if the company has no accounts for it
        """
        self.ensure_one()
        company = self.company_id
        account = company.after_sales_provision_account_id
        if not account or not company.after_sales_provision_expense_account_id:
            raise UserError(
                self.env._(
                    "Choose in the after-sales settings of %(company)s on which "
                    "accounts the warranty provision is booked.",
                    company=company.name,
                )
            )
        balance = self.env["account.move.line"]._read_group(
            [
                ("account_id", "=", account.id),
                ("company_id", "=", company.id),
                ("parent_state", "=", "posted"),
                ("date", "<=", self.date),
            ],
            [],
            ["balance:sum"],
        )[0][0]
        return -(balance or 0.0)

    def _prepare_entry_vals(self):
        """Return the values of the draft entry. Meant to be extended."""
        self.ensure_one()
        company = self.company_id
        label = self.env._("Warranty provision %(name)s", name=self.name)
        accounts = (
            (company.after_sales_provision_expense_account_id, self.amount_change),
            (company.after_sales_provision_account_id, -self.amount_change),
        )
        return {
            "move_type": "entry",
            "company_id": company.id,
            "date": self.date,
            "ref": label,
            "line_ids": [
                Command.create(
                    {"name": label, "account_id": account.id, "balance": balance}
                )
                for account, balance in accounts
            ],
        }


class AfterSalesProvisionLine(models.Model):
    """One product at one age: units, months left and what they will cost."""

    _name = "after.sales.provision.line"
    _description = "Warranty Provision Line"
    _order = "product_id, age_from, id"

    provision_id = fields.Many2one(
        "after.sales.provision", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="provision_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    product_id = fields.Many2one("product.product", required=True)
    age_from = fields.Integer(string="Age From (Months)")
    age_to = fields.Integer(string="Age Up to (Months)")
    units = fields.Integer(string="Units in Warranty")
    unit_months = fields.Float(string="Months Still Promised", digits=(16, 1))
    rate = fields.Monetary(
        string="Cost a Unit and Month", help="As in the months before.", aggregator=None
    )
    amount = fields.Monetary(string="Expected Cost")
    explanation = fields.Char(string="How", compute="_compute_explanation")

    # === COMPUTES === #
    @api.depends("unit_months", "rate", "amount")
    @api.depends_context("lang")
    def _compute_explanation(self):
        for line in self:
            line.explanation = self.env._(
                "%(months)s months of %(units)s units × %(rate)s",
                months=f"{line.unit_months:.1f}",
                units=line.units,
                rate=formatLang(self.env, line.rate, currency_obj=line.currency_id),
            )


class ResCompany(models.Model):
    _inherit = "res.company"

    after_sales_provision_account_id = fields.Many2one(
        "account.account",
        string="Warranty Provision",
        check_company=True,
        domain=[("account_type", "in", ("liability_current", "liability_non_current"))],
    )
    after_sales_provision_expense_account_id = fields.Many2one(
        "account.account",
        string="Addition to the Provision",
        check_company=True,
        domain=[("account_type", "in", ("expense", "expense_direct_cost"))],
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    after_sales_provision_account_id = fields.Many2one(
        related="company_id.after_sales_provision_account_id", readonly=False
    )
    after_sales_provision_expense_account_id = fields.Many2one(
        related="company_id.after_sales_provision_expense_account_id", readonly=False
    )
