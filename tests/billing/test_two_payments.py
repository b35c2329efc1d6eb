"""Two people take the same money: two real transactions, no simulation."""

from contextlib import closing

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, new_test_user, tagged
from odoo.tests.common import get_db_name

TECHNICIAN = "after_sales_service.after_sales_group_technician"


@tagged("post_install", "-at_install")
class TestTwoPayments(BaseCase):
    """Transactions see committed rows only: the test commits its own, deletes them."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            self._make(self._env(cr))
        self.addCleanup(self._clean_up)

    def _env(self, cr, user_id=SUPERUSER_ID):
        return api.Environment(cr, user_id, {"tracking_disable": True})

    def _make(self, env):
        """An order with a posted invoice, a technician and a helper with boxes."""
        users = env["res.users"].union(
            *(
                new_test_user(
                    env, login=f"two.payments.{number}", groups=TECHNICIAN, tz="UTC"
                )
                for number in (1, 2)
            )
        )
        people = env["hr.employee"].create(
            [
                {
                    "name": user.name,
                    "user_id": user.id,
                    "company_id": env.company.id,
                    "is_after_sales_technician": True,
                }
                for user in users
            ]
        )
        people.action_create_cash_box()
        partner = env["res.partner"].create({"name": "Two payments' customer"})
        work = env["product.product"].create(
            {
                "name": "Work",
                "type": "service",
                "list_price": 200.0,
                "after_sales_kind": "labour",
                "taxes_id": False,
            }
        )
        order = env["after.sales.order"].create(
            {
                "partner_id": partner.id,
                "technician_id": people[0].id,
                "helper_ids": people[1].ids,
                "kind": "remote",
                "line_ids": [(0, 0, {"product_id": work.id, "quantity_done": 1.0})],
            }
        )
        order.action_start()
        order.check_ids.result = "ok"
        cause = env["after.sales.fault.code"].search([("kind", "=", "cause")], limit=1)
        order.write({"outcome": "repaired", "cause_id": cause.id})
        order._create_quotations().action_confirm()
        order.action_complete()
        invoice = order._create_invoices()
        invoice.filtered(lambda move: move.state == "draft").action_post()
        self.users, self.people, self.order = users.ids, people.ids, order.id
        self.partner, self.work, self.invoice = partner.id, work.id, invoice.id
        self.boxes = people.after_sales_cash_journal_id.ids

    def _clean_up(self):
        """Posted entries cannot be deleted but by SQL."""
        with self.registry.cursor() as cr:
            env = self._env(cr)
            moves = env["account.move"].search([("partner_id", "=", self.partner)])
            payments = moves.origin_payment_id
            lines = tuple(moves.line_ids.ids)
            partials = moves.line_ids.matched_debit_ids | (
                moves.line_ids.matched_credit_ids
            )
            sales = env["sale.order"].search([("partner_id", "=", self.partner)])
            accounts = env["account.journal"].browse(self.boxes).default_account_id
            for query, ids in (
                (
                    "DELETE FROM account_payment_register WHERE partner_id IN %s",
                    [self.partner],
                ),
                ("DELETE FROM account_partial_reconcile WHERE id IN %s", partials.ids),
                (
                    "UPDATE account_move SET origin_payment_id = NULL WHERE id IN %s",
                    moves.ids,
                ),
                ("DELETE FROM account_payment WHERE id IN %s", payments.ids),
                ("DELETE FROM account_move_line WHERE id IN %s", lines),
                ("DELETE FROM account_move WHERE id IN %s", moves.ids),
                ("DELETE FROM sale_order WHERE id IN %s", sales.ids),
                ("DELETE FROM after_sales_order WHERE id IN %s", [self.order]),
            ):
                if ids:
                    cr.execute(query, [tuple(ids)])
            env.invalidate_all()
            people = env["hr.employee"].browse(self.people)
            people.after_sales_cash_journal_id = False
            people.unlink()
            env["account.journal"].browse(self.boxes).unlink()
            accounts.unlink()
            env["product.product"].browse(self.work).product_tmpl_id.unlink()
            users = env["res.users"].browse(self.users)
            contacts = users.partner_id
            users.unlink()
            (contacts | env["res.partner"].browse(self.partner)).unlink()

    def _pay(self, env):
        return env["after.sales.order"].browse(self.order)._register_cash(200)

    def _get_payments(self):
        with closing(self.registry.cursor()) as cr:
            return (
                self._env(cr)["account.payment"]
                .search([("after_sales_order_id", "=", self.order)])
                .mapped("amount")
            )

    def test_one_payment_is_registered_and_the_other_person_is_told(self):
        with (
            closing(self.registry.cursor()) as first_cr,
            closing(self.registry.cursor()) as second_cr,
        ):
            first = self._env(first_cr, self.users[0])
            second = self._env(second_cr, self.users[1])
            second["after.sales.order"].browse(self.order).read(["amount_due"])
            # Without our own lock the second one would wait for the first for ever.
            second_cr.execute("SET LOCAL lock_timeout = '5s'")
            self._pay(first)
            with self.assertRaisesRegex(UserError, "Somebody else is registering"):
                self._pay(second)
            second_cr.rollback()
            first_cr.commit()
        self.assertEqual(self._get_payments(), [200])
        with closing(self.registry.cursor()) as late_cr:
            with self.assertRaisesRegex(UserError, "if there is one, it is paid"):
                self._pay(self._env(late_cr, self.users[1]))
        self.assertEqual(self._get_payments(), [200])
