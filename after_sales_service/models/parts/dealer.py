from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class AfterSalesDealer(models.Model):
    """A dealer or branch that keeps parts of ours at a place of its own."""

    _name = "after.sales.dealer"
    _description = "Dealer"
    _inherit = ["mail.thread"]
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(related="partner_id.name", store=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", required=True, index=True, check_company=True
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        string="Supplied from",
        required=True,
        check_company=True,
        default=lambda self: self._default_warehouse_id(),
    )
    location_id = fields.Many2one(
        "stock.location", string="Place", readonly=True, copy=False, check_company=True
    )
    use_ids = fields.One2many("after.sales.dealer.use", "dealer_id", string="Reports")
    request_ids = fields.One2many(
        "after.sales.dealer.request", "dealer_id", string="Requests"
    )
    statement_ids = fields.One2many(
        "after.sales.dealer.statement", "dealer_id", string="Statements"
    )

    _partner_once = models.Constraint(
        "UNIQUE(company_id, partner_id)",
        "This partner is a dealer of the company already. Open that dealer.",
    )

    # === DEFAULTS === #
    def _default_warehouse_id(self):
        return self.env["stock.warehouse"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        )

    # === CONSTRAINS === #
    @api.constrains("warehouse_id", "location_id")
    def _check_place(self):
        for dealer in self.filtered("location_id"):
            if dealer.location_id.warehouse_id != dealer.warehouse_id:
                raise ValidationError(
                    self.env._(
                        "The place of %(dealer)s belongs to another warehouse. Bring "
                        "its parts back and make a new dealer for the other one.",
                        dealer=dealer.name,
                    )
                )

    # === ACTIONS === #
    def action_create_place(self):
        """Give each dealer a place below the warehouse's dealers; twice is once."""
        self.check_access("write")
        # Clerks may not make locations by hand; their right was checked.
        for dealer in self.sudo().filtered(lambda dealer: not dealer.location_id):
            warehouse = dealer.warehouse_id
            if not warehouse.after_sales_dealers_location_id:
                warehouse._create_after_sales_data()
            dealer.location_id = dealer.env["stock.location"].create(
                {
                    "name": dealer.partner_id.name,
                    "usage": "internal",
                    "location_id": warehouse.after_sales_dealers_location_id.id,
                    "company_id": dealer.company_id.id,
                }
            )
        return True

    def action_supply(self):
        """Open a native transfer that sends parts to the dealer."""
        return self._open_transfer("after_sales_dealer_type_id", is_supply=True)

    def action_take_back(self):
        """Open a native transfer that brings parts back from the dealer."""
        return self._open_transfer("after_sales_dealer_return_type_id", is_supply=False)

    def action_view_stock(self):
        self._check_place_made()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Parts at %(dealer)s", dealer=self.name),
            "res_model": "stock.quant",
            "view_mode": "list",
            "domain": [("location_id", "child_of", self.location_id.id)],
        }

    def action_view_rules(self):
        """Open the native reordering rules that keep the dealer supplied."""
        self._check_place_made()
        route = self.env.ref("after_sales_service.stock_route_dealers")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reordering Rules"),
            "res_model": "stock.warehouse.orderpoint",
            "view_mode": "list",
            "domain": [("location_id", "=", self.location_id.id)],
            "context": {
                "default_location_id": self.location_id.id,
                "default_warehouse_id": self.warehouse_id.id,
                "default_route_id": route.id,
            },
        }

    # === BUSINESS === #
    def _check_place_made(self):
        self.ensure_one()
        if not self.location_id:
            raise UserError(
                self.env._(
                    "%(dealer)s has no place for parts yet. Press “Create Place”.",
                    dealer=self.name,
                )
            )

    def _open_transfer(self, type_field, is_supply):
        self._check_place_made()
        picking_type = self.warehouse_id[type_field]
        own, stock = self.location_id, self.warehouse_id.lot_stock_id
        return {
            "type": "ir.actions.act_window",
            "res_model": "stock.picking",
            "view_mode": "form",
            "context": {
                "default_picking_type_id": picking_type.id,
                "default_partner_id": self.partner_id.id,
                "default_location_id": (stock if is_supply else own).id,
                "default_location_dest_id": (own if is_supply else stock).id,
                "default_company_id": self.company_id.id,
            },
        }

    def _get_prices(self, products):
        """Return ``{product id: price}`` for one piece, by the dealer's price list."""
        self.ensure_one()
        return self.partner_id._get_after_sales_prices(
            products, self.company_id, self.currency_id
        )

    def _get_available(self):
        """Return ``{product: quantity}`` of what stands at the dealer, ours."""
        self.ensure_one()
        rows = self.env["stock.quant"]._read_group(
            [
                ("location_id", "child_of", self.location_id.ids),
                ("owner_id", "=", False),
                ("quantity", ">", 0),
            ],
            ["product_id"],
            ["quantity:sum", "reserved_quantity:sum"],
            order="product_id",
        )
        return {product: quantity - kept for product, quantity, kept in rows}
