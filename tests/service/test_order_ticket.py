from datetime import datetime

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from odoo.addons.after_sales_service.tests.common import AfterSalesCommon


@tagged("post_install", "-at_install")
class TestOrderTicket(AfterSalesCommon):
    """What orders report: the promised times of the ticket follow."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.parts, cls.later = (
            cls.env.ref(f"after_sales_service.after_sales_pause_reason_{name}")
            for name in ("parts", "customer")
        )
        cls.clock_start = "2026-03-02 09:00:00"
        with freeze_time(cls.clock_start):
            cls.ticket = cls._create_ticket()
            cls.order, cls.other = (cls._create_work() for _n in range(2))

    @classmethod
    def _create_work(cls):
        order = cls._create_order(
            ticket_id=cls.ticket.id, is_internal=True, kind="remote"
        )
        order.check_ids.unlink()
        return order

    def _get_repair(self):
        return self.ticket.clock_ids.filtered(lambda clock: clock.promise == "repair")

    def _open_wizard(self, order, verb):
        action = getattr(order.with_user(self.technician), f"action_{verb}")()
        return Form(
            self.env[action["res_model"]]
            .with_user(self.technician)
            .with_context(**action["context"])
        )

    def _complete(self, order, at):
        with freeze_time(at):
            mine = order.with_user(self.technician)
            if mine.state != "on_site":
                mine.action_start()
            mine.outcome = "advice"
            mine.action_complete()

    def _wait(self, order, reason, note=None):
        order.with_user(self.technician).action_start()
        with self._open_wizard(order, "wait") as form:
            form.pause_reason_id = reason
            if note:
                form.note = note
        form.record.action_apply()

    @freeze_time("2026-03-02 11:00:00")
    def test_a_reason_of_the_customer_lets_the_promised_times_wait(self):
        self._wait(self.order, self.later, "not before Friday")
        sentence = "The customer asked for a later date: not before Friday"
        self.assertEqual(self.order.wait_reason, sentence)
        self.assertEqual(self.ticket.pause_reason, sentence)
        clock = self._get_repair()
        self.assertEqual(clock.state, "paused")
        self.assertEqual(clock.event_ids[-1].pause_reason_id, self.later)
        self.order.with_user(self.technician).action_start()
        self.assertEqual(clock.state, "running")
        self.assertFalse(self.order.wait_reason)

    @freeze_time("2026-03-02 11:00:00")
    def test_waiting_for_our_parts_is_our_time(self):
        self._wait(self.order, self.parts)
        self.assertEqual(self.ticket.state, "waiting")
        self.assertEqual(self._get_repair().state, "running")

    @freeze_time("2026-03-02 11:00:00")
    def test_an_order_waits_for_a_reason_of_the_list_only(self):
        self.order.with_user(self.technician).action_start()
        foreign = self.env["after.sales.pause.reason"].create(
            {
                "name": "Theirs",
                "company_id": self.env["res.company"].create({"name": "Other"}).id,
            }
        )
        for reason in (foreign, foreign.browse()):
            with self.assertRaisesRegex(UserError, f"{self.order.name} waits for a"):
                self.order._wait(reason)
        self.assertEqual(self.order.state, "on_site")

    @freeze_time("2026-03-02 11:00:00")
    def test_while_somebody_works_the_ticket_does_not_wait(self):
        self.other.with_user(self.technician).action_start()
        self._wait(self.order, self.later)
        self.assertEqual(self.order.state, "waiting")
        self.assertEqual(self.ticket.state, "in_progress")
        self.assertEqual(self._get_repair().state, "running")

    def test_the_last_order_solves_the_ticket(self):
        self._complete(self.order, "2026-03-02 10:00:00")
        self.assertEqual(self.ticket.state, "in_progress")
        self.assertEqual(self._get_repair().state, "running")
        self._complete(self.other, "2026-03-02 12:00:00")
        self.assertEqual(self.ticket.state, "solved")
        self.assertEqual(self._get_repair().date_stop, datetime(2026, 3, 2, 12))

    def test_an_order_cancelled_afterwards_takes_no_time(self):
        self._complete(self.order, "2026-03-02 10:00:00")
        with freeze_time("2026-03-03 15:00:00"):
            self.other.with_user(self.agent).action_cancel()
        self.assertEqual(self.ticket.state, "solved")
        self.assertEqual(self._get_repair().date_stop, datetime(2026, 3, 2, 10))

    def test_cancelling_all_orders_solves_nothing(self):
        (self.order | self.other).with_user(self.agent).action_cancel()
        self.assertEqual(self.ticket.state, "new")
        self.assertEqual(self._get_repair().state, "running")

    def test_opened_again_for_a_reason_only(self):
        self._complete(self.order, "2026-03-02 10:00:00")
        with self.assertRaisesRegex(UserError, "Enter what the customer said"):
            self.order._reopen("  ")
        self.assertEqual(self.order.state, "done")
