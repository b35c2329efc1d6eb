"""Promised times in bulk: make, pause, change and list very many tickets.

Run it in the shell of a database with the add-on; nothing is kept::

    ./dev shell DATABASE < benchmarks/clocks.py

TICKETS (1,000) tickets with three promises each are made, paused and planned anew when
their team gets other hours; queries and seconds are printed. Then REGISTER (200,000)
tickets are made in SQL, a quarter of them open, and the first page of the register,
sorted by time left, is read as the screen reads it; the plan must use the index.
"""

import os
import time

from lxml import etree

from odoo.tools import SQL

TICKETS = int(os.environ.get("TICKETS", "1000"))
REGISTER = int(os.environ.get("REGISTER", "200000"))
DOMAIN = [("state", "not in", ("solved", "closed", "cancel"))]


def measure(env, label, job, budget):
    """Run ``job``, print what it cost a ticket; at most ``budget`` queries."""
    env.flush_all()
    env.invalidate_all()
    queries, seconds = env.cr.sql_log_count, time.monotonic()
    job()
    env.flush_all()
    queries, seconds = env.cr.sql_log_count - queries, time.monotonic() - seconds
    print(f"{label}: {queries / TICKETS:.2f} queries a ticket, {seconds:.1f} s")
    assert queries / TICKETS <= budget, f"{label}: the budget is {budget}"


def measure_tickets(env):
    partner = env["res.partner"].create({"name": "Bench", "is_company": True})
    team = env["after.sales.team"].create({"name": "Bench"})
    team.company_id.after_sales_is_receipt_sent = False
    vals = {"partner_id": partner.id, "team_id": team.id}
    made = env["after.sales.ticket"]

    def make():
        nonlocal made
        made = made.create([{**vals, "subject": f"Bench {n}"} for n in range(TICKETS)])

    measure(env, "make, three promises each", make, 6)
    assert len(made.clock_ids) == 3 * TICKETS, "three promises each are expected"
    reason = env.ref("after_sales_service.after_sales_pause_reason_customer")
    measure(env, "pause", lambda: made._wait(reason), 3)
    measure(env, "go on", made.action_resume, 3)
    night = env["resource.calendar"].create({"name": "Bench", "tz": "UTC"})
    night.attendance_ids.filtered(lambda day: day.dayofweek == "1").unlink()
    measure(
        env, "other hours", lambda: team.write({"resource_calendar_id": night.id}), 3
    )
    assert set(made.clock_ids.calendar_id) == {night}, "all are planned anew"


def fill_register(env):
    company = env.company
    env.cr.execute(
        SQL(
            """
            INSERT INTO after_sales_ticket
                   (name, subject, company_id, date_reported, channel, kind, level,
                    urgency, state, date_next_deadline, date_next_half,
                    date_next_warning, date_next_breach, is_clock_paused)
            SELECT 'BENCH/' || n, 'Fault ' || n, %(company)s, moment, 'phone', 'repair',
                   '2', 'general',
                   CASE WHEN n %% 4 = 0 THEN 'assigned' ELSE 'closed' END,
                   CASE WHEN n %% 4 = 0 THEN moment + interval '3 days' END,
                   CASE WHEN n %% 4 = 0 THEN moment + interval '36 hours' END,
                   CASE WHEN n %% 4 = 0 THEN moment + interval '54 hours' END,
                   CASE WHEN n %% 4 = 0 THEN moment + interval '3 days' END,
                   FALSE
              FROM generate_series(1, %(count)s) AS n,
                   LATERAL (SELECT timestamp '2026-01-01'
                                   + n * interval '2 minutes' AS moment) AS at
            """,
            company=company.id,
            count=REGISTER,
        )
    )
    env.cr.execute("ANALYZE after_sales_ticket")


def measure_register(env):
    view = etree.fromstring(
        env["after.sales.ticket"].get_view(view_type="list")["arch"]
    )
    order = view.get("default_order")
    ticket = env["after.sales.ticket"]
    query = ticket._search(DOMAIN, order=order, limit=80)
    rows = env.execute_query(SQL("EXPLAIN (ANALYZE) %s", query.select()))
    plan = "\n".join(line for (line,) in rows)
    print(plan)
    assert "after_sales_ticket_deadline_idx" in plan, "the index is not used"
    assert "Sort" not in plan, "the page is sorted"
    specification = {
        node.get("name"): {"fields": {"display_name": {}}}
        if ticket._fields[node.get("name")].relational
        else {}
        for node in view.iterfind(".//field")
    }
    for label in ("first time", "again"):
        env.invalidate_all()
        queries, seconds = env.cr.sql_log_count, time.monotonic()
        page = ticket.web_search_read(
            DOMAIN, specification, limit=80, order=order, count_limit=10_001
        )
        queries, seconds = env.cr.sql_log_count - queries, time.monotonic() - seconds
        print(f"page of 80, {label}: {queries} queries, {1000 * seconds:.0f} ms")
    assert len(page["records"]) == 80
    assert queries <= 25, "a page costs 25 queries at most"


def main(env):
    env = env(context={**env.context, "tracking_disable": True})
    measure_tickets(env)
    fill_register(env)
    measure_register(env)
    env.cr.rollback()


main(env)  # noqa: F821 - the shell brings it
