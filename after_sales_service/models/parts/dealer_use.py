from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class AfterSalesDealerUse(models.Model):
    """What a dealer used: reported by the dealer or by us, booked by the clerk."""

    _name = "after.sales.dealer.use"
    _description = "Parts Used by a Dealer"
    _inherit = ["after.sales.number.mixin", "after.sales.state.mixin", "mail.thread"]
    _order = "date desc, id desc"
    _check_company_auto = True

    dealer_id = fields.Many2one(
        "after.sales.dealer", required=True, index=True, check_company=True
    )
    partner_id = fields.Many2one(related="dealer_id.partner_id", store=True, index=True)
    company_id = fields.Many2one(related="dealer_id.company_id", store=True, index=True)
    date = fields.Date(required=True, default=fields.Date.context_today)
    reference = fields.Char(string="Dealer's Reference")
    line_ids = fields.One2many("after.sales.dealer.use.line", "use_id", string="Parts")
    picking_ids = fields.One2many("stock.picking", "after_sales_dealer_use_id")
    state = fields.Selection(
        [
            ("draft", "Reported"),
            ("done", "Booked"),
            ("cancel", "Refused"),
        ],
        default="draft",
        required=True,
        tracking=True,
        copy=False,
    )

    # === CRUD === #
    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        kept = self.filtered(lambda use: use.state == "done")
        if kept:
            raise UserError(
                self.env._("%(report)s is booked, and kept.", report=kept[0].name)
            )

    def _get_transitions(self):
        return {"draft": {"done", "cancel"}, "done": set(), "cancel": {"draft"}}

    # === ACTIONS === #
    def action_confirm(self):
        """Take the parts from the dealer's place: one native transfer per payer.

        :raise UserError: if the dealer has less; nothing is moved then
        """
        self.check_access("write")
        self._move_to("done")
        for use in self:
            use.dealer_id._check_place_made()
            if not use.line_ids:
                raise UserError(
                    self.env._("%(report)s lists no parts.", report=use.name)
                )
            use._check_available()
            for payer, lines in use.line_ids.grouped("payer").items():
                use._transfer(payer, lines)
        return True

    def action_refuse(self):
        self.check_access("write")
        self._move_to("cancel")

    def action_draft(self):
        self.check_access("write")
        self._move_to("draft")

    # === BUSINESS === #
    def _check_available(self):
        self.ensure_one()
        left = self.dealer_id._get_available()
        for product, lines in self.line_ids.grouped("product_id").items():
            wanted = sum(lines.mapped("quantity"))
            if product.uom_id.compare(left.get(product, 0.0), wanted) < 0:
                raise UserError(
                    self.env._(
                        "%(dealer)s has %(left)g %(part)s, but %(wanted)g are "
                        "reported. Count the place or correct the report.",
                        dealer=self.dealer_id.name,
                        left=left.get(product, 0.0),
                        part=product.display_name,
                        wanted=wanted,
                    )
                )

    def _transfer(self, payer, lines):
        picking = self.env["stock.picking"].create(
            self._prepare_transfer_vals(payer, lines)
        )
        picking.action_confirm()
        picking.action_assign()
        picking.move_ids.picked = True
        picking._validate_after_sales()

    def _prepare_transfer_vals(self, payer, lines):
        """Return the values of the transfer of what one payer pays for."""
        self.ensure_one()
        dealer, company = self.dealer_id, self.company_id
        target = (
            company.after_sales_warranty_location_id
            if payer == "warranty"
            else dealer.partner_id.with_company(company).property_stock_customer
        )
        base = {
            "location_id": dealer.location_id.id,
            "location_dest_id": target.id,
            "company_id": company.id,
        }
        return base | {
            "picking_type_id": dealer.warehouse_id.after_sales_dealer_use_type_id.id,
            "partner_id": dealer.partner_id.id,
            "origin": self.name,
            "after_sales_dealer_use_id": self.id,
            "move_ids": [
                Command.create(base | line._prepare_move_vals()) for line in lines
            ],
        }


class AfterSalesDealerUseLine(models.Model):
    """One part a dealer used, and in which unit."""

    _name = "after.sales.dealer.use.line"
    _description = "Part Used by a Dealer"
    _inherit = "after.sales.line.mixin"
    _order = "use_id, id"
    _check_company_auto = True

    use_id = fields.Many2one(
        "after.sales.dealer.use", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="use_id.company_id", store=True, index=True)
    product_id = fields.Many2one(
        "product.product", string="Part", required=True, check_company=True
    )
    quantity = fields.Float(default=1.0, digits="Product Unit")
    lot_id = fields.Many2one(
        "stock.lot",
        string="Serial Number of the Part",
        domain="[('product_id', '=', product_id)]",
        check_company=True,
    )
    unit_serial = fields.Char(string="Used in Unit")
    payer = fields.Selection(
        [("dealer", "The dealer"), ("warranty", "Our warranty")],
        string="Paid by",
        default="dealer",
        required=True,
    )

    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0)", "The quantity used must be more than zero."
    )

    # === BUSINESS === #
    def _check_open(self):
        closed = self.use_id.filtered(lambda use: use.state != "draft")
        if closed:
            raise UserError(
                self.env._(
                    "%(report)s is closed. Make a new report.", report=closed[0].name
                )
            )

    def _prepare_move_vals(self):
        """Return the values of the native move of one line, without its places."""
        self.ensure_one()
        product = self.product_id
        dealer = self.use_id.dealer_id
        vals = {
            "product_id": product.id,
            "product_uom": product.uom_id.id,
            "product_uom_qty": self.quantity,
        }
        if product.tracking != "none" and not self.lot_id:
            raise UserError(
                self.env._(
                    "Say which serial number of %(part)s was used on %(report)s.",
                    part=product.display_name,
                    report=self.use_id.name,
                )
            )
        if self.lot_id:
            line = {
                "product_id": product.id,
                "product_uom_id": product.uom_id.id,
                "lot_id": self.lot_id.id,
                "quantity": self.quantity,
                "location_id": dealer.location_id.id,
            }
            vals["move_line_ids"] = [Command.create(line)]
        return vals
