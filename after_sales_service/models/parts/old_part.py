from odoo import fields, models


class AfterSalesOldPart(models.Model):
    """The duty to bring an old part back, and what becomes of it."""

    _name = "after.sales.old.part"
    _description = "Old Part"
    _inherit = ["after.sales.state.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date_due, id"
    _check_company_auto = True

    name = fields.Char(
        string="Number", required=True, default="New", copy=False, index="trigram"
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    order_line_id = fields.Many2one(
        "after.sales.order.line", required=True, ondelete="restrict", index=True
    )
    order_id = fields.Many2one(related="order_line_id.order_id", store=True, index=True)
    unit_id = fields.Many2one(related="order_id.unit_id", store=True)
    technician_id = fields.Many2one(
        "hr.employee", string="Holder", required=True, index=True, tracking=True
    )
    product_id = fields.Many2one("product.product", required=True)
    quantity = fields.Float(default=1.0, digits="Product Unit")
    serial = fields.Char(index="btree_not_null")
    date_due = fields.Date(string="Due Back", index=True)
    date_received = fields.Datetime(string="Received", copy=False)
    finding = fields.Selection(
        [
            ("fault", "Fault found"),
            ("no_fault", "No fault"),
            ("unknown", "Cause unknown"),
        ],
        copy=False,
        tracking=True,
    )
    finding_note = fields.Text(copy=False)
    disposition = fields.Selection(
        [
            ("refurbish", "Refurbish"),
            ("supplier", "Return to the manufacturer"),
            ("scrap", "Scrap"),
            ("customer", "Back to the customer"),
        ],
        copy=False,
        tracking=True,
    )
    supplier_id = fields.Many2one("res.partner", string="Manufacturer")
    write_off_reason = fields.Text(copy=False)
    movement_ids = fields.One2many("after.sales.old.part.movement", "old_part_id")
    move_ids = fields.One2many("stock.move", "after_sales_old_part_id")
    state = fields.Selection(
        [
            ("due", "Due back"),
            ("received", "Received"),
            ("analysed", "Analysed"),
            ("supplier", "At the manufacturer"),
            ("disposed", "Closed"),
            ("written_off", "Written off"),
            ("cancel", "Cancelled"),
        ],
        default="due",
        required=True,
        tracking=True,
        index=True,
        copy=False,
    )

    def _get_transitions(self):
        return {
            "due": {"received", "written_off", "cancel"},
            "received": {"analysed"},
            "analysed": {"supplier", "disposed"},
            "supplier": {"disposed"},
            "disposed": set(),
            "written_off": set(),
            "cancel": set(),
        }

    # === BUSINESS === #
    def _follow_moves(self, moves):
        """Take the next step when the native transfer is done."""


class AfterSalesOldPartMovement(models.Model):
    """The ledger of old parts. Rows are added, never changed or removed."""

    _name = "after.sales.old.part.movement"
    _description = "Old Part Movement"
    _order = "date, id"

    old_part_id = fields.Many2one(
        "after.sales.old.part", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company", related="old_part_id.company_id", store=True, index=True
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    user_id = fields.Many2one("res.users", default=lambda self: self.env.user)
    kind = fields.Selection(
        [
            ("open", "Duty opened"),
            ("receive", "Received"),
            ("analyse", "Analysed"),
            ("refurbish", "Refurbished"),
            ("supplier_out", "Sent to the manufacturer"),
            ("supplier_in", "Answer of the manufacturer"),
            ("scrap", "Scrapped"),
            ("customer", "Given to the customer"),
            ("write_off", "Written off"),
            ("cancel", "Cancelled"),
        ],
        required=True,
    )
    note = fields.Char()
    picking_id = fields.Many2one("stock.picking", string="Transfer")
