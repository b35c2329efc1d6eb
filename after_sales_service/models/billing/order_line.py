from odoo import api, fields, models


class AfterSalesOrderLine(models.Model):
    _inherit = "after.sales.order.line"

    sale_line_ids = fields.One2many("sale.order.line", "after_sales_line_id")
    quotation_state = fields.Selection(
        [
            ("none", "Not quoted"),
            ("draft", "Quotation prepared"),
            ("sent", "Waiting for the customer"),
            ("sale", "Accepted"),
        ],
        string="Quotation",
        compute="_compute_quotation_state",
    )

    # === COMPUTES === #
    @api.depends("sale_line_ids.state")
    def _compute_quotation_state(self):
        for line in self:
            # Technicians see how far the quotation is, not the sale order.
            sale_line = line.sudo()._get_open_sale_line()
            line.quotation_state = sale_line.state or "none"

    # === BUSINESS === #
    def _get_open_sale_line(self):
        """Return the sale lines of these lines that were not refused.

        There is at most one for each line.
        """
        return self.sale_line_ids.filtered(lambda line: line.state != "cancel")

    def _get_sale_line(self):
        """Return the accepted sale line to which the used part is delivered."""
        # The parts room delivers for technicians without sales rights.
        return (
            self.sudo()
            ._get_open_sale_line()
            .filtered(lambda line: line.state == "sale")
        )

    def _is_locked_by_quotation(self):
        self.ensure_one()
        # Whether the customer has seen a price does not depend on the reader's rights.
        sale_line = self.sudo()._get_open_sale_line()
        return sale_line.state in ("sent", "sale") or super()._is_locked_by_quotation()

    def _is_settled(self):
        self.ensure_one()
        # As above.
        invoiced = self.sudo()._get_open_sale_line().filtered("qty_invoiced")
        return bool(invoiced) or super()._is_settled()

    def _get_quantity_delivered(self, uom):
        """Return what is invoiced, in ``uom``: what was used, once that is certain."""
        self.ensure_one()
        if self.is_unused or not self._is_chargeable():
            return 0.0
        if not self.order_id._is_finished():
            return 0.0
        own_uom = self.uom_id or self.product_id.uom_id
        return own_uom._compute_quantity(
            self.quantity_done, uom, rounding_method="HALF-UP"
        )

    def _apply_decision(self, row):
        """Let a customer who has accepted more pay the lower price."""
        super()._apply_decision(row)
        # Whoever settles the decision need not have rights in sales.
        sale_line = self.sudo()._get_open_sale_line()
        if sale_line.state in ("sent", "sale") and self._is_chargeable():
            sale_line._after_sales_lower_price()

    def _get_quoted_lines(self):
        """Return those lines of these that belong on a quotation."""
        return self.filtered(
            lambda line: line._is_chargeable() and line._get_charged_quantity() > 0
        )

    def _prepare_sale_line_vals(self):
        """Return the values of the native sale line. Meant to be extended.

        Price and discount are computed on the sale line from this line.
        """
        self.ensure_one()
        vals = {
            "after_sales_line_id": self.id,
            "sequence": self.sequence,
            "product_id": self.product_id.id,
            "name": self._get_sale_description(),
            "product_uom_qty": self._get_charged_quantity(),
            "product_uom_id": (self.uom_id or self.product_id.uom_id).id,
        }
        distribution = self._get_analytic_distribution()
        if distribution:
            vals["analytic_distribution"] = distribution
        return vals

    def _check_accepted(self):
        """Return what keeps this line from being charged, as a list of sentences."""
        self.ensure_one()
        # Technicians have no rights on sale orders.
        sale_line = self.sudo()._get_sale_line()
        product = self.product_id.display_name
        if not sale_line:
            if self._is_announced_fee():
                return []
            return [
                self.env._(
                    "“%(product)s” is charged to the customer: make a quotation and "
                    "let the customer accept it first.",
                    product=product,
                )
            ]
        uom = self.uom_id or self.product_id.uom_id
        accepted = sale_line.product_uom_id._compute_quantity(
            sale_line.product_uom_qty, uom
        )
        used = self._get_charged_quantity()
        if uom.compare(used, accepted) > 0:
            return [
                self.env._(
                    "The customer accepted %(accepted)g %(uom)s of “%(product)s”, but "
                    "%(used)g are used. Enter the rest as a line of its own and quote "
                    "it.",
                    accepted=accepted,
                    used=used,
                    uom=uom.name,
                    product=product,
                )
            ]
        return []

    def _is_announced_fee(self):
        """Tell whether it is the check fee that a refused quotation told of."""
        self.ensure_one()
        if self.price_rule_id.kind != "fee" or self.is_price_manual:
            return False
        # Technicians have no rights on sale orders.
        refused = self.order_id.sudo().sale_order_ids.filtered(
            lambda quotation: quotation.state == "cancel"
        )
        return any(refused.mapped("after_sales_check_fee"))

    def _get_analytic_distribution(self):
        """Return the analytic distribution of revenue and cost. To be extended."""
        return {}

    def _get_sale_description(self):
        """Return product, component and who pays why, in the customer's language."""
        self.ensure_one()
        line = self.with_context(lang=self.order_id.partner_id.lang or self.env.lang)
        product = line.product_id.with_context(display_default_code=False)
        texts = [
            line.name or product.get_product_multiline_description_sale(),
            line.component_id.name,
            line._get_share_sentence(),
            # Why somebody overrode the decision is not the customer's business.
            not line.is_override and line.reason,
        ]
        return "\n".join(text for text in texts if text)

    def _get_share_sentence(self):
        """Return which share of the price somebody else bears, if any."""
        self.ensure_one()
        if not 0 < self.share < 100:
            return ""
        if self.category == "B":
            return self.env._(
                "%(share)g %% covered by the service contract", share=self.share
            )
        return self.env._("%(share)g %% covered by warranty", share=self.share)
