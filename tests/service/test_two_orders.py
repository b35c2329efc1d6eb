"""Two people take a contract's last visit: real transactions, no simulation."""

import threading
from contextlib import closing
from datetime import timedelta

from odoo import SUPERUSER_ID, Command, api, fields
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name
from odoo.tools import SQL


@tagged("post_install", "-at_install")
class TestTwoOrders(BaseCase):
    """Transactions see committed rows only: the tests commit theirs and delete them."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            self._make(self._env(cr))
        self.addCleanup(self._clean_up)

    def _env(self, cr):
        # Where the code waits for the other one for ever, the test fails instead.
        cr.execute("SET LOCAL lock_timeout = '20s'")
        return api.Environment(
            cr, SUPERUSER_ID, {"tracking_disable": True, "mail_create_nolog": True}
        )

    def _make(self, env):
        """One unit, a contract with one visit, two orders without lines."""
        today = fields.Date.today()
        partner = env["res.partner"].create({"name": "Two orders' customer"})
        product, trip = env["product.product"].create(
            [
                {"name": "Two orders' pump", "type": "consu"},
                {
                    "name": "Two orders' trip",
                    "type": "service",
                    "after_sales_kind": "travel",
                    "list_price": 100.0,
                },
            ]
        )
        unit = env["after.sales.unit"].create(
            {"name": "TWO-ORDERS", "product_id": product.id, "partner_id": partner.id}
        )
        contract = env["after.sales.contract"].create(
            {
                "partner_id": partner.id,
                "date_start": today,
                "date_end": today + timedelta(days=364),
                "quota_visits": 1,
                "line_ids": [Command.create({"unit_id": unit.id})],
            }
        )
        contract.action_activate()
        orders = env["after.sales.order"].create(
            [{"partner_id": partner.id, "unit_id": unit.id} for _n in range(2)]
        )
        self.contract_id, self.orders = contract.id, orders.ids
        self.trip_id = trip.id
        records = (unit, product, trip, partner)
        self.made = [(record._name, record.id) for record in records]

    def _clean_up(self):
        with self.registry.cursor() as cr:
            env = self._env(cr)
            cr.execute(
                SQL(
                    "DELETE FROM after_sales_contract_usage WHERE contract_id = %s",
                    self.contract_id,
                )
            )
            cr.execute(
                SQL("DELETE FROM after_sales_order WHERE id IN %s", tuple(self.orders))
            )
            cr.execute(
                SQL("DELETE FROM after_sales_contract WHERE id = %s", self.contract_id)
            )
            for model, record_id in self.made:
                env[model].browse(record_id).unlink()

    def _take(self, env, number):
        """Put a trip on an order, as its screen does."""
        env["after.sales.order"].browse(self.orders[number]).write(
            {"line_ids": [Command.create({"product_id": self.trip_id, "quantity": 1})]}
        )
        env.flush_all()

    def _read(self):
        """Return ``(categories of both trips, visits left)``."""
        with closing(self.registry.cursor()) as cr:
            env = self._env(cr)
            orders = env["after.sales.order"].browse(self.orders)
            contract = env["after.sales.contract"].browse(self.contract_id)
            return sorted(orders.line_ids.mapped("category")), (
                contract.quota_visits_left
            )

    def test_two_threads_take_the_last_visit(self):
        """Both see one visit left; the second one is tried again and is charged."""
        errors, tries = [], []
        seen = threading.Barrier(2)

        def work(number):
            try:
                with closing(self.registry.cursor()) as cr:
                    env = self._env(cr)

                    def attempt():
                        tries.append(number)
                        contract = env["after.sales.contract"].browse(self.contract_id)
                        if tries.count(number) == 1:
                            # Each begins before the other one has finished.
                            self.assertEqual(contract.quota_visits_left, 1)
                            seen.wait(30)
                        self._take(env, number)

                    retrying(attempt, env)
                    cr.commit()
            except Exception as error:
                errors.append(error)

        threads = [threading.Thread(target=work, args=(n,)) for n in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        self.assertFalse(errors)
        # One of them had to look anew.
        self.assertEqual(len(tries), 3)
        self.assertEqual(self._read(), (["A", "B"], 0))

    def test_one_after_the_other(self):
        for number in range(2):
            with self.registry.cursor() as cr:
                self._take(self._env(cr), number)
        self.assertEqual(self._read(), (["A", "B"], 0))
