from collections import defaultdict

from odoo import Command, fields, models
from odoo.exceptions import LockError, UserError


class AfterSalesOrder(models.Model):
    _inherit = "after.sales.order"

    requisition_ids = fields.One2many("after.sales.requisition", "order_id")
    part_transfer_ids = fields.One2many(
        "after.sales.part.transfer", "order_id", string="Asked From Colleagues"
    )
    picking_ids = fields.One2many(
        "stock.picking",
        "after_sales_order_id",
        groups="stock.group_stock_user,after_sales_service.after_sales_group_auditor",
    )
    old_part_ids = fields.One2many("after.sales.old.part", "order_id")
    repair_ids = fields.One2many(
        "repair.order",
        "after_sales_order_id",
        groups="stock.group_stock_user,after_sales_service.after_sales_group_auditor",
    )

    # === ACTIONS === #
    def action_request_parts(self):
        """Propose a requisition of the parts that are neither in the van nor asked for.

        :raise UserError: if there is nothing to ask for
        """
        self.ensure_one()
        if not self.technician_id:
            raise UserError(self.env._("Assign a technician before you ask for parts."))
        commands = self._get_missing_part_commands()
        if not commands and not self._get_part_proposals():
            raise UserError(
                self.env._(
                    "Every part of this order is in the van or asked for already. Add "
                    "the missing parts to the lines first."
                )
            )
        requisition = self._get_draft_requisition()
        requisition.line_ids = commands
        return {
            "type": "ir.actions.act_window",
            "res_model": "after.sales.requisition",
            "res_id": requisition.id,
            "view_mode": "form",
        }

    def action_cancel(self):
        """Bring back what a reopened order had used; ask for nothing any more."""
        result = super().action_cancel()
        self._consume_parts()
        self.line_ids._take_back_swaps()
        self.line_ids._open_old_parts()
        # The office has no right on requisitions; they ask for a job given up.
        self.sudo().requisition_ids.filtered(
            lambda requisition: requisition.state in ("draft", "submitted")
        ).action_cancel()
        self.sudo().part_transfer_ids.filtered(  # as above
            lambda transfer: transfer.state in ("draft", "asked")
        ).action_cancel()
        return result

    # === BUSINESS: asking for parts === #
    def _get_draft_requisition(self):
        """Return the requisition that is being written, or a new one."""
        self.ensure_one()
        return self.requisition_ids.filtered(
            lambda row: row.state == "draft" and row.technician_id == self.technician_id
        )[:1] or self.requisition_ids.create(
            {
                "order_id": self.id,
                "company_id": self.company_id.id,
                "technician_id": self.technician_id.id,
                "date_needed": self.date_planned,
            }
        )

    def _get_missing_part_commands(self):
        """Return the commands of requisition lines for what is still missing."""
        self.ensure_one()
        lines = self.line_ids.filtered(
            lambda line: line.kind == "part" and line.product_id.type == "consu"
        )
        left = defaultdict(float)
        # Technicians have no stock rights and may see what is in the van.
        source = self.sudo()._get_part_source()
        for quant in self.sudo()._get_part_quants(source, lines.product_id):
            left[quant.product_id.id] += quant.quantity - quant.reserved_quantity
        commands = []
        for line in lines:
            asked = sum(
                row.uom_id._compute_quantity(row.quantity, line.product_id.uom_id)
                for row in line.requisition_line_ids
                if row.state not in ("refused", "cancel")
            ) + sum(
                # What a colleague handed over is in the van already.
                line.part_transfer_line_ids.filtered(
                    lambda row: row.state in ("draft", "asked")
                ).mapped("quantity")
            )
            wanted = (line.uom_id or line.product_id.uom_id)._compute_quantity(
                line.quantity, line.product_id.uom_id
            )
            taken = min(max(wanted - asked, 0), max(left[line.product_id.id], 0))
            left[line.product_id.id] -= taken
            missing = wanted - asked - taken
            if line.product_id.uom_id.compare(missing, 0) > 0:
                commands.append(
                    Command.create(
                        {
                            "order_line_id": line.id,
                            "product_id": line.product_id.id,
                            "quantity": missing,
                            "uom_id": line.product_id.uom_id.id,
                        }
                    )
                )
        return commands

    def _get_readiness(self):
        points = super()._get_readiness()
        lines = self._get_part_lines().filtered(lambda line: not line.is_unused)
        if lines and self.state not in ("done", "reviewed", "cancel"):
            missing = len(self._get_missing_part_commands())
            asked = lines.requisition_line_ids.filtered(
                lambda row: row.state in ("draft", "submitted", "approved")
            )
            ready = len(lines) - len(asked.order_line_id) - missing
            points.append(
                {
                    "label": self.env._(
                        "Parts %(ready)s/%(all)s", ready=ready, all=len(lines)
                    ),
                    "ok": ready >= len(lines),
                    "todo": (
                        self.env._("Press “Ask for Parts”.")
                        if missing
                        else self.env._("Waiting for the warehouse.")
                    ),
                }
            )
        return points

    # === BUSINESS: completion === #
    def _do_completion(self):
        result = super()._do_completion()
        self._consume_parts()
        lines = self._get_part_lines()
        lines._take_back_swaps()
        lines._swap_components()
        lines._open_old_parts()
        self._start_repair_covers()
        return result

    def _get_completion_date(self):
        """Return the day the work was finished, for the reader."""
        self.ensure_one()
        return fields.Date.context_today(self, self.date_done or fields.Datetime.now())

    def _get_part_lines(self):
        """Return the lines whose product is carried and counted."""
        return self.line_ids.filtered(
            lambda line: line.kind == "part" and line.product_id.type == "consu"
        )

    def _get_part_source(self):
        """Return where the parts come from: the van, or the stock for bench repairs."""
        self.ensure_one()
        van = self.technician_id.after_sales_van_id
        if not van and self.kind == "bring_in":
            return self._get_warehouse().lot_stock_id
        return van

    def _get_warehouse(self):
        """Return the warehouse whose operation types the order uses."""
        self.ensure_one()
        return (
            self.technician_id.after_sales_van_id.warehouse_id
            or self.team_id.warehouse_id
            or self.env["stock.warehouse"].search(
                [("company_id", "=", self.company_id.id)], limit=1
            )
        )

    def _get_part_quants(self, sources, products):
        """Return the company's own ``products`` in ``sources``, the oldest first."""
        return self.env["stock.quant"].search(
            [
                ("location_id", "child_of", sources.ids),
                ("product_id", "in", products.ids),
                ("owner_id", "=", False),
                ("quantity", ">", 0),
            ],
            order="in_date, id",
        )

    def _consume_parts(self):
        """Bring the transfers in line with what was used; all or nothing.

        What was used and not moved yet leaves the van: chargeable parts to the
        customer, covered ones to the cost location of their cover, one transfer per
        destination. What was moved and not used after all comes back.

        :raise UserError: if the van has less than was used; nothing is moved then
        """
        # Technicians have no stock rights. The caller checked their right and the
        # state of the order; the quantities are checked here.
        orders = self.sudo()
        lines = orders._get_part_lines()
        changes = lines._get_consumption_changes() if lines else []
        back = [change for change in changes if change[2] < 0]
        out = [change for change in changes if change[2] > 0]
        if back:
            orders._bring_back(back)
        if out:
            picks = orders._pick_parts(out)
            orders._create_consumption(out, picks)

    def _bring_back(self, changes):
        """Return what was moved and not used after all."""
        moves_by_line = (
            self.env["stock.move"]
            .search(
                [
                    ("after_sales_line_id", "in", [line.id for line, *_ in changes]),
                    ("state", "=", "done"),
                    ("origin_returned_move_id", "=", False),
                ],
                order="id desc",
            )
            .grouped("after_sales_line_id")
        )
        commands = defaultdict(list)
        for line, location, change in changes:
            left = -change
            moves = moves_by_line[line].filtered(
                lambda move, location=location: move.location_dest_id == location
            )
            for move in moves:
                taken = min(left, move._get_quantity_not_returned())
                if line.product_id.uom_id.compare(taken, 0) <= 0:
                    continue
                left -= taken
                commands[move.picking_id].append(
                    Command.create(line._prepare_return_move_vals(move, taken))
                )
        pickings = self.env["stock.picking"].create(
            [
                picking._prepare_after_sales_return_vals() | {"move_ids": rows}
                for picking, rows in commands.items()
            ]
        )
        pickings.with_context(after_sales_quantity_known=True)._validate_after_sales()

    def _get_shortages(self):
        """Return in sentences what was used and is not in the van; moves nothing."""
        lines = self.sudo()._get_part_lines()  # as in _consume_parts
        changes = lines._get_consumption_changes() if lines else []
        out = [change for change in changes if change[2] > 0]
        return self.sudo()._try_picks(out)[1] if out else []

    def _pick_parts(self, changes):
        """Choose the pieces to take, under lock.

        :return: list of picks, one per change: ``[(quant, quantity), …]``
        :raise UserError: if a part or its serial number is not there
        """
        picks, problems = self._try_picks(changes, is_locked=True)
        if problems:
            problems.append(
                self.env._("Ask for what is missing, or correct the quantity used.")
            )
            raise UserError("\n".join(problems))
        return picks

    def _try_picks(self, changes, is_locked=False):
        """Choose the pieces to take.

        :return: ``(picks, sentences why not)``
        """
        lines = self.env["after.sales.order.line"].union(*(row[0] for row in changes))
        sources = {order: order._get_part_source() for order in lines.order_id}
        problems = [
            order.technician_id._get_no_van_message()
            for order, source in sources.items()
            if not source
        ]
        if problems:
            return [], problems
        places = self.env["stock.location"].union(*sources.values())
        stock = lines.product_id.filtered("is_storable")
        quants = self._get_part_quants(places, stock)
        if is_locked:
            self._lock_quants(quants)
        left = {quant: quant.quantity for quant in quants}
        picks = []
        for line, _location, wanted in changes:
            picked, problem = line._pick(sources[line.order_id], left, wanted)
            picks.append(picked)
            if problem:
                problems.append(problem)
        return picks, problems

    def _lock_quants(self, quants):
        """Hold the pieces until the end, so that nobody takes them twice.

        :raise UserError: if somebody else is moving one of them right now
        """
        try:
            quants.lock_for_update()
        except LockError as error:
            raise UserError(
                self.env._(
                    "Somebody else is moving parts out of this van right now. Wait a "
                    "moment and try again."
                )
            ) from error

    def _create_consumption(self, changes, picks):
        """Make and validate one transfer per order and destination."""
        commands = defaultdict(list)
        for (line, destination, _quantity), picked in zip(changes, picks, strict=True):
            order = line.order_id
            commands[order, destination].append(
                Command.create(
                    line._prepare_consumption_move_vals(
                        order._get_part_source(), destination, picked
                    )
                )
            )
        pickings = (
            self.env["stock.picking"]
            .with_context(quants_cache=self._get_quants_cache(picks))
            .create(
                [
                    order._prepare_consumption_picking_vals(destination)
                    | {"move_ids": rows}
                    for (order, destination), rows in commands.items()
                ]
            )
        )
        pickings.with_env(self.env)._validate_after_sales()

    def _get_quants_cache(self, picks):
        """Return what Odoo would otherwise search again for every piece."""
        quants = self.env["stock.quant"].union(
            *(quant for picked in picks for quant, _quantity in picked)
        )
        return quants._get_quants_by_products_locations(
            quants.product_id, quants.location_id
        )

    def _prepare_consumption_picking_vals(self, destination):
        """Return the values of the transfer of used parts to one destination."""
        self.ensure_one()
        warehouse = self._get_warehouse()
        picking_type = (
            warehouse.after_sales_charge_type_id
            if destination.usage == "customer"
            else warehouse.after_sales_cover_type_id
        )
        return {
            "picking_type_id": picking_type.id,
            "location_id": self._get_part_source().id,
            "location_dest_id": destination.id,
            "partner_id": (self.site_id or self.partner_id).id,
            "origin": self.name,
            "company_id": self.company_id.id,
            "after_sales_order_id": self.id,
        }

    def _start_repair_covers(self):
        """Promise a free second repair of what was repaired."""
        for order in self.filtered(
            lambda order: order.unit_id and order.outcome in ("repaired", "replaced")
        ):
            lines = order.line_ids.filtered(
                lambda line: (
                    line.kind in ("part", "labour")
                    and line.component_id
                    and not line.is_unused
                )
            )
            for component in lines.component_id:
                order.unit_id._start_repair_cover(
                    component,
                    order._get_completion_date(),
                    order.name,
                    order.symptom_id,
                )
