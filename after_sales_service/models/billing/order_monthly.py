import logging

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

_logger = logging.getLogger(__name__)


class AfterSalesOrder(models.Model):
    """One invoice for several orders of a customer, natively merged."""

    _inherit = "after.sales.order"

    invoice_state = fields.Selection(
        selection_add=[("monthly", "On the monthly invoice"), ("draft",)]
    )

    # === COMPUTES === #
    @api.depends("partner_id.is_after_sales_monthly")
    def _compute_invoice(self):
        result = super()._compute_invoice()
        for order in self.filtered(lambda order: order.invoice_state == "monthly"):
            order.is_to_invoice = True
        return result

    def _get_invoice_state(self, invoices):
        state = super()._get_invoice_state(invoices)
        is_monthly = state == "todo" and self.partner_id._is_invoiced_monthly()
        return "monthly" if is_monthly else state

    # === ACTIONS === #
    def action_create_joint_invoice(self):
        """Invoice the selected orders together, one invoice for each customer."""
        self._check_may_invoice()
        for order in self:
            order._check_ready_to_invoice()
        invoices = self._create_joint_invoices()
        if not self.env["account.move"].has_access("read"):
            return True
        return invoices.sudo(False)._get_records_action(name=self.env._("Invoices"))

    # === BUSINESS === #
    @api.model
    def _cron_invoice_monthly(self):
        """Invoice what was completed until the end of last month.

        Each customer by itself: what cannot be invoiced does not stop the others.
        """
        first = fields.Date.context_today(self).replace(day=1)
        groups = self._find_monthly(first).grouped(
            lambda order: (order.company_id, order.partner_id.commercial_partner_id)
        )
        for number, orders in enumerate(groups.values(), 1):
            orders._invoice_or_tell()
            left = len(groups) - number
            if not self.env["ir.cron"]._commit_progress(1, remaining=left):
                break

    @api.model
    def _find_monthly(self, date):
        """Return the orders completed before ``date`` that wait for a joint invoice."""
        monthly = Domain("partner_id.is_after_sales_monthly", "=", True) | Domain(
            "partner_id.commercial_partner_id.is_after_sales_monthly", "=", True
        )
        return self.search(
            monthly
            & Domain("is_to_invoice", "=", True)
            & Domain("date_done", "<", fields.Datetime.to_datetime(date)),
            order="company_id, partner_id, date_done, id",
        )

    def _invoice_or_tell(self):
        try:
            with self.env.cr.savepoint():
                self._create_joint_invoices()
        except UserError as error:
            _logger.warning("monthly invoice of %s: %s", self[0].partner_id.id, error)
            self[0]._tell_leader(
                lambda env: env._("Monthly invoice could not be made"), str(error)
            )

    def _create_joint_invoices(self):
        """Make one native invoice for each customer, a section for each order.

        :return: the invoices, in superuser mode
        """
        invoices = self.with_context(after_sales_invoice_joint=True)._create_invoices()
        invoices = invoices.with_context(after_sales_invoice_joint=False)
        for invoice in invoices:
            names = sorted(invoice.after_sales_order_ids.mapped("name"))
            invoice.invoice_origin = ", ".join(names)
        return invoices

    def _get_invoice_section(self):
        """Return the heading of the order on an invoice, in the customer's language."""
        self.ensure_one()
        order = self.with_context(lang=self.partner_id.lang or self.env.lang)
        texts = [
            order.env._(
                "Service order %(order)s of %(date)s",
                order=order.name,
                date=format_date(order.env, order.date_done or order.date_fault),
            ),
            order.unit_id.display_name,
            order.site_id.display_name,
        ]
        return ", ".join(text for text in texts if text)


class SaleOrder(models.Model):
    _inherit = "sale.order"

    # === BUSINESS === #
    def _prepare_invoice(self):
        vals = super()._prepare_invoice()
        order = self.after_sales_order_id
        if order and self.env.context.get("after_sales_invoice_joint"):
            section = {
                "display_type": "line_section",
                "name": order._get_invoice_section(),
                "sequence": 0,
            }
            vals["invoice_line_ids"] = [
                Command.create(section),
                *vals.get("invoice_line_ids", []),
            ]
        return vals

    def _get_invoice_grouping_keys(self):
        keys = super()._get_invoice_grouping_keys()
        if self.env.context.get("after_sales_invoice_joint"):
            # One invoice for all sites: each is named in its section.
            own = {"invoice_origin", "partner_shipping_id"}
            keys = [key for key in keys if key not in own]
        return keys
