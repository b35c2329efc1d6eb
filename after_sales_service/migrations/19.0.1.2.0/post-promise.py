"""Give old promised times a ladder, and old clocks the moments that lists sort by."""

from odoo import SUPERUSER_ID, api, fields
from odoo.tools import SQL

BATCH = 1000


def migrate(cr, version):
    # Safe to run twice: what is there already is left alone.
    env = api.Environment(cr, SUPERUSER_ID, {})
    _build_ladders(env)
    _note_breaches(env)
    _fill_clocks(env)
    cr.execute(
        SQL(
            """
            UPDATE after_sales_ticket
               SET date_assigned = date_reported
             WHERE user_id IS NOT NULL AND date_assigned IS NULL
            """
        )
    )


def _build_ladders(env):
    policies = env["after.sales.sla.policy"].with_context(active_test=False).search([])
    for policy in policies.filtered(lambda policy: not policy.rung_ids):
        policy.rung_ids = policy._default_rung_ids()


def _note_breaches(env):
    """Write into the ledger what was broken before breaches had a row of their own."""
    env.cr.execute(
        SQL(
            """
            INSERT INTO after_sales_sla_event
                   (clock_id, kind, date, deadline_after,
                    create_uid, create_date, write_uid, write_date)
            SELECT clock.id, 'breach', clock.date_broken, clock.deadline,
                   clock.write_uid, clock.write_date, clock.write_uid, clock.write_date
              FROM after_sales_sla_clock clock
             WHERE clock.date_broken IS NOT NULL
               AND NOT EXISTS (
                       SELECT 1
                         FROM after_sales_sla_event event
                        WHERE event.clock_id = clock.id AND event.kind = 'breach')
            """
        )
    )
    env.invalidate_all()


def _fill_clocks(env):
    """Compute the new moments; what has passed long ago rings for nobody now."""
    env.cr.execute(
        SQL(
            """
            UPDATE after_sales_sla_clock
               SET share_counted = 100 * hours_used / hours_promised
             WHERE hours_promised > 0 AND share_counted IS NULL
            """
        )
    )
    clocks = env["after.sales.sla.clock"].search(
        [("state", "in", ("running", "paused")), ("date_half", "=", False)]
    )
    now = fields.Datetime.now()
    for start in range(0, len(clocks), BATCH):
        batch = clocks[start : start + BATCH]
        batch._resync()
        for clock in batch.filtered(lambda clock: clock.date_rung):
            if clock.date_rung <= now:
                clock.share_told = int(clock.share_used)
        batch._resync()
        env.flush_all()
        env.invalidate_all()
