from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ...rules.coverage import get_payer
from ..warranty.decision import CATEGORIES, PAYERS

LINE_KINDS = [
    ("part", "Part"),
    ("labour", "Labour"),
    ("travel", "Travel"),
    ("freight", "Freight"),
    ("third_party", "Third party"),
    ("fee", "Fee"),
]
# Who pays is decided by the server from facts, never typed.
DECISION_FIELDS = {
    "category",
    "decision_id",
    "is_review_needed",
    "payer",
    "proposed_decision_id",
    "share",
}
# What the customer puts the signature under.
SIGNED_FIELDS = {"kind", "name", "price_unit", "product_id", "quantity", "uom_id"}
COVER_FACTS = {
    "component_id",
    "is_unused",
    "kind",
    "product_id",
    "quantity",
    "unit_component_id",
}


class AfterSalesOrderLine(models.Model):
    """One part, hour of work, trip or fee, with its decision who pays."""

    _name = "after.sales.order.line"
    _description = "Service Order Line"
    _order = "order_id, sequence, id"
    _check_company_auto = True

    order_id = fields.Many2one(
        "after.sales.order", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company", related="order_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="order_id.currency_id")
    partner_id = fields.Many2one(related="order_id.partner_id")
    order_state = fields.Selection(related="order_id.state", string="Order State")
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        LINE_KINDS,
        required=True,
        compute="_compute_kind",
        store=True,
        readonly=False,
        precompute=True,
    )
    product_id = fields.Many2one(
        "product.product", required=True, check_company=True, index=True
    )
    name = fields.Char(
        string="Description",
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
    )
    product_tmpl_id = fields.Many2one(
        related="order_id.unit_id.product_id.product_tmpl_id", string="Unit's Product"
    )
    component_id = fields.Many2one(
        "after.sales.component",
        compute="_compute_component_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('product_tmpl_id', '=', product_tmpl_id)]",
    )

    unit_component_id = fields.Many2one(
        "after.sales.unit.component",
        string="Replaced Component",
        compute="_compute_unit_component_id",
        store=True,
        readonly=False,
        precompute=True,
        copy=False,
    )
    quantity = fields.Float(
        required=True, default=1.0, digits="Product Unit", help="Asked or planned."
    )
    quantity_done = fields.Float(string="Used", digits="Product Unit", copy=False)
    is_unused = fields.Boolean(
        string="Not Used", copy=False, help="Was planned and not needed in the end."
    )
    uom_id = fields.Many2one(
        "uom.uom",
        string="Unit of Measure",
        compute="_compute_uom_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    lot_in_id = fields.Many2one(
        "stock.lot",
        string="Serial Fitted",
        copy=False,
        domain="[('product_id', '=', product_id)]",
    )
    serial_out = fields.Char(
        string="Serial Removed",
        compute="_compute_serial_out",
        store=True,
        readonly=False,
        precompute=True,
        copy=False,
    )
    change_reason = fields.Char(string="Why Changed", copy=False)
    # The decision that holds now.
    decision_ids = fields.One2many(
        "after.sales.decision", "order_line_id", string="All Decisions"
    )
    decision_id = fields.Many2one(
        "after.sales.decision", string="Decision in Force", readonly=True, copy=False
    )
    category = fields.Selection(CATEGORIES, readonly=True, copy=False)
    share = fields.Float(string="Covered (%)", readonly=True, copy=False)
    payer = fields.Selection(
        PAYERS, string="Who Pays", compute="_compute_payer", store=True
    )
    payer_id = fields.Many2one(related="decision_id.payer_id")
    reason = fields.Text(string="Why", compute="_compute_reason")
    reason_customer = fields.Text(
        string="Why, in the Customer's Language", compute="_compute_reason_customer"
    )
    decision_text = fields.Char(string="Decision", compute="_compute_decision_text")
    is_override = fields.Boolean(related="decision_id.is_override")
    proposed_decision_id = fields.Many2one(
        "after.sales.decision", string="New Decision", readonly=True, copy=False
    )
    is_review_needed = fields.Boolean(
        string="Decision Changed", copy=False, readonly=True
    )
    review_text = fields.Text(string="What Changed", compute="_compute_review_text")
    # What the customer pays.
    price_unit = fields.Float(
        string="Unit Price",
        digits="Product Price",
        compute="_compute_price_unit",
        store=True,
        readonly=False,
        precompute=True,
    )
    is_price_pending = fields.Boolean(
        string="Price Pending", compute="_compute_amount_customer", store=True
    )
    amount_total = fields.Monetary(
        string="List Amount", compute="_compute_amount_customer", store=True
    )
    amount_customer = fields.Monetary(
        string="Customer Pays", compute="_compute_amount_customer", store=True
    )
    can_edit_price = fields.Boolean(
        compute="_compute_can_edit_price", export_string_translation=False
    )

    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0)",
        "The quantity of a service line must be more than zero.",
    )
    _quantity_done_not_negative = models.Constraint(
        "CHECK(quantity_done >= 0)",
        "The quantity used cannot be negative.",
    )

    # === COMPUTES === #
    @api.depends("product_id")
    def _compute_kind(self):
        for line in self:
            if line.product_id.after_sales_kind:
                line.kind = line.product_id.after_sales_kind
            elif line.product_id.type != "service":
                line.kind = "part"
            else:
                line.kind = line.kind if line.kind not in (False, "part") else "labour"

    @api.depends("product_id")
    def _compute_name(self):
        for line in self.filtered("product_id"):
            lang = line.order_id.partner_id.lang or self.env.lang
            line.name = line.product_id.with_context(lang=lang).display_name

    @api.depends("product_id")
    def _compute_uom_id(self):
        for line in self:
            line.uom_id = line.product_id.uom_id

    @api.depends("product_id", "order_id.unit_id")
    def _compute_component_id(self):
        """Guess the position: the only one of the unit's product the part fits."""
        templates = self.order_id.unit_id.product_id.product_tmpl_id
        positions = self.env["after.sales.component"].search(
            [("product_tmpl_id", "in", templates.ids)]
        )
        for line in self:
            own = positions.filtered(
                lambda position, line=line: (
                    position.product_tmpl_id
                    == line.order_id.unit_id.product_id.product_tmpl_id
                    and line.product_id._origin in position.part_ids
                )
            )
            line.component_id = own if len(own) == 1 else False

    @api.depends("component_id", "order_id.unit_id")
    def _compute_unit_component_id(self):
        """Guess what is taken out: the only thing fitted in that position."""
        fitted = self.env["after.sales.unit.component"].search(
            [
                ("unit_id", "in", self.order_id.unit_id.ids),
                ("component_id", "in", self.component_id.ids),
                ("is_current", "=", True),
            ]
        )
        for line in self:
            own = fitted.filtered(
                lambda row, line=line: (
                    row.unit_id == line.order_id.unit_id._origin
                    and row.component_id == line.component_id._origin
                )
            )
            is_part = line.kind == "part"
            line.unit_component_id = own if is_part and len(own) == 1 else False

    @api.depends("unit_component_id")
    def _compute_serial_out(self):
        for line in self:
            line.serial_out = line.unit_component_id.serial or line.serial_out

    @api.depends("product_id", "uom_id", "quantity", "order_id.partner_id")
    def _compute_price_unit(self):
        """Take the customer's price; none at all is “pending”, not a present."""
        priced = self.filtered(
            lambda line: (
                line.product_id
                and not line._is_locked_by_quotation()
                and not line._is_price_kept()
            )
        )
        for currency, lines in priced.grouped("currency_id").items():
            for line, price in lines._get_list_prices(currency).items():
                line.price_unit = price

    @api.depends(
        "quantity",
        "quantity_done",
        "is_unused",
        "price_unit",
        "share",
        "category",
        "order_id.state",
        "order_id.company_id",
    )
    def _compute_amount_customer(self):
        for line in self:
            currency = line.currency_id or line.env.company.currency_id
            quantity = line._get_charged_quantity()
            line.amount_total = currency.round(quantity * line.price_unit)
            line.amount_customer = currency.round(quantity * line._get_unit_price())
            line.is_price_pending = (
                line._is_chargeable() and not line.is_unused and not line.price_unit
            )

    @api.depends("category", "share", "decision_id")
    def _compute_payer(self):
        for line in self:
            line.payer = line.category and get_payer(
                line.category, line.share, bool(line.decision_id.payer_id)
            )

    @api.depends("decision_id")
    @api.depends_context("lang")
    def _compute_reason(self):
        for line in self:
            line.reason = line._render_decision(line.decision_id)

    @api.depends("decision_id.reasons", "order_id.partner_id.lang")
    @api.depends_context("lang")
    def _compute_reason_customer(self):
        """Read by the customer on the technician's screen, like the line's name."""
        for line in self:
            lang = line.order_id.partner_id.lang or self.env.lang
            reader = line.with_context(lang=lang)
            line.reason_customer = reader._render_decision(reader.decision_id)

    @api.depends("category", "share", "is_override")
    @api.depends_context("lang")
    def _compute_decision_text(self):
        for line in self:
            line.decision_text = line._get_decision_label(line.category, line.share)

    @api.depends("proposed_decision_id", "decision_id", "is_review_needed")
    @api.depends_context("lang")
    def _compute_review_text(self):
        for line in self:
            old, new = line.decision_id, line.proposed_decision_id
            line.review_text = (
                line.is_review_needed
                and self.env._(
                    "Quoted: %(old)s. Now: %(new)s. %(why)s\n%(changes)s",
                    old=self._get_decision_label(old.category, old.share),
                    new=self._get_decision_label(new.category, new.share),
                    why=self._render_decision(new),
                    changes="\n".join(new._get_changes(old)),
                ).strip()
            )

    @api.depends_context("uid")
    @api.depends("order_id.state")
    def _compute_can_edit_price(self):
        is_office = self.env["after.sales.order"]._is_office()
        for line in self:
            line.can_edit_price = is_office and line.order_id.state not in (
                "reviewed",
                "cancel",
            )

    # === CONSTRAINS === #
    @api.constrains("component_id", "unit_component_id", "order_id")
    def _check_component(self):
        """Refuse a position of another product before anybody is on site with it."""
        for line in self.filtered("order_id.unit_id"):
            unit = line.order_id.unit_id
            position = line.component_id
            fitted = line.unit_component_id
            if position and position.product_tmpl_id != line.product_tmpl_id:
                raise ValidationError(
                    self.env._(
                        "“%(component)s” is not a position of %(product)s, so "
                        "“%(line)s” of %(order)s cannot go there. Choose a position "
                        "of the unit's own product.",
                        component=position.name,
                        product=line.product_tmpl_id.display_name,
                        line=line.name or line.product_id.display_name,
                        order=line.order_id.name,
                    )
                )
            if fitted and fitted.unit_id != unit:
                raise ValidationError(
                    self.env._(
                        "%(component)s is fitted in %(other)s, not in %(unit)s. Choose "
                        "what is taken out of the unit of %(order)s.",
                        component=fitted.display_name,
                        other=fitted.unit_id.name,
                        unit=unit.name,
                        order=line.order_id.name,
                    )
                )

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_decision_fields(vals)
        lines = super().create(vals_list)
        lines.order_id._refuse_when_signed()
        lines.order_id.line_ids._decide()
        return lines

    def write(self, vals):
        self._refuse_decision_fields(vals)
        if any(
            line.order_id.id != vals.get("order_id", line.order_id.id) for line in self
        ):
            raise UserError(
                self.env._(
                    "A line stays on its service order. Add a new line to the other "
                    "order instead."
                )
            )
        if SIGNED_FIELDS & vals.keys():
            self.order_id._refuse_when_signed()
        result = super().write(vals)
        if COVER_FACTS & vals.keys():
            self.order_id.line_ids._decide()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_settled(self):
        self.order_id._refuse_when_signed()
        used = self.filtered(lambda line: line._is_locked_by_quotation())
        if used:
            raise UserError(
                self.env._(
                    "%(line)s is on a quotation. Mark it as “Not Used”, or cancel the "
                    "quotation first.",
                    line=used[0].name,
                )
            )

    def unlink(self):
        orders = self.order_id
        result = super().unlink()
        orders.exists().line_ids._decide()
        return result

    def _refuse_decision_fields(self, vals):
        """Keep decisions and prices from being typed by those who may not.

        :raise AccessError: if ``vals`` hold such a field
        """
        if self.env.su:
            return
        if any(vals.get(name) for name in DECISION_FIELDS) or (
            self and DECISION_FIELDS & vals.keys()
        ):
            raise AccessError(
                self.env._(
                    "Who pays is decided from the facts of the order. Correct the "
                    "facts, or ask your supervisor for an override with a reason."
                )
            )
        if "price_unit" in vals and not self.env["after.sales.order"]._is_office():
            raise AccessError(
                self.env._(
                    "Prices come from the customer's price list. Ask the office if "
                    "a price is missing or wrong."
                )
            )
