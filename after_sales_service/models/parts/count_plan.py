from collections import defaultdict

from odoo import Command, api, fields, models
from odoo.tools import SQL

from ...rules import abc as rules

# Turns of parts that were never classified.
DEFAULT_DAYS = {"a": 30, "b": 90, "c": 180}
# Never counted: as if the last time was so long ago.
NEVER_DAYS = 365.0


class AfterSalesCount(models.Model):
    """The weekly choice of a few parts of each place, by class and risk."""

    _inherit = "after.sales.count"

    # === BUSINESS === #
    @api.model
    def _cron_create_mini_counts(self):
        """Make this week's count of each van and each stock, where none is open."""
        for company in self.env["res.company"].search(
            [("after_sales_count_lines", ">", 0)]
        ):
            counts = self.with_company(company)
            counts._create_mini_counts(company, counts._get_count_places(company))

    @api.model
    def _get_count_places(self, company):
        """Return the places that are counted week by week. Meant to be extended."""
        vans = self.env["hr.employee"].search(
            [("company_id", "=", company.id), ("after_sales_van_id", "!=", False)]
        )
        warehouses = self.env["stock.warehouse"].search(
            [("company_id", "=", company.id)]
        )
        busy = self.search(
            [("company_id", "=", company.id), ("state", "in", ("draft", "counted"))]
        )
        places = vans.after_sales_van_id | warehouses.lot_stock_id
        return places - busy.location_id

    @api.model
    def _create_mini_counts(self, company, places):
        """Return a count of each place with the most urgent parts on it."""
        candidates = self._get_candidates(company, places)
        holders = {
            employee.after_sales_van_id: employee.user_id
            for employee in self.env["hr.employee"].search(
                [("after_sales_van_id", "in", places.ids)]
            )
        }
        number = company.after_sales_count_lines
        chosen = {
            place: rules.choose_counts(candidates[place.id], number)
            for place in places
            if candidates[place.id]
        }
        counts = self.create(
            [
                {
                    "company_id": company.id,
                    "location_id": place.id,
                    "kind": "mini",
                    "line_ids": [
                        Command.create({"product_id": product, "lot_id": lot or False})
                        for product, lot in (row.key for row in rows)
                    ],
                }
                for place, rows in chosen.items()
            ]
        )
        for count in counts:
            user = holders.get(count.location_id)
            if user:
                reader = count.with_context(lang=user.lang)
                reader.activity_schedule(
                    "after_sales_service.mail_activity_type_count",
                    user_id=user.id,
                    date_deadline=fields.Date.context_today(self),
                    summary=reader.env._(
                        "Count the listed parts in %(place)s",
                        place=count.location_id.name,
                    ),
                )
        return counts

    @api.model
    def _get_candidates(self, company, places):
        """Return ``{place id: [rules.abc.CountCandidate]}`` of what is there.

        SQL, because each quant is taken to the place above it and joined with the
        last count of that part there. Called by the scheduler.
        """
        self.env.flush_all()
        today = fields.Date.context_today(self)
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT place.id AS place_id,
                       quant.product_id,
                       quant.lot_id,
                       SUM(quant.quantity)
                           * COALESCE(
                               MIN((product.standard_price ->> %(key)s)::float), 0
                           ) AS value,
                       MIN(product.after_sales_abc_class ->> %(key)s) AS abc,
                       MIN(template.after_sales_criticality) AS criticality,
                       MIN(NULLIF(
                           (product.after_sales_count_days ->> %(key)s)::integer, 0
                       )) AS own_days,
                       MAX(last.date) AS last_date,
                       COALESCE(
                           (ARRAY_AGG(last.difference))[1] <> 0, FALSE
                       ) AS had_difference
                  FROM stock_location place
                  JOIN stock_location shelf
                    ON shelf.parent_path LIKE place.parent_path || '%%'
                  JOIN stock_quant quant ON quant.location_id = shelf.id
                  JOIN product_product product ON product.id = quant.product_id
                  JOIN product_template template
                    ON template.id = product.product_tmpl_id
             LEFT JOIN LATERAL (
                       SELECT date, difference
                         FROM after_sales_count_line
                        WHERE product_id = quant.product_id
                          AND location_id = place.id
                          AND lot_id IS NOT DISTINCT FROM quant.lot_id
                          AND state = 'done'
                        ORDER BY date DESC, id DESC
                        LIMIT 1
                       ) last ON TRUE
                 WHERE place.id IN %(places)s
                   AND quant.owner_id IS NULL
                   AND quant.quantity <> 0
                   AND template.is_after_sales_part
                 GROUP BY place.id, quant.product_id, quant.lot_id
                """,
                key=str(company.id),
                places=tuple(places.ids) or (0,),
            )
        )
        turns = {
            (row.abc, row.criticality): row.count_days
            for row in self.env["after.sales.stocking.class"].search(
                [("company_id", "=", company.id)]
            )
        }
        candidates = defaultdict(list)
        for row in rows:
            candidates[row["place_id"]].append(self._get_candidate(row, turns, today))
        return candidates

    @api.model
    def _get_candidate(self, row, turns, today):
        abc = row["abc"] or "c"
        days = turns.get((abc, row["criticality"]), DEFAULT_DAYS[abc])
        last = row["last_date"]
        return rules.CountCandidate(
            key=(row["product_id"], row["lot_id"] or 0),
            abc=abc,
            criticality=row["criticality"],
            value=abs(row["value"]),
            days_since=(today - last).days if last else NEVER_DAYS,
            count_days=row["own_days"] or days,
            had_difference=row["had_difference"],
        )
