import ipaddress
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, hmac

WINDOW_MINUTES = 10
LIMIT_KEY = "after_sales_service.public_page_limit"
DEFAULT_LIMIT = 60


class AfterSalesPublicVisit(models.Model):
    """How often an address asked for public pages in one span of time.

    The rows lie in the database, so that all workers count together. No address is
    kept: only its keyed hash, and that for an hour.
    """

    _name = "after.sales.public.visit"
    _description = "Visits of Public Pages"
    _order = "date_start desc, id"
    _log_access = False

    address = fields.Char(string="Hashed Address", required=True, readonly=True)
    date_start = fields.Datetime(
        string="Counted from", required=True, readonly=True, index=True
    )
    visits = fields.Integer(default=0, readonly=True)

    _address_unique = models.UniqueIndex(
        "(address, date_start)", "An address is counted once in a span of time."
    )

    # === BUSINESS === #
    @api.model
    def _get_wait(self, address, now=None):
        """Count one visit and return how long the visitor has to wait.

        :param str address: the visitor's IP address
        :param datetime now: naive, in UTC; the present if not given
        :return: seconds until the next span of time begins, 0 if the visit is fine
        """
        now = now or fields.Datetime.now()
        start = now.replace(
            minute=now.minute - now.minute % WINDOW_MINUTES, second=0, microsecond=0
        )
        if self._count_visit(address, start) <= self._get_limit():
            return 0
        end = start + timedelta(minutes=WINDOW_MINUTES)
        return max(1, int((end - now).total_seconds()))

    @api.model
    def _get_limit(self):
        """Return how many visits of an address are answered in one span of time."""
        # A number that an administrator may set; visitors have no rights at all.
        value = self.env["ir.config_parameter"].sudo().get_param(LIMIT_KEY)
        return int(value) if (value or "").isdecimal() else DEFAULT_LIMIT

    @api.model
    def _count_visit(self, address, start):
        """Return the number of visits since ``start``, this one included.

        In SQL, since reading, adding and writing would lose visits that two workers
        count at the same moment.
        """
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO after_sales_public_visit AS row
                            (address, date_start, visits)
                     VALUES (%(address)s, %(start)s, 1)
                ON CONFLICT (address, date_start)
                  DO UPDATE SET visits = row.visits + 1
                  RETURNING visits
                """,
                address=self._hash_address(address),
                start=start,
            )
        )
        return rows[0][0]

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
        """Delete what has been counted more than an hour ago."""
        limit = fields.Datetime.now() - timedelta(hours=1)
        # Nobody owns these rows; the vacuum runs for all companies.
        self.sudo().search([("date_start", "<", limit)]).unlink()
