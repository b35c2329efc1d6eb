"""Time the job that invoices contracts: 1,000 of them, one period each.

Run it in the shell of a database with the add-on and a chart of accounts; nothing is
kept::

    ./dev shell DATABASE < benchmarks/bill_contracts.py

Set CONTRACTS to another number. It makes as many contracts of a unit each, of a
hundred customers, and prints queries and seconds of

1. draft invoices;
2. posted invoices;
3. the job once more, when nothing is due;
4. the plan of the preventive visits of all of them.
"""

import os
import time
from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields

from odoo.addons.base.models.ir_cron import IrCron

CONTRACTS = int(os.environ.get("CONTRACTS", "1000"))


def prepare(env):
    """Make customers, units and active contracts that begin today."""
    product = env["product.product"].create({"name": "Bench", "type": "service"})
    pump = env["product.product"].create({"name": "Bench pump", "type": "consu"})
    partners = env["res.partner"].create(
        [{"name": f"Bench {n}", "is_company": True} for n in range(100)]
    )
    units = env["after.sales.unit"].create(
        [
            {
                "name": f"BENCH-{n:05}",
                "product_id": pump.id,
                "partner_id": partners[n % 100].id,
            }
            for n in range(CONTRACTS)
        ]
    )
    today = fields.Date.today()
    contracts = env["after.sales.contract"].create(
        [
            {
                "partner_id": unit.partner_id.id,
                "date_start": today,
                "date_end": today + timedelta(days=364),
                "price": 100.0,
                "bill_interval": "quarter",
                "product_id": product.id,
                "visit_interval": "month",
                "visit_lead_days": 31,
                "line_ids": [Command.create({"unit_id": unit.id})],
            }
            for unit in units
        ]
    )
    contracts.action_activate()
    return contracts


def measure(env, label, job):
    env.flush_all()
    env.invalidate_all()
    queries, seconds = env.cr.sql_log_count, time.monotonic()
    with patch.object(IrCron, "_commit_progress", return_value=600.0):
        job()
    env.flush_all()
    queries, seconds = env.cr.sql_log_count - queries, time.monotonic() - seconds
    print(
        f"{label}: {queries} queries ({queries / CONTRACTS:.2f} a contract), "
        f"{seconds:.1f} s"
    )


def main(env):
    env = env(context={**env.context, "tracking_disable": True})
    contracts = prepare(env)
    print(f"{CONTRACTS} contracts")
    for is_posted in (False, True):
        env.company.after_sales_invoice_post = is_posted
        label = "posted invoices" if is_posted else "draft invoices"
        env.flush_all()
        with env.cr.savepoint() as savepoint:
            measure(env, label, contracts._cron_bill)
            assert len(contracts.period_ids.move_id) == CONTRACTS
            measure(env, "nothing is due", contracts._cron_bill)
            savepoint.rollback()
        env.invalidate_all()
    measure(env, "preventive visits", contracts._cron_plan_visits)
    assert len(contracts.visit_ids) == CONTRACTS
    env.cr.rollback()


main(env)  # noqa: F821 - the shell brings it
