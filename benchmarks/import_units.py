"""Time the native import of an installed base: 50,000 units, 50 of them wrong.

Run it in the shell of a database with the add-on; nothing is kept::

    ./dev shell DATABASE < benchmarks/import_units.py

(or ``odoo shell -d DATABASE < benchmarks/import_units.py``). Set UNITS to another
number of units. It makes the rows (external id, product, serial number, customer,
site, date, the system it is part of by serial number, the serial number of a
component) as the import screen hands them over, in batches of 2,000, and prints:

1. the file with 50 wrong rows: the errors by row, and that nothing was stored;
2. the corrected file: seconds and queries;
3. the corrected file again: no doubles.
"""

import os
import time
from collections import Counter

from odoo import Command

UNITS = int(os.environ.get("UNITS", "50000"))
BATCH = 2000
WRONG = 50
FIELDS = [
    "id",
    "name",
    "product_id",
    "partner_id",
    "site_id",
    "date_delivered",
    "parent_id",
    "component_ids/component_id",
    "component_ids/serial",
]


def prepare(env):
    """Make ten products with five positions and terms, and a hundred customers."""
    products = env["product.product"].create(
        [
            {
                "name": f"Import pump {number}",
                "type": "consu",
                "is_storable": True,
                "tracking": "serial",
                "after_sales_register": "unit",
            }
            for number in range(10)
        ]
    )
    for product in products:
        components = env["after.sales.component"].create(
            [
                {"name": f"Position {n}", "product_tmpl_id": product.product_tmpl_id.id}
                for n in range(5)
            ]
        )
        env["after.sales.warranty.policy"].create(
            {
                "name": product.name,
                "product_tmpl_id": product.product_tmpl_id.id,
                "line_ids": [
                    Command.create({"component_id": component.id, "term": 12})
                    for component in components
                ],
            }
        )
    env["res.partner"].create(
        [
            {"name": f"Import customer {number}", "is_company": True}
            for number in range(100)
        ]
    )


def make_rows():
    return [
        [
            f"import_unit_{number}",
            f"IMP-{number:06}",
            f"Import pump {number % 10}",
            f"Import customer {number % 100}",
            f"Import customer {number % 100}",
            f"2025-{number % 12 + 1:02}-{number % 28 + 1:02}",
            f"IMP-{number // 5 * 5:06}" if number % 5 else "",
            "Position 2",
            f"C-{number:06}",
        ]
        for number in range(UNITS)
    ]


def spoil(rows):
    """Make 50 rows wrong, in five ways. Returns the numbers of the rows."""
    numbers = [number * (UNITS // WRONG) + 57 for number in range(WRONG)]
    for count, number in enumerate(numbers):
        kind = count % 5
        if kind == 0:
            rows[number][2] = "No such product"
        elif kind == 1:
            rows[number][3] = "Nobody"
        elif kind == 2:
            rows[number][5] = "2025-13-45"
        elif kind == 3:
            rows[number][1] = rows[number - 10][1]
        else:
            rows[number][1] = ""
    return numbers


def load(env, rows):
    """Load in batches as the import screen does: all or nothing over the file.

    :return: (seconds, queries, rows told to be wrong, messages)
    """
    start, queries = time.monotonic(), env.cr.sql_log_count
    wrong, messages = set(), Counter()
    units = env["after.sales.unit"].with_context(import_file=True)
    for first in range(0, len(rows), BATCH):
        result = units.load(FIELDS, rows[first : first + BATCH])
        for message in result["messages"]:
            if message["type"] == "error":
                wrong.add(first + message["rows"]["from"])
                messages[message["message"][:60]] += 1
    env.flush_all()
    return time.monotonic() - start, env.cr.sql_log_count - queries, wrong, messages


def count(env):
    return env["after.sales.unit"].search_count([("name", "=like", "IMP-%")])


def main(env):
    prepare(env)
    rows = make_rows()
    expected = spoil(rows)
    with env.cr.savepoint() as savepoint:
        seconds, queries, wrong, messages = load(env, rows)
        savepoint.rollback()  # the screen stores nothing while a row is wrong
        env.invalidate_all()
    print(f"{UNITS} rows, {WRONG} wrong: {len(wrong)} told in {seconds:.1f} s")
    print(f"  the right ones: {sorted(wrong) == expected}; stored: {count(env)}")
    for text, number in messages.most_common():
        print(f"  {number:4} × {text}")
    rows = make_rows()
    seconds, queries, wrong, _messages = load(env, rows)
    print(
        f"corrected: {seconds:.1f} s, {queries} queries "
        f"({queries / UNITS:.2f} a row), {len(wrong)} wrong, stored: {count(env)}"
    )
    seconds, queries, wrong, _messages = load(env, rows)
    print(
        f"again: {seconds:.1f} s, {queries} queries ({queries / UNITS:.2f} a row), "
        f"{len(wrong)} wrong, stored: {count(env)}"
    )
    env.cr.rollback()


main(env)  # noqa: F821 - the shell brings it
