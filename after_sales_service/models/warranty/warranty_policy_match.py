from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...rules.serials import in_range, ranges_overlap

PRODUCT_RANK = 1000  # deeper than any category


class AfterSalesWarrantyPolicy(models.Model):
    """Which policy holds for a unit: the most specific one, in a total order.

    1. a range of serial numbers, 2. the customer, 3. a sales campaign, 4. the
    product, its nearest category, everything. What names more of these from the top
    wins. Two policies for the same thing at the same time are refused, so only
    policies of different campaigns can be alike: then the campaign that began later,
    the policy that is listed first, the older one.
    """

    _inherit = "after.sales.warranty.policy"

    # === CONSTRAINS === #
    @api.constrains(
        "state",
        "active",
        "company_id",
        "product_tmpl_id",
        "categ_id",
        "partner_id",
        "campaign_id",
        "serial_from",
        "serial_to",
        "date_from",
        "date_to",
    )
    def _check_no_tie(self):
        for policy in self.filtered(lambda it: it.active and it.state != "draft"):
            for other in policy._search_same_target():
                if policy._overlaps(other):
                    raise ValidationError(
                        self.env._(
                            "Policies “%(name)s” and “%(other)s” are for the same at "
                            "the same time, so that neither would win. Correct “Valid "
                            "for Deliveries from” or “Valid until” of one of them.",
                            name=policy.name,
                            other=other.name,
                        )
                    )

    def _search_same_target(self):
        self.ensure_one()
        customer = self.partner_id.commercial_partner_id
        return self.search(
            Domain("id", "!=", self.id)
            & Domain("state", "!=", "draft")
            & Domain("company_id", "=", self.company_id.id)
            & Domain("product_tmpl_id", "=", self.product_tmpl_id.id)
            & Domain("categ_id", "=", self.categ_id.id)
            & Domain("campaign_id", "=", self.campaign_id.id)
            & (
                Domain("partner_id.commercial_partner_id", "=", customer.id)
                if customer
                else Domain("partner_id", "=", False)
            )
        )

    def _overlaps(self, other):
        """Tell whether two policies for the same share a day and a serial number."""
        self.ensure_one()
        if bool(self.serial_from) != bool(other.serial_from):
            return False
        far, near = fields.Date.to_date("9999-12-31"), fields.Date.to_date("0001-01-01")
        return (
            (self.date_from or near) <= (other.date_to or far)
            and (other.date_from or near) <= (self.date_to or far)
            and ranges_overlap(
                (self.serial_from, self.serial_to), (other.serial_from, other.serial_to)
            )
        )

    # === BUSINESS === #
    def _get_rank(self, unit):
        """Return how specific the policy is for a unit, None if it does not fit.

        :return: a tuple; the greater, the more specific
        """
        self.ensure_one()
        day = (
            unit.date_delivered
            or unit.date_sold
            or unit.date_installed
            or fields.Date.context_today(self)
        )
        if (self.date_from and day < self.date_from) or (
            self.date_to and day > self.date_to
        ):
            return None
        return self._get_target_rank(unit)

    def _get_target_rank(self, unit):
        """As ``_get_rank``, whatever the day."""
        self.ensure_one()
        depth = self._get_product_rank(unit.product_id)
        if depth is None or self.company_id != unit.company_id:
            return None
        customer = unit.partner_id.commercial_partner_id
        if self.partner_id and self.partner_id.commercial_partner_id != customer:
            return None
        if self.serial_from and not (
            unit.has_serial and in_range(unit.name, self.serial_from, self.serial_to)
        ):
            return None
        if self.campaign_id and not self.campaign_id._contains(unit):
            return None
        began = self.campaign_id.date_from
        return (
            bool(self.serial_from),
            bool(self.partner_id),
            bool(self.campaign_id),
            depth,
            began.toordinal() if began else 0,
            -self.sequence,
            -self.id,
        )

    def _get_product_rank(self, product):
        """Return 0 for a general policy, a category's depth, 1000 for a product."""
        if self.product_tmpl_id:
            own = self.product_tmpl_id == product.product_tmpl_id
            return PRODUCT_RANK if own else None
        if self.categ_id:
            path = (product.categ_id.parent_path or "").split("/")
            own = str(self.categ_id.id)
            return path.index(own) + 1 if own in path else None
        return 0
