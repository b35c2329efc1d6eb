from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class AfterSalesOrder(models.Model):
    """Charges of a service order: the invoice of what was used."""

    _inherit = "after.sales.order"

    invoice_count = fields.Integer(compute="_compute_invoice")
    invoice_state = fields.Selection(
        [
            ("nothing", "Nothing to invoice"),
            ("todo", "To invoice"),
            ("draft", "Draft invoice"),
            ("open", "To be paid"),
            ("paid", "Paid"),
        ],
        string="Invoice",
        compute="_compute_invoice",
    )
    is_to_invoice = fields.Boolean(
        string="To Invoice",
        compute="_compute_invoice",
        search="_search_is_to_invoice",
    )
    amount_invoiced = fields.Monetary(
        string="Invoiced", compute="_compute_invoice", help="With taxes."
    )
    amount_due = fields.Monetary(string="Still to Pay", compute="_compute_invoice")

    # === COMPUTES === #
    @api.depends(
        "state",
        "sale_order_ids.order_line.qty_to_invoice",
        "sale_order_ids.order_line.invoice_lines.move_id.amount_residual",
        "sale_order_ids.order_line.invoice_lines.move_id.state",
    )
    def _compute_invoice(self):
        for order in self:
            # Technicians see what is left to collect, not the entries.
            order_sudo = order.sudo()
            invoices = order_sudo._get_invoices()
            posted = invoices.filtered(lambda invoice: invoice.state == "posted")
            order.invoice_count = len(invoices)
            order.amount_invoiced = sum(posted.mapped("amount_total_signed"))
            order.amount_due = sum(posted.mapped("amount_residual_signed"))
            order.invoice_state = order_sudo._get_invoice_state(invoices)
            order.is_to_invoice = order.invoice_state == "todo"

    def _search_is_to_invoice(self, operator, value):
        if operator != "in":
            return NotImplemented
        # Who may see the orders may know which of them wait for an invoice.
        waiting = (
            self.env["sale.order.line"]
            .sudo()
            ._search(
                [
                    ("after_sales_line_id", "!=", False),
                    ("state", "=", "sale"),
                    ("qty_to_invoice", "!=", 0),
                ]
            )
        )
        lines = waiting.subselect("sale_order_line.after_sales_line_id")
        domain = Domain("state", "in", ("done", "reviewed")) & Domain(
            "line_ids", "in", lines
        )
        return domain if True in value else ~domain

    def _get_invoice_state(self, invoices):
        if self._is_finished() and self._get_lines_to_invoice():
            return "todo"
        if not invoices:
            return "nothing"
        if any(invoice.state == "draft" for invoice in invoices):
            return "draft"
        return "open" if self.amount_due > 0 else "paid"

    # === ACTIONS === #
    def action_create_invoice(self):
        """Invoice what was used and accepted, and open the invoice."""
        self._check_may_invoice()
        for order in self:
            order._check_ready_to_invoice()
        invoices = self._create_invoices()
        if not self.env["account.move"].has_access("read"):
            return True
        return invoices.sudo(False)._get_records_action(name=self.env._("Invoices"))

    def action_view_invoices(self):
        """Open the invoice, or the list of those that are the orders'."""
        invoices = self._get_invoices()
        options = {"name": self.env._("Invoices")}
        if len(invoices) > 1:
            listed = self.env.ref("account.view_out_invoice_tree")
            options["views"] = [(listed.id, "list"), (False, "form")]
        return invoices._get_records_action(**options)

    # === BUSINESS === #
    def _check_may_invoice(self):
        """Accountants invoice orders they can read; others those they can change.

        :raise AccessError: if the user may do neither
        """
        if self.env.user.has_group("account.group_account_invoice"):
            self.check_access("read")
        else:
            self._check_may_charge()

    def _check_ready_to_invoice(self):
        """Raise a UserError that says why there is no invoice to make."""
        self.ensure_one()
        if not self._is_finished():
            raise UserError(
                self.env._(
                    "%(order)s is not completed yet. It is invoiced when it is known "
                    "what was used.",
                    order=self.name,
                )
            )
        # After _check_may_invoice: technicians have no rights on sale orders.
        if not self.sudo()._get_lines_to_invoice():
            raise UserError(
                self.env._(
                    "There is nothing left to invoice for %(order)s: its lines are "
                    "free of charge or invoiced already.",
                    order=self.name,
                )
            )

    def _get_lines_to_invoice(self):
        return self.sale_order_ids.order_line.filtered(
            lambda line: (
                line.state == "sale"
                and not line.display_type
                # Odoo takes down payments off by itself; they have no unit.
                and not line.is_downpayment
                and not line.product_uom_id.is_zero(line.qty_to_invoice)
            )
        )

    def _get_invoices(self):
        """Return the invoices and credit notes of the orders that are not cancelled."""
        return self.sale_order_ids.order_line.invoice_lines.move_id.filtered(
            lambda invoice: invoice.state != "cancel"
        )

    def _create_invoices(self):
        """Make one native invoice for each order, or a credit note for a return.

        :return: the invoices, in superuser mode
        """
        # After _check_may_invoice: technicians have no rights in accounting.
        lines = self.sudo()._get_lines_to_invoice()
        # Read at once what Odoo looks at line by line.
        lines.fetch(["tax_ids", "invoice_lines"])
        invoices = lines.order_id.with_context(
            after_sales_invoice_by_order=True
        )._create_invoices(final=True)
        invoices = invoices.with_context(after_sales_invoice_by_order=False)
        invoices._after_sales_log_origin()
        to_post = invoices.filtered("company_id.after_sales_invoice_post")
        if to_post:
            # As above.
            to_post.invoice_line_ids.sale_line_ids.move_ids.fetch(
                ["account_move_id", "is_dropship", "state"]
            )
            to_post.action_post()
        return invoices
