from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.fields import Domain

from .contract import IN_FORCE
from .unit_owner import OwnerChange

# What decides whether a unit is under a contract.
PLACE_FIELDS = {"active", "partner_id", "place", "product_id", "site_id"}
GONE = ("returned", "scrapped")


class AfterSalesContract(models.Model):
    """Contracts for “all units”: who joins, who leaves."""

    _inherit = "after.sales.contract"

    # === ACTIONS === #
    def action_find_units(self):
        """List the units that the contract is for now."""
        self.check_access("write")
        self.filtered(lambda contract: contract.state == "draft")._find_units()

    # === BUSINESS === #
    def _get_unit_domain(self):
        """Return which units the contract is for. Meant to be extended."""
        self.ensure_one()
        domain = (
            Domain("company_id", "=", self.company_id.id)
            & Domain("partner_id", "child_of", self.partner_id.commercial_partner_id.id)
            & Domain("place", "not in", GONE)
        )
        if self.scope == "site":
            domain &= Domain("site_id", "child_of", self.site_id.id) | (
                Domain("site_id", "=", False)
                & Domain("partner_id", "child_of", self.site_id.id)
            )
        if self.scope == "product":
            domain &= Domain("product_id.product_tmpl_id", "=", self.product_tmpl_id.id)
        return domain

    def _find_units(self):
        """Add the units that fit and are not listed; others that do not fit go."""
        # Which units are the customer's does not depend on who presses the button.
        units = self.env["after.sales.unit"].sudo()
        for contract in self.filtered(lambda contract: contract.scope != "units"):
            wanted = units.search(contract._get_unit_domain())
            lines = contract._get_open_lines()
            lines.filtered(lambda line, w=wanted: line.unit_id not in w).unlink()
            contract.line_ids = [
                Command.create(contract._prepare_line_vals(unit))
                for unit in wanted - lines.unit_id
            ]

    def _join(self, units, reason):
        """Take units into contracts in force; each from its delivery, or from today.

        :param units: ``{contract: units}``
        """
        today = fields.Date.context_today(self)
        lines = self.env["after.sales.contract.line"].create(
            [
                contract._prepare_line_vals(unit)
                | {
                    "contract_id": contract.id,
                    "date_joined": max(
                        contract.date_start, min(unit.date_delivered or today, today)
                    ),
                }
                for contract, joining in units.items()
                for unit in joining
            ]
        )
        running = lines.filtered(lambda line: line.contract_id.state == "active")
        for start, group in running.grouped("date_joined").items():
            group._create_covers(start)
        for contract, joining in units.items():
            contract._message_log(
                body=self.env._(
                    "Joined the contract: %(units)s. %(reason)s",
                    units=joining._get_serials(),
                    reason=reason,
                )
            )
        return lines


class AfterSalesUnit(models.Model):
    _inherit = "after.sales.unit"

    contract_line_ids = fields.One2many(
        "after.sales.contract.line", "unit_id", string="Service Contracts"
    )

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        units = super().create(vals_list)
        # Who registers a unit need not have a right on contracts.
        units.sudo()._join_contracts()
        return units

    def write(self, vals):
        result = super().write(vals)
        if PLACE_FIELDS & vals.keys():
            # Who moves a unit need not have a right on contracts.
            units = self.sudo()
            units._leave_contracts()
            units._join_contracts()
        return result

    # === BUSINESS === #
    def _is_under(self, contract):
        """Tell whether a contract in force is for this unit, by its own terms."""
        self.ensure_one()
        customer = contract.partner_id.commercial_partner_id
        if (
            not self.active
            or self.place in GONE
            or self.company_id != contract.company_id
            or self.partner_id.commercial_partner_id != customer
        ):
            return False
        if contract.scope == "site":
            return self._is_at(contract.site_id)
        if contract.scope == "product":
            return self.product_id.product_tmpl_id == contract.product_tmpl_id
        return True

    def _is_at(self, site):
        """Tell whether the unit stands at ``site`` or at an address below it."""
        place = self.site_id or self.partner_id
        while place and place != site:
            place = place.parent_id
        return bool(place)

    def _join_contracts(self):
        """Take units into the contracts that are for all units of their kind."""
        here = self.filtered(lambda unit: unit.partner_id and unit.place not in GONE)
        if not here:
            return
        contracts = self.env["after.sales.contract"].search(
            [
                ("scope", "!=", "units"),
                ("state", "in", IN_FORCE),
                ("company_id", "in", here.company_id.ids),
                (
                    "partner_id.commercial_partner_id",
                    "in",
                    here.partner_id.commercial_partner_id.ids,
                ),
            ]
        )
        joining = {
            contract: here.filtered(lambda unit, c=contract: unit._is_under(c))
            - contract._get_open_lines().unit_id
            for contract in contracts
        }
        joining = {contract: units for contract, units in joining.items() if units}
        if joining:
            contracts._with_amendment()._join(
                joining, self.env._("The contract is for all such units.")
            )

    def _leave_contracts(self):
        """Let units leave the contracts that do not hold for them any more."""
        lines = self.env["after.sales.contract.line"].search(
            [
                ("unit_id", "in", self.ids),
                ("date_left", "=", False),
                ("contract_id.state", "in", IN_FORCE),
            ]
        )
        gone = lines.filtered(
            lambda line: (
                not line.unit_id._is_under(line.contract_id)
                and (not line.is_kept or line.unit_id.place in GONE)
            )
        )
        gone._leave(self._get_last_day_of_owner())
        for contract, left in gone.grouped("contract_id").items():
            contract._message_log(
                body=self.env._(
                    "Left the contract: %(units)s. Returned or passed on.",
                    units=left.unit_id._get_serials(),
                )
            )

    def _get_last_day_of_owner(self):
        """Return the day before the transfer that is written now, or today."""
        change = self.env.context.get("after_sales_owner_change")
        # Anybody may send a dict in a context by RPC; it counts for nothing.
        is_transfer = isinstance(change, OwnerChange) and change.origin == "transfer"
        if is_transfer and change.day:
            return change.day - timedelta(days=1)
        return fields.Date.context_today(self)

    def _keep_contracts(self):
        """Let contracts go on for units that are passed on, as was agreed."""
        # Who may pass a unit on need not have a right on contracts.
        lines = self.sudo().contract_line_ids
        lines.filtered(
            lambda line: not line.date_left and line.contract_id.state in IN_FORCE
        ).is_kept = True

    def _get_serials(self):
        """Return the serial numbers as one text."""
        return ", ".join(sorted(self.mapped("name")))
