from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..models.warranty.contract import IN_FORCE
from ..models.warranty.contract_quota import QUOTAS
from ..models.warranty.cover import SHARES

CHANGED_FIELDS = [*SHARES.values(), *QUOTAS.values()]


class AfterSalesContractAmend(models.TransientModel):
    """Changes what a contract in force covers, from a day on, with a reason."""

    _name = "after.sales.contract.amend"
    _description = "Amendment of a Service Contract"

    contract_id = fields.Many2one(
        "after.sales.contract", required=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(related="contract_id.partner_id")
    company_id = fields.Many2one(related="contract_id.company_id")
    company_currency_id = fields.Many2one(related="contract_id.company_currency_id")
    scope = fields.Selection(related="contract_id.scope")
    listed_unit_ids = fields.Many2many(
        "after.sales.unit", compute="_compute_listed_unit_ids", string="Listed Units"
    )
    date = fields.Date(
        string="From",
        required=True,
        default=fields.Date.context_today,
        help="The first day on which the change holds.",
    )
    reason = fields.Char(required=True, help="What was agreed, with whom.")
    add_unit_ids = fields.Many2many(
        "after.sales.unit", "after_sales_contract_amend_add_rel", string="Take In"
    )
    remove_unit_ids = fields.Many2many(
        "after.sales.unit", "after_sales_contract_amend_remove_rel", string="Release"
    )
    share_part = fields.Float(string="Part (%)")
    share_labour = fields.Float(string="Labour (%)")
    share_travel = fields.Float(string="Travel (%)")
    share_freight = fields.Float(string="Freight (%)")
    share_third_party = fields.Float(string="Third Party (%)")
    quota_visits = fields.Integer(string="Visits Included")
    quota_hours = fields.Float(string="Hours of Work Included")
    quota_amount = fields.Monetary(
        string="Parts Included", currency_field="company_currency_id"
    )

    # === DEFAULTS === #
    @api.model
    def default_get(self, fields):
        """Start with what is agreed until now."""
        values = super().default_get(fields)
        contract = self.env["after.sales.contract"].browse(values.get("contract_id"))
        return values | {
            fname: contract[fname]
            for fname in CHANGED_FIELDS
            if contract and fname in fields
        }

    # === COMPUTES === #
    @api.depends("contract_id")
    def _compute_listed_unit_ids(self):
        for wizard in self:
            wizard.listed_unit_ids = wizard.contract_id._get_open_lines().unit_id

    # === ACTIONS === #
    def action_apply(self):
        self.ensure_one()
        self.contract_id.check_access("write")
        self._check()
        contract = self.contract_id._with_amendment()
        changed = self._get_changes()
        if changed:
            contract.write({fname: self[fname] for fname in changed})
        if set(changed) & set(SHARES.values()):
            self._renew_covers(contract)
        self._release(contract)
        if self.add_unit_ids:
            self._take_in(contract)
        contract._message_log(body=self._get_log_text(changed))
        return {"type": "ir.actions.act_window_close"}

    # === BUSINESS === #
    def _check(self):
        contract = self.contract_id
        if contract.state not in IN_FORCE:
            raise UserError(
                self.env._(
                    "Contract %(name)s is not in force: change it directly.",
                    name=contract.name,
                )
            )
        today = fields.Date.context_today(self)
        if not max(contract.date_start, today) <= self.date <= contract.date_end:
            raise UserError(
                self.env._(
                    "An amendment of contract %(name)s holds from today or later, "
                    "within its period. Correct “From”.",
                    name=contract.name,
                )
            )

    def _get_changes(self):
        return [
            fname for fname in CHANGED_FIELDS if self[fname] != self.contract_id[fname]
        ]

    def _renew_covers(self, contract):
        """End the covers with the old shares, begin new ones: both stay to be seen."""
        lines = contract._get_open_lines()
        lines.write({fname: self[fname] for fname in SHARES.values()})
        if contract.state != "active":
            return
        before = self.date - timedelta(days=1)
        # Contracts may be run without a right on covers; these are its own.
        covers = contract._get_open_covers()
        future = covers.filtered(lambda cover: cover.date_start >= self.date)
        (covers - future).write({"date_closed": before})
        future.unlink()
        lines._create_covers(self.date)

    def _release(self, contract):
        lines = contract._get_open_lines().filtered(
            lambda line: line.unit_id in self.remove_unit_ids
        )
        lines._leave(self.date - timedelta(days=1))

    def _take_in(self, contract):
        contract.write(
            {
                "line_ids": [
                    Command.create(
                        contract._prepare_line_vals(unit) | {"date_joined": self.date}
                    )
                    for unit in self.add_unit_ids
                ]
            }
        )
        if contract.state == "active":
            lines = contract._get_open_lines().filtered(
                lambda line: line.unit_id in self.add_unit_ids
            )
            lines._create_covers(self.date)

    def _get_log_text(self, changed):
        texts = [
            self.env._(
                "Amended from %(date)s on: %(reason)s",
                date=format_date(self.env, self.date),
                reason=self.reason,
            )
        ]
        if self.add_unit_ids:
            texts.append(
                self.env._(
                    "Taken in: %(units)s", units=self.add_unit_ids._get_serials()
                )
            )
        if self.remove_unit_ids:
            texts.append(
                self.env._(
                    "Released: %(units)s", units=self.remove_unit_ids._get_serials()
                )
            )
        texts += [
            f"{self._fields[fname]._description_string(self.env)}: {self[fname]:g}"
            for fname in changed
        ]
        return "\n".join(texts)
