from odoo import api, fields, models
from odoo.exceptions import UserError

COST_GROUPS = (
    "after_sales_service.after_sales_group_supervisor,"
    "after_sales_service.after_sales_group_auditor,"
    "account.group_account_invoice"
)


class AfterSalesOrder(models.Model):
    """Charges of a service order: the way to the customer, and what it cost us."""

    _inherit = "after.sales.order"

    cost_parts = fields.Monetary(
        string="Cost of Parts", compute="_compute_costs", groups=COST_GROUPS
    )
    cost_labour = fields.Monetary(
        string="Cost of Time", compute="_compute_costs", groups=COST_GROUPS
    )
    cost_total = fields.Monetary(
        string="Cost", compute="_compute_costs", groups=COST_GROUPS
    )
    amount_revenue = fields.Monetary(
        string="Revenue", compute="_compute_costs", groups=COST_GROUPS
    )
    amount_margin = fields.Monetary(
        string="Margin", compute="_compute_costs", groups=COST_GROUPS
    )

    # === COMPUTES === #
    @api.depends(
        "state",
        "time_ids.hours",
        "time_ids.technician_id",
        "sale_order_ids.order_line.invoice_lines.move_id.amount_untaxed_signed",
        "sale_order_ids.order_line.invoice_lines.move_id.state",
    )
    def _compute_costs(self):
        parts = self._get_part_costs()
        for order in self:
            # Supervisors see the sums, not wages and entries.
            order_sudo = order.sudo()
            invoices = order_sudo._get_invoices().filtered(
                lambda invoice: invoice.state == "posted"
            )
            order.cost_parts = parts.get(order._origin.id, 0.0)
            order.cost_labour = sum(
                entry.hours * entry.technician_id.hourly_cost
                for entry in order_sudo.time_ids
            )
            order.cost_total = order.cost_parts + order.cost_labour
            order.amount_revenue = sum(invoices.mapped("amount_untaxed_signed"))
            order.amount_margin = order.amount_revenue - order.cost_total

    def _get_part_costs(self):
        """Return what the used parts cost, as the stock valuation says.

        :return: ``{order id: amount in the company's currency}``
        """
        # As in _compute_costs.
        moves = (
            self.env["stock.move"]
            .sudo()
            .search(
                [
                    ("after_sales_line_id.order_id", "in", self.ids),
                    ("state", "=", "done"),
                ]
            )
        )
        costs = {}
        for move in moves:
            sign = -1 if move.origin_returned_move_id else 1
            order_id = move.after_sales_line_id.order_id.id
            costs[order_id] = costs.get(order_id, 0.0) + sign * abs(move.value)
        return costs

    # === ACTIONS === #
    def action_add_travel(self):
        """Add the charge for the way to the customer, by zone."""
        self._check_may_charge()
        products = self._get_travel_products()
        for order in self:
            if not products[order]:
                raise UserError(
                    self.env._(
                        "No travel charge is set for the address of %(partner)s. Set "
                        "one on the service zone, or add the line by hand.",
                        partner=order._get_site().display_name,
                    )
                )
        self._create_travel_lines(products)

    # === BUSINESS === #
    def _get_site(self):
        self.ensure_one()
        return self.site_id or self.partner_id

    def _get_travel_products(self):
        """Return the charge of the zone of each order's site, ``{order: product}``."""
        products = {}
        for company, orders in self.grouped("company_id").items():
            sites = {order: order._get_site() for order in orders}
            places = self.env["res.partner"].union(*sites.values())
            zones = places._get_after_sales_zones(company)
            for order, site in sites.items():
                products[order] = zones[site].travel_product_id
        return products

    def _create_travel_lines(self, products):
        self.env["after.sales.order.line"].create(
            [
                {
                    "order_id": order.id,
                    "kind": "travel",
                    "product_id": products[order].id,
                    "sequence": 100,
                }
                for order in self
            ]
        )
