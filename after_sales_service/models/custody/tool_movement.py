from odoo import api, fields, models
from odoo.exceptions import AccessError, LockError, UserError

TAKE_KINDS = ("issue", "loan", "transfer")
END_KINDS = ("loss", "scrap")


class AfterSalesToolMovement(models.Model):
    """The custody ledger of tools. Confirmed rows are never changed or removed."""

    _name = "after.sales.tool.movement"
    _description = "Tool Movement"
    _inherit = ["after.sales.number.mixin", "after.sales.state.mixin", "mail.thread"]
    _order = "date desc, id desc"
    _mail_post_access = "read"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    equipment_id = fields.Many2one(
        "maintenance.equipment",
        string="Tool",
        required=True,
        index=True,
        check_company=True,
        domain=[("is_after_sales_tool", "=", True)],
        ondelete="restrict",
    )
    kind = fields.Selection(
        [
            ("issue", "Issue"),
            ("loan", "Loan"),
            ("return", "Return"),
            ("transfer", "Transfer"),
            ("loss", "Loss"),
            ("scrap", "Scrap"),
        ],
        required=True,
        default="issue",
    )
    employee_id = fields.Many2one(
        "hr.employee",
        string="Holder",
        index=True,
        check_company=True,
        help="Who answers for it afterwards.",
    )
    from_employee_id = fields.Many2one(
        "hr.employee", string="From", index=True, readonly=True, copy=False
    )
    date = fields.Datetime(
        required=True, default=fields.Datetime.now, copy=False, index=True
    )
    date_due = fields.Date(string="Due Back", copy=False)
    purpose = fields.Char()
    condition = fields.Selection(
        [("good", "Good"), ("worn", "Worn"), ("damaged", "Damaged")], default="good"
    )
    note = fields.Text()
    signature = fields.Image(copy=False, attachment=True, max_width=1024)
    signed_by = fields.Char(copy=False)
    signed_on = fields.Datetime(copy=False)
    is_receiver = fields.Boolean(
        compute="_compute_is_receiver", export_string_translation=False
    )
    state = fields.Selection(
        [("draft", "Draft"), ("done", "Done"), ("cancel", "Cancelled")],
        default="draft",
        required=True,
        tracking=True,
        index=True,
        copy=False,
    )

    _loan_has_due_date = models.Constraint(
        "CHECK(kind != 'loan' OR date_due IS NOT NULL)",
        "Enter the day on which the loan is due back.",
    )
    _taken_by_somebody = models.Constraint(
        "CHECK(kind NOT IN ('issue', 'loan', 'transfer') OR employee_id IS NOT NULL)",
        "Enter who takes the tool.",
    )

    # === COMPUTES === #
    @api.depends_context("uid")
    @api.depends("employee_id")
    def _compute_is_receiver(self):
        for movement in self:
            movement.is_receiver = movement.employee_id.user_id == self.env.user

    @api.onchange("kind")
    def _onchange_kind(self):
        if self.kind not in TAKE_KINDS:
            self.employee_id = False
        if self.kind != "loan":
            self.date_due = False

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if {"signature", "signed_by", "signed_on"} & vals.keys():
                self._refuse_direct_signature()
            if vals.get("kind", "issue") not in TAKE_KINDS:
                vals["employee_id"] = False
        return super().create(vals_list)

    def write(self, vals):
        ledger = set(vals) & self._get_ledger_fields()
        if ledger and any(movement.state == "done" for movement in self):
            raise UserError(
                self.env._(
                    "%(name)s is confirmed and stays as it is. Record a new movement "
                    "instead.",
                    name=self.filtered(lambda row: row.state == "done")[0].name,
                )
            )
        if {"signature", "signed_by", "signed_on"} & vals.keys() and vals.get(
            "state"
        ) != "done":
            self._refuse_direct_signature()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_confirmed(self):
        if any(movement.state == "done" for movement in self):
            raise UserError(
                self.env._(
                    "Confirmed tool movements are never removed. Record a new movement "
                    "instead."
                )
            )

    # === ACTIONS === #
    def action_sign(self):
        """Open the pad on which the receiver signs."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Sign and Take"),
            "res_model": "after.sales.tool.movement.sign",
            "view_mode": "form",
            "target": "new",
            "context": {"default_movement_id": self.id},
        }

    def action_confirm(self):
        """Confirm returns, losses and scrapping; takings are signed instead."""
        unsigned = self.filtered(lambda movement: movement.kind in TAKE_KINDS)
        if unsigned:
            raise UserError(
                self.env._(
                    "%(employee)s has to sign for %(tool)s. Use “Sign and Take”.",
                    employee=unsigned[0].employee_id.name,
                    tool=unsigned[0].equipment_id.display_name,
                )
            )
        self._check_may_confirm()
        self._confirm()

    def action_cancel(self):
        self._check_may_confirm()
        self._move_to("cancel")

    def action_draft(self):
        self._check_may_confirm()
        self._move_to("draft")

    # === BUSINESS === #
    def _get_transitions(self):
        return {"draft": {"done", "cancel"}, "done": set(), "cancel": {"draft"}}

    @api.model
    def _get_ledger_fields(self):
        """Return the names of the fields that stay as they were confirmed."""
        return {
            name
            for name, field in self._fields.items()
            if field.store
            and name not in models.MAGIC_COLUMNS
            and not name.startswith(("message_", "website_message"))
        }

    def _refuse_direct_signature(self):
        raise UserError(self.env._("Sign with the button “Sign and Take”."))

    def _check_may_confirm(self):
        """Let only clerks and supervisors decide; losses need a supervisor."""
        self.check_access("write")
        user = self.env.user
        supervisor = user.has_group("after_sales_service.after_sales_group_supervisor")
        clerk = user.has_group("after_sales_service.after_sales_group_clerk")
        if not (clerk or supervisor):
            raise AccessError(
                self.env._("Tool movements are confirmed by the parts clerk.")
            )
        if not supervisor and any(move.kind in END_KINDS for move in self):
            raise AccessError(
                self.env._(
                    "Losses and scrapping of tools are confirmed by a supervisor."
                )
            )

    def _sign(self, signature, signed_by=None, note=None):
        """Confirm the taking of tools with the signature of who takes them.

        :param bytes signature: the picture of the signature
        :param str signed_by: who signed; the receiver when left out
        :raise AccessError: if the user is neither the receiver nor hands tools out
        :raise UserError: if there is no signature or the tool cannot be taken
        """
        self.check_access("read")
        strangers = self.filtered(lambda movement: not movement.is_receiver)
        if strangers:
            strangers._check_may_confirm()
        if not signature:
            raise UserError(
                self.env._(
                    "Draw your signature first. It says that you answer for the tool "
                    "from now on."
                )
            )
        for movement in self:
            if movement.kind not in TAKE_KINDS:
                raise UserError(
                    self.env._(
                        "%(name)s needs no signature; confirm it.", name=movement.name
                    )
                )
        vals = {"note": note} if note else {}
        # sudo: technicians only read movements; that this one is theirs to sign was
        # checked above.
        self.sudo()._confirm(
            signature=signature,
            signed_by=signed_by or ", ".join(self.employee_id.mapped("name")),
            signed_on=fields.Datetime.now(),
            **vals,
        )

    def _confirm(self, **vals):
        """Write the movements into the ledger and hand the tools over.

        :param vals: further values of the movements, such as the signature
        :raise UserError: if a tool cannot go that way, with what to do instead
        """
        tools = self.equipment_id.sudo()  # sudo: to know and lock who holds the tools
        self._lock_tools(tools)
        if len(tools) < len(self):
            raise UserError(
                self.env._(
                    "One tool can only go one way at a time. Confirm the "
                    "movements of a tool one after the other."
                )
            )
        for movement in self:
            movement._check_way(movement.equipment_id.sudo())  # sudo: as above
        for holder, movements in self.grouped(
            lambda movement: movement.equipment_id.sudo().employee_id  # sudo: as above
        ).items():
            movements._move_to("done", from_employee_id=holder.id, **vals)
        for movement in self:
            movement._hand_over(movement.equipment_id)

    def _lock_tools(self, tools):
        """Of two people who issue the same tool the second one is told."""
        try:
            tools.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._(
                    "Somebody else is issuing or returning one of these tools right "
                    "now: %(tools)s. Reload the page and try again.",
                    tools=", ".join(tools.mapped("display_name")),
                )
            ) from error
        tools.invalidate_recordset(["employee_id", "active"])

    def _check_way(self, tool):
        """Refuse a movement that does not fit where the tool is now."""
        self.ensure_one()
        names = {"tool": tool.display_name, "holder": tool.employee_id.name}
        if not tool.is_after_sales_tool or not tool.active:
            raise UserError(
                self.env._(
                    "%(tool)s is no service tool in use. Choose another one.", **names
                )
            )
        if self.kind in ("issue", "loan") and tool.employee_id:
            raise UserError(
                self.env._(
                    "%(tool)s is with %(holder)s. Take it back first, or record a "
                    "transfer.",
                    **names,
                )
            )
        if self.kind in ("return", "transfer", "loss") and not tool.employee_id:
            raise UserError(
                self.env._("Nobody holds %(tool)s. It is in the store.", **names)
            )
        if self.kind == "transfer" and tool.employee_id == self.employee_id:
            raise UserError(self.env._("%(holder)s holds %(tool)s already.", **names))
        if self.kind in TAKE_KINDS:
            self._check_calibrated(tool)

    def _check_calibrated(self, tool):
        due = tool.after_sales_calibration_due
        day = fields.Datetime.context_timestamp(self, self.date).date()
        if due and due < day:
            raise UserError(
                self.env._(
                    "The calibration of %(tool)s was due on %(date)s. Have it "
                    "calibrated before somebody works with it.",
                    tool=tool.display_name,
                    date=fields.Date.to_string(due),
                )
            )

    def _hand_over(self, tool):
        """Write the result of one confirmed movement on its tool."""
        self.ensure_one()
        vals = {}
        if self.kind in END_KINDS:
            vals["active"] = False
            vals["scrap_date"] = fields.Date.to_date(self.date)
        tool._after_sales_set_holder(self.employee_id, self, **vals)
        # sudo: the reminder was written by the scheduler.
        tool.sudo().activity_unlink(
            ["after_sales_service.after_sales_activity_type_bring_back"]
        )

    @api.model
    def _create_opening(self, tools):
        """Make the first rows of tools that somebody held before the ledger began."""
        movements = self.create(
            [
                {
                    "equipment_id": tool.id,
                    "kind": "issue",
                    "employee_id": tool.employee_id.id,
                    "company_id": tool.employee_id.company_id.id,
                    "purpose": self.env._("Held before the tool was registered"),
                }
                for tool in tools
            ]
        )
        movements._move_to("done")
        for movement in movements:
            movement.equipment_id._after_sales_set_holder(
                movement.employee_id, movement
            )

    @api.model
    def _cron_remind_overdue(self):
        """Ask the holders of overdue loans to bring them back, once for each loan."""
        kind = self.env.ref("after_sales_service.after_sales_activity_type_bring_back")
        tools = self.env["maintenance.equipment"].search(
            [
                ("is_after_sales_tool", "=", True),
                ("after_sales_date_due", "<", fields.Date.context_today(self)),
                ("employee_id", "!=", False),
                ("activity_ids", "not any", [("activity_type_id", "=", kind.id)]),
            ]
        )
        for tool in tools:
            movement = tool.after_sales_custody_id
            holder = tool.employee_id.user_id or movement.create_uid
            tool = tool.with_context(lang=holder.lang)
            tool.activity_schedule(
                activity_type_id=kind.id,
                date_deadline=tool.after_sales_date_due,
                user_id=holder.id,
                note=tool.env._(
                    "%(tool)s, lent to %(holder)s with %(movement)s, was due back on "
                    "%(date)s.",
                    tool=tool.display_name,
                    holder=tool.employee_id.name,
                    movement=movement.name,
                    date=fields.Date.to_string(tool.after_sales_date_due),
                ),
            )
