from odoo import Command, api, fields, models


class AfterSalesPartReturn(models.TransientModel):
    """Parts that go from a van back to the warehouse."""

    _name = "after.sales.part.return"
    _description = "Return Unused Parts"

    technician_id = fields.Many2one(
        "hr.employee",
        required=True,
        default=lambda self: self.env[
            "after.sales.requisition"
        ]._default_technician_id(),
        domain=[("is_after_sales_technician", "=", True)],
    )
    line_ids = fields.One2many(
        "after.sales.part.return.line",
        "return_id",
        string="In the Van",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )

    @api.depends("technician_id")
    def _compute_line_ids(self):
        for wizard in self:
            rows = self.env["after.sales.van.stock"].search(
                [
                    ("technician_id", "=", wizard.technician_id.id),
                    ("quantity", ">", 0),
                ]
            )
            wizard.line_ids = [
                Command.clear(),
                *(
                    Command.create(
                        {
                            "product_id": row.product_id.id,
                            "lot_id": row.lot_id.id,
                            "quantity_van": row.quantity,
                        }
                    )
                    for row in rows
                ),
            ]

    def action_apply(self):
        self.ensure_one()
        rows = [
            (line.product_id, line.lot_id, line.quantity)
            for line in self.line_ids
            if line.quantity
        ]
        self.technician_id._after_sales_return_parts(rows)
        return {"type": "ir.actions.act_window_close"}


class AfterSalesPartReturnLine(models.TransientModel):
    """One part in the van, and how many of it go back."""

    _name = "after.sales.part.return.line"
    _description = "Unused Part"
    _order = "product_id, id"

    return_id = fields.Many2one(
        "after.sales.part.return", required=True, ondelete="cascade"
    )
    product_id = fields.Many2one("product.product", string="Part", required=True)
    lot_id = fields.Many2one("stock.lot", string="Serial Number")
    quantity_van = fields.Float(string="In the Van", digits="Product Unit")
    quantity = fields.Float(string="Back to the Warehouse", digits="Product Unit")
