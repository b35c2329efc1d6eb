from odoo import models


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
            "line_ids",
        }.intersection(vals)
        if not changed:
            return super().write(vals)
        tickets = self._get_promised_tickets()
        with tickets._replanned(
            self.env._("Contract %(name)s", name=", ".join(self.mapped("name")))
        ):
            return super().write(vals)

    # === BUSINESS === #
    def _get_promised_tickets(self):
        """Return the open tickets of the units under these contracts."""
        return self.env["after.sales.ticket"]._find_promised(
            [("unit_id", "in", self.line_ids.unit_id.ids)]
        )


class AfterSalesContractLine(models.Model):
    _inherit = "after.sales.contract.line"

    # === CRUD === #
    def write(self, vals):
        if "date_left" not in vals:
            return super().write(vals)
        tickets = self.contract_id._get_promised_tickets()
        with tickets._replanned(
            self.env._(
                "Contract %(name)s", name=", ".join(self.contract_id.mapped("name"))
            )
        ):
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
        tickets = self.env["after.sales.ticket"]._find_promised(
            [("team_id", "in", self.ids)]
        )
        label = self._fields["resource_calendar_id"]._description_string(self.env)
        with tickets._replanned(self.env._("Changed: %(fields)s", fields=label)):
            return super().write(vals)


class ResCompany(models.Model):
    _inherit = "res.company"

    # === CRUD === #
    def write(self, vals):
        if "resource_calendar_id" not in vals:
            return super().write(vals)
        tickets = self.env["after.sales.ticket"]._find_promised(
            [("company_id", "in", self.ids)]
        )
        label = self._fields["resource_calendar_id"]._description_string(self.env)
        with tickets._replanned(self.env._("Changed: %(fields)s", fields=label)):
            return super().write(vals)


class ResPartner(models.Model):
    _inherit = "res.partner"

    # === CRUD === #
    def write(self, vals):
        if "after_sales_calendar_id" not in vals:
            return super().write(vals)
        tickets = self.env["after.sales.ticket"]._find_promised(
            [("partner_id", "child_of", self.ids)]
        )
        label = self._fields["after_sales_calendar_id"]._description_string(self.env)
        with tickets._replanned(self.env._("Changed: %(fields)s", fields=label)):
            return super().write(vals)
