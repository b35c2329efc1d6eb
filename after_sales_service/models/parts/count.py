from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

SUPERVISOR = "after_sales_service.after_sales_group_supervisor"
CLERK = "after_sales_service.after_sales_group_clerk"


class AfterSalesCount(models.Model):
    """A list of parts to count at one place, and what becomes of the differences."""

    _name = "after.sales.count"
    _description = "Count of Parts"
    _inherit = [
        "after.sales.number.mixin",
        "after.sales.state.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date desc, id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    location_id = fields.Many2one(
        "stock.location",
        string="Place",
        required=True,
        index=True,
        check_company=True,
        domain="[('usage', '=', 'internal'), ('company_id', '=', company_id)]",
        default=lambda self: self._default_location_id(),
    )
    technician_id = fields.Many2one(
        "hr.employee",
        string="Answers for It",
        compute="_compute_technician_id",
        store=True,
        index=True,
        help="The technician of the van.",
    )
    kind = fields.Selection(
        [("mini", "Weekly count"), ("full", "Full stock-take")],
        default="full",
        required=True,
    )
    date = fields.Date(required=True, default=fields.Date.context_today, index=True)
    line_ids = fields.One2many("after.sales.count.line", "count_id", string="Parts")
    value_difference = fields.Monetary(
        string="Difference in Value",
        compute="_compute_value_difference",
        store=True,
        groups="after_sales_service.after_sales_group_supervisor,"
        "after_sales_service.after_sales_group_clerk,"
        "after_sales_service.after_sales_group_auditor",
    )
    difference_count = fields.Integer(
        string="Differences", compute="_compute_value_difference", store=True
    )
    date_counted = fields.Datetime(string="Counted on", copy=False, readonly=True)
    counted_by_id = fields.Many2one(
        "res.users", string="Counted by", copy=False, readonly=True
    )
    approved_by_id = fields.Many2one(
        "res.users", string="Approved by", copy=False, readonly=True, tracking=True
    )
    note = fields.Text(string="Notes")
    state = fields.Selection(
        [
            ("draft", "To count"),
            ("counted", "To approve"),
            ("done", "Booked"),
            ("cancel", "Cancelled"),
        ],
        default="draft",
        required=True,
        tracking=True,
        index=True,
        copy=False,
    )

    # One list of a kind at a time: nobody is asked to count a place twice.
    _open_once = models.UniqueIndex(
        "(location_id, kind) WHERE state IN ('draft', 'counted')",
        "A count of this place is open already. Finish or cancel that one first.",
    )

    # === DEFAULTS === #
    def _default_location_id(self):
        """Return the own van of a technician."""
        employee = self.env.user._after_sales_employee(self.env.company)
        # Vans stand in the employee's private data; this one is their own.
        return employee.sudo().after_sales_van_id

    # === COMPUTES === #
    @api.depends("location_id")
    def _compute_technician_id(self):
        # Locations and vans belong to the stock; the name of the holder is told.
        holders = (
            self.env["hr.employee"]
            .sudo()
            .search([("after_sales_van_id", "parent_of", self.location_id.ids)])
        )
        for count in self:
            path = count.location_id.sudo().parent_path or ""  # as above
            count.technician_id = holders.filtered(
                lambda holder, path=path: path.startswith(
                    holder.after_sales_van_id.parent_path
                )
            )[:1]

    @api.depends("line_ids.value", "line_ids.difference")
    def _compute_value_difference(self):
        for count in self:
            wrong = count.line_ids.filtered("difference")
            count.value_difference = sum(wrong.mapped("value"))
            count.difference_count = len(wrong)

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        self.flush_model(["state"])  # a list that was just closed is not open
        return super().create(vals_list)

    def write(self, vals):
        if {"company_id", "location_id", "kind"} & vals.keys():
            self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_open(self):
        kept = self.filtered(lambda count: count.state in ("counted", "done"))
        if kept:
            raise UserError(
                self.env._(
                    "%(count)s says what was found, and is kept.",
                    count=kept[0].name,
                )
            )

    def _get_transitions(self):
        return {
            "draft": {"counted", "done", "cancel"},
            "counted": {"draft", "done", "cancel"},
            "done": set(),
            "cancel": {"draft"},
        }

    # === ACTIONS === #
    def action_fill(self):
        """List everything the book says is at the place."""
        self.check_access("write")
        self._check_open()
        for count in self:
            known = {(line.product_id, line.lot_id) for line in count.line_ids}
            # Technicians have no stock rights and may see what they answer for.
            book = count.sudo()._read_book()
            count.line_ids = [
                Command.create({"product_id": product.id, "lot_id": lot.id})
                for product, lot in book
                if (product, lot) not in known
            ]
        return True

    def action_submit(self):
        """Compare what was counted with the book; what is right is booked at once.

        :raise UserError: if a part was not counted, or the list is closed
        """
        self.check_access("write")
        self._lock_for_move()
        self._check_open()
        for count in self:
            count._check_all_counted()
            count.write(
                {
                    "date_counted": fields.Datetime.now(),
                    "counted_by_id": self.env.uid,
                }
            )
            count.sudo()._freeze_book()  # as in action_fill
            if count._needs_approval():
                count._move_to("counted")
            else:
                count._move_to("done")
                count._apply()
        self._close_reminders()
        return True

    def action_approve(self):
        """Answer for the differences and book them: native inventory adjustments."""
        self._check_may_approve()
        # sudo: supervisors have no stock rights; the right was checked above.
        self.sudo().line_ids._check_still_in_book()
        self._move_to("done", approved_by_id=self.env.uid)
        for count in self:
            count._apply()
        return True

    def action_recount(self):
        """Send the list back: what does not agree is counted once more."""
        self._check_may_approve(own=True)
        self._move_to("draft", approved_by_id=False)
        wrong = self.line_ids.filtered("difference")
        wrong.sudo().is_counted = False  # after the check above
        return True

    def action_cancel(self):
        self.check_access("write")
        self._move_to("cancel")
        self._close_reminders()

    def action_draft(self):
        self.check_access("write")
        self._move_to("draft")

    def action_view_moves(self):
        """Open the native adjustments that this count made."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Adjustments"),
            "res_model": "stock.move.line",
            "view_mode": "list",
            "domain": [("move_id.inventory_name", "=", self.name)],
        }

    # === BUSINESS === #
    def _close_reminders(self):
        self.activity_unlink(["after_sales_service.mail_activity_type_count"])

    def _check_open(self):
        closed = self.filtered(lambda count: count.state != "draft")
        if closed:
            raise UserError(
                self.env._(
                    "%(count)s is not open for counting any more. Make a new count of "
                    "this place.",
                    count=closed[0].name,
                )
            )

    def _check_all_counted(self):
        self.ensure_one()
        if not self.line_ids:
            raise UserError(
                self.env._(
                    "%(count)s lists no parts. Press “Fill” or add what you found.",
                    count=self.name,
                )
            )
        left = self.line_ids.filtered(lambda line: not line.is_counted)
        if left:
            raise UserError(
                self.env._(
                    "%(part)s on %(count)s was not counted yet. Write zero if there is "
                    "none.",
                    part=left[0].product_id.display_name,
                    count=self.name,
                )
            )

    def _check_may_approve(self, own=False):
        """Let supervisors and clerks answer for what somebody else counted.

        :param bool own: whether the person who counted may, too
        """
        if not any(self.env.user.has_group(group) for group in (SUPERVISOR, CLERK)):
            raise AccessError(
                self.env._("Only a supervisor or parts clerk approves differences.")
            )
        self.check_access("write")
        mine = self.filtered(lambda count: count.counted_by_id == self.env.user)
        if mine and not own:
            raise AccessError(
                self.env._(
                    "You counted %(count)s yourself. Let somebody else approve it.",
                    count=mine[0].name,
                )
            )

    def _needs_approval(self):
        """Say if the differences are worth more than may be booked unasked."""
        self.ensure_one()
        lines = self.sudo().line_ids  # costs are hidden from technicians
        limit = self.company_id.after_sales_count_tolerance
        worth = sum(abs(value) for value in lines.mapped("value"))
        return any(lines.mapped("difference")) and (not limit or worth > limit)

    def _read_book(self):
        """Return ``{(product, lot): quantity}`` of the company's own at the place."""
        self.ensure_one()
        rows = self.env["stock.quant"]._read_group(
            [
                ("location_id", "child_of", self.location_id.id),
                ("owner_id", "=", False),
                ("quantity", "!=", 0),
            ],
            ["product_id", "lot_id"],
            ["quantity:sum"],
            order="product_id, lot_id",
        )
        return {(product, lot): quantity for product, lot, quantity in rows}

    def _freeze_book(self):
        """Write on each line what the book said at this moment, and the cost."""
        self.ensure_one()
        book = self._read_book()
        lines = self.line_ids.with_company(self.company_id)
        for line in lines:
            line.write(
                {
                    "quantity_book": book.get((line.product_id, line.lot_id), 0.0),
                    "cost": line.product_id.standard_price,
                }
            )

    def _apply(self):
        """Book the differences as native inventory adjustments.

        The difference is booked, not the counted quantity: what was moved since the
        count stays moved.
        """
        self.ensure_one()
        # Right and state were checked by the caller; who approves need not be in the
        # warehouse.
        count = self.sudo().with_company(self.company_id)
        wrong = count.line_ids.filtered("difference")
        quants = self.env["stock.quant"].sudo()  # as above
        for line in wrong:
            quants |= line._prepare_quants()
        if quants:
            quants.with_context(inventory_name=self.name).action_apply_inventory()
        count.location_id.last_inventory_date = fields.Date.context_today(self)
