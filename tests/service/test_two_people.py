"""Two people press the same button: two real transactions, no simulation."""

from contextlib import closing

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name


@tagged("post_install", "-at_install")
class TestTwoPeople(BaseCase):
    """Transactions see committed rows only: the tests commit theirs and delete them."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = self._env(cr)
            partner = env["res.partner"].create({"name": "Two people's customer"})
            order = env["after.sales.order"].create(
                {
                    "partner_id": partner.id,
                    "kind": "remote",
                    "is_internal": True,
                    "date_fault": fields.Date.to_date("2026-03-12"),
                }
            )
            order.check_ids.unlink()
            order.outcome = "advice"
            order._move_to("on_site")
            self.order_id, self.partner_id = order.id, partner.id
        self.addCleanup(self._clean_up)

    def _clean_up(self):
        with self.registry.cursor() as cr:
            env = self._env(cr)
            order = env["after.sales.order"].browse(self.order_id)
            order.message_ids.unlink()
            cr.execute("DELETE FROM after_sales_order WHERE id = %s", [self.order_id])
            env["res.partner"].browse(self.partner_id).unlink()

    def _env(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})

    def test_the_second_one_who_completes_is_told(self):
        with (
            closing(self.registry.cursor()) as first_cr,
            closing(self.registry.cursor()) as second_cr,
        ):
            first = self._env(first_cr)["after.sales.order"].browse(self.order_id)
            second = self._env(second_cr)["after.sales.order"].browse(self.order_id)
            self.assertEqual(second.state, "on_site")
            # Without our own lock the second one would wait for the first for ever.
            second_cr.execute("SET LOCAL lock_timeout = '5s'")
            first.action_complete()
            with self.assertRaisesRegex(UserError, "Somebody else is working on"):
                second.action_complete()
            second_cr.rollback()
            first_cr.commit()
        with closing(self.registry.cursor()) as late_cr:
            late = self._env(late_cr)["after.sales.order"].browse(self.order_id)
            with self.assertRaisesRegex(UserError, "“Done” and cannot become “Done”"):
                late.action_complete()
