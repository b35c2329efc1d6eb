from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import AfterSalesCommon


@tagged("post_install", "-at_install")
class TestTicketMerge(AfterSalesCommon):
    """Duplicates become one ticket without loss."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-03-06 09:00:00"):
            cls.first = cls._create_ticket(subject="Leaks")
        with freeze_time("2026-03-06 11:00:00"):
            cls.second = cls._create_ticket(subject="It leaks!")

    def _merge(self, tickets, **vals):
        action = tickets.with_user(self.agent).action_merge()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.agent)
            .with_context(**action["context"])
            .create(vals)
        )
        wizard.action_apply()

    def test_messages_files_orders_and_followers_move(self):
        self.second.message_post(body="With a photo")
        self.second.message_subscribe(self.customer.ids)
        attachment = self.env["ir.attachment"].create(
            {
                "name": "leak.txt",
                "raw": b"x",
                "res_model": "after.sales.ticket",
                "res_id": self.second.id,
            }
        )
        order = self._create_order(ticket_id=self.second.id)
        activity = self.second.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.agent.id
        )
        self.second.description = "<p>Since Monday</p>"
        self._merge(self.first | self.second)
        self.assertIn("With a photo", "".join(self.first.message_ids.mapped("body")))
        self.assertIn(self.customer, self.first.message_partner_ids)
        self.assertEqual(attachment.res_id, self.first.id)
        self.assertEqual(order.ticket_id, self.first)
        self.assertEqual(activity.res_id, self.first.id)
        self.assertIn("Since Monday", self.first.description)
        self.assertEqual(
            (self.second.state, self.second.outcome), ("cancel", "duplicate")
        )
        self.assertIn(self.first.name, self.second.cancel_reason)

    def test_the_earlier_promise_holds(self):
        earlier = self.first.clock_ids
        later = self.second.clock_ids
        self._merge(self.first | self.second, target_id=self.second.id)
        open_clocks = self.second.clock_ids.filtered(lambda c: c.state == "running")
        self.assertEqual(open_clocks, earlier)
        self.assertEqual(set(later.mapped("state")), {"cancel"})
        self.assertTrue(all(later.mapped("event_ids")))
        self.assertEqual(self.second.date_reported, self.first.date_reported)

    def test_only_open_tickets_of_one_customer(self):
        foreign = self._create_ticket(partner_id=self._create_partner().id)
        with self.assertRaisesRegex(UserError, "different customers"):
            self._merge(self.first | foreign)
        with self.assertRaisesRegex(UserError, "at least one other"):
            self._merge(foreign)
        self.second._solve("answered")
        with self.assertRaisesRegex(UserError, "no longer open"):
            self._merge(self.first | self.second)

    def test_the_open_ticket_of_the_same_unit_is_offered_first(self):
        unit = self._create_unit(self._create_pump())
        (self.first | self.second).unit_id = unit
        self._create_ticket(subject="About an invoice")
        ticket = self._create_ticket(unit_id=unit.id).with_user(self.agent)
        self.assertIn(f"{self.second.name} of this unit", ticket.merge_hint)
        action = ticket.action_merge()
        self.assertEqual(
            action["context"]["default_ticket_ids"], (ticket | self.second).ids
        )
        (self.first | self.second).unit_id = False
        self._create_ticket(subject="He was rude", kind="complaint")
        ticket.invalidate_recordset(["merge_hint", "other_ticket_ids"])
        self.assertIn("About an invoice", ticket.merge_hint, "a fault, as this one")
        other = self._create_ticket(partner_id=self._create_partner().id)
        self.assertFalse(other.merge_hint)

    def test_a_technician_does_not_merge(self):
        with self.assertRaises(AccessError):
            self.second.with_user(self.technician)._merge_into(self.first)
