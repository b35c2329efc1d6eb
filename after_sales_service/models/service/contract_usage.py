from collections import defaultdict

from odoo import fields, models
from odoo.exceptions import MissingError

from ..warranty.contract import IN_FORCE
from ..warranty.contract_quota import QUOTAS

OPEN_STATES = ("draft", "planned", "on_site", "waiting")
SETTLED_STATES = ("done", "reviewed")
USAGE_KINDS = ("visits", "hours", "amount")
QUOTA_FIELDS = {"is_quota_carried", "quota_period", *QUOTAS.values()}


class AfterSalesContract(models.Model):
    _inherit = "after.sales.contract"

    # === CRUD === #
    def write(self, vals):
        """Decide open orders again when there is more or less to take."""
        result = super().write(vals)
        if QUOTA_FIELDS & vals.keys():
            held = self.filtered(lambda contract: contract.state in IN_FORCE)
            self.env["after.sales.order"]._decide_open(
                [("unit_id", "in", held.line_ids.unit_id.ids)]
            )
        return result

    # === BUSINESS === #
    def _get_usage_domain(self):
        """Leave out what the orders took that are being decided again."""
        orders = self.env.context.get("after_sales_quota_orders") or ()
        domain = super()._get_usage_domain()
        # Rows of no order count, too: “not in” alone would drop them.
        return [*domain, "|", ("order_id", "=", False), ("order_id", "not in", orders)]


class AfterSalesContractUsage(models.Model):
    _inherit = "after.sales.contract.usage"

    order_id = fields.Many2one(
        "after.sales.order",
        string="Service Order",
        index="btree_not_null",
        ondelete="cascade",
    )
    order_line_id = fields.Many2one(
        "after.sales.order.line", index="btree_not_null", ondelete="set null"
    )


class AfterSalesOrder(models.Model):
    """What a service order takes from the quotas of contracts.

    Reserved while it is open, used when it is completed, taken back by rows of their
    own when it is opened again.
    """

    _inherit = "after.sales.order"

    has_contract_usage = fields.Boolean(
        string="Takes From a Contract's Quota", copy=False, readonly=True
    )
    contract_usage_ids = fields.One2many(
        "after.sales.contract.usage", "order_id", string="Taken From Contracts"
    )

    # === BUSINESS === #
    def _move_to(self, state, **vals):
        before = {order: order.state for order in self}
        result = super()._move_to(state, **vals)
        left = {
            old: self.filtered(lambda order, old=old: before[order] == old)
            for old in ("cancel", "done")
        }
        if state in OPEN_STATES:
            left["done"]._reverse_usage()
            # What was left when it was cancelled may be gone by now.
            left["cancel"].line_ids._decide()
            self._reserve_usage()
        elif state == "cancel":
            self._reserve_usage()
        elif state == "done":
            self._book_usage()
        return result

    def _reserve_usage(self):
        """Bring the reserved rows of open orders in line with their decisions."""
        orders = self.filtered(lambda order: order.state not in SETTLED_STATES)
        usage = orders._get_usage()
        wanted = {
            order: usage[order] if order.state in OPEN_STATES else {}
            for order in orders
        }
        orders = orders.filtered(
            lambda order: order.has_contract_usage or wanted[order]
        )
        # The book of a contract is kept by the server; decisions led here.
        for order in orders.sudo():
            order._replace_reserved(wanted[order], "reserved")

    def _replace_reserved(self, wanted, state):
        """Put rows with ``state`` in the place of those that are reserved."""
        self.ensure_one()
        rows = self.env["after.sales.contract.usage"]
        if self.has_contract_usage:
            rows = self.contract_usage_ids
        old = rows.filtered(lambda row: row.state == "reserved")
        have = {
            (row.line_id.id, row.order_line_id.id, row.kind): row.quantity
            for row in old
        }
        if have == wanted and state == "reserved":
            return
        old.unlink()
        new = old.create(
            [
                self._prepare_usage_vals(key, quantity, state)
                for key, quantity in wanted.items()
            ]
        )
        (old.exists() | new).contract_id._touch_quota()
        if self.has_contract_usage != bool(new):
            self.has_contract_usage = bool(new)

    def _prepare_usage_vals(self, key, quantity, state):
        """Return the values of one row; ``key`` as in :meth:`_share_out`."""
        line_id, order_line_id, kind = key
        line = self.env["after.sales.contract.line"].browse(line_id)
        return {
            "contract_id": line.contract_id.id,
            "line_id": line_id,
            "order_id": self.id,
            "order_line_id": order_line_id,
            "kind": kind,
            "quantity": quantity,
            "date": self.date_fault,
            "state": state,
            "origin": self.name,
        }

    def _book_usage(self):
        """Write down what completed orders used."""
        for order, wanted in self._get_usage().items():
            if wanted or order.has_contract_usage:
                # The book of a contract is kept by the server; the work is done.
                order.sudo()._replace_reserved(wanted, "used")

    def _reverse_usage(self):
        """Take back what was used by orders that are opened again."""
        # The book of a contract is kept by the server; the state table allowed it.
        for order in self.sudo().filtered("has_contract_usage"):
            totals = defaultdict(float)
            for row in order.contract_usage_ids:
                if row.state != "reserved":
                    key = (row.line_id.id, row.order_line_id.id, row.kind)
                    totals[key] += row.quantity
            rows = order.contract_usage_ids.create(
                [
                    order._prepare_usage_vals(key, -total, "reversed")
                    for key, total in totals.items()
                    if total
                ]
            )
            rows.contract_id._touch_quota()

    def _get_usage(self):
        """Return what each order takes from limited contracts.

        :return: ``{order: {(contract line id, order line id, kind): quantity}}``
        """
        # Who pays does not depend on what the user may read.
        draws = self.sudo().line_ids._get_draws()
        return {
            order: order._share_out(
                [row for line in order.sudo().line_ids for row in draws.get(line, ())]
            )
            for order in self
        }

    def _share_out(self, draws):
        """Return what one order takes. Meant to be extended.

        A contract pays one visit for an order.

        :param list draws: ``[(order line, cover, {kind: quantity})]``
        :return: ``{(contract line id, order line id, kind): quantity}``
        """
        self.ensure_one()
        usage, visited = {}, set()
        for line, cover, quantities in draws:
            contract_line = cover.contract_line_id
            contract = contract_line.contract_id
            if not contract.has_quota:
                continue
            for kind in USAGE_KINDS:
                quantity = round(quantities.get(kind) or 0.0, 2)
                if quantity <= 0 or (kind == "visits" and contract in visited):
                    continue
                usage[contract_line.id, line.id, kind] = quantity
                if kind == "visits":
                    visited.add(contract)
        return usage


class AfterSalesOrderLine(models.Model):
    _inherit = "after.sales.order.line"

    # === CRUD === #
    def unlink(self):
        # The book is the server's; a line that goes reserves nothing.
        rows = self.env["after.sales.contract.usage"].sudo()
        rows.search(
            [("order_line_id", "in", self.ids), ("state", "=", "reserved")]
        ).unlink()
        orders = self.order_id
        result = super().unlink()
        orders.exists()._reserve_usage()
        return result

    def write(self, vals):
        result = super().write(vals)
        if "quantity_done" in vals:
            # What was used counts, not what was planned.
            limited = self.order_id.filtered("has_contract_usage")
            limited.line_ids._decide()
        return result

    # === ACTIONS === #
    def action_accept_decision(self):
        result = super().action_accept_decision()
        self.order_id._reserve_usage()
        return result

    # === BUSINESS === #
    def _decide(self, force=False):
        result = super()._decide(force=force)
        self.order_id._reserve_usage()
        return result

    def _override(self, *args, **kwargs):
        rows = super()._override(*args, **kwargs)
        self.order_id._reserve_usage()
        return rows

    def _get_draws(self):
        """Return what the decisions take from covers that are still there.

        An override by hand takes nothing: it is not the contract that pays then.

        :return: ``{line: [(line, cover, {kind: quantity})]}``
        """
        drawing = self.filtered(
            lambda line: (
                line.decision_id.draws
                and not line.decision_id.is_override
                and not line.is_unused
            )
        )
        ids = {draw["cover_id"] for row in drawing.decision_id for draw in row.draws}
        covers = self.env["after.sales.cover"].browse(ids)
        try:
            covers.mapped("contract_line_id")  # the decision has just read them
        except MissingError:
            covers = covers.exists()
        by_id = {cover.id: cover for cover in covers}
        return {
            line: [
                (line, by_id[draw["cover_id"]], draw)
                for draw in line.decision_id.draws
                if draw["cover_id"] in by_id
            ]
            for line in drawing
        }
