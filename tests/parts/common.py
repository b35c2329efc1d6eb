"""A van with parts, lines with a decision, and the entries behind the moves."""

from odoo.exceptions import UserError
from odoo.tests import new_test_user

from odoo.addons.after_sales_service.tests.common import AfterSalesCommon

METHODS = ("standard", "average", "fifo")


class PartsCommon(AfterSalesCommon):
    """A technician with a van, and parts to carry in it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.employee.action_create_van()
        cls.van = cls.employee.after_sales_van_id
        cls.part = cls._create_part("Motor M4", standard_price=10.0)
        cls.other_part = cls._create_part("Bearing 6204", standard_price=4.0)

    # === FACTORIES === #
    @classmethod
    def _create_part_line(cls, order, part, quantity=1.0, **vals):
        """Return a used part of ``order``, paid by the customer unless decided."""
        line = cls.env["after.sales.order.line"].create(
            {
                "order_id": order.id,
                "kind": "part",
                "product_id": part.id,
                "quantity": quantity or 1.0,
                "quantity_done": quantity,
                "uom_id": part.uom_id.id,
            }
            | vals
        )
        cls._decide_line(line, "A", 0.0)
        return line

    @classmethod
    def _decide_line(cls, line, category, share, cover_kind=None):
        """Let a decision hold on ``line``, as the coverage rule would."""
        cover = cls.env["after.sales.cover"]
        if cover_kind:
            unit = cls.env["after.sales.unit"].search([], limit=1) or cls._create_unit(
                cls._create_product(name="Pump")
            )
            cover = cover.create(
                {
                    "company_id": line.company_id.id,
                    "unit_id": unit.id,
                    "kind": cover_kind,
                    "share_part": share,
                }
            )
        decision = cls.env["after.sales.decision"].create(
            {
                "company_id": line.company_id.id,
                "order_line_id": line.id,
                "category": category,
                "share": share,
                "cover_id": cover.id,
                # The rule would decide again when another line is added.
                "is_override": True,
            }
        )
        line.sudo().write(
            {"decision_id": decision.id, "category": category, "share": share}
        )
        return decision

    @classmethod
    def _create_covered_line(cls, order, part, quantity=1.0, **vals):
        line = cls._create_part_line(order, part, quantity, **vals)
        cls._decide_line(line, "C", 100.0)
        return line

    @classmethod
    def _set_valuation(cls, part, method, valuation):
        """Give ``part`` a category of its own with this cost method and valuation."""
        part.categ_id = cls.env["product.category"].create(
            {
                "name": f"{method} {valuation}",
                "property_cost_method": method,
                "property_valuation": valuation,
            }
        )

    # === HELPERS === #
    def _get_quantity(self, product, location, **filters):
        """Return how many pieces stand in ``location``."""
        domain = [
            ("product_id", "=", product.id),
            ("location_id", "child_of", location.id),
            *((fname, "=", value) for fname, value in filters.items()),
        ]
        return sum(self.env["stock.quant"].search(domain).mapped("quantity"))

    def _get_entries(self, moves):
        """Return ``{account name: balance}`` of the entries the moves made."""
        balances = {}
        for row in moves.account_move_id.line_ids:
            balances.setdefault(row.account_id.name, 0.0)
            balances[row.account_id.name] += row.balance
        return {name: balance for name, balance in balances.items() if balance}

    def _consume(self, order, user=None):
        """Run the parts side of the completion as the technician."""
        order.with_user(user or self.technician)._consume_parts()

    def _create_stranger(self):
        """Return the user of a technician of the same team."""
        return new_test_user(
            self.env,
            login="stranger.after.sales",
            name="Stranger",
            groups="after_sales_service.after_sales_group_technician",
        )


class ValuationCommon(PartsCommon):
    """Parts bought at two prices, and the entries of what becomes of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cost = cls.company.after_sales_warranty_location_id.valuation_account_id
        cls.recovery = cls.company.after_sales_old_part_location_id.valuation_account_id
        cls.supplier = cls._create_partner(name="Motor works")
        cls.stock = cls.company.account_stock_valuation_id

    @classmethod
    def _create_valued_part(cls, method, valuation, quantity=4):
        """Return a part bought twice, 10 and 20 a piece, that stands in the van."""
        part = cls._create_part(
            f"{method} {valuation}",
            standard_price=10.0,
            tracking="none",
            after_sales_old_part_duty="always",
        )
        cls._set_valuation(part, method, valuation)
        for price in (10.0, 20.0):
            cls._receive(part, quantity / 2, price, cls.van)
        return part

    @classmethod
    def _receive(cls, part, quantity, price, place, lot=None):
        """Buy pieces of ``part``: a move from a vendor with its own price."""
        move = cls.env["stock.move"].create(
            {
                "product_id": part.id,
                "product_uom": part.uom_id.id,
                "product_uom_qty": quantity,
                "location_id": cls.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": place.id,
            }
        )
        move._action_confirm()
        move.write({"quantity": quantity, "picked": True})
        if lot:
            move.lot_ids = lot.ids
        move._action_done()
        if part.cost_method != "standard":
            move.value_manual = price * quantity

    def _get_unit_cost(self, method):
        """Return what the first piece out costs by each method."""
        return {"standard": 10.0, "average": 15.0, "fifo": 10.0}[method]

    def _get_balances(self, moves):
        rows = moves.account_move_id.line_ids
        return {
            account.id: sum(lines.mapped("balance"))
            for account, lines in rows.grouped("account_id").items()
        }

    def _close_period(self):
        """Post Odoo's closing entry; return what it adds to each account."""
        before = set(self.env["account.move"].search([]).ids)
        try:
            self.company.action_close_stock_valuation()
        except UserError:  # nothing to close
            return {}
        entries = self.env["account.move"].search([("id", "not in", list(before))])
        balances = {}
        for row in entries.line_ids:
            balances[row.account_id.id] = (
                balances.get(row.account_id.id, 0.0) + row.balance
            )
        return balances
