from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..platform.state_mixin import _MOVE

SUPERVISOR = "after_sales_service.after_sales_group_supervisor"
CLERK = "after_sales_service.after_sales_group_clerk"
MANAGER = "after_sales_service.after_sales_group_manager"
# What the people at the desk write down; everything else follows from the buttons.
NOTES = {
    "finding",
    "finding_note",
    "disposition",
    "found_cause_id",
    "date_promised",
    "supplier_id",
    "supplier_answer",
    "supplier_note",
    "supplier_cause_id",
    "supplier_remedy_id",
    "supplier_credit",
    "serial_new",
    "write_off_reason",
}
# What the finding suggests to do with the part.
SUGGESTIONS = {"no_fault": "refurbish", "unknown": "supplier", "fault": "scrap"}


class AfterSalesOldPart(models.Model):
    """The duty to bring an old part back, and what becomes of it."""

    _name = "after.sales.old.part"
    _description = "Old Part"
    _inherit = [
        "after.sales.number.mixin",
        "after.sales.state.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_due, id"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, index=True)
    order_line_id = fields.Many2one(
        "after.sales.order.line", required=True, ondelete="restrict", index=True
    )
    order_id = fields.Many2one(
        related="order_line_id.order_id",
        string="Service Order",
        store=True,
        index=True,
    )
    partner_id = fields.Many2one(related="order_id.partner_id", string="Customer")
    unit_id = fields.Many2one(related="order_id.unit_id", store=True)
    technician_id = fields.Many2one(
        "hr.employee", string="Holder", required=True, index=True, tracking=True
    )
    product_id = fields.Many2one("product.product", string="Part", required=True)
    quantity = fields.Float(default=1.0, digits="Product Unit")
    serial = fields.Char(string="Serial Number", index="btree_not_null")
    cause_id = fields.Many2one(related="order_id.cause_id")
    date_due = fields.Date(string="Due Back", index=True)
    is_overdue = fields.Boolean(
        string="Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )
    date_received = fields.Datetime(string="Received", copy=False, readonly=True)
    finding = fields.Selection(
        [
            ("fault", "Fault found"),
            ("no_fault", "No fault"),
            ("unknown", "Cause unknown"),
        ],
        copy=False,
        tracking=True,
    )
    finding_note = fields.Text(string="What Was Found", copy=False)
    disposition = fields.Selection(
        [
            ("refurbish", "Refurbish"),
            ("supplier", "Return to the manufacturer"),
            ("scrap", "Scrap"),
            ("customer", "Back to the customer"),
        ],
        compute="_compute_disposition",
        store=True,
        readonly=False,
        copy=False,
        tracking=True,
    )
    supplier_id = fields.Many2one(
        "res.partner",
        string="Manufacturer",
        compute="_compute_supplier_id",
        store=True,
        readonly=False,
    )
    supplier_answer = fields.Selection(
        [
            ("returned", "Same piece back"),
            ("replaced", "Replaced"),
            ("credited", "Credited"),
            ("explained", "Analysed, nothing paid"),
            ("rejected", "Rejected"),
        ],
        string="Answer of the Manufacturer",
        copy=False,
        tracking=True,
    )
    supplier_note = fields.Text(string="Analysis and Solution", copy=False)
    write_off_reason = fields.Text(copy=False)
    movement_ids = fields.One2many(
        "after.sales.old.part.movement", "old_part_id", readonly=True
    )
    move_ids = fields.One2many(
        "stock.move",
        "after_sales_old_part_id",
        groups="stock.group_stock_user,after_sales_service.after_sales_group_auditor",
    )
    repair_ids = fields.One2many(
        "repair.order",
        "after_sales_old_part_id",
        groups="stock.group_stock_user,after_sales_service.after_sales_group_auditor",
    )
    state = fields.Selection(
        [
            ("due", "Due back"),
            ("received", "Received"),
            ("analysed", "Analysed"),
            ("refurbish", "In refurbishing"),
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

    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0)", "The quantity of an old part must be more than zero."
    )

    # === COMPUTES === #
    @api.depends("date_due", "state")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for part in self:
            part.is_overdue = (
                part.state == "due" and bool(part.date_due) and part.date_due < today
            )

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [
            ("state", "=", "due"),
            ("date_due", "<", fields.Date.context_today(self)),
        ]

    @api.depends("finding")
    def _compute_disposition(self):
        for part in self:
            part.disposition = self._suggest(part.finding) or part.disposition

    @api.depends("product_id")
    def _compute_supplier_id(self):
        for part in self:
            part.supplier_id = part.product_id.seller_ids[:1].partner_id

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts._add_movement("open")
        return parts

    def write(self, vals):
        moving = self.env.context.get("after_sales_move") is _MOVE
        own = {fname for fname in vals if fname in self._fields} - NOTES
        if not (moving or self.env.su) and own - {
            "activity_ids",
            "message_follower_ids",
        }:
            raise UserError(
                self.env._(
                    "The facts of an old part follow from its order and its transfers "
                    "and cannot be changed by hand."
                )
            )
        if not moving and NOTES & vals.keys():
            self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("Old parts are kept for ever. Write the part off instead.")
        )

    def _get_transitions(self):
        return {
            "due": {"received", "written_off", "cancel"},
            "received": {"analysed"},
            "analysed": {"refurbish", "supplier", "disposed"},
            "refurbish": {"analysed", "disposed"},
            "supplier": {"analysed", "disposed"},
            "disposed": set(),
            "written_off": set(),
            "cancel": set(),
        }

    # === ACTIONS === #
    def action_receive(self):
        """Take the parts in: one native receipt per order."""
        self._check_receive()
        self._transfer(
            "after_sales_old_part_type_id",
            lambda part: part.partner_id,
            to_old_parts=True,
        )

    def action_analyse(self):
        self._check_group(CLERK, SUPERVISOR)
        for part in self:
            if not part.finding:
                raise UserError(
                    self.env._(
                        "Say first what was found on %(part)s.", part=part.display_name
                    )
                )
        self._move_to("analysed")
        labels = dict(self._fields["finding"]._description_selection(self.env))
        for part in self:
            cause = part.found_cause_id.display_name
            part._add_movement(
                "analyse", note=" · ".join(filter(None, [labels[part.finding], cause]))
            )

    def action_dispose(self):
        """Do what was decided about each part, with native documents."""
        self._check_group(CLERK)
        self._lock_for_move()
        self._check_state("analysed")
        for part in self:
            if not part.disposition:
                raise UserError(
                    self.env._(
                        "Decide first what becomes of %(part)s.",
                        part=part.display_name,
                    )
                )
        for disposition, parts in self.grouped("disposition").items():
            getattr(parts, f"_dispose_{disposition}")()

    def action_view_transfers(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "stock.action_picking_tree_all"
        )
        action["domain"] = [("id", "in", self.move_ids.picking_id.ids)]
        action["context"] = {}
        return action

    # === BUSINESS === #
    @api.model
    def _suggest(self, finding):
        """Return what is usually done with a part of which this was found."""
        return SUGGESTIONS.get(finding, False)

    @api.model
    def _find_by_code(self, code):
        """Return the duty that a label or a serial number names.

        :return: ``(part or empty, sentence what is wrong or False)``
        """
        number = code.replace("%", r"\%")
        parts = self.search(
            [
                ("company_id", "=", self.env.company.id),
                "|",
                ("name", "=ilike", number),
                ("serial", "=ilike", number),
            ]
        )
        due = parts.filtered(lambda part: part.state == "due")
        if due:
            return due[0], False
        if parts:
            labels = dict(self._fields["state"]._description_selection(self.env))
            return self.browse(), self.env._(
                "%(part)s is not due back any more: it is “%(state)s”.",
                part=parts[-1].name,
                state=labels[parts[-1].state],
            )
        return self.browse(), self.env._(
            "No old part is known under %(code)s. Scan again, or look for its order in "
            "“Old Parts Due Back”.",
            code=code,
        )

    def _check_receive(self):
        """Hold the parts, if the user may take them in and they are due."""
        self._check_group(CLERK)
        self._lock_for_move()
        self._check_state("due")

    def _note_serial(self, serial):
        """Record the number that was read on the part when it came back."""
        self.ensure_one()
        # A fact of the hand-in, noted by who may receive; the ledger keeps the old.
        part = self.sudo()
        part._add_movement(
            "serial",
            note=self.env._(
                "%(old)s → %(new)s", old=part.serial or "–", new=serial.strip()
            ),
        )
        part.serial = serial.strip()

    def _check_group(self, *groups):
        if not self.env.su and not any(
            self.env.user.has_group(group) for group in groups
        ):
            raise AccessError(
                self.env._("You do not have the right to do this with an old part.")
            )

    def _check_open(self):
        closed = self.filtered(lambda part: not part._get_transitions()[part.state])
        if closed:
            raise UserError(
                self.env._(
                    "%(part)s is closed and cannot be changed any more.",
                    part=closed[0].display_name,
                )
            )

    def _check_state(self, state):
        """Refuse parts that are not in ``state`` before anything is moved."""
        wrong = self.filtered(lambda part: part.state != state)
        if wrong:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(part)s is “%(current)s”; this is for parts that are "
                    "“%(wanted)s”. Reload the page to see what was done meanwhile.",
                    part=wrong[0].display_name,
                    current=labels[wrong[0].state],
                    wanted=labels[state],
                )
            )

    def _add_movement(self, kind, note=False, picking=False):
        """Add a row to the ledger of each part."""
        # Nobody has the right to write the ledger; each button checked its own right.
        self.env["after.sales.old.part.movement"].sudo().create(
            [
                {
                    "old_part_id": part.id,
                    "kind": kind,
                    "note": note,
                    "picking_id": picking and picking.id,
                    "user_id": self.env.uid,
                }
                for part in self
            ]
        )

    def _close_reminders(self):
        self.activity_unlink(["after_sales_service.mail_activity_type_old_part"])
