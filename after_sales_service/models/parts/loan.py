from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..platform.state_mixin import _MOVE

# What cannot change any more once a loaner is promised.
FACTS = {"company_id", "warehouse_id", "partner_id", "product_id", "lot_id"}
# What only the buttons write down.
RECORDS = {
    "date_out",
    "date_back",
    "signature",
    "signed_by",
    "reminder_rung",
}


class AfterSalesLoan(models.Model):
    """A unit of ours that a customer uses while their own is repaired."""

    _name = "after.sales.loan"
    _description = "Loan of a Unit"
    _inherit = [
        "after.sales.number.mixin",
        "after.sales.state.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_due, id"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        string="From Warehouse",
        compute="_compute_warehouse_id",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
    )
    order_id = fields.Many2one(
        "after.sales.order",
        string="Service Order",
        index="btree_not_null",
        check_company=True,
        tracking=True,
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, tracking=True
    )
    product_id = fields.Many2one(
        "product.product", string="Loaner", required=True, check_company=True
    )
    lot_id = fields.Many2one(
        "stock.lot",
        string="Serial Number",
        required=True,
        index=True,
        check_company=True,
        tracking=True,
    )
    free_lot_ids = fields.Many2many(
        "stock.lot", string="Free in This Period", compute="_compute_free_lot_ids"
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        tracking=True,
    )
    date_from = fields.Date(
        string="From", required=True, default=fields.Date.context_today
    )
    date_due = fields.Date(
        string="Due Back",
        required=True,
        index=True,
        tracking=True,
        default=lambda self: self._default_date_due(),
    )
    date_out = fields.Datetime(string="Handed Over", copy=False, readonly=True)
    date_back = fields.Datetime(string="Came Back", copy=False, readonly=True)
    is_overdue = fields.Boolean(
        string="Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )
    days_late = fields.Integer(compute="_compute_days_late")
    condition_out = fields.Selection(
        [("new", "Like new"), ("good", "Good"), ("worn", "Traces of use")],
        string="Condition on Leaving",
        copy=False,
    )
    checklist_out = fields.Text(
        string="Handed Over With",
        copy=False,
        help="Accessories, meter reading, marks: what is there when it leaves.",
    )
    photo_out_ids = fields.Many2many(
        "ir.attachment",
        "after_sales_loan_photo_out_rel",
        string="Photos on Leaving",
        copy=False,
    )
    signed_by = fields.Char(copy=False, readonly=True)
    signature = fields.Image(max_width=1024, copy=False, readonly=True, attachment=True)
    condition_in = fields.Selection(
        [
            ("good", "As it left"),
            ("worn", "Traces of use"),
            ("damaged", "Damaged"),
            ("incomplete", "Something is missing"),
        ],
        string="Condition on Return",
        copy=False,
        tracking=True,
    )
    check_note = fields.Text(
        string="Found on Return",
        copy=False,
        help="Damage, missing parts, meter reading.",
    )
    photo_in_ids = fields.Many2many(
        "ir.attachment",
        "after_sales_loan_photo_in_rel",
        string="Photos on Return",
        copy=False,
    )
    is_check_missing = fields.Boolean(
        string="Check Missing", compute="_compute_is_check_missing", store=True
    )
    reminder_rung = fields.Integer(string="Reminders Sent", copy=False, readonly=True)
    picking_ids = fields.One2many(
        "stock.picking",
        "after_sales_loan_id",
        groups="stock.group_stock_user,after_sales_service.after_sales_group_auditor",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("reserved", "Reserved"),
            ("out", "On loan"),
            ("returned", "Back with us"),
            ("cancel", "Cancelled"),
        ],
        default="draft",
        required=True,
        tracking=True,
        index=True,
        copy=False,
        group_expand=True,
    )

    # A range of one number stands for the serial: equality alone would need an
    # extension of PostgreSQL that not every database user may install.
    _one_at_a_time = models.Constraint(
        "EXCLUDE USING gist (int4range(lot_id, lot_id, '[]') WITH &&, "
        "daterange(date_from, date_due, '[]') WITH &&) "
        "WHERE (state = ANY (ARRAY['reserved', 'out']))",
        "Somebody else reserved this loaner for some of these days just now. Choose "
        "another one or other days.",
    )
    _out_once = models.UniqueIndex(
        "(lot_id) WHERE state = 'out'",
        "This loaner is with a customer already. Take it back first or choose another.",
    )
    _period_forward = models.Constraint(
        "CHECK(date_due >= date_from)",
        "A loaner cannot be due back before the day on which it leaves.",
    )

    # === DEFAULTS === #
    def _default_date_due(self):
        days = max(self.env.company.after_sales_loan_days, 0)
        return fields.Date.context_today(self) + timedelta(days=days)

    # === COMPUTES === #
    @api.depends("order_id", "company_id")
    def _compute_warehouse_id(self):
        Warehouse = self.env["stock.warehouse"]
        for loan in self:
            # Everybody may know which warehouse serves an order.
            order = loan.order_id.sudo()
            loan.warehouse_id = (
                order._get_warehouse()
                if order
                else Warehouse.sudo().search(
                    [("company_id", "=", loan.company_id.id)], limit=1
                )
            ).id

    @api.depends("warehouse_id", "date_from", "date_due", "product_id")
    def _compute_free_lot_ids(self):
        for loan in self:
            lots = loan._get_pool_lots()
            loan.free_lot_ids = lots - loan._get_clashes(lots).lot_id

    @api.depends("date_due", "state")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for loan in self:
            loan.is_overdue = (
                loan.state == "out" and bool(loan.date_due) and loan.date_due < today
            )

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        late = Domain("state", "=", "out") & Domain("date_due", "<", today)
        return late if True in value else ~late

    @api.depends("date_due", "date_back", "state")
    def _compute_days_late(self):
        today = fields.Date.context_today(self)
        for loan in self:
            end = loan.date_due
            if loan.state == "out":
                end = today
            elif loan.date_back:
                end = fields.Date.context_today(loan, loan.date_back)
            loan.days_late = max((end - loan.date_due).days, 0) if end else 0

    @api.depends("state", "condition_in")
    def _compute_is_check_missing(self):
        for loan in self:
            loan.is_check_missing = loan.state == "returned" and not loan.condition_in

    @api.depends("name", "product_id", "lot_id")
    def _compute_display_name(self):
        for loan in self:
            # A serial number is no secret to whoever may read the loan.
            serial = loan.lot_id.sudo().name
            loan.display_name = f"{loan.name} · {serial}" if serial else loan.name

    # === CONSTRAINS === #
    @api.onchange("order_id")
    def _onchange_order_id(self):
        if self.order_id:
            self.partner_id = self.order_id.partner_id

    @api.onchange("product_id")
    def _onchange_product_id(self):
        if self.lot_id.sudo().product_id != self.product_id:  # only compared
            self.lot_id = self.free_lot_ids[:1]

    @api.constrains("lot_id", "product_id")
    def _check_lot(self):
        for loan in self.sudo():  # who may lend need not have rights on serials
            if loan.product_id.tracking != "serial":
                raise UserError(
                    self.env._(
                        "%(product)s has no serial numbers, so nobody would know "
                        "which one is lent. Track it by serial numbers first.",
                        product=loan.product_id.display_name,
                    )
                )
            if loan.lot_id.product_id != loan.product_id:
                raise UserError(
                    self.env._(
                        "Serial number %(serial)s is no %(product)s. Choose a serial "
                        "number of the loaner.",
                        serial=loan.lot_id.name,
                        product=loan.product_id.display_name,
                    )
                )

    # === CRUD === #
    def write(self, vals):
        moving = self.env.context.get("after_sales_move") is _MOVE or self.env.su
        if not moving:
            if RECORDS & vals.keys():
                raise UserError(
                    self.env._(
                        "Hand the loaner over or take it back with the buttons: what "
                        "was signed cannot be written by hand."
                    )
                )
            fixed = self.filtered(lambda loan: loan.state != "draft")
            if fixed and FACTS & vals.keys():
                raise UserError(
                    self.env._(
                        "%(loan)s is promised already. Cancel it and make a new one "
                        "for another customer or another unit.",
                        loan=fixed[0].display_name,
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        kept = self.filtered(lambda loan: loan.state not in ("draft", "cancel"))
        if kept or self.filtered("date_out"):
            raise UserError(
                self.env._(
                    "%(loan)s tells who had our unit and is kept. Only drafts can be "
                    "deleted.",
                    loan=(kept or self)[0].display_name,
                )
            )

    def _get_transitions(self):
        return {
            "draft": {"reserved", "cancel"},
            "reserved": {"out", "cancel"},
            "out": {"returned"},
            "returned": set(),
            "cancel": {"draft"},
        }

    # === ACTIONS === #
    def action_reserve(self):
        """Keep the loaner for this customer and these days."""
        self.check_access("write")
        for loan in self:
            loan._check_in_pool()
            loan._check_free()
        self._move_to("reserved")
        self.flush_recordset()  # let the database refuse a second reservation now

    def action_cancel(self):
        self.check_access("write")
        self._move_to("cancel")

    def action_draft(self):
        self.check_access("write")
        self._move_to("draft")

    def action_hand_over(self):
        """Open the dialog in which the customer takes the loaner and signs."""
        self.ensure_one()
        return self._open_dialog("after.sales.loan.out", self.env._("Hand Over"))

    def action_take_back(self):
        """Open the dialog in which the loaner is checked and taken back."""
        self.ensure_one()
        return self._open_dialog("after.sales.loan.back", self.env._("Take Back"))

    def action_print_slip(self):
        report = self.env.ref("after_sales_service.after_sales_loan_report_slip")
        return report.report_action(self)

    def action_view_transfers(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "stock.action_picking_tree_all"
        )
        return action | {
            "domain": [("after_sales_loan_id", "=", self.id)],
            "context": {},
        }

    def _open_dialog(self, model, name):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {"default_loan_id": self.id},
        }

    # === BUSINESS: the pool === #
    def _get_pool_lots(self):
        """Return the serials that belong to the pool: on the shelf or on loan."""
        self.ensure_one()
        # Who lends need not have rights on the stock.
        warehouse = self.sudo().warehouse_id
        places = (
            warehouse.after_sales_loaners_location_id
            | warehouse.company_id.after_sales_loan_location_id
        )
        domain = [
            ("location_id", "child_of", places.ids),
            ("quantity", ">", 0),
            ("lot_id", "!=", False),
            ("owner_id", "=", False),
        ]
        if self.product_id:
            domain.append(("product_id", "=", self.product_id.id))
        # As above: read only, and only the serials are returned.
        quants = self.env["stock.quant"].sudo().search(domain, order="in_date, id")
        return quants.lot_id.sudo(False)

    def _get_clashes(self, lots):
        """Return the other promises of ``lots`` in the period of this loan."""
        self.ensure_one()
        if not (self.date_from and self.date_due):
            return self.browse()
        # Also those of colleagues whose loans the user may not read.
        return self.sudo().search(
            [
                ("id", "!=", self._origin.id),
                ("lot_id", "in", lots.ids),
                ("state", "in", ("reserved", "out")),
                ("date_from", "<=", self.date_due),
                "|",
                ("date_due", ">=", self.date_from),
                # What is overdue is not there either.
                ("is_overdue", "=", True),
            ]
        )

    def _check_in_pool(self):
        self.ensure_one()
        if self.lot_id not in self._get_pool_lots():
            # Only the name of the warehouse is told.
            house = self.warehouse_id.sudo()
            raise UserError(
                self.env._(
                    "%(serial)s is not among the loaners of %(warehouse)s. Move it to "
                    "the place “Loaners” first, or choose another one.",
                    serial=self.lot_id.name,
                    warehouse=house.name or "–",
                )
            )

    def _check_free(self):
        self.ensure_one()
        clash = self._get_clashes(self.lot_id)[:1]
        if clash:
            raise UserError(
                self.env._(
                    "%(serial)s is promised to %(customer)s from %(first)s to %(last)s "
                    "(%(loan)s). Choose another one or other days.",
                    serial=clash.lot_id.name,
                    customer=clash.partner_id.display_name,
                    first=fields.Date.to_string(clash.date_from),
                    last=fields.Date.to_string(clash.date_due),
                    loan=clash.name,
                )
            )
