from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools import SQL

from ..common import AfterSalesCommon

SCRIPT = "19.0.1.2.0/post-promise.py"


@tagged("post_install", "-at_install")
class TestMigration(AfterSalesCommon):
    """Clocks of older versions get their moments; nothing rings for the past."""

    def test_old_rows_become_what_new_ones_are(self):
        with freeze_time("2026-03-02 09:00:00"):
            ticket = self._create_ticket(user_id=self.technician.id)
        clocks = ticket.clock_ids
        names = ["date_half", "date_warning", "deadline", "state"]
        expected = clocks.read(names)
        ladders = self.env["after.sales.sla.policy"].search([]).mapped("rung_ids.share")
        self.env["after.sales.sla.rung"].search([]).unlink()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                UPDATE after_sales_sla_clock
                   SET date_half = NULL, date_rung = NULL, share_counted = NULL;
                UPDATE after_sales_ticket SET date_assigned = NULL
                """
            )
        )
        self.env.invalidate_all()
        with freeze_time("2026-03-04 09:00:00"):  # some rungs have passed
            for _time in range(2):  # safe to run twice
                self._migrate(SCRIPT)
                self.assertEqual(clocks.read(names), expected)
                self.assertEqual(
                    self.env["after.sales.sla.policy"]
                    .search([])
                    .mapped("rung_ids.share"),
                    ladders,
                )
                due = self.env["after.sales.sla.clock"]._find_due([], 100)
                self.assertFalse(due & clocks)
                self.assertTrue(all(clocks.mapped("date_rung")))
                self.assertEqual(ticket.date_assigned, ticket.date_reported)

    def test_an_old_breach_gets_its_row(self):
        with freeze_time("2026-03-02 09:00:00"):
            ticket = self._create_ticket(urgency="emergency")
        with freeze_time("2026-03-04 09:00:00"):
            clock = ticket.clock_ids.filtered(lambda one: one.promise == "reply")
            clock._stop()
        self.env.cr.execute(
            SQL("DELETE FROM after_sales_sla_event WHERE kind = 'breach'")
        )
        self.env.invalidate_all()
        self._migrate(SCRIPT)
        breach = clock.event_ids.filtered(lambda event: event.kind == "breach")
        self.assertEqual(breach.mapped("date"), [clock.date_broken])
