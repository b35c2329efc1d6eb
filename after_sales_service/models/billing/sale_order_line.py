from odoo import api, fields, models
from odoo.exceptions import UserError


class SaleOrderLine(models.Model):
    """A chargeable line of a service order takes price and quantity from there.

    The price is the customer's share, whatever is changed or recomputed on the sale
    order; the delivered quantity is what was used; nothing is procured.
    """

    _inherit = "sale.order.line"

    after_sales_line_id = fields.Many2one(
        "after.sales.order.line",
        string="Service Order Line",
        index="btree_not_null",
        copy=False,
    )
    after_sales_loan_id = fields.Many2one(
        "after.sales.loan", string="Loan", index="btree_not_null", copy=False
    )
    qty_delivered_method = fields.Selection(
        selection_add=[("service_order", "Service Order")]
    )

    # === COMPUTES === #
    def _get_display_price(self):
        line = self.after_sales_line_id
        if not line:
            return super()._get_display_price()
        # Salespeople need no access to service orders.
        return line.sudo()._get_unit_price_in(
            self.currency_id,
            self._get_order_date() or fields.Date.context_today(self),
        )

    def _compute_discount(self):
        native = self.filtered(lambda line: not line.after_sales_line_id)
        super(SaleOrderLine, native)._compute_discount()

    @api.depends("after_sales_line_id")
    def _compute_qty_delivered_method(self):
        super()._compute_qty_delivered_method()
        self.filtered(
            lambda line: line.after_sales_line_id and line.product_id.type == "service"
        ).qty_delivered_method = "service_order"

    @api.depends(
        "after_sales_line_id.quantity_done", "after_sales_line_id.order_id.state"
    )
    def _compute_qty_delivered(self):
        super()._compute_qty_delivered()

    def _prepare_qty_delivered(self):
        quantities = super()._prepare_qty_delivered()
        own = self.filtered(lambda line: line.qty_delivered_method == "service_order")
        for line in own:
            # As in _get_display_price.
            quantities[line] = line.after_sales_line_id.sudo()._get_quantity_delivered(
                line.product_uom_id
            )
        return quantities

    @api.depends("after_sales_line_id")
    def _compute_qty_to_invoice(self):
        """What was used is invoiced, whatever the product's invoicing policy says."""
        super()._compute_qty_to_invoice()
        for line in self:
            if line.after_sales_line_id and line.state == "sale":
                line.qty_to_invoice = line.qty_delivered - line.qty_invoiced

    @api.depends("after_sales_line_id.order_id.state")
    def _compute_invoice_status(self):
        super()._compute_invoice_status()
        for line in self:
            service_line = line.after_sales_line_id.sudo()  # as in _get_display_price
            if not service_line or line.state != "sale":
                continue
            if not line.product_uom_id.is_zero(line.qty_to_invoice):
                line.invoice_status = "to invoice"
            elif service_line.order_id._is_finished():
                line.invoice_status = "invoiced"
            else:
                line.invoice_status = "no"

    @api.depends("after_sales_line_id")
    def _compute_untaxed_amount_to_invoice(self):
        super()._compute_untaxed_amount_to_invoice()
        for line in self:
            if line.after_sales_line_id and line.state == "sale":
                quantity = line.product_uom_qty
                unit = line.price_subtotal / quantity if quantity else 0.0
                line.untaxed_amount_to_invoice = (
                    unit * line.qty_delivered - line.untaxed_amount_invoiced
                )

    def _compute_amount_to_invoice(self):
        super()._compute_amount_to_invoice()
        for line in self:
            if line.after_sales_line_id and line.product_uom_qty:
                line.amount_to_invoice = (
                    line.price_total
                    / line.product_uom_qty
                    * (line.qty_delivered - line.qty_invoiced_posted)
                )

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.filtered("after_sales_line_id")._after_sales_refuse_if_signed()
        return lines

    def write(self, vals):
        if {"product_uom_qty", "price_unit", "product_id"} & vals.keys():
            lines = self.filtered(
                lambda line: line.after_sales_line_id and line._is_raised(vals)
            )
            lines._after_sales_refuse_if_signed()
        return super().write(vals)

    def _is_raised(self, vals):
        """Tell whether ``vals`` ask more of the customer than was accepted."""
        self.ensure_one()
        product = vals.get("product_id", self.product_id.id)
        return product != self.product_id.id or any(
            vals.get(name, 0.0) > self[name] + 1e-6
            for name in ("product_uom_qty", "price_unit")
        )

    def _after_sales_refuse_if_signed(self):
        """:raise UserError: if the customer has signed the quotation as it is"""
        for line in self.filtered(
            lambda line: line.state == "sale" and line.order_id.signed_on
        ):
            raise UserError(
                self.env._(
                    "%(customer)s signed %(quotation)s as it is. Enter what is more on "
                    "the service order and make an added quotation.",
                    customer=line.order_id.signed_by or line.order_partner_id.name,
                    quotation=line.order_id.name,
                )
            )

    # === BUSINESS === #
    def _after_sales_refresh(self):
        """Take quantity, price and description from the service order line again.

        :return: True if something was different
        """
        self.ensure_one()
        vals = self.after_sales_line_id._prepare_sale_line_vals()
        price, quantity, name = self.price_unit, self.product_uom_qty, self.name
        if quantity != vals["product_uom_qty"] or name != vals["name"]:
            self.write({key: vals[key] for key in ("product_uom_qty", "name")})
        self._reset_price_unit()
        return (price, quantity, name) != (
            self.price_unit,
            self.product_uom_qty,
            self.name,
        )

    def _after_sales_lower_price(self):
        """Follow the service order line downwards; more was never accepted."""
        self.ensure_one()
        is_locked, self.order_id.locked = self.order_id.locked, False
        old = self.price_unit
        self._reset_price_unit()
        if self.currency_id.compare_amounts(self.price_unit, old) > 0:
            self.price_unit = old
        self.order_id.locked = is_locked

    def _action_launch_stock_rule(self, **kwargs):
        """Nothing is procured: parts leave the van when the order is completed."""
        native = self.filtered(lambda line: not line.after_sales_line_id)
        return super(SaleOrderLine, native)._action_launch_stock_rule(**kwargs)
