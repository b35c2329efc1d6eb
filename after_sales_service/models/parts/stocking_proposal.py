from itertools import product
from math import sqrt

from odoo import models
from odoo.tools import SQL

from ...rules import abc as rules
from .product_product import CLASSES, CRITICALITIES
from .stocking_use import USES

# Service level, days of cover and of the count where the class has no policy.
NO_POLICY = (97.0, 30, 0)


class AfterSalesStockingRun(models.Model):
    """What follows from the use: rank, class, minimum and maximum of each part."""

    _inherit = "after.sales.stocking.run"

    # === BUSINESS === #
    def _insert_lines(self, months):
        """Write rank, classes and proposal of each part, by one statement.

        Quantities are in the product's unit, demand and spread per day.

        :param list months: what :meth:`_collect_uses` returns
        """
        self.env.cr.execute(
            SQL(
                """
                WITH policy (abc, criticality, level, certainty, cover, count_days) AS (
                    VALUES %(policies)s
                ),
                part AS (%(parts)s),
                fact AS (%(facts)s),
                ranked AS (%(ranks)s),
                limited AS (%(limits)s)
                INSERT INTO after_sales_stocking_line (
                       run_id, product_id, position, criticality, quantity,
                       cost, value, share, cumulative, abc, abc_before, variation, xyz,
                       demand, spread, lead_days, service_level, orderpoint_id, min_now,
                       max_now, min_new, max_new, count_days_now, count_days, decision)
                SELECT %(run)s, id, position, criticality, quantity,
                       cost, value, share, LEAST(before + share, 100), abc, abc_before,
                       variation, xyz, demand, spread, lead_days, level, orderpoint_id,
                       min_now, max_now, low, high, count_days_now, count_days,
                       CASE WHEN low = COALESCE(min_now, 0)
                             AND high = COALESCE(max_now, 0)
                             AND count_days = count_days_now
                            THEN 'same' ELSE 'open' END
                  FROM limited
                 ORDER BY position
                """,
                policies=self._sql_policies(),
                parts=self._sql_parts(),
                facts=self._sql_facts(months),
                ranks=self._sql_ranks(),
                limits=self._sql_limits(),
                run=self.id,
            )
        )
        self.env["after.sales.stocking.line"].invalidate_model()
        self.invalidate_recordset(["line_ids", "line_count", "open_count"])

    def _sql_policies(self):
        """Return one row of values for each class and criticality.

        The certainty is how many spreads above the demand the stock has to be.
        """
        classes = self.env["after.sales.stocking.class"].search(
            [("company_id", "=", self.company_id.id)]
        )
        known = {
            (row.abc, row.criticality): (
                row.service_level,
                row.cover_days,
                row.count_days,
            )
            for row in classes
        }
        rows = []
        for (abc, _label), (criticality, _text) in product(CLASSES, CRITICALITIES):
            level, *days = known.get((abc, criticality), NO_POLICY)
            rows.append((abc, criticality, level, rules.certainty(level), *days))
        return SQL(", ").join(SQL("%s", row) for row in rows)

    def _sql_parts(self):
        """Return the spare parts of the company with cost, lead time, rule, classes."""
        return SQL(
            """
            SELECT product.id,
                   template.uom_id,
                   template.after_sales_criticality AS criticality,
                   COALESCE((product.standard_price ->> %(key)s)::float8, 0) AS cost,
                   product.after_sales_abc_class ->> %(key)s AS abc_before,
                   COALESCE((product.after_sales_count_days ->> %(key)s)::integer, 0)
                       AS count_days_now,
                   COALESCE(vendor.delay, %(lead_days)s) AS lead_days,
                   rule.id AS orderpoint_id,
                   rule.product_min_qty AS min_now,
                   rule.product_max_qty AS max_now
              FROM product_product product
              JOIN product_template template
                ON template.id = product.product_tmpl_id
         LEFT JOIN (
                   SELECT DISTINCT ON (sold.id) sold.id, delay
                     FROM product_supplierinfo info
                     JOIN product_product sold
                       ON sold.product_tmpl_id = info.product_tmpl_id
                      AND (info.product_id IS NULL OR info.product_id = sold.id)
                    WHERE info.company_id IS NULL OR info.company_id = %(company)s
                    ORDER BY sold.id, info.sequence, info.min_qty, info.id
                   ) vendor ON vendor.id = product.id
         LEFT JOIN stock_warehouse_orderpoint rule
                ON rule.product_id = product.id
               AND rule.location_id = %(location)s
               AND rule.company_id = %(company)s
             WHERE template.is_after_sales_part
               AND product.active
               AND (template.company_id IS NULL
                    OR template.company_id = %(company)s)
            """,
            key=str(self.company_id.id),
            lead_days=self.company_id.after_sales_lead_days,
            company=self.company_id.id,
            location=self.warehouse_id.lot_stock_id.id,
        )

    def _sql_facts(self, months):
        """Return the parts with use, value and the deviation of the months.

        Hardly any part is used in another unit of measure than its own, so that only
        those moves are converted and summed up once more. Processes that read the
        moves in parallel sum up in any order: the noise behind the sixth decimal must
        not decide who comes first.
        """
        uses = [
            SQL("(COALESCE(own.%s, 0) + COALESCE(other.%s, 0))", month, month)
            for month in months
        ]
        return SQL(
            """
            SELECT part.*,
                   quantity,
                   quantity * cost AS value,
                   GREATEST(quantity * cost, 0) AS weight,
                   sqrt(GREATEST(squares / %(count)s - (quantity / %(count)s) ^ 2, 0))
                       AS deviation
              FROM part
         LEFT JOIN %(uses)s own
                ON own.product_id = part.id
               AND own.product_uom = part.uom_id
         LEFT JOIN (
                   SELECT part.id, %(converted)s
                     FROM %(uses)s use
                     JOIN part ON part.id = use.product_id
                     JOIN uom_uom unit ON unit.id = use.product_uom
                     JOIN uom_uom reference ON reference.id = part.uom_id
                    WHERE use.product_uom != part.uom_id
                    GROUP BY part.id
                   ) other ON other.id = part.id
        CROSS JOIN LATERAL (
                   SELECT round((%(total)s) * 1e6::float8) / 1e6::float8 AS quantity,
                          %(squares)s AS squares
                   ) summed
            """,
            count=len(months),
            uses=USES,
            converted=SQL(", ").join(
                SQL(
                    "SUM(use.%s * (unit.factor / reference.factor)) AS %s", month, month
                )
                for month in months
            ),
            total=SQL(" + ").join(uses),
            squares=SQL(" + ").join(SQL("%s * %s", use, use) for use in uses),
        )

    def _sql_ranks(self):
        """Return the parts with rank, share, variation, demand and spread."""
        return SQL(
            """
            SELECT fact.*,
                   row_number() OVER by_weight AS position,
                   COALESCE(weight / whole * 100, 0) AS share,
                   COALESCE((SUM(weight) OVER by_weight - weight) / whole * 100, 0)
                       AS before,
                   CASE WHEN quantity > 0
                        THEN deviation / (quantity / %(months)s) * 100
                         END AS variation,
                   GREATEST(quantity, 0) / %(days)s AS demand,
                   deviation / %(root)s AS spread
              FROM fact,
                   (SELECT NULLIF(SUM(weight), 0) AS whole FROM fact) whole
            WINDOW by_weight AS (ORDER BY weight DESC, id ROWS UNBOUNDED PRECEDING)
            """,
            months=len(self._get_bounds()) - 1,
            days=(self.date_to - self.date_from).days + 1,
            root=sqrt(rules.DAYS_OF_MONTH),
        )

    def _sql_limits(self):
        """Return the parts with classes, policy, minimum and maximum."""
        company = self.company_id
        return SQL(
            """
            SELECT *,
                   low + CASE WHEN demand > 0 THEN GREATEST(extra, 1) ELSE extra END
                       AS high
              FROM (
                   SELECT ranked.*, policy.abc, level, policy.count_days, xyz,
                          GREATEST(
                              ceil(demand * days + certainty * spread * sqrt(days)
                                   - %(tolerance)s),
                              CASE WHEN ranked.criticality = 'vital' THEN 1 ELSE 0 END
                          ) AS low,
                          GREATEST(ceil(demand * cover - %(tolerance)s), 0) AS extra
                     FROM ranked
                    CROSS JOIN LATERAL (
                          SELECT CASE WHEN share <= 0 THEN 'c'
                                      WHEN before < %(limit_a)s THEN 'a'
                                      WHEN before < %(limit_b)s THEN 'b'
                                      ELSE 'c' END AS class,
                                 CASE WHEN variation IS NULL THEN 'z'
                                      WHEN variation <= %(limit_x)s THEN 'x'
                                      WHEN variation <= %(limit_y)s THEN 'y'
                                      ELSE 'z' END AS xyz,
                                 GREATEST(lead_days, 0)::float8 AS days
                          ) classified
                     JOIN policy
                       ON policy.abc = class
                      AND policy.criticality = ranked.criticality
                   ) proposed
            """,
            tolerance=rules.TOLERANCE,
            limit_a=company.after_sales_abc_limit_a,
            limit_b=company.after_sales_abc_limit_b,
            limit_x=company.after_sales_abc_limit_x,
            limit_y=company.after_sales_abc_limit_y,
        )

    def _write_classes(self):
        """Write the classes on the products of the company, by one statement."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE product_product product
                   SET after_sales_abc_class =
                           COALESCE(product.after_sales_abc_class, '{}'::jsonb)
                           || jsonb_build_object(%(key)s, line.abc),
                       after_sales_xyz_class =
                           COALESCE(product.after_sales_xyz_class, '{}'::jsonb)
                           || jsonb_build_object(%(key)s, line.xyz)
                  FROM after_sales_stocking_line line
                 WHERE line.run_id = %(run)s
                   AND product.id = line.product_id
                   AND (product.after_sales_abc_class ->> %(key)s
                            IS DISTINCT FROM line.abc
                        OR product.after_sales_xyz_class ->> %(key)s
                            IS DISTINCT FROM line.xyz)
                """,
                key=str(self.company_id.id),
                run=self.id,
            )
        )
        self.env["product.product"].invalidate_model(
            ["after_sales_abc_class", "after_sales_xyz_class"]
        )
