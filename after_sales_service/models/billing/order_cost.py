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

    cost_ids = fields.One2many(
        "after.sales.order.cost", "order_id", string="Cost Rows", groups=COST_GROUPS
    )
    cost_parts = fields.Monetary(
        string="Cost of Parts", compute="_compute_costs", groups=COST_GROUPS
    )
    cost_labour = fields.Monetary(
        string="Cost of Time", compute="_compute_costs", groups=COST_GROUPS
    )
    cost_travel = fields.Monetary(
        string="Cost of Travel", compute="_compute_costs", groups=COST_GROUPS
    )
    cost_third_party = fields.Monetary(
        string="Cost of Subcontractors", compute="_compute_costs", groups=COST_GROUPS
    )
    cost_loan = fields.Monetary(
        string="Cost of Loaners", compute="_compute_costs", groups=COST_GROUPS
    )
    cost_total = fields.Monetary(
        string="Cost", compute="_compute_costs", groups=COST_GROUPS
    )
    amount_revenue = fields.Monetary(
        string="Revenue", compute="_compute_costs", groups=COST_GROUPS
    )
    amount_recovery = fields.Monetary(
        string="Recovered", compute="_compute_costs", groups=COST_GROUPS
    )
    amount_margin = fields.Monetary(
        string="Margin", compute="_compute_costs", groups=COST_GROUPS
    )

    # === COMPUTES === #
    @api.depends(
        "state",
        "time_ids.amount_cost",
        "time_ids.kind",
        "supplier_claim_line_ids.amount_recovered",
        "sale_order_ids.order_line.invoice_lines.move_id.amount_untaxed_signed",
        "sale_order_ids.order_line.invoice_lines.move_id.state",
    )
    def _compute_costs(self):
        sums = self._get_cost_sums()
        for order in self:
            costs = sums.get(order._origin.id, {})
            order.cost_parts = costs.get("part", 0.0)
            order.cost_labour = costs.get("labour", 0.0)
            order.cost_travel = costs.get("travel", 0.0)
            order.cost_third_party = costs.get("third_party", 0.0)
            order.cost_loan = costs.get("loan", 0.0)
            order.amount_revenue = costs.get("revenue", 0.0)
            order.amount_recovery = costs.get("recovery", 0.0)
            order.cost_total = (
                order.cost_parts
                + order.cost_labour
                + order.cost_travel
                + order.cost_third_party
                + order.cost_loan
            )
            order.amount_margin = (
                order.amount_revenue + order.amount_recovery - order.cost_total
            )

    def _get_cost_sums(self):
        """Return what the orders cost and brought, by the ledgers.

        :return: ``{order id: {kind of row: amount in the company's currency}}``
        """
        # The fields are for the groups above only; they see sums, not wages.
        rows = (
            self.env["after.sales.order.cost"]
            .sudo()
            ._read_group(
                [("order_id", "in", self._origin.ids)],
                ["order_id", "kind"],
                ["cost:sum", "revenue:sum", "recovery:sum"],
            )
        )
        sums = {}
        for order, kind, *amounts in rows:
            sums.setdefault(order.id, {})[kind] = sum(amounts)
        return sums

    # === ACTIONS === #
    def action_view_costs(self):
        """Open the rows behind the figures."""
        return self.env["after.sales.order.cost"]._get_rows_action(
            [("order_id", "in", self.ids)]
        )

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
