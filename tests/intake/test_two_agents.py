"""Two agents take the same ticket: two real transactions, no simulation."""

from contextlib import closing

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, new_test_user, tagged
from odoo.tests.common import get_db_name

AGENT = "after_sales_service.after_sales_group_agent"


@tagged("post_install", "-at_install")
class TestTwoAgents(BaseCase):
    """Transactions see committed rows only: the tests commit theirs and delete them."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = api.Environment(
                cr, SUPERUSER_ID, {"tracking_disable": True, "no_reset_password": True}
            )
            users = [
                new_test_user(env, login=f"race.{name}", name=name, groups=AGENT)
                for name in ("First", "Second")
            ]
            self.users = [user.id for user in users]
            self.partners = [user.partner_id.id for user in users]
            ticket = env["after.sales.ticket"].create({"subject": "Race"})
            # Taking it moves no state: the lock alone decides who is first.
            ticket._move_to("clarification")
            self.ticket = ticket.id
        self.addCleanup(self._clean_up)

    def _clean_up(self):
        with self.registry.cursor() as cr:
            cr.execute("DELETE FROM after_sales_ticket WHERE id = %s", [self.ticket])
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["mail.message"].search(
                [("model", "=", "after.sales.ticket"), ("res_id", "=", self.ticket)]
            ).unlink()
            env["res.users"].browse(self.users).unlink()
            env["res.partner"].browse(self.partners).unlink()

    def _ticket(self, cr, number):
        env = api.Environment(cr, self.users[number], {"tracking_disable": True})
        return env["after.sales.ticket"].browse(self.ticket)

    def test_one_takes_it_and_the_other_is_told(self):
        with (
            closing(self.registry.cursor()) as first_cr,
            closing(self.registry.cursor()) as second_cr,
        ):
            first, second = self._ticket(first_cr, 0), self._ticket(second_cr, 1)
            # Both have the page open, and on both it is nobody's.
            self.assertFalse(first.user_id)
            self.assertFalse(second.user_id)
            # Without our own lock the second one would wait for the first for ever.
            second_cr.execute("SET LOCAL lock_timeout = '5s'")
            first.action_assign()
            first.env.flush_all()
            with self.assertRaisesRegex(UserError, "Somebody else is working on"):
                second.action_assign()
            second_cr.rollback()
            first_cr.commit()
        with closing(self.registry.cursor()) as late_cr:
            late = self._ticket(late_cr, 1)
            with self.assertRaisesRegex(UserError, "already taken by First"):
                late.action_assign()
            self.assertEqual(late.user_id.id, self.users[0])

    def test_a_page_that_is_old_takes_nothing(self):
        """The second one read the ticket before the first committed."""
        with (
            closing(self.registry.cursor()) as first_cr,
            closing(self.registry.cursor()) as second_cr,
        ):
            second = self._ticket(second_cr, 1)
            self.assertFalse(second.user_id)
            self._ticket(first_cr, 0).action_assign()
            first_cr.commit()
            # The database refuses to lock a row that changed since; Odoo then repeats
            # the call in a new transaction, which reads the new owner.
            with self.assertRaises(SerializationFailure):
                second.action_assign()
            second_cr.rollback()
        with closing(self.registry.cursor()) as late_cr:
            with self.assertRaisesRegex(UserError, "already taken by First"):
                self._ticket(late_cr, 1).action_assign()
