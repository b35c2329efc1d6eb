from odoo import api, models

from .ticket_clock import PROMISING


class AfterSalesContract(models.Model):
    """What a contract promises, and in which hours: its open tickets follow."""

    _inherit = "after.sales.contract"

    # === CRUD === #
    def write(self, vals):
        changed = {
            "state",
            "date_start",
            "date_end",
            "date_closed",
            "calendar_id",
            "sla_policy_ids",
        }.intersection(vals)
        if not changed:
            return super().write(vals)
        with self._replanned(self.line_ids.unit_id):
            return super().write(vals)

    # === BUSINESS === #
    def _replanned(self, units):
        """Replan the open tickets of these units by what changes inside ``with``."""
        tickets = self.env["after.sales.ticket"]._find_promised(
            [("unit_id", "in", units.ids)]
        )
        return tickets._replanned(
            self.env._("Contract %(name)s", name=", ".join(self.mapped("name")))
        )


class AfterSalesContractLine(models.Model):
    _inherit = "after.sales.contract.line"

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        contracts = (
            self.env["after.sales.contract"]
            .browse({vals.get("contract_id") for vals in vals_list} - {None, False})
            .filtered(lambda contract: contract.state in PROMISING)
        )
        if not contracts:
            return super().create(vals_list)
        units = self.env["after.sales.unit"].browse(
            {vals.get("unit_id") for vals in vals_list} - {None, False}
        )
        with contracts._replanned(units):
            return super().create(vals_list)

    def write(self, vals):
        if "date_left" not in vals:
            return super().write(vals)
        with self.contract_id._replanned(self.unit_id):
            return super().write(vals)

    # === BUSINESS === #
    def _is_promising_on(self, day):
        """Tell whether the contract held for the unit on ``day``."""
        self.ensure_one()
        contract = self.contract_id
        first = max(contract.date_start, self.date_joined or contract.date_start)
        last = contract._get_last_day()
        return first <= day <= min(last, self.date_left or last)


class AfterSalesTeam(models.Model):
    _inherit = "after.sales.team"

    # === CRUD === #
    def write(self, vals):
        if "resource_calendar_id" not in vals:
            return super().write(vals)
        tickets = self.env["after.sales.ticket"]
        with tickets._replanned_by(
            self, "resource_calendar_id", [("team_id", "in", self.ids)]
        ):
            return super().write(vals)


class ResCompany(models.Model):
    _inherit = "res.company"

    # === CRUD === #
    def write(self, vals):
        if "resource_calendar_id" not in vals:
            return super().write(vals)
        tickets = self.env["after.sales.ticket"]
        with tickets._replanned_by(
            self, "resource_calendar_id", [("company_id", "in", self.ids)]
        ):
            return super().write(vals)


class ResPartner(models.Model):
    _inherit = "res.partner"

    # === CRUD === #
    def write(self, vals):
        if "after_sales_calendar_id" not in vals:
            return super().write(vals)
        tickets = self.env["after.sales.ticket"]
        with tickets._replanned_by(
            self, "after_sales_calendar_id", [("partner_id", "child_of", self.ids)]
        ):
            return super().write(vals)
