from odoo import fields, models


class AfterSalesRequisition(models.Model):
    """Parts a technician asks for, for one order or for the van."""

    _name = "after.sales.requisition"
    _description = "Part Requisition"
    _inherit = ["after.sales.state.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(
        string="Number", required=True, default="New", copy=False, index="trigram"
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    order_id = fields.Many2one(
        "after.sales.order",
        string="Service Order",
        index="btree_not_null",
        check_company=True,
    )
    technician_id = fields.Many2one("hr.employee", required=True, index=True)
    van_id = fields.Many2one("stock.location", string="Van", check_company=True)
    warehouse_id = fields.Many2one("stock.warehouse", check_company=True)
    is_urgent = fields.Boolean(string="Urgent")
    date_needed = fields.Datetime(string="Needed by")
    line_ids = fields.One2many(
        "after.sales.requisition.line", "requisition_id", copy=True
    )
    picking_ids = fields.One2many("stock.picking", "after_sales_requisition_id")
    approver_id = fields.Many2one("res.users", string="Decided by", copy=False)
    refusal_reason = fields.Char(copy=False)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "To approve"),
            ("approved", "To issue"),
            ("issued", "Issued"),
            ("refused", "Refused"),
            ("cancel", "Cancelled"),
        ],
        default="draft",
        required=True,
        tracking=True,
        index=True,
        copy=False,
    )

    def _get_transitions(self):
        return {
            "draft": {"submitted", "cancel"},
            "submitted": {"draft", "approved", "refused", "cancel"},
            "approved": {"issued", "cancel"},
            "issued": set(),
            "refused": {"draft"},
            "cancel": {"draft"},
        }


class AfterSalesRequisitionLine(models.Model):
    """One part asked for."""

    _name = "after.sales.requisition.line"
    _description = "Part Requisition Line"
    _order = "requisition_id, id"
    _check_company_auto = True

    requisition_id = fields.Many2one(
        "after.sales.requisition", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company", related="requisition_id.company_id", store=True, index=True
    )
    order_line_id = fields.Many2one(
        "after.sales.order.line", index="btree_not_null", ondelete="set null"
    )
    product_id = fields.Many2one("product.product", required=True, check_company=True)
    quantity = fields.Float(required=True, default=1.0, digits="Product Unit")
    quantity_issued = fields.Float(string="Issued", digits="Product Unit", copy=False)
    uom_id = fields.Many2one("uom.uom", string="Unit of Measure")
    move_ids = fields.One2many("stock.move", "after_sales_requisition_line_id")
