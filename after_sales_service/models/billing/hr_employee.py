from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    after_sales_payment_ids = fields.One2many(
        "account.payment",
        "after_sales_technician_id",
        string="Cash Payments",
        groups="account.group_account_invoice",
    )
    after_sales_cash_on_hand = fields.Monetary(
        string="Cash on Hand",
        compute="_compute_after_sales_cash_on_hand",
        groups="hr.group_hr_user,account.group_account_invoice,"
        "after_sales_service.after_sales_group_supervisor",
    )

    # === COMPUTES === #
    @api.depends(
        "after_sales_payment_ids.state",
        "after_sales_payment_ids.after_sales_handover_id.state",
    )
    def _compute_after_sales_cash_on_hand(self):
        payment = self.env["account.payment"].sudo()  # shown to the groups above only
        amounts = dict(
            payment._read_group(
                payment._get_cash_on_hand_domain(self),
                ["after_sales_technician_id"],
                ["amount_company_currency_signed:sum"],
            )
        )
        for employee in self:
            # sudo: only the key of the amounts above
            employee.after_sales_cash_on_hand = amounts.get(employee.sudo(), 0.0)

    # === ACTIONS === #
    def action_create_cash_box(self):
        """Make a cash journal for each technician, whose payments go straight in."""
        if not self._can_create_cash_box():
            raise AccessError(
                self.env._(
                    "Only the accounting administrator or the after-sales manager can "
                    "create a technician's cash box."
                )
            )
        for employee in self:
            # sudo: accountants need no HR rights; the right was checked above.
            if employee.sudo().after_sales_cash_journal_id:
                raise UserError(
                    self.env._(
                        "%(employee)s has a cash box already.", employee=employee.name
                    )
                )
        # After the check above: after-sales managers have no rights on journals.
        journals = (
            self.env["account.journal"]
            .sudo()
            .create([employee._prepare_cash_box_vals() for employee in self])
        )
        for employee, journal in zip(self, journals, strict=True):
            methods = journal.inbound_payment_method_line_ids
            methods.payment_account_id = journal.default_account_id
            # After the check above: accountants may not write employees.
            employee.sudo().after_sales_cash_journal_id = journal
        return True

    def _can_create_cash_box(self):
        return self.env.su or self.env.user.has_groups(
            "account.group_account_manager,after_sales_service.after_sales_group_manager"
        )

    def _prepare_cash_box_vals(self):
        """Return the values of the technician's cash journal. Meant to be extended."""
        self.ensure_one()
        return {
            "name": self.env._("Cash box of %(employee)s", employee=self.name),
            "type": "cash",
            "company_id": self.company_id.id,
        }
