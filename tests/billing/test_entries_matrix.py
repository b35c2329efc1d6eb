"""Every journal item of eight cases, by cost method, valuation and tax regime."""

from collections import Counter
from itertools import product

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .recovery_common import RecoveryCommon

# What the first and the second of two pieces bought at 10 and at 20 cost.
COSTS = {"standard": (15, 15), "average": (15, 15), "fifo": (10, 20)}
VALUATIONS = ("periodic", "real_time")
# Rate in percent and, for 210 charged, net and tax: without the tax, with it.
REGIMES = {
    "tax_excluded": (13, 210, 27.30),
    "tax_included": (5, 200, 10),
}
ACCOUNTS = {
    "stock": ("T110", "asset_current"),
    "receivable": ("T120", "asset_receivable"),
    "output_tax": ("T220", "liability_current"),
    "income": ("T400", "income"),
    "cogs": ("T500", "expense"),
    "warranty_cost": ("T600", "expense"),
    "goodwill_cost": ("T601", "expense"),
    "recovery": ("T605", "expense"),
    "variation": ("T690", "expense"),
}


@tagged("post_install", "-at_install")
class TestEntriesMatrix(RecoveryCommon):
    """Three cost methods, two valuations, two tax regimes: twelve parts a case.

    Each case is played by the buttons people press. What is asserted are all entries
    made meanwhile, item by item: ``(account, debit, credit, "base"/"tax"/"")``. With
    periodic valuation no cost is booked before Odoo's closing entry.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_accounts()
        cls.company.after_sales_workshop_cost = 20.0
        cls.taxes = {mode: cls._create_sale_tax(mode) for mode in REGIMES}
        cls.seal = cls._create_part(
            "Seal",
            standard_price=6.0,
            categ_id=cls._create_category("standard", "periodic").id,
        )
        cls._put_in_stock(cls.seal, len(COSTS) * len(VALUATIONS) * len(REGIMES))
        (cls.labour | cls.travel).categ_id = cls.seal.categ_id
        cls.labour.list_price = 210
        cls.pump = cls._create_product(name="Pump", after_sales_register="unit")
        cls.unit = cls._create_unit(cls.pump)
        cls.parts = {
            combination: cls._create_valued_part(*combination)
            for combination in product(COSTS, VALUATIONS, REGIMES)
        }
        cls._close_period()

    @classmethod
    def _create_accounts(cls):
        accounts = cls.env["account.account"].create(
            [
                {
                    "name": name.replace("_", " ").capitalize(),
                    "code": code,
                    "account_type": kind,
                    "reconcile": kind == "asset_receivable",
                }
                for name, (code, kind) in ACCOUNTS.items()
            ]
        )
        cls.accounts = dict(zip(ACCOUNTS, accounts, strict=True))
        cls.accounts["stock"].account_stock_variation_id = cls.accounts["variation"]
        cls.customer.property_account_receivable_id = cls.accounts["receivable"]
        company = cls.company
        for location, name in (
            (company.after_sales_warranty_location_id, "warranty_cost"),
            (company.after_sales_supplier_location_id, "warranty_cost"),
            (company.after_sales_goodwill_location_id, "goodwill_cost"),
            (company.after_sales_old_part_location_id, "recovery"),
            (company.after_sales_refurbish_location_id, "recovery"),
        ):
            location.valuation_account_id = cls.accounts[name]

    @classmethod
    def _create_sale_tax(cls, mode):
        repartition = [
            Command.create({"repartition_type": "base"}),
            Command.create(
                {
                    "repartition_type": "tax",
                    "account_id": cls.accounts["output_tax"].id,
                }
            ),
        ]
        return cls.env["account.tax"].create(
            {
                "name": f"{REGIMES[mode][0]} % {mode}",
                "amount": REGIMES[mode][0],
                "price_include_override": mode,
                "invoice_repartition_line_ids": repartition,
                "refund_repartition_line_ids": repartition,
            }
        )

    @classmethod
    def _create_category(cls, cost_method, valuation):
        return cls.env["product.category"].create(
            {
                "name": f"{cost_method} {valuation}",
                "property_cost_method": cost_method,
                "property_valuation": valuation,
                "property_stock_valuation_account_id": cls.accounts["stock"].id,
                "property_account_income_categ_id": cls.accounts["income"].id,
                "property_account_expense_categ_id": cls.accounts["cogs"].id,
            }
        )

    @classmethod
    def _create_valued_part(cls, cost_method, valuation, mode):
        """Return a part bought for 10 and for 20 that stands in the van."""
        part = cls._create_part(
            f"{cost_method} {valuation} {mode}",
            after_sales_old_part_duty="always",
            list_price=210.0,
            standard_price=15.0,
            categ_id=cls._create_category(cost_method, valuation).id,
            taxes_id=[Command.set(cls.taxes[mode].ids)],
        )
        for value in (10, 20):
            cls._receive_at("2025-02-01", part)
            move = part.stock_move_ids.sorted("id")[-1:]
            if cost_method != "standard":
                move.value_manual = value
        cls.env["stock.move"].create(
            {
                "product_id": part.id,
                "product_uom_qty": 2,
                "quantity": 2,
                "picked": True,
                "location_id": cls.warehouse.lot_stock_id.id,
                "location_dest_id": cls.van.id,
            }
        )._action_done()
        return part

    # === HELPERS === #
    def _play(self, case, modes=tuple(REGIMES)):
        """Play ``case(part, cost of piece 1, of piece 2, tax mode)`` twelve times.

        At last the period is closed: it books what periodic valuation left out.
        """
        self.closing = Counter()
        for (cost_method, valuation, mode), part in self.parts.items():
            if mode not in modes:
                continue
            with self.subTest(method=cost_method, valuation=valuation, tax=mode):
                # Services are taxed as the part is.
                (self.labour | self.travel).taxes_id = self.taxes[mode]
                self.last_move = self._get_last_move()
                case(part, *COSTS[cost_method], mode)
        expected = {code: balance for code, balance in self.closing.items() if balance}
        self.assertEqual(self._close_period(), expected)

    @classmethod
    def _get_last_move(cls):
        return cls.env["account.move"].search([], order="id desc", limit=1).id or 0

    def _assert_booked(self, *rows):
        """Assert all items of the entries made since the last call, none more."""
        moves = self.env["account.move"].search([("id", ">", self.last_move)])
        self.assertEqual(set(moves.mapped("state")), {"posted"} if rows else set())
        kinds = {
            line: "tax" if line.tax_line_id else "base" if line.tax_ids else ""
            for line in moves.line_ids
        }
        items = [
            (line.account_id.code, line.debit, line.credit, kind)
            for line, kind in kinds.items()
        ]
        self.assertEqual(sorted(items), sorted(rows))
        self.last_move = self._get_last_move()

    def _get_cost_rows(self, part, debit, credit, amount):
        """Return the cost booked at once, or note it for the closing entry."""
        if part.valuation == "real_time":
            return [(debit, amount, 0, ""), (credit, 0, amount, "")]
        # Of what was sold the closing knows that it is gone, not why.
        for code, balance in ((debit, amount), (credit, -amount)):
            self.closing["T690" if code == "T500" else code] += balance
        return []

    def _get_sale_rows(self, mode, *shares):
        """Return receivable, income and tax of lines that charge 210 each.

        :param shares: what is charged of each line, 1 for all of its 210
        """
        _rate, net, tax = REGIMES[mode]
        charged = sum(shares)
        return [
            ("T120", round((net + tax) * charged, 2), 0, ""),
            ("T220", 0, round(tax * charged, 2), "tax"),
            *(("T400", 0, net * share, "base") for share in shares),
        ]

    def _turn(self, rows):
        return [(code, credit, debit, kind) for code, debit, credit, kind in rows]

    @classmethod
    def _close_period(cls):
        """Make Odoo's closing entry; return ``{account: balance}`` it adds."""
        last = cls._get_last_move()
        try:
            cls.company.action_close_stock_valuation()
        except UserError:  # nothing to close
            return {}
        entry = cls.env["account.move"].search([("id", ">", last)])
        entry.filtered(lambda move: move.state == "draft").action_post()
        balances = Counter()
        for line in entry.line_ids:
            balances[line.account_id.code] += line.balance
        return {code: balance for code, balance in balances.items() if balance}

    # === BUTTONS === #
    def _use(self, *rows):
        order = self._create_job(*rows)
        self._complete(order)
        return order

    def _complete(self, order):
        for line in order.line_ids:
            line.quantity_done = line.quantity
        if order.line_ids._get_quoted_lines():
            self._quote_and_accept(order)
        self._finish(order)

    def _use_again(self, order, quantity):
        """Open the order again, as the wizard does; this much was used after all."""
        opener = order.with_user(self.supervisor)
        opener.env[opener.action_reopen()["res_model"]].with_context(
            **opener.action_reopen()["context"]
        ).create({"reason": "One was not needed"}).action_apply()
        order.line_ids.with_user(self.technician).quantity_done = quantity
        self._finish(order)

    def _invoice(self, order):
        order.with_user(self.technician).action_create_invoice()

    def _analyse(self, order, finding, **vals):
        old_part = order.old_part_ids.with_user(self.clerk)
        old_part.action_receive()
        old_part.write({"finding": finding} | vals)
        old_part.action_analyse()
        old_part.action_dispose()
        return old_part

    def _refurbish(self, old_part):
        repair = old_part.repair_ids.sudo()
        seal = {
            "product_id": self.seal.id,
            "product_uom_qty": 1,
            "repair_line_type": "add",
        }
        repair.write({"after_sales_hours": 0.25, "move_ids": [Command.create(seal)]})
        repair.action_validate()
        repair.action_repair_start()
        repair.action_repair_end()

    def _give(self, part, share):
        """Return an order of part and labour, of which goodwill bears ``share``."""
        order = self._create_order(
            unit_id=self.unit.id,
            line_ids=[
                Command.create({"product_id": product.id, "quantity": 1})
                for product in (part, self.labour)
            ],
        )
        order.action_start()
        self.assertEqual(order.line_ids.mapped("share"), [0, 0])
        wizard = self.env["after.sales.goodwill.grant"].with_user(self.supervisor)
        form = Form(wizard.with_context(default_order_id=order.id))
        form.share_part = form.share_labour = share
        form.reason = "Loyal for years"
        form.save().action_apply()
        self.assertEqual(order.line_ids.mapped("share"), [share, share])
        return order

    # === CASES === #
    def test_covered(self):
        self._play(self._play_covered)

    def _play_covered(self, part, first, _second, _mode):
        self._use((part, 1, 100))
        self._assert_booked(*self._get_cost_rows(part, "T600", "T110", first))

    def test_chargeable(self):
        self._play(self._play_chargeable)

    def _play_chargeable(self, part, first, _second, mode):
        order = self._use((part, 1, 0))
        self._assert_booked()
        self._invoice(order)
        self._assert_booked(
            *self._get_sale_rows(mode, 1),
            *self._get_cost_rows(part, "T500", "T110", first),
        )

    def test_mixed_order(self):
        """One piece is covered, one is paid, labour 60 / 40, travel is covered."""
        self._play(self._play_mixed)

    def _play_mixed(self, part, first, second, mode):
        order = self._use(
            (part, 1, 100), (part, 1, 0), (self.labour, 1, 60), (self.travel, 1, 100)
        )
        self._assert_booked(*self._get_cost_rows(part, "T600", "T110", first))
        self._invoice(order)
        self._assert_booked(
            *self._get_sale_rows(mode, 1, 0.4),
            *self._get_cost_rows(part, "T500", "T110", second),
        )

    def test_unused_covered_part_returned(self):
        """Two were covered and taken, one comes back at half of what both cost."""
        self._play(self._play_returned)

    def _play_returned(self, part, first, second, _mode):
        order = self._use((part, 2, 100))
        both = first + second
        self._assert_booked(*self._get_cost_rows(part, "T600", "T110", both))
        self._use_again(order, 1)
        self._assert_booked(*self._get_cost_rows(part, "T110", "T600", both / 2))

    def test_credit_note_after_invoice(self):
        """Two were invoiced, one comes back: half of everything is credited."""
        self._play(self._play_credit_note)

    def _play_credit_note(self, part, first, second, mode):
        order = self._use((part, 2, 0))
        self._invoice(order)
        both = first + second
        self._assert_booked(
            *self._get_sale_rows(mode, 2),
            *self._get_cost_rows(part, "T500", "T110", both),
        )
        self._use_again(order, 1)
        self._assert_booked()
        self._invoice(order)
        self._assert_booked(
            *self._turn(self._get_sale_rows(mode, 1)),
            *self._get_cost_rows(part, "T110", "T500", both / 2),
        )

    def test_invoice_reversed_by_the_native_button(self):
        """Odoo's own credit note leaves nothing of revenue, tax and cost."""
        self._play(self._play_native_reversal, ["tax_included"])

    def _play_native_reversal(self, part, first, _second, mode):
        order = self._use((part, 1, 0))
        self._invoice(order)
        rows = [
            *self._get_sale_rows(mode, 1),
            *self._get_cost_rows(part, "T500", "T110", first),
        ]
        self._assert_booked(*rows)
        invoice = order._get_invoices()
        reversal = self.env["account.move.reversal"].with_user(self.accountant)
        reversal.with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"journal_id": invoice.journal_id.id}).refund_moves()
        invoice.reversal_move_ids.with_user(self.accountant).action_post()
        self._assert_booked(*self._turn(rows))
        if part.valuation == "real_time":
            # The piece did not come back: the closing finds that out.
            self.closing.update({"T690": first, "T110": -first})

    def test_refurbished_part(self):
        """A covered part is made good again: its seal 6 and a quarter of an hour."""
        self._play(self._play_refurbished)

    def _play_refurbished(self, part, first, _second, _mode):
        order = self._use((part, 1, 100))
        self._assert_booked(*self._get_cost_rows(part, "T600", "T110", first))
        old_part = self._analyse(order, "no_fault")
        self._assert_booked()
        self._refurbish(old_part)
        value = 15 if part.cost_method == "standard" else 6 + 0.25 * 20
        # The seal itself is a part of its own, valued at the closing.
        self._get_cost_rows(self.seal, "T500", "T110", 6)
        self._assert_booked(*self._get_cost_rows(part, "T110", "T605", value))

    def test_supplier_replacement(self):
        """The supplier sends another piece: what was spent comes back into stock."""
        self._play(self._play_replacement)

    def _play_replacement(self, part, first, _second, _mode):
        order = self._use((part, 1, 100))
        self._assert_booked(*self._get_cost_rows(part, "T600", "T110", first))
        line = order.supplier_claim_line_ids.with_user(self.clerk)
        self.assertEqual((line.verdict, line.amount), ("claim", first))
        old_part = self._analyse(order, "unknown", supplier_id=self.supplier.id)
        line.action_batch()
        line.claim_id.action_mark_sent()
        self._assert_booked()
        old_part.supplier_answer = "replaced"
        old_part.action_close_supplier()
        value = line.sudo().replacement_move_ids.value
        self.assertIn(value, (10, 15, 20))
        self._assert_booked(*self._get_cost_rows(part, "T110", "T600", value))
        line.claim_id.action_answer()
        self._assert_booked()
        self.assertEqual(line.claim_id.state, "settled")
        self.assertEqual(line.amount_recovered, value)

    def test_goodwill_of_one_half(self):
        """Half of part and labour is given; the part costs once, with the invoice."""
        self._play(self._play_goodwill_half)

    def _play_goodwill_half(self, part, first, _second, mode):
        order = self._give(part, 50)
        self._complete(order)
        self._assert_booked()
        self._invoice(order)
        self._assert_booked(
            *self._get_sale_rows(mode, 0.5, 0.5),
            *self._get_cost_rows(part, "T500", "T110", first),
        )

    def test_goodwill_of_all_of_it(self):
        """A part given wholly costs on the account of goodwill."""
        self._play(self._play_goodwill_whole, ["tax_excluded"])

    def _play_goodwill_whole(self, part, first, _second, _mode):
        order = self._give(part, 100)
        self._complete(order)
        self._assert_booked(*self._get_cost_rows(part, "T601", "T110", first))
