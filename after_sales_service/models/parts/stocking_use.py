from itertools import pairwise

from dateutil.relativedelta import relativedelta

from odoo import models
from odoo.tools import SQL

# Lives from the sums to the proposals of one analysis.
USES = SQL.identifier("after_sales_stocking_use")


class AfterSalesStockingRun(models.Model):
    """What service used in each month of the period."""

    _inherit = "after.sales.stocking.run"

    # === BUSINESS === #
    def _compute_lines(self):
        """Classify the parts and write their proposals: the same few queries always.

        SQL from the moves to the proposals, so that the moves are read once and
        nothing of thousands of parts goes through Python. The rule itself, in words
        and plain functions, is ``rules/abc.py``; a test holds both together.
        """
        self.ensure_one()
        self.env.flush_all()
        months = self._collect_uses()
        self._insert_lines(months)
        self.env.cr.execute(SQL("DROP TABLE %s", USES))
        self._write_classes()

    def _get_bounds(self):
        """Return when each month of the period begins, and its end: naive, in UTC.

        The days are those of the company's time zone. The first and the last month
        may be shorter than the others.
        """
        days, day = [], self.date_from
        while day <= self.date_to:
            days.append(day)
            day = day.replace(day=1) + relativedelta(months=1)
        days.append(self.date_to + relativedelta(days=1))
        return self.company_id._get_after_sales_midnights(days)

    def _collect_uses(self):
        """Sum up the use of each product and month in the table ``USES``.

        Use is what left for a customer or a cost of ours, less what was returned from
        there, in the unit of the moves. SQL, because of the signs; one sum per month
        instead of a group per month, because PostgreSQL then knows that there are few
        groups and reads the moves in parallel. That it does for a new table, too, but
        not for rows inserted in another one.

        :return: list of the months' columns
        """
        bounds = self._get_bounds()
        places = self.env["stock.location"].with_context(active_test=False)
        used = tuple(places.search([("usage", "in", ("customer", "production"))]).ids)
        quantity = SQL(
            """
            (CASE WHEN location_dest_id IN %s THEN quantity ELSE -quantity END)::float8
            """,
            used,
        )
        periods = list(pairwise(bounds))
        months = [SQL.identifier(f"month_{number}") for number in range(len(periods))]
        self.env.cr.execute(
            SQL(
                """
                CREATE TEMPORARY TABLE %(uses)s ON COMMIT DROP AS
                SELECT product_id, product_uom, %(sums)s
                  FROM stock_move
                 WHERE state = 'done'
                   AND company_id = %(company)s
                   AND date >= %(first)s
                   AND date < %(last)s
                   AND (location_dest_id IN %(used)s AND location_id NOT IN %(used)s
                        OR origin_returned_move_id IS NOT NULL
                           AND location_id IN %(used)s
                           AND location_dest_id NOT IN %(used)s)
                 GROUP BY product_id, product_uom
                """,
                uses=USES,
                sums=SQL(", ").join(
                    SQL(
                        "SUM(%s) FILTER (WHERE date >= %s AND date < %s) AS %s",
                        quantity,
                        *days,
                        month,
                    )
                    for days, month in zip(periods, months, strict=True)
                ),
                company=self.company_id.id,
                first=bounds[0],
                last=bounds[-1],
                used=used,
            )
        )
        return months
