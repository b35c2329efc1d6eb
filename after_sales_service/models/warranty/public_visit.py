import ipaddress
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import hmac

WINDOW_MINUTES = 10
LIMIT_KEY = "after_sales_service.public_page_limit"
DEFAULT_LIMIT = 60
# Pages that write something are answered less often.
FORM_LIMIT_KEY = "after_sales_service.public_form_limit"
DEFAULT_FORM_LIMIT = 10


class AfterSalesPublicVisit(models.Model):
    """Who asked for public pages in the last minutes, one row per answered visit.

    The rows lie in the database, so that all workers count together; rows are only
    added, so that none of them waits for another. No address is kept: only its keyed
    hash, and that for an hour.
    """

    _name = "after.sales.public.visit"
    _description = "Visits of Public Pages"
    _order = "date, id"
    _log_access = False

    address = fields.Char(string="Hashed Address", required=True, readonly=True)
    date = fields.Datetime(string="Visited on", required=True, readonly=True)

    _address_idx = models.Index("(address, date)")

    # === BUSINESS === #
    @api.model
    def _get_wait(self, address, now=None, is_form=False):
        """Count one visit and return how long the visitor has to wait.

        Visits that are refused are not counted: nobody is shut out for longer because
        of asking again, and a flood does not fill the table. Visits at the very same
        moment may not see one another; so there can be as many more as workers.

        :param str address: the visitor's IP address
        :param datetime now: naive, in UTC; the present if not given
        :param bool is_form: whether the visitor sends something; counted by itself
        :return: seconds until the next visit is answered, 0 if this one is
        """
        now = now or fields.Datetime.now()
        limit = self._get_limit(is_form)
        known = self._hash_address(address, is_form)
        visits = self.search(
            [
                ("address", "=", known),
                ("date", ">", now - timedelta(minutes=WINDOW_MINUTES)),
            ],
            order="date desc, id",
            limit=limit,
        )
        if len(visits) >= limit:
            first = visits[-1].date + timedelta(minutes=WINDOW_MINUTES)
            return max(1, int((first - now).total_seconds()))
        self.create({"address": known, "date": now})
        return 0

    @api.model
    def _get_limit(self, is_form=False):
        """Return how many visits of an address are answered in ten minutes."""
        key, default = (
            (FORM_LIMIT_KEY, DEFAULT_FORM_LIMIT)
            if is_form
            else (LIMIT_KEY, DEFAULT_LIMIT)
        )
        # A number that an administrator may set; visitors have no rights at all.
        value = self.env["ir.config_parameter"].sudo().get_param(key)
        return int(value) if (value or "").isdecimal() else default

    @api.model
    def _hash_address(self, address, is_form=False):
        """Return a keyed hash of the network that ``address`` stands for.

        Of an IPv6 address the first 64 bits count: the rest is the visitor's to
        choose.
        """
        try:
            ip = ipaddress.ip_address(address or "")
        except ValueError:
            ip = None
        if ip and ip.version == 6:
            address = str(ipaddress.ip_network(f"{ip}/64", strict=False))
        # The key of the hash is the database's secret, read by the framework only.
        scope = "after_sales_public_form" if is_form else "after_sales_public_visit"
        return hmac(self.env(su=True), scope, address or "")

    @api.autovacuum
    def _gc_visits(self):
        """Delete the visits of more than an hour ago."""
        limit = fields.Datetime.now() - timedelta(hours=1)
        # Nobody owns these rows; the vacuum runs for all companies.
        self.sudo().search([("date", "<", limit)]).unlink()
