"""More steps of the random stories: places beside the van, and second thoughts.

Each class needs ``parts``, ``left`` and the helpers of ``PartsCommon``; its checks are
called after every few steps.
"""

from odoo import Command
from odoo.exceptions import UserError

from .test_loan import SIGNATURE


class RequisitionSteps:
    """Requisitions that are issued in part, or not at all."""

    def _create_requisition(self, dice, most=20):
        requisition = self.env["after.sales.requisition"].create(
            {
                "technician_id": self.employee.id,
                "line_ids": [
                    Command.create(
                        {"product_id": part.id, "quantity": dice.randint(1, most)}
                    )
                    for part in self.parts
                ],
            }
        )
        requisition.action_submit()
        return requisition

    def _step_issue(self, dice):
        requisition = self._create_requisition(dice)
        requisition.picking_ids._validate_after_sales()
        self.assertEqual(requisition.state, "issued")
        for line in requisition.line_ids:
            self.left[line.product_id] += line.quantity_issued

    def _step_issue_some(self, dice):
        """The warehouse issues a few pieces; the rest is not wanted any more."""
        requisition = self._create_requisition(dice)
        picking = requisition.picking_ids
        for move in picking.move_ids:
            move.quantity = dice.randint(0, int(move.product_uom_qty))
            move.picked = True
        if any(picking.move_ids.mapped("quantity")):
            picking.with_context(skip_backorder=True).button_validate()
            self.assertEqual(picking.state, "done")
        requisition.action_cancel()
        for line in requisition.line_ids:
            self.left[line.product_id] += line.quantity_issued
        moves = requisition.line_ids.move_ids
        self.assertLessEqual(set(moves.mapped("state")), {"done", "cancel"})

    def _step_cancel(self, dice):
        """The office gives a job up after parts were used for it."""
        orders = self._get_open_lines().order_id - self.order
        if not orders:
            return
        self._step_complete()
        order = dice.choice(orders)
        order.action_cancel()
        for part in self.parts:
            self.left[part] = self._get_quantity(part, self.van)


class CountSteps:
    """Losses and finds in the van."""

    def _step_count(self, dice):
        part = dice.choice(self.parts)
        change = dice.randint(-min(2, int(self.left[part])), 2)
        book = self._get_quantity(part, self.van)
        count = self.env["after.sales.count"].create({"location_id": self.van.id})
        count.line_ids = [
            Command.create(
                {
                    "product_id": part.id,
                    "quantity_counted": book + change,
                    "is_counted": True,
                }
            )
        ]
        count.with_user(self.technician).action_submit()
        if not change:
            self.assertEqual(count.state, "done")
        elif dice.random() < 0.8:
            count.with_user(self.supervisor).action_approve()
            self.counted += abs(change)
            self.left[part] += change
        else:
            count.action_cancel()

    def _check_counts(self):
        moves = self.env["stock.move"].search(
            [("product_id", "in", self.parts.ids), ("is_inventory", "=", True)]
        )
        self.assertEqual(sum(moves.mapped("quantity")), self.counted)


class RefurbishSteps:
    """Old parts on the bench."""

    def _step_bench(self, dice):
        """The workshop ends a repair, or gives it up."""
        old_part = self._get_old_part(dice, "refurbish")
        if not old_part:
            return
        repair = old_part.repair_ids.filtered(lambda row: row.state != "cancel")
        repair.action_validate()
        repair.action_repair_start()
        if dice.random() < 0.7:
            repair.action_repair_end()
            self.assertEqual(old_part.state, "disposed")
            self.refurbished += old_part.quantity
        else:
            repair.action_repair_cancel()
            self.assertEqual(old_part.state, "analysed")
            old_part.disposition = "scrap"
            old_part.action_dispose()

    def _check_bench(self):
        bench = self.company.after_sales_refurbish_location_id
        there = self.lines.old_part_ids.filtered(lambda row: row.state == "refurbish")
        self.assertEqual(
            sum(self._get_quantity(part, bench) for part in self.parts),
            sum(there.mapped("quantity")),
        )
        account = self.company.after_sales_old_part_location_id.valuation_account_id
        rows = self.env["account.move.line"].search(
            [
                ("product_id", "in", self.parts.ids),
                ("account_id", "=", account.id),
            ]
        )
        self.assertAlmostEqual(sum(rows.mapped("balance")), -self.refurbished * 10.0)


class LoanSteps:
    """Two loaners that go out and come back."""

    @classmethod
    def _set_up_loaners(cls):
        cls.loaner = cls._create_product(name="Loaner", tracking="serial")
        cls.loaners = cls._create_lots(cls.loaner, ["LOAN-1", "LOAN-2"])
        cls.pool = cls.warehouse.after_sales_loaners_location_id
        for lot in cls.loaners:
            cls._put_in_stock(cls.loaner, 1, cls.pool, lot)

    def _step_lend(self, dice):
        lot = dice.choice(self.loaners)
        loan = self.env["after.sales.loan"].create(
            {
                "partner_id": self.customer.id,
                "product_id": self.loaner.id,
                "lot_id": lot.id,
                "date_from": "2026-03-02",
                "date_due": "2026-03-16",
            }
        )
        if lot in self.loans.lot_id:
            with self.assertRaises(UserError), self.env.cr.savepoint():
                loan.action_reserve()
            return
        loan.action_reserve()
        if dice.random() < 0.2:
            loan.action_cancel()
            return
        loan._hand_over("Ms Li", SIGNATURE, condition_out="good")
        self.loans |= loan

    def _step_fetch(self, dice):
        """A loaner comes back: to us, or by the warehouse's own return."""
        if not self.loans:
            return
        loan = dice.choice(self.loans)
        if dice.random() < 0.5:
            loan._take_back(dice.choice(["good", "worn"]))
        else:
            self._return(loan.picking_ids.move_ids, 1)
        self.assertEqual(loan.state, "returned")
        self.loans -= loan

    def _check_loans(self):
        """Each loaner is in one place: on the shelf, or with who signed for it."""
        lent = self.company.after_sales_loan_location_id
        for lot in self.loaners:
            out = len(self.loans.filtered(lambda loan, lot=lot: loan.lot_id == lot))
            self.assertEqual(self._get_quantity(self.loaner, lent, lot_id=lot.id), out)
            self.assertEqual(
                self._get_quantity(self.loaner, self.pool, lot_id=lot.id), 1 - out
            )


class DealerSteps:
    """Parts at a dealer's: sent, used, counted, sent back."""

    @classmethod
    def _set_up_dealer(cls):
        cls.dealer = cls.env["after.sales.dealer"].create(
            {"partner_id": cls.maker.id, "warehouse_id": cls.warehouse.id}
        )
        cls.dealer.action_create_place()
        cls.dealer_place = cls.dealer.location_id

    def _move_natively(self, context, part, quantity):
        picking = (
            self.env["stock.picking"]
            .with_context(**context)
            .create(
                {
                    "move_ids": [
                        Command.create(
                            {
                                "product_id": part.id,
                                "product_uom_qty": quantity,
                                "location_id": context["default_location_id"],
                                "location_dest_id": context["default_location_dest_id"],
                            }
                        )
                    ]
                }
            )
        )
        picking.action_confirm()
        picking.move_ids.picked = True
        picking._validate_after_sales()

    def _step_supply(self, dice):
        part, quantity = dice.choice(self.parts), dice.randint(1, 9)
        self._move_natively(self.dealer.action_supply()["context"], part, quantity)

    def _step_dealer_back(self, dice):
        part = dice.choice(self.parts)
        there = int(self._get_quantity(part, self.dealer_place))
        if there:
            self._move_natively(
                self.dealer.action_take_back()["context"], part, dice.randint(1, there)
            )

    def _step_dealer_use(self, dice):
        """The dealer reports what was used; more than is there is refused."""
        part, quantity = dice.choice(self.parts), dice.randint(1, 4)
        payer = dice.choice(["dealer", "warranty"])
        use = self.env["after.sales.dealer.use"].create(
            {
                "dealer_id": self.dealer.id,
                "line_ids": [
                    Command.create(
                        {"product_id": part.id, "quantity": quantity, "payer": payer}
                    )
                ],
            }
        )
        if quantity > self._get_quantity(part, self.dealer_place):
            with (
                self.assertRaisesRegex(UserError, "are reported"),
                self.env.cr.savepoint(),
            ):
                use.action_confirm()
            return
        use.action_confirm()
        self.dealt[payer] += quantity

    def _check_dealer(self):
        """The statement of the whole story agrees with the shelf and the reports."""
        statement = self.env["after.sales.dealer.statement"].create(
            {
                "dealer_id": self.dealer.id,
                "date_from": "2020-01-01",
                "date_to": "2099-12-31",
            }
        )
        statement.action_compute()
        for row in statement.line_ids:
            self.assertEqual(
                row.opening + row.supplied + row.counted,
                row.used + row.returned + row.closing,
            )
            there = self._get_quantity(row.product_id, self.dealer_place)
            self.assertEqual(row.closing, there)
            self.assertGreaterEqual(there, 0)
        lines = statement.line_ids
        self.assertEqual(sum(lines.mapped("used")), sum(self.dealt.values()))
        self.assertEqual(sum(lines.mapped("charged")), self.dealt["dealer"])
        statement.unlink()
