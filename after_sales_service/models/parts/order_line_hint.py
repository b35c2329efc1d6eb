from odoo import api, fields, models
from odoo.exceptions import UserError


class AfterSalesOrder(models.Model):
    _inherit = "after.sales.order"

    part_alert = fields.Text(
        string="Parts to Look At",
        compute="_compute_part_alert",
        help="Parts that do not fit, and what can be taken instead of missing ones.",
    )

    # === COMPUTES === #
    @api.depends("line_ids.fit_warning", "line_ids.offer_id", "line_ids.is_unused")
    def _compute_part_alert(self):
        for order in self:
            lines = order.line_ids.filtered(lambda line: not line.is_unused)
            texts = [line.fit_warning for line in lines if line.fit_warning]
            texts += [
                self.env._(
                    "%(part)s: out of stock or superseded. Can be taken instead: "
                    "%(offer)s.",
                    part=line.product_id.display_name,
                    offer=line.offer_id.display_name,
                )
                for line in lines
                if line.offer_id
            ]
            order.part_alert = "\n".join(texts)


class AfterSalesOrderLine(models.Model):
    """Where the part of a line is, and what can be taken instead."""

    _inherit = "after.sales.order.line"

    part_hint = fields.Text(
        string="Where the Part Is",
        compute="_compute_part_hint",
        help="If it fits, where it is, and what can be taken instead.",
    )
    offer_id = fields.Many2one(
        "product.product",
        string="Can Be Taken Instead",
        compute="_compute_part_hint",
        help="A successor or substitute that is in stock, or the valid part number.",
    )
    fit_warning = fields.Char(string="Does It Fit?", compute="_compute_part_hint")

    # === COMPUTES === #
    @api.depends("product_id", "kind", "order_id.technician_id", "order_id.unit_id")
    def _compute_part_hint(self):
        """Look for all parts of one order at once."""
        for order, lines in self.grouped("order_id").items():
            parts = lines.filtered(
                lambda line: line.kind == "part" and line.product_id.type == "consu"
            )
            (lines - parts).update(
                {"part_hint": False, "offer_id": False, "fit_warning": False}
            )
            products = parts.product_id._origin
            # The van is a location, and the private employee holds it.
            van = order.sudo().technician_id.after_sales_van_id
            found = products._get_after_sales_offers(
                van, order.company_id or self.env.company
            )
            for line in parts:
                rows, offer = found[line.product_id._origin]
                line.offer_id = not line._is_used_up() and offer
                line.fit_warning = line.order_id._get_fit_warning(line.product_id)
                line.part_hint = line._get_part_hint(rows, offer)

    def _get_part_hint(self, rows, offer):
        self.ensure_one()
        instead = offer and self.env._(
            "can be taken instead: %(part)s", part=offer.display_name
        )
        return "\n".join(
            filter(
                None,
                [
                    self.fit_warning,
                    self.product_id._get_after_sales_availability_text(rows),
                    instead,
                ],
            )
        )

    # === ACTIONS === #
    def action_take_offer(self):
        """Plan the part that is in stock instead; what asks for the old one follows.

        :raise UserError: if the part was quoted, used or sent for already
        """
        self.check_access("write")
        for line in self.filtered("offer_id"):
            line._check_can_change_part()
            line._take_instead(line.offer_id)

    # === BUSINESS === #
    def _is_used_up(self):
        """Say if nothing is to be fetched for the line any more."""
        self.ensure_one()
        return bool(self.quantity_done or self.is_unused or self.fitted_id)

    def _is_part_open(self):
        """Say if another part may still be planned on the line."""
        self.ensure_one()
        return not (
            self._is_used_up()
            or self._is_locked_by_quotation()
            or self.order_id.signed_on
            or self.order_id.state in ("done", "reviewed", "cancel")
        )

    def _check_can_change_part(self):
        self.ensure_one()
        # The office has no right on requisitions; their state decides.
        sent = self.sudo().requisition_line_ids.filtered(
            lambda row: row.state in ("submitted", "approved", "issued")
        )
        if sent:
            raise UserError(
                self.env._(
                    "%(part)s was asked for in %(requisition)s. Bring that back to "
                    "draft, or add the other part as a line of its own.",
                    part=self.product_id.display_name,
                    requisition=sent[0].requisition_id.name,
                )
            )
        if self._is_locked_by_quotation():
            raise UserError(
                self.env._(
                    "%(part)s is on a quotation. Cancel the quotation first, or add "
                    "the other part as a line of its own.",
                    part=self.product_id.display_name,
                )
            )

    def _take_instead(self, product):
        """Put ``product`` on the line and on the drafts that ask for the old part."""
        self.ensure_one()
        # As above; what is a draft asks for what the order needs.
        drafts = self.sudo().requisition_line_ids.filtered(
            lambda row: row.state == "draft" and row.product_id == self.product_id
        )
        drafts._ask_instead(product)
        vals = {"product_id": product.id}
        if self.component_id:  # a substitute need not be listed there
            vals["component_id"] = self.component_id.id
        self.write(vals)
