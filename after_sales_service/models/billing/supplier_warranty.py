from odoo import api, fields, models

from ...rules.warranty_dates import add_term

# Moves that brought goods from a supplier into the house.
RECEIPT = [
    ("state", "=", "done"),
    ("location_id.usage", "=", "supplier"),
    ("location_dest_id.usage", "in", ("internal", "transit")),
]


class AfterSalesSupplierWarranty(models.Model):
    """The supplier's promise on one serial number, known since its receipt."""

    _name = "after.sales.supplier.warranty"
    _description = "Supplier Warranty of a Serial Number"
    _order = "date_receipt desc, id desc"
    _rec_name = "lot_id"

    company_id = fields.Many2one("res.company", required=True, index=True)
    lot_id = fields.Many2one(
        "stock.lot",
        string="Serial Number",
        required=True,
        index=True,
        ondelete="cascade",
    )
    product_id = fields.Many2one(
        related="lot_id.product_id", string="Part", store=True, index=True
    )
    supplier_id = fields.Many2one("res.partner", required=True, index=True)
    agreement_id = fields.Many2one(
        "after.sales.supplier.agreement", ondelete="restrict", index=True
    )
    move_id = fields.Many2one("stock.move", string="Receipt", index="btree_not_null")
    date_receipt = fields.Date(string="Received")
    date_sale = fields.Date(string="Sold or Fitted")
    date_start = fields.Date(string="From", compute="_compute_term", store=True)
    date_end = fields.Date(string="Until", compute="_compute_term", store=True)

    _once = models.UniqueIndex(
        "(company_id, lot_id)",
        "The supplier's warranty of this serial number is known already.",
    )

    # === COMPUTES === #
    @api.depends(
        "date_receipt", "date_sale", "agreement_id.months", "agreement_id.start_rule"
    )
    def _compute_term(self):
        for row in self:
            agreement = row.agreement_id
            by_sale = agreement.start_rule == "sale"
            start = row.date_sale if by_sale else row.date_receipt
            start = start if agreement else False
            row.date_start = start
            row.date_end = start and add_term(start, agreement.months, "month")

    # === BUSINESS === #
    @api.model
    def _find(self, lots):
        """Return the warranties of serial numbers, also of those received long ago.

        What came in before there was an agreement is noted now.

        :param lots: serial numbers, in superuser mode
        """
        rows = self.search([("lot_id", "in", lots.ids)])
        missing = lots - rows.lot_id
        if not missing:
            return rows
        moves = self.env["stock.move"].search(
            [*RECEIPT, ("move_line_ids.lot_id", "in", missing.ids)],
            order="date, id",
        )
        agreements = self.env["after.sales.supplier.agreement"]
        self._note_receipts(moves, agreements._get_agreements(moves.company_id))
        return self.search([("lot_id", "in", lots.ids)])

    @api.model
    def _follow_moves(self, moves):
        """Note what came in from suppliers, and when it went on to customers.

        :param moves: done moves, in superuser mode
        """
        tracked = moves.filtered(lambda move: move.product_id.tracking != "none")
        if not tracked:
            return
        agreements = self.env["after.sales.supplier.agreement"]._get_agreements(
            tracked.company_id
        )
        if not agreements:
            return
        self._note_receipts(tracked.filtered_domain(RECEIPT), agreements)
        self._note_sales(
            tracked.filtered(
                lambda move: (
                    move.location_id.usage in ("internal", "transit")
                    and move.location_dest_id.usage in ("customer", "production")
                )
            )
        )

    def _note_receipts(self, moves, agreements):
        lots = moves.move_line_ids.lot_id
        if not lots:
            return
        known = {
            (row.company_id, row.lot_id)
            for row in self.search([("lot_id", "in", lots.ids)])
        }
        vals_list = []
        for move in moves:
            supplier = move._get_after_sales_supplier()
            for lot in move.move_line_ids.lot_id:
                if supplier and (move.company_id, lot) not in known:
                    known.add((move.company_id, lot))
                    vals_list.append(
                        self._prepare_warranty_vals(move, lot, supplier, agreements)
                    )
        self.create(vals_list)

    def _prepare_warranty_vals(self, move, lot, supplier, agreements):
        """Return the values of the warranty of one received serial number."""
        return {
            "company_id": move.company_id.id,
            "lot_id": lot.id,
            "supplier_id": supplier.id,
            "agreement_id": agreements._choose(
                supplier, lot.product_id, move.company_id
            ).id,
            "move_id": move.id,
            "date_receipt": fields.Date.context_today(move, move.date),
        }

    def _note_sales(self, moves):
        lots = moves.move_line_ids.lot_id
        if not lots:
            return
        rows = self.search([("lot_id", "in", lots.ids), ("date_sale", "=", False)])
        for row in rows:
            move = moves.filtered(
                lambda move, row=row: row.lot_id in move.move_line_ids.lot_id
            )[:1]
            row.date_sale = fields.Date.context_today(move, move.date)
