from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from .old_part import MANAGER, SUPERVISOR

# Reminders: to the holder, to the holder again, to the leader of the team.
LAST_RUNG = 3


class AfterSalesOldPart(models.Model):
    """The duty itself: splitting, writing off, and reminding of it."""

    _inherit = "after.sales.old.part"

    is_write_off_asked = fields.Boolean(
        string="Write-Off Asked", copy=False, readonly=True, tracking=True
    )
    days_overdue = fields.Integer(string="Days Late", compute="_compute_days_overdue")
    reminder_rung = fields.Integer(string="Reminders Sent", copy=False, readonly=True)

    # === COMPUTES === #
    @api.depends("date_due", "state")
    def _compute_days_overdue(self):
        today = fields.Date.context_today(self)
        for part in self:
            is_late = part.state == "due" and part.date_due and part.date_due < today
            part.days_overdue = (today - part.date_due).days if is_late else 0

    # === ACTIONS === #
    def action_open_write_off(self):
        """Ask why the part will not come back."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Part Will Not Come Back"),
            "res_model": "after.sales.old.part.write.off",
            "view_mode": "form",
            "target": "new",
            "context": {"default_part_ids": self.ids},
        }

    def action_write_off(self):
        """Give up a part that will not come back; a supervisor answers for it."""
        self._check_group(SUPERVISOR)
        for part in self:
            part._check_write_off()
        self._move_to("written_off", is_write_off_asked=False)
        for part in self:
            part._add_movement("write_off", note=part.write_off_reason)
        self._close_reminders()

    def action_refuse_write_off(self):
        """The part has to come back all the same."""
        self._check_group(SUPERVISOR)
        self._check_state("due")
        # The right was checked above; the mark is the server's.
        self.sudo().is_write_off_asked = False
        self._add_movement("write_off_refused")
        self._close_reminders()

    # === BUSINESS: writing off === #
    def _ask_write_off(self, reason):
        """Note why the holder cannot bring the parts, and ask the supervisor.

        :raise UserError: without a reason, or if a part is not due any more
        """
        self.check_access("read")
        self._check_state("due")
        if not (reason or "").strip():
            raise UserError(self.env._("Write why the part will not come back."))
        for part in self:
            part._check_holder()
        # Holders only read the duties; what they ask is noted for them.
        parts = self.sudo()
        parts.write({"write_off_reason": reason, "is_write_off_asked": True})
        parts._add_movement("write_off_asked", note=reason)
        for part in parts:
            leader = part.technician_id.after_sales_team_id.leader_id
            if leader:
                reader = part.with_context(lang=leader.lang)
                reader.activity_schedule(
                    "after_sales_service.mail_activity_type_old_part",
                    summary=reader.env._("Decide about the write-off"),
                    note=reason,
                    user_id=leader.id,
                )

    def _check_holder(self):
        self.ensure_one()
        # The user of an employee is a private field.
        own = self.technician_id.sudo().user_id == self.env.user
        if not (own or self.env.su or self.env.user.has_group(SUPERVISOR)):
            raise AccessError(
                self.env._(
                    "%(holder)s holds %(part)s and has to ask for the write-off.",
                    holder=self.technician_id.name,
                    part=self.display_name,
                )
            )

    def _check_write_off(self):
        """Refuse a write-off without reason, and one's own."""
        self.ensure_one()
        if not (self.write_off_reason or "").strip():
            raise UserError(
                self.env._(
                    "Write the reason why %(part)s will not come back.",
                    part=self.display_name,
                )
            )
        # The user of an employee is a private field.
        own = self.technician_id.sudo().user_id == self.env.user
        if own and not self.env.user.has_group(MANAGER):
            raise UserError(
                self.env._(
                    "You hold %(part)s yourself. Let another supervisor or a manager "
                    "write it off.",
                    part=self.display_name,
                )
            )

    # === BUSINESS: splitting === #
    def _split(self, quantity):
        """Let ``quantity`` pieces go on alone; the rest stays a duty of its own.

        :param float quantity: more than zero and less than what is due
        :return: the duty for the rest
        """
        self.ensure_one()
        self._check_state("due")
        # Nobody has the right to make duties; the caller checked the right to receive.
        part = self.sudo()
        rest = part.create(
            {
                "company_id": part.company_id.id,
                "order_line_id": part.order_line_id.id,
                "technician_id": part.technician_id.id,
                "product_id": part.product_id.id,
                "quantity": part.quantity - quantity,
                "serial": part.serial,
                "date_due": part.date_due,
                "reminder_rung": part.reminder_rung,
            }
        )
        part.quantity = quantity
        part._add_movement("split", note=rest.name)
        return rest

    # === BUSINESS: reminders === #
    @api.model
    def _cron_remind_overdue(self):
        """Remind of each part that is late, once per rung."""
        overdue = self.search([("is_overdue", "=", True)])
        for part in overdue:
            rung = part._get_rung()
            if rung > part.reminder_rung:
                part._remind(rung)
        late = self.search(
            [("is_supplier_late", "=", True), ("is_supplier_reminded", "=", False)]
        )
        for part in late:
            part._remind_of_supplier()

    def _get_rung(self):
        """Return how often the holder should have been reminded by today."""
        self.ensure_one()
        step = max(self.company_id.after_sales_old_part_rung_days, 1)
        days = (fields.Date.context_today(self) - self.date_due).days
        return min(1 + (days - 1) // step, LAST_RUNG)

    def _remind(self, rung):
        """Remind the holder by mail and activity; on the last rung tell the leader."""
        self.ensure_one()
        # Without a user nobody can be reminded, but the leader is told.
        holder = self.technician_id.user_id
        leader = self.technician_id.after_sales_team_id.leader_id
        if holder and not self.reminder_rung:
            self._schedule_reminder(holder)
        if rung >= LAST_RUNG and leader:
            self._schedule_reminder(leader)
        for user in holder | (leader if rung >= LAST_RUNG else holder):
            self.with_context(lang=user.lang)._write_reminder(user)
        self.reminder_rung = rung

    def _write_reminder(self, user):
        self.message_notify(
            partner_ids=user.partner_id.ids,
            subject=self._get_reminder_text(),
            body=self.env._(
                "Due back since %(date)s. Hand it in, or say why it will not "
                "come back.",
                date=format_date(self.env, self.date_due),
            ),
        )

    def _schedule_reminder(self, user):
        reader = self.with_context(lang=user.lang)
        reader.activity_schedule(
            "after_sales_service.mail_activity_type_old_part",
            date_deadline=self.date_due,
            user_id=user.id,
            summary=reader._get_reminder_text(),
        )

    def _get_reminder_text(self):
        return self.env._(
            "Bring back %(part)s of %(order)s",
            part=self.product_id.display_name,
            order=self.order_id.name,
        )

    def _remind_of_supplier(self):
        """Tell who sent the part that the manufacturer's answer is late."""
        self.ensure_one()
        sender = self.movement_ids.filtered(lambda row: row.kind == "supplier_out")
        user = sender[-1:].user_id
        if user:
            reader = self.with_context(lang=user.lang)
            reader.activity_schedule(
                "after_sales_service.mail_activity_type_old_part",
                date_deadline=self.date_promised,
                user_id=user.id,
                summary=reader.env._(
                    "Ask %(supplier)s for the answer about %(part)s",
                    supplier=self.supplier_id.name,
                    part=self.name,
                ),
            )
        self.is_supplier_reminded = True

    def _get_promised_date(self):
        """Return by when the manufacturer has to answer what is sent today."""
        self.ensure_one()
        days = self.company_id.after_sales_supplier_days
        return fields.Date.context_today(self) + relativedelta(days=days)
