from odoo import api, models


class AfterSalesCoverPriority(models.Model):
    """Another order of covers decides the company's open orders again."""

    _inherit = "after.sales.cover.priority"

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        before = self._get_priorities()
        rows = super().create(vals_list)
        self._decide_where_changed(before)
        return rows

    def write(self, vals):
        before = self._get_priorities()
        result = super().write(vals)
        self._decide_where_changed(before)
        return result

    def unlink(self):
        before = self._get_priorities()
        result = super().unlink()
        self._decide_where_changed(before)
        return result

    # === BUSINESS === #
    @api.model
    def _get_priorities(self):
        """Return ``{company: {kind: rank}}`` of all companies."""
        # A row may be moved to another company; the ranks are no secret.
        companies = self.env["res.company"].sudo().search([])
        return {
            company: self.sudo()._get_priority(company.id) for company in companies
        }

    @api.model
    def _decide_where_changed(self, before):
        """Decide open orders again where the ranks are not those of ``before``."""
        after = self._get_priorities()
        changed = [company.id for company in after if after[company] != before[company]]
        if changed:
            self.env["after.sales.order"]._decide_open(
                [("company_id", "in", changed), ("unit_id", "!=", False)]
            )
