from odoo import fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    after_sales_order_id = fields.Many2one(
        "after.sales.order", string="Service Order", index="btree_not_null", copy=False
    )

    after_sales_accepted_on = fields.Selection(
        [
            ("portal", "On the portal"),
            ("screen", "On the technician's screen"),
            ("paper", "On paper"),
        ],
        string="Accepted",
        copy=False,
        readonly=True,
    )
    after_sales_check_fee = fields.Monetary(
        string="Check Fee if Refused",
        copy=False,
        readonly=True,
        help="Without taxes. The customer was told with the quotation.",
    )
    after_sales_is_declined = fields.Boolean(
        string="Declined on the Portal", copy=False, readonly=True
    )

    # === ACTIONS === #
    def action_view_after_sales_order(self):
        self.ensure_one()
        return self.after_sales_order_id._get_records_action()

    def action_confirm(self):
        res = super().action_confirm()
        signed = self.filtered(
            lambda quotation: (
                quotation.after_sales_order_id
                and quotation.signature
                and not quotation.after_sales_accepted_on
            )
        )
        # The customer signs on the portal without any right of ours.
        signed.sudo().after_sales_accepted_on = "portal"
        # The salesperson or customer who accepts need not be able to write the order.
        self.sudo()._after_sales_tell(
            lambda quotation: (
                self.env._(
                    "%(signer)s accepted quotation %(quotation)s and signed it.",
                    signer=quotation.signed_by,
                    quotation=quotation.name,
                )
                if quotation.signed_by
                else self.env._(
                    "Quotation %(quotation)s was accepted.", quotation=quotation.name
                )
            )
        )
        return res

    def _action_cancel(self):
        waiting = self.filtered(lambda quotation: quotation.state != "cancel")
        res = super()._action_cancel()
        # As above: the customer declines on the portal, without any right of ours.
        waiting.sudo()._after_sales_tell(
            lambda quotation: self.env._(
                "Quotation %(quotation)s was refused or withdrawn. Its lines can be "
                "changed again.",
                quotation=quotation.name,
            )
        )
        return res

    # === BUSINESS === #
    def _after_sales_mark_sent(self):
        """From now on the customer has seen the prices: they stay."""
        drafts = self.filtered(lambda quotation: quotation.state == "draft")
        drafts._after_sales_note_check_fee()
        # Quoted again: what was declined before is settled.
        drafts.after_sales_order_id._close_declined()
        drafts.state = "sent"

    def _after_sales_note_declined(self):
        """Keep that it was the customer, and give the office the task to go on."""
        declined = self.filtered("after_sales_order_id")
        declined.after_sales_is_declined = True
        for order in declined.after_sales_order_id:
            order._schedule_declined()

    def _after_sales_note_check_fee(self):
        """Write down what the customer is told to pay for the check alone."""
        for quotation in self.filtered("after_sales_order_id"):
            # Nothing where something is left to do, be it free or accepted.
            quotation.after_sales_check_fee = (
                quotation.after_sales_order_id._get_check_fee(quotation.currency_id)
            )

    def _after_sales_get_fee_sentence(self):
        """Return what refusing costs, in the language of the environment."""
        self.ensure_one()
        if not self.after_sales_check_fee:
            return ""
        return self.env._(
            "If you do not accept, %(amount)s without taxes are charged for the check.",
            amount=self.currency_id.format(self.after_sales_check_fee),
        )

    def _after_sales_refresh(self):
        """Bring a quotation in preparation up to date with its service order lines.

        :return: True if something was changed
        """
        self.ensure_one()
        lines = self.order_line.filtered("after_sales_line_id")
        valid = lines.after_sales_line_id._get_quoted_lines()
        stale = lines.filtered(lambda line: line.after_sales_line_id not in valid)
        stale.unlink()
        changed = bool(stale)
        for line in lines - stale:
            changed |= line._after_sales_refresh()
        return changed

    def _after_sales_tell(self, get_text):
        """Log ``get_text(quotation)`` on the service orders of the quotations."""
        for quotation in self.filtered("after_sales_order_id"):
            quotation.after_sales_order_id._message_log(body=get_text(quotation))

    def _prepare_invoice(self):
        vals = super()._prepare_invoice()
        if self.after_sales_order_id:
            vals["invoice_origin"] = self.after_sales_order_id.name
        return vals

    def _get_invoice_grouping_keys(self):
        keys = super()._get_invoice_grouping_keys()
        if self.env.context.get("after_sales_invoice_by_order"):
            keys = [*keys, "invoice_origin"]  # the service order, see above
        return keys
