import itertools
import json
from datetime import datetime, time
from math import fsum, sqrt
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from odoo import models
from odoo.tools import SQL

from ...rules import abc as rules

INTEGER, VARCHAR, FLOAT8 = SQL("integer"), SQL("varchar"), SQL("float8")
# Service level, days of cover and of the count where the class has no policy.
NO_POLICY = (97.0, 30, 0)
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
        uses = self._read_uses(parts)
        totals = {part_id: fsum(uses.get(part_id, ())) for part_id in parts}
        ranks = rules.classify(
            {
                part_id: totals[part_id] * part["cost"]
                for part_id, part in parts.items()
            },
            company.after_sales_abc_limit_a,
            company.after_sales_abc_limit_b,
        )
        policies = self._get_policies()
        rows = []
        for part_id, part in parts.items():
            row = part | {"product_id": part_id, "quantity": totals[part_id]}
            row |= self._get_facts(ranks[part_id], uses.get(part_id, [0.0]))
            rows.append(row | self._get_proposal(row, policies))
        self._insert_lines(rows)
        self._write_classes()

    def _get_policies(self):
        """Return ``{(abc, criticality): (service level, days of cover, of count)}``."""
        classes = self.env["after.sales.stocking.class"].search(
            [("company_id", "=", self.company_id.id)]
        )
        return {
            (row.abc, row.criticality): (
                row.service_level,
                row.cover_days,
                row.count_days,
            )
            for row in classes
        }

    def _get_facts(self, rank, months):
        """Return what follows from the rank and the use of each month of a part."""
        company = self.company_id
        total, squares = fsum(months), fsum(month * month for month in months)
        variation = rules.variability(total, squares, len(months))
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
            "spread": rules.deviation(total, squares, len(months))
            / sqrt(rules.DAYS_OF_MONTH),
        }

    def _get_proposal(self, row, policies):
        """Return minimum, maximum and counting turn of one part.

        :param dict row: facts of the part
        :param policies: what :meth:`_get_policies` returns
        """
        level, cover_days, count_days = policies.get(
            (row["abc"], row["criticality"]), NO_POLICY
        )
        lead_days = row["lead_days"]
        if lead_days is None:
            lead_days = self.company_id.after_sales_lead_days
        low = rules.minimum(row["demand"], row["spread"], lead_days, level)
        if row["criticality"] == "vital":
            low = max(low, 1)
        high = rules.maximum(low, row["demand"], cover_days)
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

    def _get_bounds(self):
        """Return when each month of the period begins, and its end: naive, in UTC.

        The days are those of the company's time zone. The first and the last month
        may be shorter than the others.
        """
        zone = ZoneInfo(self.company_id.partner_id.tz or "UTC")
        days, day = [], self.date_from
        while day <= self.date_to:
            days.append(day)
            day = day.replace(day=1) + relativedelta(months=1)
        days.append(self.date_to + relativedelta(days=1))
        return [
            datetime.combine(day, time(), zone)
            .astimezone(ZoneInfo("UTC"))
            .replace(tzinfo=None)
            for day in days
        ]

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
                       template.uom_id,
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

    def _read_uses(self, parts):
        """Return ``{product id: [use of each month]}`` in the product's unit.

        Use is what left for a customer or a cost of ours, less what was returned from
        there. SQL, because of the signs; one sum per month instead of a group per
        month, because PostgreSQL then knows that there are few groups and reads the
        moves in parallel.

        :param parts: what :meth:`_read_parts` returns
        """
        bounds = self._get_bounds()
        places = self.env["stock.location"].with_context(active_test=False)
        used = tuple(places.search([("usage", "in", ("customer", "production"))]).ids)
        quantity = SQL(
            "CASE WHEN location_dest_id IN %s THEN quantity ELSE -quantity END", used
        )
        rows = self.env.execute_query(
            SQL(
                """
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
                sums=SQL(", ").join(
                    SQL(
                        "SUM(%s) FILTER (WHERE date >= %s AND date < %s)::float",
                        quantity,
                        start,
                        end,
                    )
                    for start, end in itertools.pairwise(bounds)
                ),
                company=self.company_id.id,
                first=bounds[0],
                last=bounds[-1],
                used=used,
            )
        )
        uom_ids = {row[1] for row in rows} | {part["uom_id"] for part in parts.values()}
        factors = {uom.id: uom.factor for uom in self.env["uom.uom"].browse(uom_ids)}
        uses = {}
        for product_id, uom_id, *months in rows:
            if product_id not in parts:
                continue
            factor = factors[uom_id] / factors[parts[product_id]["uom_id"]]
            known = uses.get(product_id) or [0.0] * len(months)
            uses[product_id] = [
                before + (more or 0.0) * factor
                for before, more in zip(known, months, strict=True)
            ]
        return uses

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
                       run_id, company_id, value, %(names)s)
                SELECT %(run)s, %(company)s, quantity * cost, %(names)s
                  FROM json_to_recordset(%(rows)s) AS part (%(types)s)
                 ORDER BY "position"
                """,
                names=names,
                types=types,
                run=self.id,
                company=self.company_id.id,
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
