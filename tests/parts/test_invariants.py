"""What must hold after any story, told by a seeded generator (design §7).

``AFTER_SALES_STEPS`` sets the number of steps; they are spread over four stories.
"""

import os
import random

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import PartsCommon
from .story_steps import (
    CountSteps,
    DealerSteps,
    LoanSteps,
    RefurbishSteps,
    RequisitionSteps,
)

STEPS = int(os.environ.get("AFTER_SALES_STEPS", "1000"))
STORIES = 4


@tagged("post_install", "-at_install")
class TestInvariants(
    RequisitionSteps, CountSteps, RefurbishSteps, LoanSteps, DealerSteps, PartsCommon
):
    """Stock, orders, ledgers and duties agree after any sequence of steps."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.after_sales_requisition_approval = False
        cls.parts = cls.env["product.product"].union(
            *(
                cls._create_part(
                    f"Part {duty}", standard_price=10.0, after_sales_old_part_duty=duty
                )
                for duty in ("none", "covered", "always")
            )
        )
        for part in cls.parts:
            cls._set_valuation(part, "standard", "real_time")
            part.standard_price = 10.0
            cls._put_in_stock(part, 10000)
        colleague = new_test_user(
            cls.env,
            login="colleague.after.sales",
            groups="after_sales_service.after_sales_group_technician",
        )
        cls.colleague = cls._create_technician(colleague)
        cls.colleague.action_create_van()
        cls.maker = cls._create_partner(name="Maker")
        pump = cls._create_product(name="Pump")
        cls.position = cls.env["after.sales.component"].create(
            {
                "name": "Motor",
                "product_tmpl_id": pump.product_tmpl_id.id,
                "part_ids": [(6, 0, cls.parts.ids)],
            }
        )
        cls.unit = cls._create_unit(pump)
        cls.unit._create_components()
        cls._set_up_loaners()
        cls._set_up_dealer()

    def setUp(self):
        super().setUp()
        self.lines = self.env["after.sales.order.line"]
        self.open_orders = self.order = self.env["after.sales.order"]
        self.left = dict.fromkeys(self.parts, 0)
        self.counted = self.refurbished = 0
        self.loans = self.env["after.sales.loan"]
        self.dealt = {"dealer": 0, "warranty": 0}
        self.steps = {
            "issue": (3, self._step_issue),
            "issue_some": (2, self._step_issue_some),
            "use": (26, self._step_use),
            "too_much": (1, self._step_too_much),
            "correct": (10, self._step_correct),
            "decide": (6, self._step_decide),
            "complete": (12, self._step_complete),
            "give_back": (3, self._step_give_back),
            "swap": (8, self._step_swap),
            "peer": (3, self._step_peer),
            "reverse": (4, self._step_reverse),
            "receive": (10, self._step_receive),
            "receive_some": (3, self._step_receive_some),
            "write_off": (3, self._step_write_off),
            "analyse": (12, self._step_analyse),
            "answer": (3, self._step_answer),
            "bench": (9, self._step_bench),
            "cancel": (3, self._step_cancel),
            "count": (4, self._step_count),
            "lend": (3, self._step_lend),
            "fetch": (2, self._step_fetch),
            "supply": (6, self._step_supply),
            "dealer_use": (10, self._step_dealer_use),
            "dealer_back": (1, self._step_dealer_back),
        }

    # === HELPERS === #
    def _get_open_lines(self):
        return self.lines.filtered(lambda line: line.order_id.state != "cancel")

    def _return(self, move, quantity):
        """Take pieces of a done move back with Odoo's own wizard."""
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=move.picking_id.id, active_model="stock.picking")
            .create({})
        )
        for row in wizard.product_return_moves:
            row.quantity = quantity if row.move_id == move else 0
        back = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        back._validate_after_sales()

    # === STEPS === #
    def _step_use(self, dice):
        """The technician fits a part; it is counted when the order is completed."""
        part = dice.choice(self.parts)
        free = int(self.left[part])
        if free < 1:
            return
        quantity = min(dice.randint(1, 3), free)
        self.left[part] -= quantity
        line = self._create_part_line(self.order, part, quantity)
        if dice.random() < 0.6:
            self._decide_line(line, dice.choice("BCD"), 100.0)
        self.lines |= line
        self.open_orders |= self.order

    def _step_too_much(self, dice):
        part = dice.choice(self.parts)
        line = self._create_part_line(
            self._create_order(), part, self._get_quantity(part, self.van) + 1
        )
        with self.assertRaises(UserError), self.env.cr.savepoint():
            line.order_id._consume_parts()
        line.quantity_done = 0

    def _step_correct(self, dice):
        """Some of it was not used after all."""
        lines = self._get_open_lines()
        if not lines:
            return
        line = dice.choice(lines)
        line.quantity_done = dice.randint(0, int(line.quantity_done))
        self.open_orders |= line.order_id

    def _step_decide(self, dice):
        """The supervisor decides otherwise; the part moves to another place."""
        lines = self._get_open_lines()
        if not lines:
            return
        line = dice.choice(lines)
        self._decide_line(line, *dice.choice([("A", 0.0), ("C", 100.0), ("B", 100.0)]))
        self.open_orders |= line.order_id

    def _step_complete(self, dice=None):
        """All orders that changed are completed together."""
        self.open_orders._consume_parts()
        self.open_orders.line_ids._take_back_swaps()
        self.open_orders.line_ids._open_old_parts()
        self.open_orders = self.open_orders.browse()
        for part in self.parts:
            self.left[part] = self._get_quantity(part, self.van)
        self.order = self._create_order()

    def _step_give_back(self, dice):
        part = dice.choice(self.parts)
        free = int(self.left[part])
        if free:
            quantity = dice.randint(1, free)
            self.left[part] -= quantity
            self.employee._after_sales_return_parts(
                [(part, self.env["stock.lot"], quantity)]
            )._validate_after_sales()

    def _get_old_part(self, dice, state):
        rows = self.lines.old_part_ids.filtered(lambda row: row.state == state)
        return dice.choice(rows) if rows else rows

    def _step_receive(self, dice):
        """The holder brings everything of one order."""
        old_part = self._get_old_part(dice, "due")
        old_part.order_id.old_part_ids.filtered(
            lambda row: row.state == "due"
        ).action_receive()

    def _step_write_off(self, dice):
        old_part = self._get_old_part(dice, "due")
        old_part.write_off_reason = "Lost."
        if old_part:
            old_part.action_write_off()

    def _step_analyse(self, dice):
        old_part = self._get_old_part(dice, "received")
        if not old_part:
            return
        old_part.write({"finding": "fault", "supplier_id": self.maker.id})
        old_part.disposition = dice.choice(
            ["customer", "scrap", "supplier", "refurbish"]
        )
        old_part.action_analyse()
        old_part.action_dispose()

    def _step_answer(self, dice):
        """The maker answers; what comes back is decided about again."""
        old_part = self._get_old_part(dice, "supplier")
        if not old_part:
            return
        old_part.supplier_answer = dice.choice(["returned", "rejected", "explained"])
        old_part.action_close_supplier()
        if old_part.state == "analysed":
            old_part.disposition = "scrap"
            old_part.action_dispose()

    def _step_receive_some(self, dice):
        """The holder brings one piece of several."""
        old_part = self._get_old_part(dice, "due")
        if old_part and old_part.quantity > 1:
            old_part._split(1)
            old_part.action_receive()

    def _step_swap(self, dice):
        """A part is scanned out of the unit, and another one in."""
        part = dice.choice(self.parts)
        if self.left[part] < 1:
            return
        self.left[part] -= 1
        order = self._create_order(unit_id=self.unit.id)
        order._move_to("on_site")
        fitted = self._get_fitted()
        line = order._swap_part(
            self.position, part, self.env["stock.lot"], f"S-{order.id}", fitted
        )
        self.lines |= line
        self.open_orders |= order

    def _step_peer(self, dice):
        """A colleague asks for some pieces, or gives some back."""
        part = dice.choice(self.parts)
        theirs = int(self._get_quantity(part, self.colleague.after_sales_van_id))
        pair = [self.colleague, self.employee]
        free = int(self.left[part])
        if theirs and dice.random() < 0.5:
            pair, free = pair[::-1], theirs
        if free < 1:
            return
        quantity = dice.randint(1, free)
        transfer = self.env["after.sales.part.transfer"].create(
            {
                "technician_id": pair[0].id,
                "holder_id": pair[1].id,
                "line_ids": [(0, 0, {"product_id": part.id, "quantity": quantity})],
            }
        )
        transfer.action_ask()
        transfer.action_accept()
        self.left[part] += quantity if pair[0] == self.employee else -quantity

    def _step_reverse(self, dice):
        """The warehouse returns what a transfer took out of the van."""
        lines = self._get_open_lines().filtered(
            lambda line: line.quantity_done and line.order_id not in self.open_orders
        )
        if not lines:
            return
        line = dice.choice(lines)
        move = line.move_ids.filtered(
            lambda row: (
                row.state == "done"
                and not row.origin_returned_move_id
                and row._get_quantity_not_returned() > 0
            )
        )[:1]
        if not move:
            return
        quantity = dice.randint(1, int(move._get_quantity_not_returned()))
        self._return(move, quantity)
        self.left[line.product_id] += quantity

    # === INVARIANTS === #
    def _check_stock(self):
        """Orders and stock agree, and no van owes pieces."""
        moves = self.env["stock.move"].search(
            [("product_id", "in", self.parts.ids), ("state", "=", "done")]
        )
        for part in self.parts:
            lines = self.lines.filtered(lambda line, part=part: line.product_id == part)
            own = moves.filtered(lambda move, part=part: move.product_id == part)
            self.assertGreaterEqual(self._get_quantity(part, self.van), 0)
            used = sum(line._get_used_quantity() for line in lines)
            charged = covered = 0.0
            for move in own.filtered("after_sales_line_id"):
                is_back = bool(move.origin_returned_move_id)
                far = move.location_id if is_back else move.location_dest_id
                signed = -move.quantity if is_back else move.quantity
                if far.usage == "customer":
                    charged += signed
                else:
                    covered += signed
            self.assertEqual(used, charged + covered)
            self.assertEqual(
                covered,
                sum(
                    line._get_used_quantity()
                    for line in lines
                    if line._is_free_of_charge()
                ),
            )

    def _check_balance(self):
        """Opening + issued + counted = used + returned + closing = what is there."""
        self.env.flush_all()
        self.env.invalidate_all()
        rows = self.env["after.sales.part.balance"].search(
            [("product_id", "in", self.parts.ids), ("van_id", "=", self.van.id)]
        )
        for row in rows:
            self.assertEqual(
                row.opening + row.issued + row.adjusted,
                row.used + row.returned + row.closing,
            )
            self.assertEqual(row.closing, self._get_quantity(row.product_id, self.van))
            lines = self.lines.filtered(
                lambda line, row=row: line.product_id == row.product_id
            )
            self.assertEqual(row.used, sum(line._get_used_quantity() for line in lines))

    def _get_fitted(self):
        return self.unit.component_ids.filtered("is_current")

    def _check_duties(self):
        """Duties hold what was used and owes one: nothing twice, nothing lost."""
        for line in self.lines:
            alive = line.old_part_ids.filtered(lambda row: row.state != "cancel")
            due = alive.filtered(lambda row: row.state == "due")
            settled = sum((alive - due).mapped("quantity"))
            owed = line._get_used_quantity() if line._owes_old_part() else 0.0
            # What was handed in before stays handed in.
            self.assertEqual(sum(alive.mapped("quantity")), max(owed, settled))
            self.assertEqual(sum(due.mapped("quantity")), max(owed - settled, 0))
            for row in line.old_part_ids:
                self.assertEqual(row.movement_ids[0].kind, "open")
        place = self.company.after_sales_old_part_location_id
        there = self.lines.old_part_ids.filtered(
            lambda row: row.state in ("received", "analysed")
        )
        self.assertEqual(
            sum(self._get_quantity(part, place) for part in self.parts),
            sum(there.mapped("quantity")),
        )

    def _check_costs(self):
        """The cost accounts hold what the covered parts cost, and nothing else."""
        company = self.company
        places = (
            company.after_sales_warranty_location_id
            | company.after_sales_contract_location_id
            | company.after_sales_internal_location_id
        )
        rows = self.env["account.move.line"].search(
            [
                ("product_id", "in", self.parts.ids),
                ("account_id", "in", places.valuation_account_id.ids),
            ]
        )
        free = self.lines.filtered(lambda line: line._is_free_of_charge())
        self.assertAlmostEqual(
            sum(rows.mapped("balance")),
            sum(line._get_used_quantity() * 10.0 for line in free)
            + self.dealt["warranty"] * 10.0,
        )

    def _check_value(self):
        """The stock is worth what stands in places of our own, and nothing twice."""
        quants = self.env["stock.quant"].search(
            [("product_id", "in", self.parts.ids), ("owner_id", "=", False)]
        )
        valued = quants.filtered(lambda quant: quant.location_id._should_be_valued())
        for part, own in valued.grouped("product_id").items():
            self.assertAlmostEqual(part.total_value, sum(own.mapped("quantity")) * 10.0)

    def _check_unit(self):
        """The unit has one motor, whatever was swapped and taken back."""
        self.assertEqual(len(self._get_fitted()), 1)
        swapped = self.lines.filtered("fitted_id")
        self.assertTrue(all(line._get_used_quantity() for line in swapped))
        fitted = self.lines.fitted_id
        chain = self.unit.component_ids - fitted
        self.assertEqual(len(chain), 1)
        while chain.replaced_by_id:
            chain = chain.replaced_by_id
            fitted -= chain
        self.assertFalse(fitted)

    # === STORIES === #
    def _tell(self, seed):
        dice = random.Random(seed)
        names = list(self.steps)
        weights = [self.steps[name][0] for name in names]
        self._step_issue(dice)
        self._step_complete()
        checked = 0
        for number in range(STEPS // STORIES):
            name = dice.choices(names, weights)[0]
            try:
                self.steps[name][1](dice)
            except Exception as error:
                error.add_note(f"seed {seed}, step {number}: {name}")
                raise
            if name == "complete" and not checked % 5:
                self._check_all()
            checked += name == "complete"
        self._check_all()

    def _check_all(self):
        self._step_complete()
        self._check_stock()
        self._check_balance()
        self._check_duties()
        self._check_costs()
        self._check_unit()
        self._check_value()
        self._check_counts()
        self._check_bench()
        self._check_loans()
        self._check_dealer()

    def test_the_first_story_keeps_the_books(self):
        self._tell(1)

    def test_the_second_story_keeps_the_books(self):
        self._tell(2)

    def test_the_third_story_keeps_the_books(self):
        self._tell(3)

    def test_the_fourth_story_keeps_the_books(self):
        self._tell(4)
