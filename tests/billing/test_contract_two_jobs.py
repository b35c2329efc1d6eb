"""Two jobs invoice the same contracts: real transactions at once, no simulation."""

import threading
from contextlib import closing
from datetime import date, timedelta

from odoo import SUPERUSER_ID, Command, api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name
from odoo.tools import SQL

CONTRACTS = 6


@tagged("post_install", "-at_install")
class TestTwoJobs(BaseCase):
    """Transactions see committed rows only: the tests commit theirs and delete them."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = self._env(cr)
            partner = env["res.partner"].create({"name": "Two jobs' customer"})
            product = env["product.product"].create(
                {"name": "Two jobs' service", "type": "service", "taxes_id": False}
            )
            unit = env["after.sales.unit"].create(
                {
                    "name": "TWO-JOBS-1",
                    "product_id": product.id,
                    "partner_id": partner.id,
                }
            )
            today = date.today()
            contracts = env["after.sales.contract"].create(
                [
                    {
                        "partner_id": partner.id,
                        "date_start": today,
                        "date_end": today + timedelta(days=364),
                        "price": 100.0,
                        "bill_interval": "year",
                        "product_id": product.id,
                        "line_ids": [Command.create({"unit_id": unit.id})],
                    }
                    for _n in range(CONTRACTS)
                ]
            )
            contracts.action_activate()
            env.company.after_sales_invoice_post = False
            self.ids = contracts.ids
            self.unit_id, self.partner_id = unit.id, partner.id
            self.product_id = product.id
        self.addCleanup(self._clean_up)

    def _clean_up(self):
        with self.registry.cursor() as cr:
            env = self._env(cr)
            env["account.move"].search([("partner_id", "=", self.partner_id)]).unlink()
            for table in ("after_sales_contract_period", "after_sales_contract_line"):
                cr.execute(
                    SQL(
                        "DELETE FROM %s WHERE contract_id IN %s",
                        SQL.identifier(table),
                        tuple(self.ids),
                    )
                )
            env["mail.message"].search(
                [("model", "=", "after.sales.contract"), ("res_id", "in", self.ids)]
            ).unlink()
            cr.execute(
                "DELETE FROM after_sales_contract WHERE id IN %s", [tuple(self.ids)]
            )
            env["after.sales.unit"].browse(self.unit_id).unlink()
            env["product.product"].browse(self.product_id).unlink()
            env["res.partner"].browse(self.partner_id).unlink()
            env.company.after_sales_invoice_post = True

    def _env(self, cr):
        # Where the code waits for the other one for ever, the test fails instead.
        cr.execute("SET LOCAL lock_timeout = '20s'")
        return api.Environment(
            cr, SUPERUSER_ID, {"tracking_disable": True, "mail_create_nolog": True}
        )

    def _count(self):
        with closing(self.registry.cursor()) as cr:
            contracts = self._env(cr)["after.sales.contract"].browse(self.ids)
            invoices = contracts.period_ids.move_id
            self.assertEqual(sum(invoices.mapped("amount_untaxed")), 100.0 * CONTRACTS)
            return [len(contract.period_ids) for contract in contracts]

    def test_who_looks_at_the_same_contracts_is_stopped(self):
        """The second job began before the first one finished: it saw them as due."""
        with (
            closing(self.registry.cursor()) as first_cr,
            closing(self.registry.cursor()) as second_cr,
        ):
            first = self._env(first_cr)["after.sales.contract"]
            second = self._env(second_cr)["after.sales.contract"]
            self.assertLessEqual(set(self.ids), set(second._find_due(None).ids))
            self.assertEqual(first._bill_batch(self.ids), CONTRACTS)
            # Held by the first one: nothing is left for the second.
            self.assertEqual(second._bill_batch(self.ids), 0)
            first_cr.commit()
            # Free again, but seen as they were before: the database refuses.
            second._bill_batch(self.ids)
            second_cr.commit()
        self.assertEqual(self._count(), [1] * CONTRACTS)

    def test_two_jobs_in_two_threads(self):
        errors = []
        start = threading.Barrier(2)

        def work():
            try:
                with closing(self.registry.cursor()) as cr:
                    contracts = self._env(cr)["after.sales.contract"]
                    due = [i for i in contracts._find_due(None).ids if i in self.ids]
                    start.wait(30)
                    for contract_id in due:
                        contracts._bill_batch([contract_id])
                        cr.commit()
            except Exception as error:
                errors.append(error)

        threads = [threading.Thread(target=work) for _n in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        self.assertFalse(errors)
        self.assertEqual(self._count(), [1] * CONTRACTS)
