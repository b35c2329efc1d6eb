"""Kill the escalation job in the middle, again and again, and count what it told.

It writes and commits, so give it a database that may be thrown away::

    python3 benchmarks/escalate.py DATABASE

CLOCKS (100,000) open clocks are made in SQL; DUE (5,000) of them have a rung that is
due. The job is started KILLS (3) times and killed with SIGKILL while it works on a
batch, then left alone. At the end each person was told once of each rung: as many
escalations, tasks and mails as clocks that were due, and none twice.
"""

import os
import signal
import subprocess
import sys
import time

CLOCKS = int(os.environ.setdefault("CLOCKS", "100000"))
DUE = int(os.environ.setdefault("DUE", "5000"))
KILLS = int(os.environ.get("KILLS", "3"))

PREPARE = """
import os
from odoo.tools import SQL
env["after.sales.sla.clock"].search([("state", "=", "running")]).write(
    {"date_rung": False})
policy = env["after.sales.sla.policy"].create(
    {"name": "Bench", "promise": "repair", "hours_promised": 24,
      "is_around_the_clock": True, "active": False})
user = env["res.users"].create(
    {"name": "Bench", "login": "bench.escalate", "email": "bench@example.com"})
env.flush_all()
env.cr.execute(SQL('''
    WITH ticket AS (
        INSERT INTO after_sales_ticket
               (name, subject, company_id, user_id, date_reported, channel, kind, state)
        SELECT 'BENCH/' || n, 'Fault ' || n, %(company)s, %(user)s,
               now() AT TIME ZONE 'UTC' - CASE WHEN n <= %(due)s
                   THEN interval '13 hours' ELSE interval '1 hour' END,
               'phone', 'repair', 'assigned'
          FROM generate_series(1, %(clocks)s) n
        RETURNING id, date_reported
    ), clock AS (
        INSERT INTO after_sales_sla_clock
               (ticket_id, company_id, policy_id, promise, hours_promised, state,
                date_start, date_running, hours_used, share_counted, share_told,
                deadline, date_half, date_warning, date_rung)
        SELECT id, %(company)s, %(policy)s, 'repair', 24, 'running', date_reported,
               date_reported, 0, 0, 0, date_reported + interval '24 hours',
               date_reported + interval '12 hours', date_reported + interval '18 hours',
               date_reported + interval '12 hours'
          FROM ticket
        RETURNING id, date_start, deadline
    )
    INSERT INTO after_sales_sla_event
           (clock_id, kind, date, hours_promised, policy_id, deadline_after)
    SELECT id, 'start', date_start, 24, %(policy)s, deadline FROM clock
''', company=env.company.id, user=user.id, policy=policy.id,
    clocks=int(os.environ["CLOCKS"]), due=int(os.environ["DUE"])))
env.cr.commit()
env.cr.execute("ANALYZE after_sales_sla_clock")
env.cr.commit()
print("PREPARED", flush=True)
"""

RUN = """
import time
from unittest.mock import patch
from odoo.addons.base.models.ir_cron import IrCron
plain = IrCron._commit_progress
def tell(self, processed=0, **vals):
    left = plain(self, processed, **vals)
    print("BATCH", processed, flush=True)
    return left
start, queries = time.monotonic(), env.cr.sql_log_count
with patch.object(IrCron, "_commit_progress", tell):
    env["after.sales.sla.clock"]._cron_escalate()
seconds, queries = time.monotonic() - start, env.cr.sql_log_count - queries
print(f"ENDED {seconds:.1f} {queries}", flush=True)
"""

CHECK = """
rows = env["after.sales.sla.escalation"].search(
    [("user_id.login", "=", "bench.escalate")])
told = {(row.clock_id.id, row.share, row.role) for row in rows}
mails = env["mail.mail"].search(
    [("model", "=", rows._name), ("res_id", "in", rows.ids)])
tasks = env["mail.activity"].search([("after_sales_escalation_id", "in", rows.ids)])
left = env["after.sales.sla.clock"].search_count(
    [("policy_id.name", "=", "Bench"), ("date_rung", "<=", "now"),
     ("state", "=", "running")])
print("TOLD", len(rows), len(told), len(mails), len(set(mails.mapped("res_id"))),
      len(tasks), left, flush=True)
"""


def start(database):
    return subprocess.Popen(
        ["./dev", "shell", database],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )


def run(database, code, word):
    """Run ``code`` in the shell of the database; return the line with ``word``."""
    with start(database) as process:
        out, _errors = process.communicate(code)
    found = [line for line in out.splitlines() if word in line]
    if not found:
        raise SystemExit(f"The step that ends with {word} failed.")
    return found[-1][found[-1].index(word) :].split()[1:]


def run_and_kill(database, batches):
    """Start the job and kill it while it works on the batch after ``batches``."""
    with start(database) as process:
        process.stdin.write(RUN)
        process.stdin.close()
        done = 0
        while done < batches:
            line = process.stdout.readline()
            if not line or "ENDED" in line:
                raise SystemExit("The job ended before it could be killed.")
            done += "BATCH" in line
        time.sleep(0.3)  # into the next batch
        os.killpg(process.pid, signal.SIGKILL)
    return done


def main(database):
    run(database, PREPARE, "PREPARED")
    print(f"{CLOCKS} open clocks, {DUE} with a rung that is due")
    for number in range(KILLS):
        done = run_and_kill(database, 2 + number)
        rows, *_others = run(database, CHECK, "TOLD")
        print(f"killed in the batch after {done}: {rows} told so far")
    seconds, queries = run(database, RUN, "ENDED")
    rows, told, mails, mailed, tasks, left = map(int, run(database, CHECK, "TOLD"))
    print(f"then left alone: {seconds} s, {queries} queries")
    print(
        f"told {rows}, different {told}, mails {mails} to {mailed} of them, "
        f"tasks {tasks}, still due {left}"
    )
    seconds, queries = run(database, RUN, "ENDED")
    print(f"nothing is due: {seconds} s, {queries} queries")
    again = int(run(database, CHECK, "TOLD")[0])
    if not rows == told == mails == mailed == tasks == again == DUE or left:
        raise SystemExit("Somebody was told twice, or not at all.")


if __name__ == "__main__":
    main(sys.argv[1])
