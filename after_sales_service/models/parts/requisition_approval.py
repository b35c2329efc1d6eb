from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from .requisition import MANAGER, SUPERVISOR
from .requisition_rule import LEVELS, RANKS

APPROVER_GROUPS = {"none": SUPERVISOR, "supervisor": SUPERVISOR, "manager": MANAGER}


class AfterSalesRequisition(models.Model):
    """Who decides about the parts asked for, and why."""

    _inherit = "after.sales.requisition"

    approval_level = fields.Selection(
        LEVELS, string="Decided by Whom", copy=False, readonly=True
    )
    approver_ids = fields.Many2many(
        "res.users",
        "after_sales_requisition_approver_rel",
        "requisition_id",
        "user_id",
        string="Asked to Decide",
        copy=False,
        readonly=True,
    )
    approval_reason = fields.Char(
        string="Why It Needs Approval", copy=False, readonly=True
    )
    emergency_reason = fields.Char(
        string="Reason of the Emergency",
        copy=False,
        tracking=True,
        help="Why the parts are needed before anybody can approve them.",
    )
    late_approval = fields.Selection(
        [
            ("pending", "Still to be approved"),
            ("given", "Approved afterwards"),
            ("refused", "Refused afterwards"),
        ],
        string="Issued Without Approval",
        copy=False,
        readonly=True,
        tracking=True,
        index="btree_not_null",
    )
    can_decide = fields.Boolean(
        compute="_compute_can_decide", export_string_translation=False
    )

    # === COMPUTES === #
    @api.depends("approval_level", "approver_ids")
    @api.depends_context("uid")
    def _compute_can_decide(self):
        for requisition in self:
            requisition.can_decide = requisition._may_decide()

    # === ACTIONS === #
    def action_submit(self):
        """Send the requisition to whom the rules name, or straight to the warehouse."""
        self._send()
        direct = self.filtered(lambda requisition: requisition.approval_level == "none")
        if direct:
            direct._approve()
        for requisition in self - direct:
            requisition._ask_approvers()

    def action_submit_emergency(self):
        """Let the warehouse issue at once; somebody decides afterwards.

        :raise UserError: without a reason, or where the company does not allow it
        """
        for requisition in self:
            requisition._check_emergency()
        self._send()
        late = self.filtered(lambda requisition: requisition.approval_level != "none")
        self._approve()
        # The stamp is the server's; it marks what the button just did.
        late.sudo().late_approval = "pending"
        for requisition in late:
            requisition._ask_approvers()

    def action_approve(self):
        for requisition in self:
            requisition._check_approver()
        late = self.filtered(lambda row: row.late_approval == "pending")
        waiting = self - late
        if waiting:
            # Who is named by a rule need not have rights on requisitions else.
            waiting.sudo()._approve(approver_id=self.env.uid)
        late._decide_afterwards("given")

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
        late = self.filtered(lambda row: row.late_approval == "pending")
        # As above.
        (self - late).sudo()._move_to("refused", approver_id=self.env.uid)
        (self - late)._close_activities()
        late._decide_afterwards("refused")

    # === BUSINESS === #
    def _send(self):
        """Check the requisitions, find out who decides, and send them."""
        for requisition in self:
            requisition._check_complete()
        self._set_approval()
        self._move_to("submitted", requester_id=self.env.uid, refusal_reason=False)

    def _check_emergency(self):
        self.ensure_one()
        if not self.company_id.after_sales_emergency_issue:
            raise UserError(
                self.env._(
                    "%(company)s issues nothing without approval. Send the "
                    "requisition and call who decides.",
                    company=self.company_id.display_name,
                )
            )
        if not (self.emergency_reason or "").strip():
            raise UserError(
                self.env._(
                    "Write in “Reason of the Emergency” why the parts cannot wait for "
                    "an approval."
                )
            )

    def _set_approval(self):
        """Write down who has to decide, by the rules as they are today."""
        rules = self.env["after.sales.requisition.rule"]._get_by_company(
            self.company_id
        )
        for requisition in self:
            level, rule, reason = requisition._get_approval(
                rules[requisition.company_id]
            )
            # The technician sends; who decides is the server's to write.
            requisition.sudo().write(
                {
                    "approval_level": level,
                    "approver_ids": [Command.set(rule.approver_ids.ids)],
                    "approval_reason": level != "none" and reason,
                    "late_approval": False,
                }
            )

    def _get_approval(self, rules):
        """Return who decides: the strictest of what the rules say about the lines.

        Where no rule speaks, the stocking class of the part does, else a supervisor.

        :return: ``(level, rule or empty, why or False)``
        """
        self.ensure_one()
        empty = rules.browse()
        if not self.company_id.after_sales_requisition_approval:
            return "none", empty, False
        value = self._get_value()
        found = []
        for line in self.line_ids:
            rule = rules._get_first(line, value)
            level = rule.level or line.product_id._get_after_sales_class_level(
                self.company_id
            )
            found.append((level or "supervisor", rule, line.product_id))
        level, rule, part = max(found, key=lambda row: RANKS[row[0]])
        reason = rule.name or part._get_after_sales_class_text(self.company_id)
        return level, rule, reason

    def _get_value(self):
        """Return what the parts cost, in company currency."""
        self.ensure_one()
        # Costs are hidden from technicians; only the level is shown.
        return sum(
            line.product_id.with_company(self.company_id).sudo().standard_price
            * line.uom_id._compute_quantity(line.quantity, line.product_id.uom_id)
            for line in self.line_ids
        )

    def _may_decide(self):
        """Say if the user is named by the rule, or has the role it asks for."""
        self.ensure_one()
        group = APPROVER_GROUPS[self.approval_level or "supervisor"]
        return (
            self.env.su
            or self.env.user in self.approver_ids
            or self.env.user.has_group(group)
        )

    def _get_level_label(self):
        labels = dict(self._fields["approval_level"]._description_selection(self.env))
        return labels[self.approval_level or "supervisor"]

    def _check_approver(self):
        """Refuse who may not decide, and who would approve their own request."""
        self.ensure_one()
        if not self._may_decide():
            raise AccessError(
                self.env._(
                    "You do not have the right to do this with a requisition. "
                    "“%(requisition)s” is decided by: %(who)s.",
                    requisition=self.name,
                    who=self._get_level_label(),
                )
            )
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

    def _ask_approvers(self):
        self.ensure_one()
        # sudo: the team of an employee, which who asks may not read.
        leader = self.technician_id.sudo().after_sales_team_id.leader_id
        for user in self.approver_ids or leader:
            reader = self.with_context(lang=user.lang)
            reader.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=reader.env._("Approve the parts asked for"),
                note=self.approval_reason or self.emergency_reason,
                user_id=user.id,
            )

    def _approve(self, **vals):
        self._move_to("approved", **vals)
        self._close_activities()
        self._issue()

    def _decide_afterwards(self, decision):
        """Settle what was issued without approval; refused parts have to come back."""
        # The right was checked by the button; the stamps are the server's.
        rows = self.sudo()
        rows.write({"late_approval": decision, "approver_id": self.env.uid})
        rows._close_activities()
        if decision == "refused":
            for requisition in rows:
                requisition._stop_refused()

    def _stop_refused(self):
        """Cancel what is not issued yet, and ask the technician for the rest."""
        self.ensure_one()
        moves = self.line_ids.move_ids
        if self.state == "approved" and "done" not in moves.mapped("state"):
            self._move_to("cancel")
        moves.filtered(lambda m: m.state not in ("done", "cancel"))._action_cancel()
        if any(line.quantity_issued > 0 for line in self.line_ids):
            user = self.technician_id.user_id or self.requester_id
            reader = self.with_context(lang=user.lang)
            reader.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=reader.env._(
                    "Bring back the parts of %(name)s", name=self.name
                ),
                note=self.refusal_reason,
                user_id=user.id,
            )
