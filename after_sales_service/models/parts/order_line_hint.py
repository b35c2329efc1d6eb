from odoo import api, fields, models


class AfterSalesOrderLine(models.Model):
    """Where the part of a line is, and what can be taken instead."""

    _inherit = "after.sales.order.line"

    part_hint = fields.Text(
        string="Where the Part Is",
        compute="_compute_part_hint",
        help="If it fits, where it is, and what can be taken instead.",
    )

    # === COMPUTES === #
    @api.depends("product_id", "kind", "order_id.technician_id", "order_id.unit_id")
    def _compute_part_hint(self):
        """Look for all parts of one order at once."""
        for order, lines in self.grouped("order_id").items():
            parts = lines.filtered(
                lambda line: line.kind == "part" and line.product_id.type == "consu"
            )
            (lines - parts).part_hint = False
            products = parts.product_id._origin
            # The van is a location, and the private employee holds it.
            van = order.sudo().technician_id.after_sales_van_id
            found = products._get_after_sales_offers(
                van, order.company_id or self.env.company
            )
            for line in parts:
                line.part_hint = line._get_part_hint(*found[line.product_id._origin])

    def _get_part_hint(self, rows, offer):
        self.ensure_one()
        instead = offer and self.env._(
            "can be taken instead: %(part)s", part=offer.display_name
        )
        return "\n".join(
            filter(
                None,
                [
                    self.order_id._get_fit_warning(self.product_id),
                    self.product_id._get_after_sales_availability_text(rows),
                    instead,
                ],
            )
        )
