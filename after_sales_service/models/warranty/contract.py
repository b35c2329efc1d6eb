from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from .cover import SHARES

# Only Python code can put this object into a context: a caller by RPC cannot.
_AMENDED = object()
IN_FORCE = ("active", "suspended")
# What the customer signed: it changes by an amendment with a date and a reason.
AGREED_FIELDS = {
    "company_id",
    "date_start",
    "is_quota_carried",
    "partner_id",
    "product_tmpl_id",
    "quota_amount",
    "quota_hours",
    "quota_period",
    "quota_visits",
    "scope",
    "site_id",
    *SHARES.values(),
}


class AfterSalesContract(models.Model):
    """A service contract: which units, which cover, from when to when."""

    _name = "after.sales.contract"
    _description = "Service Contract"
    _inherit = [
        "after.sales.number.mixin",
        "after.sales.state.mixin",
        "portal.mixin",
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
    reference = fields.Char(
        string="Customer's Reference", help="Printed on letters and invoices."
    )
    date_start = fields.Date(
        string="From", required=True, default=fields.Date.context_today, tracking=True
    )
    date_end = fields.Date(string="Until", required=True, tracking=True)
    date_closed = fields.Date(
        string="Ended Early on",
        copy=False,
        readonly=True,
        help="The last day it held, if it was terminated before its end.",
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Service Hours",
        tracking=True,
        help="Promised times of its units are counted in these hours.",
    )
    scope = fields.Selection(
        [
            ("units", "Units listed"),
            ("customer", "All units of the customer"),
            ("site", "All units at a site"),
            ("product", "All units of a product"),
        ],
        string="Units Covered",
        default="units",
        required=True,
        tracking=True,
        help="With “all units” a unit delivered later joins by itself, and one that is "
        "returned or passed on leaves.",
    )
    site_id = fields.Many2one("res.partner")
    product_tmpl_id = fields.Many2one(
        "product.template", string="Product", check_company=True
    )
    line_ids = fields.One2many(
        "after.sales.contract.line", "contract_id", string="Units", copy=True
    )
    unit_count = fields.Integer(compute="_compute_unit_count")
    share_part = fields.Float(string="Part (%)", default=100.0)
    share_labour = fields.Float(string="Labour (%)", default=100.0)
    share_travel = fields.Float(string="Travel (%)", default=100.0)
    share_freight = fields.Float(string="Freight (%)")
    share_third_party = fields.Float(string="Third Party (%)")
    term_ids = fields.One2many(
        "after.sales.contract.term",
        "contract_id",
        string="Other Shares by Class",
        copy=True,
    )
    overlap_text = fields.Char(
        string="Covered Twice", compute="_compute_overlap_text", compute_sudo=True
    )
    state_reason = fields.Char(
        string="Why Suspended or Ended",
        copy=False,
        readonly=True,
        groups="base.group_user",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("active", "Active"),
            ("suspended", "Suspended"),
            ("expired", "Expired"),
            ("terminated", "Terminated"),
            ("renewed", "Renewed"),
        ],
        default="draft",
        required=True,
        tracking=True,
        index=True,
        copy=False,
    )

    # === COMPUTES === #
    @api.depends("line_ids.date_left")
    def _compute_unit_count(self):
        for contract in self:
            contract.unit_count = len(contract._get_open_lines().unit_id)

    def _compute_access_url(self):
        super()._compute_access_url()
        for contract in self:
            contract.access_url = f"/my/contracts/{contract.id}"

    @api.depends("line_ids.unit_id", "date_start", "date_end", "state")
    @api.depends_context("lang")
    def _compute_overlap_text(self):
        """Name a unit that another contract covers at the same time."""
        others = self.env["after.sales.contract.line"].search(
            [
                ("unit_id", "in", self.line_ids.unit_id.ids),
                ("date_left", "=", False),
                ("contract_id.state", "in", IN_FORCE),
            ]
        )
        for contract in self:
            clash = others.filtered(
                lambda line, contract=contract: contract._overlaps(line)
            )[:1]
            contract.overlap_text = bool(clash) and self.env._(
                "Unit %(unit)s is also covered by contract %(other)s until %(date)s. "
                "Both would be paid for.",
                unit=clash.unit_id.name,
                other=clash.contract_id.name,
                date=format_date(self.env, clash.contract_id.date_end),
            )

    def _overlaps(self, line):
        other = line.contract_id
        return (
            self.state in ("draft", *IN_FORCE)
            and other != self._origin
            and line.unit_id in self._get_open_lines().unit_id._origin
            and bool(self.date_start and self.date_end)
            and other.date_start <= self.date_end
            and other.date_end >= self.date_start
        )

    # === CONSTRAINS === #
    @api.constrains("date_start", "date_end")
    def _check_dates(self):
        for contract in self:
            if contract.date_end < contract.date_start:
                raise ValidationError(
                    self.env._(
                        "Contract %(name)s ends before it starts. Correct “From” or "
                        "“Until”.",
                        name=contract.name,
                    )
                )

    @api.constrains(*SHARES.values())
    def _check_shares(self):
        for contract in self:
            for fname in SHARES.values():
                if not 0 <= contract[fname] <= 100:
                    raise ValidationError(
                        self.env._(
                            "“%(field)s” of contract %(name)s lies between 0 and 100.",
                            field=self._fields[fname]._description_string(self.env),
                            name=contract.name,
                        )
                    )

    @api.constrains("line_ids", "company_id", "partner_id")
    def _check_lines(self):
        for contract in self:
            lines = contract._get_open_lines()
            counts = Counter(line.unit_id for line in lines)
            twice = [unit for unit, count in counts.items() if count > 1]
            if twice:
                raise ValidationError(
                    self.env._(
                        "Unit %(unit)s stands twice in contract %(name)s. Keep one "
                        "line.",
                        unit=twice[0].name,
                        name=contract.name,
                    )
                )
            if lines.unit_id.company_id - contract.company_id:
                raise ValidationError(
                    self.env._(
                        "Contract %(name)s has a unit of another company.",
                        name=contract.name,
                    )
                )
            foreign = contract._filter_foreign(lines.unit_id)
            if foreign:
                raise ValidationError(
                    self.env._(
                        "Unit %(unit)s belongs to “%(owner)s”, not to “%(customer)s”. "
                        "Take it out of contract %(name)s.",
                        unit=foreign[0].name,
                        owner=foreign[0].partner_id.display_name or "–",
                        customer=contract.partner_id.display_name,
                        name=contract.name,
                    )
                )

    def _filter_foreign(self, units):
        """Return those of ``units`` that belong to somebody else."""
        customer = self.partner_id.commercial_partner_id
        return units.filtered(
            lambda unit: unit.partner_id.commercial_partner_id != customer
        )

    @api.constrains("scope", "site_id", "product_tmpl_id")
    def _check_scope(self):
        for contract in self:
            if contract.scope == "site" and not contract.site_id:
                raise ValidationError(
                    self.env._(
                        "Contract %(name)s is for all units at a site. Choose the "
                        "“Site”.",
                        name=contract.name,
                    )
                )
            if contract.scope == "product" and not contract.product_tmpl_id:
                raise ValidationError(
                    self.env._(
                        "Contract %(name)s is for all units of a product. Choose the "
                        "“Product”.",
                        name=contract.name,
                    )
                )

    @api.onchange(*SHARES.values())
    def _onchange_shares(self):
        """Let the units of a new contract follow; later :meth:`write` does it."""
        for fname in SHARES.values():
            for line in self.line_ids.filtered(lambda line: not line._origin):
                line[fname] = self[fname]

    # === CRUD === #
    def write(self, vals):
        self._refuse_silent_change(vals)
        if self._is_draft() and "line_ids" not in vals:
            self._pass_shares_on(vals)
        result = super().write(vals)
        if {"date_start", "date_end"} & set(vals):
            self.filtered(lambda contract: contract.state == "active")._update_covers()
        return result

    def _is_draft(self):
        return all(contract.state == "draft" for contract in self)

    def _pass_shares_on(self, vals):
        """Give the units that follow the contract its new shares."""
        for fname in set(SHARES.values()) & vals.keys():
            for contract in self:
                contract.line_ids.filtered(
                    lambda line, name=fname, old=contract[fname]: line[name] == old
                ).write({fname: vals[fname]})

    def _prepare_line_vals(self, unit):
        """Return the values of the line of one unit. Meant to be extended."""
        self.ensure_one()
        return {
            "unit_id": unit.id,
            **{fname: self[fname] for fname in SHARES.values()},
        }

    def _refuse_silent_change(self, vals):
        """:raise UserError: if ``vals`` change what was agreed, without an amendment"""
        if self._is_amended():
            return
        names = AGREED_FIELDS & vals.keys()
        for contract in self.filtered(lambda contract: contract.state != "draft"):
            for name in sorted(names):
                field = self._fields[name]
                old = field.convert_to_cache(contract[name], contract)
                if field.convert_to_cache(vals[name], contract) != old:
                    contract._refuse_in_force(field._description_string(self.env))

    def _refuse_in_force(self, label):
        raise UserError(
            self.env._(
                "Contract %(name)s is in force: “%(field)s” is agreed. Press “Amend” "
                "to change it from a day on, with a reason.",
                name=self.name,
                field=label,
            )
        )

    def _is_amended(self):
        return self.env.context.get("after_sales_amended") is _AMENDED

    def _with_amendment(self):
        """Return the contracts as the amendment that may change what was agreed."""
        return self.with_context(after_sales_amended=_AMENDED)

    def _get_transitions(self):
        return {
            "draft": {"active", "terminated"},
            "active": {"suspended", "expired", "terminated", "renewed"},
            "suspended": {"active", "expired", "terminated", "renewed"},
            "expired": {"renewed"},
            "terminated": set(),
            "renewed": set(),
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
        """Put contracts into force, or back into force after a suspension."""
        drafts = self.filtered(lambda contract: contract.state == "draft")
        drafts._with_amendment()._find_units()
        for contract in self:
            contract._check_activation()
        self._move_to("active", state_reason=False)
        today = fields.Date.context_today(self)
        for contract in self:
            start = contract.date_start
            if contract not in drafts:
                start = max(start, today)
            contract._get_open_lines()._create_covers(start)

    def _check_activation(self):
        """:raise UserError: if the contract could not do what it promises"""
        self.ensure_one()
        if self.scope == "units" and not self._get_open_lines():
            raise UserError(
                self.env._(
                    "Contract %(name)s has no units. Add the units it is for.",
                    name=self.name,
                )
            )

    def action_suspend(self):
        """Ask why the contract rests."""
        return self._open_reason("suspend", self.env._("Suspend Contract"))

    def action_terminate(self):
        """Ask why the contract ends, and on which day."""
        return self._open_reason("terminate", self.env._("Terminate Contract"))

    def _open_reason(self, verb, title):
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "after.sales.contract.reason",
            "view_mode": "form",
            "target": "new",
            "context": {"default_contract_ids": self.ids, "default_verb": verb},
        }

    def action_amend(self):
        """Open the dialog that changes what was agreed, from a day on."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Amend Contract"),
            "res_model": "after.sales.contract.amend",
            "view_mode": "form",
            "target": "new",
            "context": {"default_contract_id": self.id},
        }

    def action_view_units(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "after_sales_service.after_sales_unit_action"
        )
        return action | {
            "domain": [("id", "in", self._get_open_lines().unit_id.ids)],
            "context": {},
        }

    # === BUSINESS === #
    @api.model
    def _cron_expire(self):
        """Close the contracts whose last day is over; their covers end by date."""
        today = fields.Date.context_today(self)
        self.search(
            [("state", "in", IN_FORCE), ("date_end", "<", today)]
        )._close_expired()

    def _close_expired(self):
        """Say how the contracts ended. Meant to be extended."""
        self._move_to("expired")

    def _suspend(self, reason):
        """Let the contracts rest from tomorrow on; today is still covered."""
        self._move_to("suspended", state_reason=reason)
        self._close_covers(fields.Date.context_today(self))
        self._log_reason(self.env._("Suspended: %(reason)s", reason=reason))

    def _terminate(self, reason, date=None):
        """End the contracts.

        :param str reason: why, in words
        :param date date: the last day that is covered; today if not given
        """
        today = fields.Date.context_today(self)
        date = date or today
        for contract in self:
            contract._move_to(
                "terminated",
                state_reason=reason,
                date_closed=max(contract.date_start, min(date, contract.date_end)),
            )
        self._close_covers(date)
        self._log_reason(
            self.env._(
                "Terminated as of %(date)s: %(reason)s",
                date=format_date(self.env, date),
                reason=reason,
            )
        )

    def _log_reason(self, body):
        self._message_log_batch(bodies=dict.fromkeys(self.ids, body))

    def _get_open_lines(self):
        """Return the units that have not left."""
        return self.line_ids.filtered(lambda line: not line.date_left)

    def _get_last_day(self):
        """Return the last day that the contract holds, as far as is known."""
        self.ensure_one()
        return self.date_closed or self.date_end

    def _get_open_covers(self):
        # Contracts may be run without a right on covers; these are its own.
        return self.sudo().line_ids.cover_ids.filtered(
            lambda cover: not cover.date_closed
        )

    def _close_covers(self, date):
        """End the running covers on ``date``; that day itself is still covered."""
        self._get_open_covers().write({"date_closed": date})

    def _update_covers(self):
        for contract in self:
            covers = contract._get_open_covers()
            covers.write({"date_end": contract.date_end})
