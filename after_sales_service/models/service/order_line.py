from odoo import fields, models

from ..warranty.decision import CATEGORIES


class AfterSalesOrderLine(models.Model):
    """One part, hour of work, trip or fee, with its decision who pays."""

    _name = "after.sales.order.line"
    _description = "Service Order Line"
    _order = "order_id, sequence, id"
    _check_company_auto = True

    order_id = fields.Many2one(
        "after.sales.order", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company", related="order_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="order_id.currency_id")
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("part", "Part"),
            ("labour", "Labour"),
            ("travel", "Travel"),
            ("freight", "Freight"),
            ("third_party", "Third party"),
            ("fee", "Fee"),
        ],
        required=True,
        default="part",
    )
    product_id = fields.Many2one(
        "product.product", required=True, check_company=True, index=True
    )
    name = fields.Char(string="Description")
    component_id = fields.Many2one("after.sales.component", string="Component")
    unit_component_id = fields.Many2one(
        "after.sales.unit.component", string="Replaced Component", copy=False
    )
    quantity = fields.Float(
        required=True, default=1.0, digits="Product Unit", help="Asked or planned."
    )
    quantity_done = fields.Float(string="Used", digits="Product Unit", copy=False)
    uom_id = fields.Many2one("uom.uom", string="Unit of Measure")
    lot_in_id = fields.Many2one("stock.lot", string="Serial Fitted", copy=False)
    serial_out = fields.Char(string="Serial Removed", copy=False)
    # The decision that holds now.
    decision_ids = fields.One2many(
        "after.sales.decision", "order_line_id", string="All Decisions"
    )
    decision_id = fields.Many2one("after.sales.decision", readonly=True, copy=False)
    category = fields.Selection(CATEGORIES, readonly=True, copy=False)
    share = fields.Float(string="Covered (%)", readonly=True, copy=False)
    reason = fields.Text(compute="_compute_reason")
    is_review_needed = fields.Boolean(string="Decision Changed", copy=False)
    # What the customer pays.
    price_unit = fields.Float(digits="Product Price")
    amount_customer = fields.Monetary(
        string="Customer Pays", compute="_compute_amount_customer", store=True
    )

    def _compute_reason(self):
        self.reason = False

    def _compute_amount_customer(self):
        self.amount_customer = 0.0
