from odoo import models


class AfterSalesUnit(models.Model):
    _inherit = "after.sales.unit"

    # === BUSINESS === #
    def _get_lifetime_policy(self, day):
        """Return the policy that promises service at cost on ``day``, maybe none.

        It begins when all terms of product and extension are over. A unit whose cover
        was voided has lost this promise, too.
        """
        self.ensure_one()
        policy = self._get_own_policy()
        if not policy.is_lifetime_service or self.is_cover_void:
            return policy.browse()
        terms = self.cover_ids.filtered(
            lambda cover: (
                cover.kind in ("product", "extension") and not cover.is_excluded
            )
        )
        is_over = terms and all(
            cover.date_last and cover.date_last < day for cover in terms
        )
        return policy if is_over else policy.browse()
