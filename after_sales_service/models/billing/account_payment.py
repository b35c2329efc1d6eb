from odoo import fields, models
from odoo.exceptions import UserError

METHODS = [("cash", "Cash"), ("card", "Card"), ("transfer", "Bank Transfer")]


class AccountPayment(models.Model):
    _inherit = "account.payment"

    after_sales_order_id = fields.Many2one(
        "after.sales.order", string="Service Order", index="btree_not_null", copy=False
    )
    after_sales_technician_id = fields.Many2one(
        "hr.employee", string="Taken by Technician", index="btree_not_null", copy=False
    )
    after_sales_method = fields.Selection(
        METHODS,
        string="Taken as",
        copy=False,
    )
    after_sales_handover_id = fields.Many2one(
        "after.sales.cash.handover",
        string="Cash Handover",
        index="btree_not_null",
        copy=False,
        ondelete="restrict",
    )

    # === ACTIONS === #
    def action_draft(self):
        self._check_not_handed_over()
        return super().action_draft()

    def action_cancel(self):
        self._check_not_handed_over()
        return super().action_cancel()

    def action_after_sales_leave_out(self):
        """Keep the money of this payment in the box: not part of this handover."""
        self.after_sales_handover_id._check_may_prepare()
        # After the check: technicians may read their payments only.
        self.sudo().after_sales_handover_id = False

    def action_after_sales_receipt(self):
        """Print the receipt for the customer."""
        return self.env.ref(
            "after_sales_service.after_sales_cash_receipt_report"
        ).report_action(self, config=False)

    # === BUSINESS === #
    def _is_cash(self):
        """Say if the money lies in a cash box; older payments know no other way."""
        self.ensure_one()
        return self.after_sales_method not in ("card", "transfer")

    def _check_not_handed_over(self):
        for payment in self.sudo():  # accountants see every handover; keep it so
            handover = payment.after_sales_handover_id
            if handover.state in ("handed", "confirmed"):
                raise UserError(
                    self.env._(
                        "The cash of %(payment)s was handed over with %(handover)s. "
                        "Correct it with an entry of its own, not by undoing the "
                        "payment.",
                        payment=payment.name,
                        handover=handover.name,
                    )
                )

    def _get_cash_on_hand_domain(self, technicians):
        """Return what the technicians took and finance has not confirmed yet."""
        return [
            ("after_sales_technician_id", "in", technicians.ids),
            ("after_sales_method", "not in", ("card", "transfer")),
            ("state", "in", ("in_process", "paid")),
            "|",
            ("after_sales_handover_id", "=", False),
            ("after_sales_handover_id.state", "!=", "confirmed"),
        ]
