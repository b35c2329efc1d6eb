from odoo import api, fields, models

LINKS = (
    "after_sales_line_id",
    "after_sales_requisition_line_id",
    "after_sales_old_part_id",
)


class StockMove(models.Model):
    _inherit = "stock.move"

    after_sales_line_id = fields.Many2one(
        "after.sales.order.line",
        string="Service Order Line",
        index="btree_not_null",
        copy=False,
    )
    after_sales_requisition_line_id = fields.Many2one(
        "after.sales.requisition.line", index="btree_not_null", copy=False
    )
    after_sales_old_part_id = fields.Many2one(
        "after.sales.old.part", index="btree_not_null", copy=False
    )

    # === COMPUTES === #
    @api.depends("after_sales_line_id.order_id.name")
    def _compute_reference(self):
        """Accounting needs a reference on moves without any document."""
        own = self.filtered(
            lambda move: (
                move.after_sales_line_id
                and not (move.picking_id or move.repair_id or move.scrap_id)
            )
        )
        for move in own:
            move.reference = move.after_sales_line_id.order_id.name
        super(StockMove, self - own)._compute_reference()

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._set_repair_owner(vals)
        return super().create(vals_list)

    @api.model
    def _set_repair_owner(self, vals):
        """Keep the customer as owner of the unit that a repair moves.

        Odoo looks for the owner's goods where the parts are, not where the unit is.
        """
        if not vals.get("repair_id") or vals.get("repair_line_type"):
            return
        repair = self.env["repair.order"].browse(vals["repair_id"])
        owned = self.env["stock.quant"]._get_available_quantity(
            repair.product_id,
            repair.product_location_src_id,
            repair.lot_id,
            owner_id=repair.partner_id,
            strict=True,
        )
        if repair.product_uom.compare(owned, repair.product_qty) < 0:
            return
        for command in vals.get("move_line_ids") or ():
            if command[0] == 0:
                command[2]["owner_id"] = repair.partner_id.id

    # === BUSINESS === #
    def _get_after_sales_line(self):
        """Return the service order line behind the move, or behind what it returns."""
        self.ensure_one()
        return (
            self.after_sales_line_id or self.origin_returned_move_id.after_sales_line_id
        )

    def _is_after_sales_move(self):
        """Say if the move is ours, so that it delivers no unit to a customer."""
        self.ensure_one()
        origin = self.origin_returned_move_id
        return (
            any(self[fname] or origin[fname] for fname in LINKS)
            or bool(self.repair_id)
            or bool(self.picking_id.after_sales_order_id)
        )

    def _get_quantity_not_returned(self):
        """Return what is still away, in the product's unit of measure."""
        self.ensure_one()
        uom = self.product_id.uom_id
        back = self.returned_move_ids.filtered(lambda move: move.state == "done")
        return self.product_uom._compute_quantity(self.quantity, uom) - sum(
            move.product_uom._compute_quantity(move.quantity, uom) for move in back
        )

    def _prepare_move_split_vals(self, qty):
        links = {fname: self[fname].id for fname in LINKS}
        return super()._prepare_move_split_vals(qty) | links

    @api.model
    def _prepare_merge_moves_distinct_fields(self):
        return super()._prepare_merge_moves_distinct_fields() + list(LINKS)

    def _skip_push(self):
        """Used parts have arrived: no push rule sends them any further."""
        return bool(self.after_sales_line_id) or super()._skip_push()

    def _action_synch_order(self):
        """Our lines know their sale line; Odoo must not look for another one."""
        own = self.filtered("after_sales_line_id")
        return super(StockMove, self - own)._action_synch_order()

    def _action_done(self, cancel_backorder=False):
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        done = moves.filtered(lambda move: move.state == "done")
        # Who may validate a transfer need not have rights on units or requisitions.
        done.sudo()._after_sales_follow_up()
        return moves

    def _action_cancel(self):
        result = super()._action_cancel()
        requisitions = self.after_sales_requisition_line_id.requisition_id
        if requisitions:
            # Who may cancel a transfer need not have rights on requisitions.
            requisitions.sudo()._follow_transfers()
        return result

    def _after_sales_follow_up(self):
        """Tell units, requisitions and old parts what was moved."""
        requisitions = self.after_sales_requisition_line_id.requisition_id
        if requisitions:
            requisitions._follow_transfers()
        carried = self.filtered("after_sales_old_part_id")
        if carried:
            carried.after_sales_old_part_id._follow_moves(carried)
        lent = self.filtered("picking_id.after_sales_loan_id")
        if lent:
            lent.picking_id.after_sales_loan_id._follow_moves(lent)
        if not self.env.context.get("after_sales_quantity_known"):
            self._follow_returns()
        self._register_after_sales_units()

    def _follow_returns(self):
        """Correct what was used after the warehouse took a used part back."""
        back = self.filtered(
            lambda move: move.after_sales_line_id and move.origin_returned_move_id
        )
        for move in back:
            line = move.after_sales_line_id
            line.quantity_done -= min(
                line.quantity_done,
                move.product_uom._compute_quantity(move.quantity, line.uom_id),
            )
            line.order_id.message_post(
                body=self.env._(
                    "%(quantity)g %(part)s came back with %(transfer)s.",
                    quantity=move.quantity,
                    part=move.product_id.display_name,
                    transfer=move.picking_id.name,
                )
            )
        back.after_sales_line_id._take_back_swaps()
        back.after_sales_line_id._open_old_parts()

    def _get_account_move_line_vals(self):
        """Say on the cost entry for which customer the part was used."""
        vals_list = super()._get_account_move_line_vals()
        order = self._get_after_sales_line().order_id
        if order:
            partner = order.partner_id.commercial_partner_id
            for vals in vals_list:
                vals["partner_id"] = partner.id
        return vals_list

    def _get_value_from_production(self, quantity, at_date=None):
        """Let a refurbished part enter the stock at what it cost to refurbish it."""
        repair = self.repair_id
        is_part = repair.after_sales_old_part_id and not self.repair_line_type
        if is_part and self.product_id.cost_method != "standard":
            return {
                "value": repair._get_refurbish_cost(),
                "quantity": quantity,
                "description": self.env._(
                    "Refurbished by %(repair)s", repair=repair.name
                ),
            }
        return super()._get_value_from_production(quantity, at_date)
