"""Time the cover decision of a 10-line order among very many units and covers.

Run it in the shell of a database with the add-on; nothing is kept::

    ./dev shell DATABASE < benchmarks/decide.py

(or ``odoo shell -d DATABASE < benchmarks/decide.py``). Set UNITS to another number of
units; each gets three covers, by SQL. It prints seconds and queries of deciding 10 and
100 lines, of one unit and of as many units as lines, with cold caches.
"""

import os
import time
from datetime import date
from statistics import median

from odoo.tools import SQL

UNITS = int(os.environ.get("UNITS", "100000"))
ROUNDS = 7


def prepare(env):
    """Make a product with three positions, and its units and covers by SQL."""
    product = env["product.product"].create(
        {"name": "Decision pump", "type": "consu", "is_storable": True}
    )
    components = env["after.sales.component"].create(
        [
            {
                "name": f"Position {number}",
                "product_tmpl_id": product.product_tmpl_id.id,
                "labour_hours": 0.5,
            }
            for number in range(3)
        ]
    )
    partner = env["res.partner"].create({"name": "Decision customer"})
    unit = env["after.sales.unit"].create(
        {
            "name": "DEC-0",
            "product_id": product.id,
            "partner_id": partner.id,
            "date_delivered": "2025-01-10",
        }
    )
    env.flush_all()
    # By SQL: what is measured is the decision, not the registration.
    env.cr.execute(
        SQL(
            """
            INSERT INTO after_sales_unit (name, product_id, partner_id, company_id,
                   has_serial, active, quantity, place, date_delivered)
            SELECT 'DEC-' || number, product_id, partner_id, company_id,
                   TRUE, TRUE, 1, 'customer', DATE '2024-01-01' + (number %% 1000)
              FROM after_sales_unit, generate_series(1, %s) AS number
             WHERE id = %s
            """,
            UNITS,
            unit.id,
        )
    )
    for component in components:
        env.cr.execute(
            SQL(
                """
                INSERT INTO after_sales_unit_component (unit_id, component_id,
                       company_id, is_current, date_in)
                SELECT id, %s, company_id, TRUE, date_delivered
                  FROM after_sales_unit WHERE product_id = %s
                """,
                component.id,
                product.id,
            )
        )
        env.cr.execute(
            SQL(
                """
                INSERT INTO after_sales_cover (unit_id, component_id, company_id,
                       partner_id, product_id, kind, term, term_unit, date_start,
                       date_end, date_last, share_part, share_labour, share_travel,
                       share_freight, share_third_party)
                SELECT id, %(component)s, company_id, partner_id, product_id,
                       'product', 24, 'month', date_delivered, date_delivered + 730,
                       date_delivered + 730, 100, 100, 100, 0, 0
                  FROM after_sales_unit WHERE product_id = %(product)s
                """,
                component=component.id,
                product=product.id,
            )
        )
    env.cr.execute(SQL("ANALYZE after_sales_unit"))
    env.cr.execute(SQL("ANALYZE after_sales_unit_component"))
    env.cr.execute(SQL("ANALYZE after_sales_cover"))
    env.invalidate_all()
    return product, components


def measure(env, label, make):
    """Print the median seconds and the queries of ``make()()``, caches cold."""
    seconds, queries = [], set()
    for _round in range(ROUNDS):
        run = make()
        env.flush_all()
        env.invalidate_all()
        start, count = time.perf_counter(), env.cr.sql_log_count
        run()
        env.flush_all()
        seconds.append(time.perf_counter() - start)
        queries.add(env.cr.sql_log_count - count)
    most = max(queries)
    print(f"{label:44} {1000 * median(seconds):8.1f} ms {most:4} queries")


def facts_of(company, units, components, size):
    return [
        {
            "cost_class": ("part", "labour", "travel")[number % 3],
            "company_id": company.id,
            "unit_id": units[number % len(units)].id,
            "component_id": components[number % 3].id,
            "date": date(2025, 6, 1),
        }
        for number in range(size)
    ]


def run(env):
    product, components = prepare(env)
    covers = env["after.sales.cover"]
    total = covers.search_count([])
    print(f"{env['after.sales.unit'].search_count([])} units, {total} covers")
    many = env["after.sales.unit"].search(
        [("product_id", "=", product.id)], limit=100, order="id desc"
    )
    for size in (10, 100):
        for units, label in ((many[:1], "one unit"), (many[:size], f"{size} units")):
            facts = facts_of(env.company, units, components, size)
            measure(
                env,
                f"decide {size} lines of {label}",
                lambda facts=facts: lambda: covers._decide_facts(facts),
            )


run(env)  # noqa: F821
env.cr.rollback()  # noqa: F821
