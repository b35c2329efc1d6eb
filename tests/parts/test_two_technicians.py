"""Two technicians take the last part: two real transactions, no simulation."""

from contextlib import closing

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name


@tagged("post_install", "-at_install")
class TestTwoTechnicians(BaseCase):
    """Transactions see committed rows only: the tests commit theirs and delete them."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            self._make(self._env(cr))
        self.addCleanup(self._clean_up)

    def _env(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})

    def _make(self, env):
        """Two technicians, one shared van with one last piece, an order each."""
        part = env["product.product"].create(
            {
                "name": "Last motor",
                "type": "consu",
                "is_storable": True,
                "is_after_sales_part": True,
            }
        )
        people = env["hr.employee"].create(
            [
                {"name": name, "is_after_sales_technician": True}
                for name in ("Two T1", "Two T2", "Two T3")
            ]
        )
        people[0].action_create_van()
        van = people[0].after_sales_van_id
        people[1].after_sales_van_id = van
        people[2].action_create_van()
        env["stock.quant"]._update_available_quantity(part, van, 1)
        partner = env["res.partner"].create({"name": "Two technicians' customer"})
        orders = env["after.sales.order"].create(
            [
                {
                    "partner_id": partner.id,
                    "technician_id": person.id,
                    "is_internal": True,
                    "line_ids": [(0, 0, {"product_id": part.id, "quantity_done": 1.0})],
                }
                for person in people[:2]
            ]
        )
        transfer = env["after.sales.part.transfer"].create(
            {
                "technician_id": people[2].id,
                "holder_id": people[0].id,
                "line_ids": [(0, 0, {"product_id": part.id})],
            }
        )
        transfer._move_to("asked")
        self.part, self.van = part.id, van.id
        self.orders, self.transfer = orders.ids, transfer.id
        self.people, self.partner = people.ids, partner.id
        self.second_van = people[2].after_sales_van_id.id

    def _clean_up(self):
        with self.registry.cursor() as cr:
            moves = self._env(cr)["stock.move"].search([("product_id", "=", self.part)])
            pickings = moves.picking_id.ids
            moves = tuple(moves.ids)
            for query, ids in (
                ("DELETE FROM stock_move_line WHERE move_id IN %s", moves),
                ("DELETE FROM stock_move WHERE id IN %s", moves),
                ("DELETE FROM stock_picking WHERE id IN %s", tuple(pickings)),
                ("DELETE FROM stock_quant WHERE product_id IN %s", (self.part,)),
                (
                    "DELETE FROM after_sales_part_transfer WHERE id IN %s",
                    (self.transfer,),
                ),
                ("DELETE FROM after_sales_order WHERE id IN %s", tuple(self.orders)),
            ):
                if ids:
                    cr.execute(query, [ids])
            env = self._env(cr)
            env["hr.employee"].browse(self.people).unlink()
            env["stock.location"].browse([self.van, self.second_van]).unlink()
            env["product.product"].browse(self.part).product_tmpl_id.unlink()
            env["res.partner"].browse(self.partner).unlink()

    def _get_left(self):
        with closing(self.registry.cursor()) as cr:
            quants = self._env(cr)["stock.quant"].search(
                [("product_id", "=", self.part), ("location_id.usage", "=", "internal")]
            )
            return [quantity for quantity in quants.mapped("quantity") if quantity]

    def _race(self, first_step, second_step, message):
        """Let the first hold the piece, the second want it, then commit the first."""
        with (
            closing(self.registry.cursor()) as first_cr,
            closing(self.registry.cursor()) as second_cr,
        ):
            first, second = self._env(first_cr), self._env(second_cr)
            second["stock.quant"].search([("product_id", "=", self.part)]).read()
            # Without our own lock the second one would wait for the first for ever.
            second_cr.execute("SET LOCAL lock_timeout = '5s'")
            first_step(first)
            with self.assertRaisesRegex(UserError, message):
                second_step(second)
            second_cr.rollback()
            first_cr.commit()

    def _consume(self, number):
        return lambda env: (
            env["after.sales.order"].browse(self.orders[number])._consume_parts()
        )

    def test_one_uses_it_and_the_other_is_told(self):
        self._race(self._consume(0), self._consume(1), "Somebody else is moving parts")
        self.assertEqual(self._get_left(), [])
        with closing(self.registry.cursor()) as late_cr:
            late = self._env(late_cr)
            with self.assertRaisesRegex(UserError, "were used, but .* has 0"):
                self._consume(1)(late)
        self.assertEqual(self._get_left(), [])

    def test_what_is_used_is_not_handed_over(self):
        def hand_over(env):
            env["after.sales.part.transfer"].browse(self.transfer).action_accept()

        self._race(self._consume(0), hand_over, "Somebody else is moving parts")
        with closing(self.registry.cursor()) as late_cr:
            with self.assertRaisesRegex(UserError, "has 0 of the 1 Last motor"):
                hand_over(self._env(late_cr))
        self.assertEqual(self._get_left(), [])
