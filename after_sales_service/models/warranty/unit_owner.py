from dataclasses import dataclass
from datetime import date, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

# What says who has a unit; a change of one of them is a row in the ledger.
OWNER_FIELDS = {"partner_id", "site_id", "place"}
OURS = ("returned", "scrapped")


@dataclass(frozen=True)
class OwnerChange:
    """Why owners change. Only Python code can put one into a context, no RPC."""

    origin: str
    day: date | None = None
    reason: str | None = None


class AfterSalesUnit(models.Model):
    _inherit = "after.sales.unit"

    ownership_ids = fields.One2many(
        "after.sales.unit.ownership", "unit_id", string="Owners", readonly=True
    )

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        units = super().create(vals_list)
        units._log_owners({unit: (False, False, True) for unit in units})
        return units

    def write(self, vals):
        if not OWNER_FIELDS & vals.keys():
            return super().write(vals)
        before = {unit: unit._get_holder() for unit in self}
        result = super().write(vals)
        self._log_owners(before)
        return result

    # === ACTIONS === #
    def action_transfer(self):
        """Open the dialog that gives the units to another owner or site."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Transfer Units"),
            "res_model": "after.sales.unit.transfer",
            "view_mode": "form",
            "target": "new",
            "context": {"default_unit_ids": [fields.Command.set(self.ids)]},
        }

    # === BUSINESS === #
    def _with_owner_change(self, origin, day=None, reason=None):
        """Return the units with the reason for what is written next.

        :param str origin: one of the ledger's: ``delivery``, ``transfer`` …
        :param date day: from which day on; for new units the day of delivery, else
            today
        """
        change = OwnerChange(origin, day, reason)
        return self.with_context(after_sales_owner_change=change)

    def _get_holder(self):
        """Return ``(owner id, site id, is with us)`` as it is now."""
        self.ensure_one()
        if self.place in OURS:
            return False, False, True
        return self.partner_id.id, self.site_id.id, False

    def _log_owners(self, before):
        """Add a row for each unit whose holder changed, in one batch.

        :param dict before: ``{unit: (owner id, site id, is with us)}``
        """
        # The ledger follows from the units, which the user was allowed to write.
        self.env["after.sales.unit.ownership"].sudo().create(
            [
                unit._prepare_ownership_vals(before[unit])
                for unit in self
                if unit._get_holder() != before[unit]
            ]
        )

    def _prepare_ownership_vals(self, before):
        """Return the values of a row of the ledger. Meant to be extended."""
        self.ensure_one()
        partner, site, is_ours = self._get_holder()
        change = self.env.context.get("after_sales_owner_change")
        if not isinstance(change, OwnerChange):
            change = OwnerChange(self._get_owner_origin())
        today = fields.Date.context_today(self)
        return {
            "unit_id": self.id,
            "date": change.day or (before[2] and self.date_delivered) or today,
            "partner_from_id": before[0],
            "partner_id": partner,
            "site_id": site,
            "is_ours": is_ours,
            "origin": change.origin,
            "reason": change.reason,
            "user_id": self.env.uid,
        }

    @api.model
    def _get_owner_origin(self):
        return "import" if self.env.context.get("import_file") else "manual"

    def _get_owner_on(self, day):
        """Return who had each unit on ``day``: ``{unit: row of the ledger or None}``.

        A unit without a row had no owner we know of; a row with ``is_ours`` says that
        it was with us. Of several rows of one day the last one counts.
        """
        owners = dict.fromkeys(self)
        rows = self.env["after.sales.unit.ownership"].search_fetch(
            [("unit_id", "in", self.ids), ("date", "<=", day)], order="date, id"
        )
        for row in rows:
            owners[row.unit_id] = row
        return owners

    # === BUSINESS: transfer === #
    def _get_contained(self):
        """Return the units with everything they contain, at any depth."""
        return self.with_context(active_test=False).search(
            [("id", "child_of", self.ids)]
        )

    def _get_transfer_warnings(self):
        """Return sentences on what is still open for the owners of the units.

        Meant to be extended by the rooms that know of tickets and orders.
        """
        lines = self.env["after.sales.contract.line"].search(
            [
                ("unit_id", "in", self.ids),
                ("contract_id.state", "in", ("active", "suspended")),
            ]
        )
        return [
            self.env._(
                "%(unit)s is in contract %(contract)s of %(customer)s until %(date)s.",
                unit=line.unit_id.name,
                contract=line.contract_id.name,
                customer=line.contract_id.partner_id.display_name,
                date=format_date(self.env, line.contract_id.date_end),
            )
            for line in lines
        ]

    def _transfer(self, day, partner, site, reason, end_kinds=("contract",)):
        """Give the units to another owner or site from ``day`` on.

        Product covers stay with the unit; what was agreed with the old owner alone
        ends on the day before. A new site of the same owner ends nothing.

        :param date day: the first day with the new owner
        :param partner: the new owner
        :param site: where the units stand now; the owner's address if empty
        :param str reason: kept in the ledger of owners
        :param end_kinds: the kinds of covers that end for a new owner
        :raise UserError: if a unit is not with a customer, or ``day`` is before its
            last change of owner
        """
        self.check_access("write")
        self._check_transfer(day)
        sold = self.filtered(
            lambda unit: (
                unit.partner_id.commercial_partner_id != partner.commercial_partner_id
            )
        )
        sold._end_covers(day - timedelta(days=1), end_kinds)
        if "contract" not in end_kinds:
            sold._keep_contracts()
        before = {unit: unit.partner_id for unit in self}
        self._with_owner_change("transfer", day, reason).with_context(
            tracking_disable=True
        ).write({"partner_id": partner.id, "site_id": site.id})
        self._log_on_units(
            {
                unit.id: self.env._(
                    "Transferred on %(date)s from %(old)s to %(new)s%(site)s. "
                    "%(reason)s",
                    date=format_date(self.env, day),
                    old=before[unit].display_name or "–",
                    new=partner.display_name,
                    site=f" ({site.display_name})" if site else "",
                    reason=reason or "",
                )
                for unit in self
            }
        )

    def _check_transfer(self, day):
        gone = self.filtered(lambda unit: unit.place in OURS)
        if gone:
            raise UserError(
                self.env._(
                    "%(unit)s is not with a customer any more. It gets its new owner "
                    "when it is delivered again.",
                    unit=gone[0].name,
                )
            )
        for row in self.ownership_ids:
            if row.date > day:
                raise UserError(
                    self.env._(
                        "%(unit)s changed its owner on %(date)s already. The transfer "
                        "cannot be dated before that day.",
                        unit=row.unit_id.name,
                        date=format_date(self.env, row.date),
                    )
                )

    def _end_covers(self, day, kinds):
        """End the covers of some kinds; those that ended or never began stay."""
        # Checked by the caller; who transfers units has no right on covers.
        covers = self.sudo().cover_ids.filtered_domain(
            Domain("kind", "in", list(kinds))
            & (Domain("date_last", "=", False) | Domain("date_last", ">", day))
        )
        covers.date_closed = day
