from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..platform.state_mixin import _MOVE

SUPERVISOR = "after_sales_service.after_sales_group_supervisor"
MANAGER = "after_sales_service.after_sales_group_manager"
CLERK = "after_sales_service.after_sales_group_clerk"
# What nobody changes any more once the requisition is on its way.
HEADER = {"technician_id", "company_id", "order_id"}
# What stands for a deed: only the buttons write it.
SERVER_FIELDS = {
    "approval_level",
    "approval_reason",
    "approver_id",
    "approver_ids",
    "late_approval",
    "requester_id",
}


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

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_server_fields(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._refuse_server_fields(vals)
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

    def _refuse_server_fields(self, vals):
        """:raise UserError: if somebody writes by hand what a button stands for"""
        moving = self.env.context.get("after_sales_move") is _MOVE
        names = sorted(name for name in SERVER_FIELDS & vals.keys())
        if names and not (moving or self.env.su):
            raise UserError(
                self.env._(
                    "“%(field)s” is not written by hand. Use the buttons of the "
                    "requisition.",
                    field=self._fields[names[0]]._description_string(self.env),
                )
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
    def action_cancel(self):
        """Take the requisition back; what was issued before stays in the van."""
        for requisition in self:
            if requisition.state == "approved":
                requisition._cancel_approved()
            else:
                requisition._move_to("cancel")
        self._close_activities()

    def action_propose(self):
        """Show which parts the job, or the van, may need."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Propose Parts"),
            "res_model": "after.sales.part.propose",
            "view_mode": "form",
            "target": "new",
            "context": {"default_requisition_id": self.id},
        }

    def action_draft(self):
        self._move_to("draft", approver_id=False, requester_id=False)
        self.env.add_to_compute(self._fields["van_id"], self)

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
        if self.company_id.after_sales_part_fit == "block":
            for line in self.line_ids.filtered("fit_warning"):
                raise UserError(line.fit_warning)
        if not self.is_urgent:
            self._check_old_parts()

    def _check_old_parts(self):
        """Stop who still holds overdue old parts, where the company wants that."""
        self.ensure_one()
        if not self.company_id.after_sales_old_part_block:
            return
        # Whoever sends the requisition: what the holder owes counts.
        overdue = (
            self.env["after.sales.old.part"]
            .sudo()
            .search(
                [
                    ("technician_id", "=", self.technician_id.id),
                    ("is_overdue", "=", True),
                ]
            )
        )
        if overdue:
            raise UserError(
                self.env._(
                    "%(technician)s still owes %(count)s old parts, the oldest is "
                    "%(part)s of %(order)s. Bring them back first, or tick “Urgent”.",
                    technician=self.technician_id.name,
                    count=len(overdue),
                    part=overdue[0].product_id.display_name,
                    order=overdue[0].order_id.name,
                )
            )

    def _prepare_proposal_vals(self):
        """Return the values of the proposed parts that are not asked for yet."""
        self.ensure_one()
        # Who asks need not read employees; the ledger holds the own van only.
        rows = (
            self.order_id._get_part_proposals()
            if self.order_id
            else self.technician_id.sudo()._get_van_proposals()
        )
        products = self.env["product.product"].union(*(row["product"] for row in rows))
        places = products._get_after_sales_availability(
            self.sudo().van_id,  # the van is a location
            self.company_id,
        )
        return [
            {
                "sequence": number,
                "is_chosen": row["is_likely"],
                "product_id": row["product"].id,
                "quantity": row["quantity"],
                "reason": row["reason"],
                "availability": products._get_after_sales_availability_text(
                    places[row["product"]]
                ),
            }
            for number, row in enumerate(rows)
            if row["product"] not in self.line_ids.product_id
        ]

    def _check_group(self, *groups):
        if not self.env.su and not any(
            self.env.user.has_group(group) for group in groups
        ):
            raise AccessError(
                self.env._("You do not have the right to do this with a requisition.")
            )

    def _close_activities(self):
        self.activity_unlink(["mail.mail_activity_data_todo"])
