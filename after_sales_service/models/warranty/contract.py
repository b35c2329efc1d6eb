from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .cover import SHARES


class AfterSalesContract(models.Model):
    """A service contract: which units, which cover, from when to when."""

    _name = "after.sales.contract"
    _description = "Service Contract"
    _inherit = [
        "after.sales.number.mixin",
        "after.sales.state.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_end desc, id"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, tracking=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        default=lambda self: self.env.user,
        tracking=True,
    )
    date_start = fields.Date(
        string="From", required=True, default=fields.Date.context_today, tracking=True
    )
    date_end = fields.Date(string="Until", required=True, tracking=True)
    calendar_id = fields.Many2one("resource.calendar", string="Service Hours")
    line_ids = fields.One2many(
        "after.sales.contract.line", "contract_id", string="Units", copy=True
    )
    unit_count = fields.Integer(compute="_compute_unit_count")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("active", "Active"),
            ("suspended", "Suspended"),
            ("expired", "Expired"),
            ("terminated", "Terminated"),
        ],
        default="draft",
        required=True,
        tracking=True,
        index=True,
        copy=False,
    )

    _dates_in_order = models.Constraint(
        "CHECK(date_end >= date_start)",
        "A service contract cannot end before it starts. Correct one of its dates.",
    )

    # === COMPUTES === #
    @api.depends("line_ids")
    def _compute_unit_count(self):
        for contract in self:
            contract.unit_count = len(contract.line_ids.unit_id)

    # === CONSTRAINS === #
    @api.constrains("line_ids", "company_id")
    def _check_lines(self):
        for contract in self:
            units = contract.line_ids.mapped("unit_id")
            if len(units) < len(contract.line_ids):
                raise ValidationError(
                    self.env._(
                        "A unit stands twice in contract %(name)s. Keep one line.",
                        name=contract.name,
                    )
                )
            if units.company_id - contract.company_id:
                raise ValidationError(
                    self.env._(
                        "Contract %(name)s has a unit of another company.",
                        name=contract.name,
                    )
                )

    # === CRUD === #
    def write(self, vals):
        result = super().write(vals)
        if {"date_start", "date_end"} & set(vals):
            self.filtered(lambda contract: contract.state == "active")._update_covers()
        return result

    def _get_transitions(self):
        return {
            "draft": {"active", "terminated"},
            "active": {"suspended", "expired", "terminated"},
            "suspended": {"active", "expired", "terminated"},
            "expired": set(),
            "terminated": set(),
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_except_started(self):
        started = self.filtered(lambda contract: contract.state != "draft")
        if started:
            raise UserError(
                self.env._(
                    "Contract %(name)s was in force and is kept. Terminate it instead.",
                    name=started[0].name,
                )
            )

    # === ACTIONS === #
    def action_activate(self):
        for contract in self:
            if not contract.line_ids:
                raise UserError(
                    self.env._(
                        "Contract %(name)s has no units. Add the units it is for.",
                        name=contract.name,
                    )
                )
        is_new = {contract: contract.state == "draft" for contract in self}
        self._move_to("active")
        today = fields.Date.context_today(self)
        for contract in self:
            start = contract.date_start
            if not is_new[contract]:
                start = max(start, today)
            contract.line_ids._create_covers(start)

    def action_suspend(self):
        self._move_to("suspended")
        self._close_covers()

    def action_terminate(self):
        self._move_to("terminated")
        self._close_covers()

    def action_view_units(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "after_sales_service.after_sales_unit_action"
        )
        return action | {
            "domain": [("id", "in", self.line_ids.unit_id.ids)],
            "context": {},
        }

    # === BUSINESS === #
    @api.model
    def _cron_expire(self):
        """Close the contracts whose last day is over; their covers end by date."""
        today = fields.Date.context_today(self)
        self.search(
            [("state", "in", ("active", "suspended")), ("date_end", "<", today)]
        )._move_to("expired")

    def _get_open_covers(self):
        # Contracts may be run without a right on covers; these are its own.
        return self.sudo().line_ids.cover_ids.filtered(
            lambda cover: not cover.date_closed
        )

    def _close_covers(self):
        """End the running covers today; today itself is still covered."""
        today = fields.Date.context_today(self)
        self._get_open_covers().write({"date_closed": today})

    def _update_covers(self):
        for contract in self:
            covers = contract._get_open_covers()
            covers.write({"date_end": contract.date_end})


class AfterSalesContractLine(models.Model):
    """A unit under contract and what the contract pays for it."""

    _name = "after.sales.contract.line"
    _description = "Service Contract Line"
    _order = "contract_id, id"

    contract_id = fields.Many2one(
        "after.sales.contract", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company",
        related="contract_id.company_id",
        store=True,
        precompute=True,
        index=True,
    )
    unit_id = fields.Many2one("after.sales.unit", required=True, index=True)
    product_id = fields.Many2one(related="unit_id.product_id")
    cover_ids = fields.One2many("after.sales.cover", "contract_line_id")
    share_part = fields.Float(string="Part (%)", default=100.0)
    share_labour = fields.Float(string="Labour (%)", default=100.0)
    share_travel = fields.Float(string="Travel (%)", default=100.0)
    share_freight = fields.Float(string="Freight (%)")
    share_third_party = fields.Float(string="Third Party (%)")

    _shares_in_range = models.Constraint(
        "CHECK(LEAST(share_part, share_labour, share_travel, share_freight, "
        "share_third_party) >= 0 AND GREATEST(share_part, share_labour, share_travel, "
        "share_freight, share_third_party) <= 100)",
        "The shares of a contract line lie between 0 and 100 %.",
    )

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        active = lines.filtered(lambda line: line.contract_id.state == "active")
        today = fields.Date.context_today(self)
        for line in active:
            line._create_covers(max(line.contract_id.date_start, today))
        return lines

    def write(self, vals):
        if {"unit_id", "contract_id", *SHARES.values()} & set(vals):
            self._check_is_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_started(self):
        self._check_is_draft()

    def _check_is_draft(self):
        started = self.filtered(lambda line: line.contract_id.state != "draft")
        if started:
            raise UserError(
                self.env._(
                    "Contract %(name)s is in force: what it covers is agreed. "
                    "Terminate it and make a new one with other units or shares.",
                    name=started[0].contract_id.name,
                )
            )

    # === BUSINESS === #
    def _create_covers(self, date_start):
        # Contracts may be run without a right on covers; these are its own.
        return (
            self.env["after.sales.cover"]
            .sudo()
            .create([line._prepare_cover_vals(date_start) for line in self])
        )

    def _prepare_cover_vals(self, date_start):
        """Return the values of the cover of one unit. Meant to be extended."""
        self.ensure_one()
        return {
            "company_id": self.company_id.id,
            "unit_id": self.unit_id.id,
            "kind": "contract",
            "contract_line_id": self.id,
            "date_start": date_start,
            "date_end": max(self.contract_id.date_end, date_start),
            "origin": self.contract_id.name,
            **{fname: self[fname] for fname in SHARES.values()},
        }
