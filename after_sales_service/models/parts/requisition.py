from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..platform.state_mixin import _MOVE

SUPERVISOR = "after_sales_service.after_sales_group_supervisor"
MANAGER = "after_sales_service.after_sales_group_manager"
CLERK = "after_sales_service.after_sales_group_clerk"
# What nobody changes any more once the requisition is on its way.
HEADER = {"technician_id", "company_id", "order_id", "requester_id", "approver_id"}


class AfterSalesRequisition(models.Model):
    """Parts a technician asks for, for one order or for the van."""

    _name = "after.sales.requisition"
    _description = "Part Requisition"
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
    order_id = fields.Many2one(
        "after.sales.order",
        string="Service Order",
        index="btree_not_null",
        check_company=True,
    )
    technician_id = fields.Many2one(
        "hr.employee",
        required=True,
        index=True,
        default=lambda self: self._default_technician_id(),
        domain=[("is_after_sales_technician", "=", True)],
    )
    van_id = fields.Many2one(
        "stock.location",
        compute="_compute_van_id",
        store=True,
        check_company=True,
    )

    warehouse_id = fields.Many2one(
        "stock.warehouse",
        compute="_compute_van_id",
        store=True,
        check_company=True,
    )
    is_urgent = fields.Boolean(string="Urgent", tracking=True)
    date_needed = fields.Datetime(string="Needed by")
    note = fields.Text(string="Notes")
    line_ids = fields.One2many(
        "after.sales.requisition.line", "requisition_id", copy=True
    )
    picking_ids = fields.One2many(
        "stock.picking",
        "after_sales_requisition_id",
        groups="stock.group_stock_user,after_sales_service.after_sales_group_auditor",
    )
    picking_count = fields.Integer(
        string="Transfers", compute="_compute_picking_count", compute_sudo=True
    )
    is_issue_missing = fields.Boolean(
        string="Transfer Cancelled",
        compute="_compute_is_issue_missing",
        compute_sudo=True,
    )
    requester_id = fields.Many2one(
        "res.users", string="Requested by", copy=False, readonly=True
    )
    approver_id = fields.Many2one(
        "res.users", string="Decided by", copy=False, readonly=True
    )
    refusal_reason = fields.Char(copy=False, tracking=True)
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

    # === DEFAULTS === #
    def _default_technician_id(self):
        # Technicians have no rights on employees; the default is their own record.
        return (
            self.env["hr.employee"]
            .sudo()
            .search(
                [
                    ("user_id", "=", self.env.uid),
                    ("company_id", "=", self.env.company.id),
                    ("is_after_sales_technician", "=", True),
                ],
                limit=1,
            )
            .id
        )

    # === COMPUTES === #
    @api.depends("technician_id.after_sales_van_id")
    def _compute_van_id(self):
        """Follow the technician until the requisition is sent."""
        for requisition in self:
            van = requisition.van_id
            if requisition.state in (False, "draft"):
                van = requisition.technician_id.after_sales_van_id
            requisition.van_id = van
            requisition.warehouse_id = van.warehouse_id

    @api.depends("picking_ids")
    def _compute_picking_count(self):
        for requisition in self:
            requisition.picking_count = len(requisition.picking_ids)

    @api.depends("state", "line_ids.move_ids.state")
    def _compute_is_issue_missing(self):
        for requisition in self:
            states = set(requisition.line_ids.move_ids.mapped("state"))
            requisition.is_issue_missing = (
                requisition.state == "approved" and states <= {"cancel"}
            )

    # === CRUD === #
    def write(self, vals):
        if (
            HEADER & set(vals)
            and self.env.context.get("after_sales_move") is not _MOVE
            and any(requisition.state != "draft" for requisition in self)
        ):
            raise UserError(
                self.env._(
                    "This requisition was already sent. Bring it back to draft before "
                    "you change whom it is for."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        if any(requisition.state not in ("draft", "cancel") for requisition in self):
            raise UserError(
                self.env._("Cancel the requisition; only drafts can be deleted.")
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

    # === ACTIONS === #
    def action_submit(self):
        for requisition in self:
            requisition._check_complete()
        self._move_to("submitted", requester_id=self.env.uid, refusal_reason=False)
        direct = self.filtered(
            lambda requisition: (
                not (requisition.company_id.after_sales_requisition_approval)
            )
        )
        if direct:
            direct._approve()
        for requisition in self - direct:
            requisition._ask_supervisor()

    def action_approve(self):
        for requisition in self:
            requisition._check_approver()
        self._approve(approver_id=self.env.uid)

    def action_refuse(self):
        for requisition in self:
            requisition._check_approver()
            if not (requisition.refusal_reason or "").strip():
                raise UserError(
                    self.env._(
                        "Write the reason of the refusal first; %(technician)s will "
                        "read it.",
                        technician=requisition.technician_id.name,
                    )
                )
        self._move_to("refused", approver_id=self.env.uid)
        self._close_activities()

    def action_cancel(self):
        """Take the requisition back; what was issued before stays in the van."""
        for requisition in self:
            if requisition.state == "approved":
                requisition._cancel_approved()
            else:
                requisition._move_to("cancel")
        self._close_activities()

    def action_draft(self):
        self._move_to("draft", approver_id=False, requester_id=False)
        self.env.add_to_compute(self._fields["van_id"], self)

    def action_issue_again(self):
        """Make a new transfer after the first one was cancelled."""
        self._check_group(CLERK, SUPERVISOR)
        if any(not requisition.is_issue_missing for requisition in self):
            raise UserError(
                self.env._("There is an open transfer already. Open it to issue.")
            )
        self._issue()

    def action_view_pickings(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "stock.action_picking_tree_all"
        )
        action["domain"] = [("after_sales_requisition_id", "=", self.id)]
        action["context"] = {}
        if len(self.picking_ids) == 1:
            action.update(
                res_id=self.picking_ids.id, views=[(False, "form")], view_mode="form"
            )
        return action

    # === BUSINESS === #
    def _check_complete(self):
        """Refuse a requisition nobody could issue."""
        self.ensure_one()
        if not self.line_ids:
            raise UserError(
                self.env._("Add the parts you need before you send the requisition.")
            )
        if not self.sudo().van_id:  # the van is a location
            raise UserError(self.technician_id._get_no_van_message())

    def _check_group(self, *groups):
        if not self.env.su and not any(
            self.env.user.has_group(group) for group in groups
        ):
            raise AccessError(
                self.env._("You do not have the right to do this with a requisition.")
            )

    def _check_approver(self):
        """Refuse who is no supervisor, and who would approve their own request."""
        self.ensure_one()
        self._check_group(SUPERVISOR)
        own = self.env.user in (
            self.requester_id | self.technician_id.sudo().user_id  # a private field
        )
        if own and not self.env.user.has_group(MANAGER):
            raise UserError(
                self.env._(
                    "You asked for these parts yourself. Let another supervisor or a "
                    "manager decide about %(requisition)s.",
                    requisition=self.name,
                )
            )

    def _ask_supervisor(self):
        self.ensure_one()
        # sudo: the team of an employee, which who asks may not read.
        leader = self.technician_id.sudo().after_sales_team_id.leader_id
        if leader:
            reader = self.with_context(lang=leader.lang)
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=reader.env._("Approve the parts asked for"),
                user_id=leader.id,
            )

    def _close_activities(self):
        self.activity_unlink(["mail.mail_activity_data_todo"])

    def _approve(self, **vals):
        self._move_to("approved", **vals)
        self._close_activities()
        self._issue()

    def _issue(self):
        """Make the native transfers from the warehouse to the vans."""
        # Who approves need not have stock rights; the state was checked before.
        pickings = (
            self.env["stock.picking"]
            .sudo()
            .create(
                [requisition._prepare_picking_vals() for requisition in self.sudo()]
            )
        )
        pickings.action_confirm()
        pickings.action_assign()

    def _prepare_picking_vals(self):
        """Return the values of the transfer of one requisition, with its moves."""
        self.ensure_one()
        picking_type = self.warehouse_id.after_sales_issue_type_id
        source = picking_type.default_location_src_id
        return {
            "picking_type_id": picking_type.id,
            "location_id": source.id,
            "location_dest_id": self.van_id.id,
            "partner_id": self.technician_id.work_contact_id.id,
            "origin": " ".join(filter(None, [self.name, self.order_id.name])),
            "priority": "1" if self.is_urgent else "0",
            "scheduled_date": self.date_needed or fields.Datetime.now(),
            "company_id": self.company_id.id,
            "after_sales_requisition_id": self.id,
            "after_sales_order_id": self.order_id.id,
            "move_ids": [
                Command.create(line._prepare_move_vals(source))
                for line in self.line_ids
            ],
        }

    def _cancel_approved(self):
        """Cancel what is not issued yet."""
        self.ensure_one()
        self._check_group(CLERK, SUPERVISOR)
        # Supervisors have no stock rights.
        moves = self.sudo().line_ids.move_ids
        has_issued = "done" in moves.mapped("state")
        if not has_issued:
            self._move_to("cancel")
        moves.filtered(lambda m: m.state not in ("done", "cancel"))._action_cancel()

    def _follow_transfers(self):
        """Become issued when nothing is left to issue; say when all was cancelled."""
        for requisition in self.filtered(lambda r: r.state == "approved"):
            states = set(requisition.line_ids.move_ids.mapped("state"))
            if not states <= {"done", "cancel"}:
                continue
            if "done" in states:
                requisition._move_to("issued")
            else:
                requisition.message_post(
                    body=self.env._(
                        "The transfer was cancelled in the warehouse. Issue the parts "
                        "again or cancel the requisition."
                    )
                )


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
    product_id = fields.Many2one(
        "product.product",
        string="Part",
        required=True,
        check_company=True,
        domain=[("is_after_sales_part", "=", True)],
    )
    quantity = fields.Float(required=True, default=1.0, digits="Product Unit")
    quantity_issued = fields.Float(
        string="Issued",
        compute="_compute_quantity_issued",
        store=True,
        digits="Product Unit",
    )
    uom_id = fields.Many2one(
        "uom.uom",
        string="Unit of Measure",
        compute="_compute_uom_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('id', 'in', allowed_uom_ids)]",
    )
    allowed_uom_ids = fields.Many2many("uom.uom", compute="_compute_allowed_uom_ids")
    state = fields.Selection(related="requisition_id.state")
    move_ids = fields.One2many(
        "stock.move",
        "after_sales_requisition_line_id",
        groups="stock.group_stock_user,after_sales_service.after_sales_group_auditor",
    )

    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0)",
        "The quantity of a part asked for must be more than zero.",
    )

    # === COMPUTES === #
    @api.depends("product_id")
    def _compute_uom_id(self):
        for line in self:
            if not line.uom_id or line.uom_id not in line.allowed_uom_ids:
                line.uom_id = line.product_id.uom_id

    @api.depends("product_id")
    def _compute_allowed_uom_ids(self):
        for line in self:
            line.allowed_uom_ids = line.product_id.uom_id | line.product_id.uom_ids

    @api.depends("move_ids.state", "move_ids.quantity", "move_ids.location_dest_id")
    def _compute_quantity_issued(self):
        for line in self:
            van = line.requisition_id.van_id
            line.quantity_issued = sum(
                move.product_uom._compute_quantity(move.quantity, line.uom_id)
                * (1 if move.location_dest_id == van else -1)
                for move in line.move_ids
                if move.state == "done"
            )

    # === CONSTRAINTS === #
    @api.constrains("product_id")
    def _check_product(self):
        for line in self:
            if line.product_id.type != "consu":
                raise ValidationError(
                    self.env._(
                        "%(product)s is a service and cannot be carried in a van.",
                        product=line.product_id.display_name,
                    )
                )

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_editable()
        return lines

    def write(self, vals):
        if {"product_id", "quantity", "uom_id", "requisition_id"} & set(vals):
            self._check_editable()
        if "quantity_issued" in vals and not self.env.su:
            raise UserError(
                self.env._(
                    "The issued quantity follows from the warehouse's transfers."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        self._check_editable()

    # === BUSINESS === #
    def _check_editable(self):
        """Let a technician change drafts; a supervisor what waits for a decision."""
        is_supervisor = self.env.user.has_group(SUPERVISOR)
        allowed = {"draft", "submitted"} if is_supervisor else {"draft"}
        if any(line.requisition_id.state not in allowed for line in self):
            raise UserError(
                self.env._(
                    "This requisition was already sent. Bring it back to draft before "
                    "you change its parts."
                )
            )

    def _prepare_move_vals(self, source):
        """Return the values of the stock move of one line."""
        self.ensure_one()
        requisition = self.requisition_id
        return {
            "product_id": self.product_id.id,
            "product_uom_qty": self.quantity,
            "product_uom": self.uom_id.id,
            "location_id": source.id,
            "location_dest_id": requisition.van_id.id,
            "company_id": requisition.company_id.id,
            "origin": requisition.name,
            "after_sales_requisition_line_id": self.id,
        }
