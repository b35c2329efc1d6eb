"""Time the validation of a delivery of 1,000 serial numbers, plain and registered.

Run it in the shell of a database with the add-on; nothing is kept::

    ./dev shell DATABASE < benchmarks/deliver_serials.py

(or ``odoo shell -d DATABASE < benchmarks/deliver_serials.py``). Set SERIALS to another
number. Both deliveries run on the same database in one run, the plain one first: the
same product, once without and once with registration. With it each serial becomes a
unit with owner, site, five components and five covers.
"""

import os
import time

from odoo import Command

SERIALS = int(os.environ.get("SERIALS", "1000"))
POSITIONS = 5


def prepare(env):
    """Make a product with five positions and terms."""
    product = env["product.product"].create(
        {
            "name": "Benchmark pump",
            "type": "consu",
            "is_storable": True,
            "tracking": "serial",
        }
    )
    template = product.product_tmpl_id
    components = env["after.sales.component"].create(
        [
            {"name": f"Position {n}", "product_tmpl_id": template.id}
            for n in range(POSITIONS)
        ]
    )
    env["after.sales.warranty.policy"].create(
        {
            "name": product.name,
            "product_tmpl_id": template.id,
            "line_ids": [
                Command.create({"component_id": component.id, "term": 12})
                for component in components
            ],
        }
    )
    return product


def make_transfer(env, product, prefix):
    """Return a transfer that is ready to be validated."""
    warehouse = env["stock.warehouse"].search(
        [("company_id", "=", env.company.id)], limit=1
    )
    customer = env["res.partner"].create({"name": "Customer", "is_company": True})
    site = env["res.partner"].create({"name": "Site", "parent_id": customer.id})
    target = env.ref("stock.stock_location_customers")
    lots = env["stock.lot"].create(
        [
            {"name": f"{prefix}-{number:05}", "product_id": product.id}
            for number in range(SERIALS)
        ]
    )
    env["stock.quant"].create(
        [
            {
                "product_id": product.id,
                "location_id": warehouse.lot_stock_id.id,
                "lot_id": lot.id,
                "quantity": 1,
            }
            for lot in lots
        ]
    )
    transfer = env["stock.picking"].create(
        {
            "partner_id": site.id,
            "picking_type_id": warehouse.out_type_id.id,
            "location_id": warehouse.lot_stock_id.id,
            "location_dest_id": target.id,
            "move_ids": [
                Command.create(
                    {
                        "product_id": product.id,
                        "product_uom_qty": SERIALS,
                        "location_id": warehouse.lot_stock_id.id,
                        "location_dest_id": target.id,
                    }
                )
            ],
        }
    )
    transfer.action_confirm()
    transfer.action_assign()
    transfer.move_ids.picked = True
    return transfer


def validate(env, transfer):
    """Return (seconds, queries) of validating the transfer."""
    env.flush_all()
    env.invalidate_all()
    start, queries = time.monotonic(), env.cr.sql_log_count
    transfer.button_validate()
    env.flush_all()
    assert transfer.state == "done"
    return time.monotonic() - start, env.cr.sql_log_count - queries


def main(env):
    product = prepare(env)
    figures = {}
    for register in ("none", "unit"):
        product.after_sales_register = register
        transfer = make_transfer(env, product, register)
        figures[register] = validate(env, transfer)
    units = env["after.sales.unit"].search([("product_id", "=", product.id)])
    print(
        f"{len(units)} units, {len(units.component_ids)} components, "
        f"{len(units.cover_ids)} covers, {len(units.ownership_ids)} owners"
    )
    (plain_s, plain_q), (ours_s, ours_q) = figures["none"], figures["unit"]
    print(f"plain stock: {plain_s:.1f} s, {plain_q / SERIALS:.2f} queries a serial")
    print(f"registered: {ours_s:.1f} s, {ours_q / SERIALS:.2f} queries a serial")
    print(
        f"more: {ours_s - plain_s:.1f} s, "
        f"{(ours_q - plain_q) / SERIALS:.2f} queries a serial"
    )
    env.cr.rollback()


main(env)  # noqa: F821 - the shell brings it
