from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

SUPERVISOR = "after_sales_service.after_sales_group_supervisor"


class AfterSalesPartTransfer(models.Model):
    """Parts that one technician asks from the van of another."""

    _name = "after.sales.part.transfer"
    _description = "Part Transfer Between Vans"
    _inherit = [
        "after.sales.number.mixin",
        "after.sales.state.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    technician_id = fields.Many2one(
        "hr.employee",
        string="For Technician",
        required=True,
        index=True,
        check_company=True,
        default=lambda self: self.env[
            "after.sales.requisition"
        ]._default_technician_id(),
        domain=[("is_after_sales_technician", "=", True)],
    )
    holder_id = fields.Many2one(
        "hr.employee",
        string="From the Van of",
        required=True,
        index=True,
        check_company=True,
        domain=[("is_after_sales_technician", "=", True)],
    )
    order_id = fields.Many2one(
        "after.sales.order",
        string="Service Order",
        index="btree_not_null",
        check_company=True,
    )
    line_ids = fields.One2many("after.sales.part.transfer.line", "transfer_id")
    note = fields.Char(string="Message")
    refusal_reason = fields.Char(copy=False, tracking=True)
    picking_id = fields.Many2one(
        "stock.picking",
        string="Transfer",
        copy=False,
        readonly=True,
        groups="stock.group_stock_user,after_sales_service.after_sales_group_auditor",
    )
    is_mine_to_answer = fields.Boolean(
        compute="_compute_is_mine_to_answer", export_string_translation=False
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("asked", "Asked"),
            ("done", "Handed over"),
            ("refused", "Refused"),
            ("cancel", "Cancelled"),
        ],
        default="draft",
        required=True,
        tracking=True,
        index=True,
        copy=False,
    )

    _two_people = models.Constraint(
        "CHECK(technician_id <> holder_id)",
        "Choose another technician than the one who needs the parts.",
    )

    # === COMPUTES === #
    @api.depends("holder_id", "state")
    @api.depends_context("uid")
    def _compute_is_mine_to_answer(self):
        for transfer in self:
            transfer.is_mine_to_answer = (
                transfer.state == "asked" and transfer._may_answer()
            )

    # === CRUD === #
    def write(self, vals):
        if {"technician_id", "holder_id", "company_id", "order_id"} & vals.keys():
            self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_asked(self):
        if any(transfer.state not in ("draft", "cancel") for transfer in self):
            raise UserError(
                self.env._("Cancel the transfer; only drafts can be deleted.")
            )

    def _get_transitions(self):
        return {
            "draft": {"asked", "cancel"},
            "asked": {"done", "refused", "cancel"},
            "done": set(),
            "refused": {"draft"},
            "cancel": {"draft"},
        }

    # === ACTIONS === #
    def action_ask(self):
        """Ask the colleague; nothing is moved before the answer."""
        for transfer in self:
            transfer._check_complete()
        self._move_to("asked", refusal_reason=False)
        for transfer in self:
            transfer._give_task(
                transfer.holder_id,
                lambda env, name=transfer.technician_id.name: env._(
                    "%(name)s asks for parts from your van", name=name
                ),
                transfer.note,
            )

    def action_accept(self):
        """Hand the parts over: one native transfer from van to van."""
        for transfer in self:
            transfer._check_may_answer()
        self._lock_for_move()
        for transfer in self:
            transfer._hand_over()
        self._close_activities()

    def action_refuse(self):
        for transfer in self:
            transfer._check_may_answer()
            if not (transfer.refusal_reason or "").strip():
                raise UserError(
                    self.env._(
                        "Write why you keep the parts; %(name)s will read it.",
                        name=transfer.technician_id.name,
                    )
                )
        self._move_to("refused")
        self._close_activities()
        for transfer in self:
            transfer._give_task(
                transfer.technician_id,
                lambda env, name=transfer.holder_id.name: env._(
                    "%(name)s keeps the parts; ask the warehouse", name=name
                ),
                transfer.refusal_reason,
            )

    def action_cancel(self):
        for transfer in self:
            transfer._check_may_ask()
        self._move_to("cancel")
        self._close_activities()

    def action_draft(self):
        self._move_to("draft")

    # === BUSINESS === #
    def _give_task(self, employee, get_summary, note):
        """Put a task on the list of an employee, in his language, if he has a user.

        :param get_summary: returns the text, given the environment of the reader
        """
        self.ensure_one()
        # The user of an employee is a private field.
        user = employee.sudo().user_id
        if user:
            reader = self.with_context(lang=user.lang)
            reader.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=get_summary(reader.env),
                note=note,
                user_id=user.id,
            )

    def _may_answer(self):
        self.ensure_one()
        # The user of an employee is a private field.
        own = self.env.user == self.holder_id.sudo().user_id
        return own or self.env.su or self.env.user.has_group(SUPERVISOR)

    def _check_may_answer(self):
        if not self._may_answer():
            raise AccessError(
                self.env._(
                    "%(holder)s has to answer %(transfer)s: the parts are in that van.",
                    holder=self.holder_id.name,
                    transfer=self.name,
                )
            )

    def _check_may_ask(self):
        self.ensure_one()
        # The user of an employee is a private field.
        own = self.env.user == self.technician_id.sudo().user_id
        if not (own or self.env.su or self.env.user.has_group(SUPERVISOR)):
            raise AccessError(
                self.env._(
                    "%(transfer)s is asked by %(name)s, who can change it.",
                    transfer=self.name,
                    name=self.technician_id.name,
                )
            )

    def _check_draft(self):
        if any(transfer.state != "draft" for transfer in self):
            raise UserError(
                self.env._(
                    "The colleague was asked already. Cancel the transfer to ask for "
                    "something else."
                )
            )

    def _check_complete(self):
        self._check_may_ask()
        if not self.line_ids:
            raise UserError(self.env._("Add the parts you want from your colleague."))
        # The vans are locations, which technicians may not read.
        for employee in (self.technician_id | self.holder_id).sudo():
            if not employee.after_sales_van_id:
                raise UserError(employee._get_no_van_message())

    def _close_activities(self):
        self.activity_unlink(["mail.mail_activity_data_todo"])

    def _hand_over(self):
        """Move the pieces natively, if the van still has them.

        :raise UserError: if it has not; nothing is moved then
        """
        self.ensure_one()
        # The holder has no stock rights; the right to answer was checked before.
        transfer = self.sudo()
        van = transfer.holder_id.after_sales_van_id
        quants = transfer._get_quants(van)
        transfer.env["after.sales.order"]._lock_quants(quants)
        left = {quant: quant.quantity - quant.reserved_quantity for quant in quants}
        commands = []
        for line in transfer.line_ids:
            picks = line._pick(van, left)
            commands.append(Command.create(line._prepare_move_vals(picks)))
        picking = transfer.env["stock.picking"].create(
            transfer._prepare_picking_vals() | {"move_ids": commands}
        )
        picking._validate_after_sales()
        self._move_to("done")
        transfer.picking_id = picking

    def _get_quants(self, van):
        return self.env["after.sales.order"]._get_part_quants(
            van, self.line_ids.product_id
        )

    def _prepare_picking_vals(self):
        """Return the values of the native transfer from van to van."""
        self.ensure_one()
        van = self.holder_id.after_sales_van_id
        return {
            "picking_type_id": van.warehouse_id.after_sales_issue_type_id.id,
            "location_id": van.id,
            "location_dest_id": self.technician_id.after_sales_van_id.id,
            "partner_id": self.technician_id.work_contact_id.id,
            "origin": " ".join(filter(None, [self.name, self.order_id.name])),
            "company_id": self.company_id.id,
            "after_sales_order_id": self.order_id.id,
        }


class AfterSalesPartTransferLine(models.Model):
    """One part that goes from van to van."""

    _name = "after.sales.part.transfer.line"
    _description = "Part Between Vans"
    _order = "transfer_id, id"
    _check_company_auto = True

    transfer_id = fields.Many2one(
        "after.sales.part.transfer", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company", related="transfer_id.company_id", store=True, index=True
    )
    order_line_id = fields.Many2one(
        "after.sales.order.line", index="btree_not_null", ondelete="set null"
    )
    product_id = fields.Many2one(
        "product.product",
        string="Part",
        required=True,
        check_company=True,
        domain=[("is_after_sales_part", "=", True)],
    )
    serial = fields.Char(
        string="Serial Number", help="Empty: the oldest piece in the van."
    )
    quantity = fields.Float(required=True, default=1.0, digits="Product Unit")
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit of Measure")
    state = fields.Selection(related="transfer_id.state")

    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0)",
        "The quantity of a part from a colleague must be more than zero.",
    )

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.transfer_id._check_draft()
        return lines

    def write(self, vals):
        # The holder may still say which serial number is handed over.
        if vals.keys() - {"serial"}:
            self.transfer_id._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_asked(self):
        self.transfer_id._check_draft()

    # === BUSINESS === #
    def _pick(self, van, left):
        """Choose the pieces of one line in the van of the colleague.

        :param left: ``{quant: quantity}``, lessened by what is taken
        :return: ``[(quant, quantity), …]``
        :raise UserError: if the van has less
        """
        self.ensure_one()
        picks, wanted, uom = [], self.quantity, self.uom_id
        for quant in left:
            if quant.product_id != self.product_id:
                continue
            if self.serial and quant.lot_id.name != self.serial.strip():
                continue
            taken = min(wanted, left[quant])
            if uom.compare(taken, 0) > 0:
                picks.append((quant, taken))
                left[quant] -= taken
                wanted -= taken
        if uom.compare(wanted, 0) > 0:
            raise UserError(
                self.env._(
                    "%(van)s has %(available)g of the %(wanted)g %(part)s asked for. "
                    "Refuse with a reason, or cancel and ask for less.",
                    van=van.display_name,
                    available=self.quantity - wanted,
                    wanted=self.quantity,
                    part=" ".join(
                        filter(None, [self.product_id.display_name, self.serial])
                    ),
                )
            )
        return picks

    def _prepare_move_vals(self, picks):
        """Return the values of the move of one part from van to van."""
        self.ensure_one()
        transfer = self.transfer_id
        base = {
            "product_id": self.product_id.id,
            "company_id": self.company_id.id,
            "location_dest_id": transfer.technician_id.after_sales_van_id.id,
        }
        return base | {
            "product_uom_qty": self.quantity,
            "product_uom": self.uom_id.id,
            "location_id": transfer.holder_id.after_sales_van_id.id,
            "origin": transfer.name,
            "picked": True,
            "move_line_ids": [
                Command.create(
                    base
                    | {
                        "location_id": quant.location_id.id,
                        "lot_id": quant.lot_id.id,
                        "package_id": quant.package_id.id,
                        "product_uom_id": self.uom_id.id,
                        "quantity": quantity,
                        "picked": True,
                    }
                )
                for quant, quantity in picks
            ],
        }
