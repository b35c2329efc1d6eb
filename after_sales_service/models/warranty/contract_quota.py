from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...rules.contract_quota import get_left

QUOTAS = {
    "visits": "quota_visits",
    "hours": "quota_hours",
    "amount": "quota_amount",
}


class AfterSalesContract(models.Model):
    """How much a contract pays at most, and what is left of it."""

    _inherit = "after.sales.contract"

    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    quota_visits = fields.Integer(
        string="Visits Included", tracking=True, help="0: without a limit."
    )
    quota_hours = fields.Float(
        string="Hours of Work Included", tracking=True, help="0: without a limit."
    )
    quota_amount = fields.Monetary(
        string="Parts Included",
        currency_field="company_currency_id",
        tracking=True,
        help="At list price, without taxes. 0: without a limit.",
    )
    quota_period = fields.Selection(
        [("contract", "For the whole contract"), ("year", "For each contract year")],
        string="Quota Holds",
        default="contract",
        required=True,
        tracking=True,
    )
    is_quota_carried = fields.Boolean(
        string="Carry Over", help="What a year leaves is added to the next one."
    )
    has_quota = fields.Boolean(string="Limited", compute="_compute_has_quota")
    usage_ids = fields.One2many(
        "after.sales.contract.usage", "contract_id", string="Quota Used"
    )
    # Written with every change of what is used or reserved: of two people who take
    # the last visit at once, the database stops the second one, who then sees it gone.
    quota_version = fields.Integer(copy=False, export_string_translation=False)
    quota_visits_left = fields.Float(
        string="Visits Left", compute="_compute_quota_left", digits=(16, 0)
    )
    quota_hours_left = fields.Float(string="Hours Left", compute="_compute_quota_left")
    quota_amount_left = fields.Monetary(
        string="Parts Left",
        compute="_compute_quota_left",
        currency_field="company_currency_id",
    )
    quota_text = fields.Char(string="Left", compute="_compute_quota_text")

    # === COMPUTES === #
    @api.depends(*QUOTAS.values())
    def _compute_has_quota(self):
        for contract in self:
            contract.has_quota = any(contract[fname] for fname in QUOTAS.values())

    @api.depends(
        "date_start",
        "is_quota_carried",
        "quota_period",
        "usage_ids.quantity",
        *QUOTAS.values(),
    )
    @api.depends_context(
        "after_sales_quota_orders", "after_sales_quota_date", "after_sales_quota_drawn"
    )
    def _compute_quota_left(self):
        rows = self._get_usage_rows()
        day = fields.Date.to_date(self.env.context.get("after_sales_quota_date"))
        day = day or fields.Date.context_today(self)
        for contract in self:
            for kind, fname in QUOTAS.items():
                quota, left = contract[fname], 0.0
                if quota and contract.date_start:
                    left = get_left(
                        quota,
                        rows[contract._origin.id, kind],
                        day,
                        contract.date_start,
                        contract.quota_period == "year",
                        contract.is_quota_carried,
                    )
                contract[f"quota_{kind}_left"] = left

    @api.depends("quota_visits_left", "quota_hours_left", "quota_amount_left")
    @api.depends_context("lang")
    def _compute_quota_text(self):
        for contract in self:
            contract.quota_text = ", ".join(contract._get_quota_texts()) or False

    def _get_quota_texts(self):
        """Return “2 of 4 visits” and the like, in the reader's language."""
        self.ensure_one()
        texts = []
        if self.quota_visits:
            texts.append(
                self.env._(
                    "%(left)g of %(quota)g visits",
                    left=self.quota_visits_left,
                    quota=self.quota_visits,
                )
            )
        if self.quota_hours:
            texts.append(
                self.env._(
                    "%(left)g of %(quota)g hours",
                    left=round(self.quota_hours_left, 2),
                    quota=self.quota_hours,
                )
            )
        if self.quota_amount:
            currency = self.company_currency_id
            texts.append(
                self.env._(
                    "parts for %(left)s of %(quota)s",
                    left=currency.format(self.quota_amount_left),
                    quota=currency.format(self.quota_amount),
                )
            )
        return texts

    def _get_quota_totals(self):
        """Return “4 visits” and the like, in the reader's language."""
        self.ensure_one()
        texts = []
        if self.quota_visits:
            texts.append(self.env._("%(quota)g visits", quota=self.quota_visits))
        if self.quota_hours:
            texts.append(self.env._("%(quota)g hours of work", quota=self.quota_hours))
        if self.quota_amount:
            amount = self.company_currency_id.format(self.quota_amount)
            texts.append(self.env._("parts for %(amount)s", amount=amount))
        return texts

    # === CONSTRAINS === #
    @api.constrains(*QUOTAS.values())
    def _check_quota(self):
        for contract in self:
            for fname in QUOTAS.values():
                if contract[fname] < 0:
                    raise ValidationError(
                        self.env._(
                            "“%(field)s” of contract %(name)s is less than zero. Enter "
                            "0 for no limit.",
                            field=self._fields[fname]._description_string(self.env),
                            name=contract.name,
                        )
                    )

    # === ACTIONS === #
    def action_view_usage(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "after_sales_service.after_sales_contract_usage_action"
        )
        return action | {"domain": [("contract_id", "=", self.id)], "context": {}}

    # === BUSINESS === #
    def _get_usage_rows(self):
        """Return ``{(contract id, kind): [(date, quantity)]}``, in one query.

        In a decision of many lines that query is made once, and what the lines before
        took is added.
        """
        known = self.env.context.get("after_sales_quota_rows", {})
        if self._origin not in known:
            known[self._origin] = self._read_usage_rows()
        rows = defaultdict(list, known[self._origin])
        for contract_id, kind, day, quantity in self.env.context.get(
            "after_sales_quota_drawn", ()
        ):
            rows[contract_id, kind] = [*rows[contract_id, kind], (day, quantity)]
        return rows

    def _read_usage_rows(self):
        rows = defaultdict(list)
        limited = self._origin.filtered("has_quota")
        # What is left does not depend on who asks.
        usage = self.env["after.sales.contract.usage"].sudo()
        for contract, kind, day, quantity in limited and usage._read_group(
            limited._get_usage_domain(),
            ["contract_id", "kind", "date:day"],
            ["quantity:sum"],
        ):
            rows[contract.id, kind].append((day, quantity))
        return rows

    def _get_usage_domain(self):
        """Return which rows count against the quota. Meant to be extended."""
        return [("contract_id", "in", self.ids)]

    def _get_quota_left(self):
        """Return what is left, ``{kind: quantity}``; None without any quota."""
        self.ensure_one()
        if not self.has_quota:
            return None
        return {
            kind: self[f"quota_{kind}_left"]
            for kind, fname in QUOTAS.items()
            if self[fname]
        }

    def _get_quota_total(self):
        """Return the whole quota of the contract or its year, ``{kind: quantity}``."""
        self.ensure_one()
        return {kind: self[fname] for kind, fname in QUOTAS.items() if self[fname]}

    def _touch_quota(self):
        """Let the database stop a second one who uses the quota at the same time."""
        for contract in self:
            contract.quota_version += 1


class AfterSalesCover(models.Model):
    _inherit = "after.sales.cover"

    # === BUSINESS === #
    def _get_quota_left(self):
        """Return what the contract still pays for, ``{kind: quantity}``, or None."""
        self.ensure_one()
        if self.kind != "contract":
            return super()._get_quota_left()
        return self.contract_line_id.contract_id._get_quota_left()

    def _get_quota_total(self):
        self.ensure_one()
        contract = self.contract_line_id.contract_id
        return contract._get_quota_total() if contract else None


class AfterSalesContractUsage(models.Model):
    """What was taken from a contract's quota. Rows that say “used” are only added.

    A reserved row belongs to an order that is not completed: it goes or changes with
    the decisions of that order, so that two open orders cannot both take the last
    visit. What a completed order used is taken back by a row of its own.
    """

    _name = "after.sales.contract.usage"
    _description = "Use of a Service Contract"
    _order = "date desc, id desc"

    contract_id = fields.Many2one(
        "after.sales.contract", required=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(
        "res.company",
        related="contract_id.company_id",
        store=True,
        precompute=True,
        index=True,
    )
    partner_id = fields.Many2one(
        related="contract_id.partner_id", string="Customer", store=True, precompute=True
    )
    line_id = fields.Many2one(
        "after.sales.contract.line", ondelete="restrict", index="btree_not_null"
    )
    unit_id = fields.Many2one(
        related="line_id.unit_id", store=True, precompute=True, index="btree_not_null"
    )
    kind = fields.Selection(
        [("visits", "Visit"), ("hours", "Hours of work"), ("amount", "Parts")],
        required=True,
        index=True,
    )
    quantity = fields.Float(
        required=True,
        digits=(16, 2),
        help="Visits, hours, or the list price of parts in the company's currency. "
        "A reversal is negative.",
    )
    date = fields.Date(
        required=True, help="The day of the fault: it says in which year it counts."
    )
    state = fields.Selection(
        [("reserved", "Reserved"), ("used", "Used"), ("reversed", "Reversed")],
        required=True,
    )
    origin = fields.Char(help="The service order.")

    # === CRUD === #
    def write(self, vals):
        self._check_is_reserved()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_is_reserved()

    def _check_is_reserved(self):
        if any(row.state != "reserved" for row in self):
            raise UserError(
                self.env._(
                    "What was used stays in the book of the contract. Open the service "
                    "order again to take it back."
                )
            )
