from odoo import models


class AfterSalesOrder(models.Model):
    """What the customer reads: languages, time zones, the voucher."""

    _inherit = "after.sales.order"

    # === BUSINESS === #
    def _get_customer_tz(self):
        """Return the name of the time zone in which the customer lives."""
        self.ensure_one()
        return self._get_partner_tz(self.partner_id, self.company_id)

    def _get_partner_tz(self, partner, company):
        return (
            partner.tz
            or partner.commercial_partner_id.tz
            or company.partner_id.tz
            or self.env.user.tz
            or "UTC"
        )

    def _get_customer_url(self):
        """Return the address of the order's page, open to whoever holds the link."""
        self.ensure_one()
        # The token is made for the customer, whoever sends the mail.
        return self.get_base_url() + self.sudo().get_portal_url()
