from odoo import api, models


class AfterSalesCoverPriority(models.Model):
    """Another order of covers decides the company's open orders again."""

    _inherit = "after.sales.cover.priority"

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        own = self.env.company.id
        before = self._get_priorities(
            {vals.get("company_id") or own for vals in vals_list}
        )
        rows = super().create(vals_list)
        self._decide_where_changed(before)
        return rows

    def write(self, vals):
        # A row may be moved to another company.
        moved_to = {vals["company_id"]} if vals.get("company_id") else set()
        before = self._get_priorities({*self.company_id.ids, *moved_to})
        result = super().write(vals)
        self._decide_where_changed(before)
        return result

    def unlink(self):
        before = self._get_priorities(self.company_id.ids)
        result = super().unlink()
        self._decide_where_changed(before)
        return result

    # === BUSINESS === #
    @api.model
    def _get_priorities(self, company_ids):
        """Return ``{company id: {kind: rank}}``."""
        # What is read is kept for everybody: it must not depend on who asks.
        ranks = self.sudo()
        return {company: ranks._get_priority(company) for company in company_ids}

    @api.model
    def _decide_where_changed(self, before):
        """Decide open orders again where the ranks are not those of ``before``."""
        after = self._get_priorities(before)
        changed = [company for company in after if after[company] != before[company]]
        if changed:
            self.env["after.sales.order"]._decide_open(
                [("company_id", "in", changed), ("unit_id", "!=", False)]
            )
