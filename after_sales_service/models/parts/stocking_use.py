import json
from datetime import datetime, time, timedelta
from math import sqrt
from zoneinfo import ZoneInfo

from odoo import models
from odoo.tools import SQL

from ...rules import abc as rules

INTEGER, VARCHAR, FLOAT8 = SQL("integer"), SQL("varchar"), SQL("float8")
# Columns of the lines, and how they are read from JSON.
COLUMNS = {
    "product_id": INTEGER,
    "criticality": VARCHAR,
    "position": INTEGER,
    "quantity": FLOAT8,
    "cost": FLOAT8,
    "share": FLOAT8,
    "cumulative": FLOAT8,
    "abc": VARCHAR,
    "abc_before": VARCHAR,
    "variation": FLOAT8,
    "xyz": VARCHAR,
    "demand": FLOAT8,
    "spread": FLOAT8,
    "lead_days": INTEGER,
    "service_level": FLOAT8,
    "orderpoint_id": INTEGER,
    "min_now": FLOAT8,
    "max_now": FLOAT8,
    "min_new": FLOAT8,
    "max_new": FLOAT8,
    "count_days_now": INTEGER,
    "count_days": INTEGER,
    "decision": VARCHAR,
}


class AfterSalesStockingRun(models.Model):
    """The sums behind an analysis, by set operations."""

    _inherit = "after.sales.stocking.run"

    # === BUSINESS === #
    def _compute_lines(self):
        """Classify the parts and write their proposals: the same few queries always."""
        self.ensure_one()
        company = self.company_id
        parts = self._read_parts()
        uses = self._read_uses()
        months = self._get_months()
        ranks = rules.classify(
            {
                part_id: uses.get(part_id, (0.0, 0.0))[0] * part["cost"]
                for part_id, part in parts.items()
            },
            company.after_sales_abc_limit_a,
            company.after_sales_abc_limit_b,
        )
        policies = {
            (row.abc, row.criticality): row
            for row in self.env["after.sales.stocking.class"].search(
                [("company_id", "=", company.id)]
            )
        }
        rows = []
        for part_id, part in parts.items():
            total, squares = uses.get(part_id, (0.0, 0.0))
            policy = policies.get((ranks[part_id].abc, part["criticality"]))
            row = part | {"product_id": part_id, "quantity": total}
            row |= self._get_facts(ranks[part_id], total, squares, months)
            rows.append(row | self._get_proposal(row, policy))
        self._insert_lines(rows)
        self._write_classes()

    def _get_facts(self, rank, total, squares, months):
        company = self.company_id
        variation = rules.variability(total, squares, months)
        days = (self.date_to - self.date_from).days + 1
        return {
            "position": rank.position,
            "share": rank.share,
            "cumulative": rank.cumulative,
            "abc": rank.abc,
            "variation": variation,
            "xyz": rules.xyz(
                variation,
                company.after_sales_abc_limit_x,
                company.after_sales_abc_limit_y,
            ),
            "demand": max(total, 0.0) / days,
            "spread": rules.deviation(total, squares, months)
            / sqrt(rules.DAYS_OF_MONTH),
        }

    def _get_proposal(self, row, policy):
        """Return minimum, maximum and counting turn of one part.

        :param dict row: facts of the part
        :param policy: its stocking class, or None
        """
        lead_days = row["lead_days"]
        if lead_days is None:
            lead_days = self.company_id.after_sales_lead_days
        level = policy.service_level if policy else 97.0
        low = rules.minimum(row["demand"], row["spread"], lead_days, level)
        if row["criticality"] == "vital":
            low = max(low, 1)
        high = rules.maximum(low, row["demand"], policy.cover_days if policy else 30)
        count_days = policy.count_days if policy else 0
        same = (low, high) == (row["min_now"] or 0, row["max_now"] or 0)
        return {
            "lead_days": lead_days,
            "service_level": level,
            "min_new": low,
            "max_new": high,
            "count_days": count_days,
            "decision": "same"
            if same and count_days == row["count_days_now"]
            else "open",
        }

    def _get_months(self):
        """Return how many months of the calendar the period touches."""
        first, last = self._get_moments()
        last -= timedelta(seconds=1)
        return (last.year - first.year) * 12 + last.month - first.month + 1

    def _get_moments(self):
        """Return when the period begins and when it is over: naive, in UTC."""
        zone = ZoneInfo(self.company_id.partner_id.tz or "UTC")
        return tuple(
            datetime.combine(day, time(), zone)
            .astimezone(ZoneInfo("UTC"))
            .replace(tzinfo=None)
            for day in (self.date_from, self.date_to + timedelta(days=1))
        )

    def _read_parts(self):
        """Return ``{product id: facts}`` of the spare parts of the company.

        SQL, because cost, lead time, rule and classes of thousands of products are
        wanted at once. Called for clerks and managers only.
        """
        self.env.flush_all()
        key = str(self.company_id.id)
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT product.id,
                       template.after_sales_criticality AS criticality,
                       COALESCE((product.standard_price ->> %(key)s)::float, 0)
                           AS cost,
                       product.after_sales_abc_class ->> %(key)s AS abc_before,
                       COALESCE(
                           (product.after_sales_count_days ->> %(key)s)::integer, 0
                       ) AS count_days_now,
                       vendor.delay AS lead_days,
                       rule.id AS orderpoint_id,
                       rule.product_min_qty AS min_now,
                       rule.product_max_qty AS max_now
                  FROM product_product product
                  JOIN product_template template
                    ON template.id = product.product_tmpl_id
             LEFT JOIN LATERAL (
                       SELECT delay
                         FROM product_supplierinfo
                        WHERE product_tmpl_id = template.id
                          AND (product_id IS NULL OR product_id = product.id)
                          AND (company_id IS NULL OR company_id = %(company)s)
                        ORDER BY sequence, min_qty, id
                        LIMIT 1
                       ) vendor ON TRUE
             LEFT JOIN stock_warehouse_orderpoint rule
                    ON rule.product_id = product.id
                   AND rule.location_id = %(location)s
                   AND rule.company_id = %(company)s
                 WHERE template.is_after_sales_part
                   AND product.active
                   AND (template.company_id IS NULL
                        OR template.company_id = %(company)s)
                 ORDER BY product.id
                """,
                key=key,
                company=self.company_id.id,
                location=self.warehouse_id.lot_stock_id.id,
            )
        )
        return {row.pop("id"): row for row in rows}

    def _read_uses(self):
        """Return ``{product id: (use of the period, sum of squares of its months)}``.

        Use is what left for a customer or a cost of ours, less what was returned from
        there, in the product's unit of measure. SQL, because a month's use must be
        squared before it is summed up: ``_read_group`` cannot.
        """
        first, last = self._get_moments()
        rows = self.env.execute_query(
            SQL(
                """
                WITH place AS (
                    SELECT id, usage IN ('customer', 'production') AS is_use
                      FROM stock_location
                ), raw AS (
                    SELECT move.product_id,
                           move.product_uom,
                           date_trunc('month', move.date) AS month,
                           SUM(CASE WHEN target.is_use THEN move.quantity
                                    ELSE -move.quantity END) AS quantity
                      FROM stock_move move
                      JOIN place source ON source.id = move.location_id
                      JOIN place target ON target.id = move.location_dest_id
                     WHERE move.state = 'done'
                       AND move.company_id = %(company)s
                       AND move.date >= %(first)s
                       AND move.date < %(last)s
                       AND source.is_use <> target.is_use
                       AND (target.is_use
                            OR move.origin_returned_move_id IS NOT NULL)
                     GROUP BY move.product_id, move.product_uom, 3
                ), monthly AS (
                    SELECT raw.product_id,
                           raw.month,
                           SUM(raw.quantity * uom.factor / own.factor) AS quantity
                      FROM raw
                      JOIN product_product product ON product.id = raw.product_id
                      JOIN product_template template
                        ON template.id = product.product_tmpl_id
                      JOIN uom_uom own ON own.id = template.uom_id
                      JOIN uom_uom uom ON uom.id = raw.product_uom
                     WHERE template.is_after_sales_part
                     GROUP BY raw.product_id, raw.month
                )
                SELECT product_id,
                       SUM(quantity)::float,
                       SUM(quantity * quantity)::float
                  FROM monthly
                 GROUP BY product_id
                """,
                company=self.company_id.id,
                first=first,
                last=last,
            )
        )
        return {product: (total, squares) for product, total, squares in rows}

    def _insert_lines(self, rows):
        """Write the lines with one statement; by ORM it would be one per hundred."""
        lines = self.env["after.sales.stocking.line"]
        names = SQL(", ").join(SQL.identifier(name) for name in COLUMNS)
        types = SQL(", ").join(
            SQL("%s %s", SQL.identifier(name), kind) for name, kind in COLUMNS.items()
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO after_sales_stocking_line (
                       run_id, company_id, create_uid, create_date, write_uid,
                       write_date, value, %(names)s)
                SELECT %(run)s, %(company)s, %(user)s, now() AT TIME ZONE 'UTC',
                       %(user)s, now() AT TIME ZONE 'UTC', quantity * cost, %(names)s
                  FROM json_to_recordset(%(rows)s) AS part (%(types)s)
                 ORDER BY "position"
                """,
                names=names,
                types=types,
                run=self.id,
                company=self.company_id.id,
                user=self.env.uid,
                rows=json.dumps(rows),
            )
        )
        lines.invalidate_model()
        self.invalidate_recordset(["line_ids", "line_count", "open_count"])

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
