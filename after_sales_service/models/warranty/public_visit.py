import ipaddress
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import hmac

WINDOW_MINUTES = 10
LIMIT_KEY = "after_sales_service.public_page_limit"
DEFAULT_LIMIT = 60


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
    def _get_wait(self, address, now=None):
        """Count one visit and return how long the visitor has to wait.

        Visits that are refused are not counted: nobody is shut out for longer because
        of asking again, and a flood does not fill the table. Visits at the very same
        moment may not see one another; so there can be as many more as workers.

        :param str address: the visitor's IP address
        :param datetime now: naive, in UTC; the present if not given
        :return: seconds until the next visit is answered, 0 if this one is
        """
        now = now or fields.Datetime.now()
        limit = self._get_limit()
        visits = self.search(
            [
                ("address", "=", self._hash_address(address)),
                ("date", ">", now - timedelta(minutes=WINDOW_MINUTES)),
            ],
            order="date desc, id",
            limit=limit,
        )
        if len(visits) >= limit:
            first = visits[-1].date + timedelta(minutes=WINDOW_MINUTES)
            return max(1, int((first - now).total_seconds()))
        self.create({"address": self._hash_address(address), "date": now})
        return 0

    @api.model
    def _get_limit(self):
        """Return how many visits of an address are answered in ten minutes."""
        # A number that an administrator may set; visitors have no rights at all.
        value = self.env["ir.config_parameter"].sudo().get_param(LIMIT_KEY)
        return int(value) if (value or "").isdecimal() else DEFAULT_LIMIT

    @api.model
    def _hash_address(self, address):
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
        return hmac(self.env(su=True), "after_sales_public_visit", address or "")

    @api.autovacuum
    def _gc_visits(self):
        """Delete the visits of more than an hour ago."""
        limit = fields.Datetime.now() - timedelta(hours=1)
        # Nobody owns these rows; the vacuum runs for all companies.
        self.sudo().search([("date", "<", limit)]).unlink()
