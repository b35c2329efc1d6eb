"""Time the ABC analysis of 5,000 spare parts over 1,000,000 stock moves.

Run it in the shell of a throw-away database with the add-on; nothing is kept::

    ./dev shell DATABASE < benchmarks/abc.py

(or ``odoo shell -d DATABASE < benchmarks/abc.py``). MOVES and PARTS set other sizes.
It makes the products and the moves of twelve months by SQL, and prints:

1. seconds of a plain GROUP BY over the same rows: the sum of each product;
2. seconds and queries of the analysis: sums, classes, proposals, and the lines and
   the products written; its first run, too, that writes every product's class;
3. whether the result is that of a naive computation in Python on a sample.

The steps take turns, so that other work of the machine hits them alike.
"""

import os
import time
from collections import defaultdict
from statistics import median

from odoo.tools import SQL

MOVES = int(os.environ.get("MOVES", "1000000"))
PARTS = int(os.environ.get("PARTS", "5000"))
SAMPLE = 200
ROUNDS = 9


def prepare(env):
    """Make parts and moves: few of them make most of the value, as in real life."""
    company = env.company
    warehouse = env["stock.warehouse"].search(
        [("company_id", "=", company.id)], limit=1
    )
    env["product.template"].search(
        [("is_after_sales_part", "=", True)]
    ).is_after_sales_part = False
    template = env["product.template"].create(
        {"name": "Benchmark part", "is_storable": True, "is_after_sales_part": True}
    )
    fnames = [
        fname
        for fname, field in template._fields.items()
        if field.store and field.column_type and fname != "id"
    ]
    names = SQL(", ").join(SQL.identifier(fname) for fname in fnames)
    env.flush_all()
    env.cr.execute(
        SQL(
            """
            WITH made AS (
                INSERT INTO product_template (%(names)s)
                SELECT %(names)s
                  FROM product_template, generate_series(2, %(parts)s)
                 WHERE id = %(template)s
             RETURNING id
            )
            INSERT INTO product_product (product_tmpl_id, active, standard_price)
            SELECT id, TRUE,
                   jsonb_build_object(%(key)s, round((random() * 900 + 1)::numeric, 2))
              FROM made
            """,
            names=names,
            parts=PARTS,
            template=template.id,
            key=str(company.id),
        )
    )
    places = {
        "stock": warehouse.lot_stock_id.id,
        "customers": env.ref("stock.stock_location_customers").id,
        "cost": company.after_sales_warranty_location_id.id,
        "vans": warehouse.after_sales_vans_location_id.id,
    }
    env.cr.execute(
        SQL(
            """
            WITH part AS (
                SELECT product.id, template.uom_id,
                       row_number() OVER (ORDER BY product.id) - 1 AS number
                  FROM product_product product
                  JOIN product_template template
                    ON template.id = product.product_tmpl_id
                 WHERE template.is_after_sales_part
            )
            INSERT INTO stock_move (
                   product_id, product_uom, product_uom_qty, product_qty, quantity,
                   company_id, state, date, procure_method, location_id,
                   location_dest_id)
            SELECT part.id, part.uom_id, draw.quantity, draw.quantity, draw.quantity,
                   %(company)s, 'done',
                   timestamp '2025-01-01' + draw.moment * interval '365 days',
                   'make_to_stock', %(stock)s,
                   (ARRAY[%(customers)s, %(cost)s, %(vans)s])[draw.target]
              FROM (SELECT floor(power(random(), 3) * %(parts)s) AS number,
                           ceil(random() * 5) AS quantity,
                           random() AS moment,
                           ceil(random() * 3)::integer AS target
                      FROM generate_series(1, %(moves)s)) draw
              JOIN part ON part.number = draw.number
            """,
            company=company.id,
            parts=PARTS,
            moves=MOVES,
            **places,
        )
    )
    env.cr.execute("ANALYZE stock_move")
    env.invalidate_all()
    return places


def measure(env, steps):
    """Return ``{name: [seconds of each round]}`` and ``{name: queries}``."""
    seconds, queries = defaultdict(list), {}
    for _number in range(ROUNDS):
        for name, call in steps.items():
            before, start = env.cr.sql_log_count, time.perf_counter()
            call()
            env.flush_all()
            seconds[name].append(time.perf_counter() - start)
            queries[name] = env.cr.sql_log_count - before
    return seconds, queries


def plain(env):
    """Sum up each product's moves of the year, and nothing else."""
    return env.execute_query(
        SQL(
            """
            SELECT product_id, SUM(quantity)
              FROM stock_move
             WHERE state = 'done' AND company_id = %s
               AND date >= '2025-01-01' AND date < '2026-01-01'
             GROUP BY product_id
            """,
            env.company.id,
        )
    )


def analyse(env):
    run = env["after.sales.stocking.run"].create(
        {"date_from": "2025-01-01", "date_to": "2025-12-31"}
    )
    run.action_compute()
    return run


def check(env, run, places):
    """Compare the sums of a sample with those of a loop over its moves."""
    lines = run.line_ids[:: max(1, len(run.line_ids) // SAMPLE)]
    env.cr.execute(
        SQL(
            """
            SELECT product_id, quantity FROM stock_move
             WHERE product_id IN %s AND location_dest_id IN %s
               AND date < '2026-01-01'
            """,
            tuple(lines.product_id.ids),
            (places["customers"], places["cost"]),
        )
    )
    used = defaultdict(float)
    for product_id, quantity in env.cr.fetchall():
        used[product_id] += quantity
    for line in lines:
        assert abs(line.quantity - used[line.product_id.id]) < 1e-6, line
    total, before = sum(run.line_ids.mapped("value")), 0.0
    for line in run.line_ids:
        assert line.abc == ("a" if before < 80 else "b" if before < 95 else "c") or (
            not line.value
        ), line
        before += line.value / total * 100
    return len(lines)


def sums(env, run):
    run._collect_uses()
    env.cr.execute("DROP TABLE after_sales_stocking_use")


def main(env):
    env.company.partner_id.tz = "UTC"
    places = prepare(env)
    draft = env["after.sales.stocking.run"].create(
        {"date_from": "2025-01-01", "date_to": "2025-12-31"}
    )
    seconds, queries = measure(
        env,
        {
            "plain GROUP BY": lambda: plain(env),
            "sums of the analysis": lambda: sums(env, draft),
            "whole analysis": lambda: analyse(env),
        },
    )
    run = env["after.sales.stocking.run"].search([], order="id desc", limit=1)
    sample = check(env, run, places)
    print(f"moves {MOVES:,}, parts {len(run.line_ids):,}, {ROUNDS} rounds")
    plain_seconds = seconds["plain GROUP BY"]
    print(f"{'':24}     least          median        first")
    for name, taken in seconds.items():
        print(
            f"{name:24} {min(taken):6.3f} {min(taken) / min(plain_seconds):5.2f} x "
            f"{median(taken):6.3f} {median(taken) / median(plain_seconds):5.2f} x "
            f"{taken[0]:6.3f}"
        )
    print(f"queries of the analysis  {queries['whole analysis']:6}")
    print(f"equal to a naive computation on {sample} parts")
    env.cr.rollback()


main(env)  # noqa: F821 – given by the shell
