from odoo import api, fields, models
from odoo.exceptions import UserError

# What the person who counts writes; the book is compared by the program.
NOTES = {"quantity_counted", "is_counted", "reason", "product_id", "lot_id"}


class AfterSalesCountLine(models.Model):
    """One part on a count: found, in the book, and the difference in value."""

    _name = "after.sales.count.line"
    _description = "Counted Part"
    _order = "count_id, id"
    _check_company_auto = True

    count_id = fields.Many2one(
        "after.sales.count", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="count_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    technician_id = fields.Many2one(
        related="count_id.technician_id", store=True, index=True
    )
    location_id = fields.Many2one(related="count_id.location_id", store=True)
    date = fields.Date(related="count_id.date", store=True)
    state = fields.Selection(related="count_id.state", store=True)
    product_id = fields.Many2one(
        "product.product",
        string="Part",
        required=True,
        index=True,
        check_company=True,
        domain=[("is_storable", "=", True)],
    )
    lot_id = fields.Many2one(
        "stock.lot",
        string="Serial Number",
        domain="[('product_id', '=', product_id)]",
        check_company=True,
    )
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit of Measure")
    quantity_counted = fields.Float(string="Counted Quantity", digits="Product Unit")
    is_counted = fields.Boolean(string="Was Counted", copy=False)
    quantity_book = fields.Float(
        string="In the Book",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="At the moment when the count was handed in.",
    )
    difference = fields.Float(
        digits="Product Unit", compute="_compute_difference", store=True
    )
    cost = fields.Float(
        digits="Product Price",
        readonly=True,
        copy=False,
        groups="after_sales_service.after_sales_group_supervisor,"
        "after_sales_service.after_sales_group_clerk,"
        "after_sales_service.after_sales_group_auditor",
    )
    value = fields.Monetary(
        string="Difference in Value",
        compute="_compute_difference",
        store=True,
        groups="after_sales_service.after_sales_group_supervisor,"
        "after_sales_service.after_sales_group_clerk,"
        "after_sales_service.after_sales_group_auditor",
    )
    reason = fields.Char(help="Why it does not agree, as far as known.")

    _quantity_not_negative = models.Constraint(
        "CHECK(quantity_counted >= 0)",
        "Nobody counts less than nothing. Write zero if there is none.",
    )
    _listed_once = models.UniqueIndex(
        "(count_id, product_id, COALESCE(lot_id, 0))",
        "This part is on the list already. Write the whole quantity on that line.",
    )

    # === COMPUTES === #
    @api.depends(
        "quantity_counted",
        "is_counted",
        "quantity_book",
        "cost",
        "count_id.date_counted",
    )
    def _compute_difference(self):
        for line in self:
            counted = line.is_counted and line.count_id.date_counted
            line.difference = (
                line.uom_id.round(line.quantity_counted - line.quantity_book)
                if counted
                else 0.0
            )
            line.value = line.difference * line.cost

    @api.depends("product_id", "count_id")
    def _compute_display_name(self):
        for line in self:
            line.display_name = f"{line.count_id.name} · {line.product_id.name}"

    @api.onchange("quantity_counted")
    def _onchange_quantity_counted(self):
        if self.quantity_counted:
            self.is_counted = True

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("quantity_counted"):
                vals.setdefault("is_counted", True)
        lines = super().create(vals_list)
        lines.count_id._check_open()
        lines._check_lots()
        return lines

    def write(self, vals):
        if NOTES & vals.keys() and not self.env.su:
            self.count_id._check_open()
        if vals.get("quantity_counted"):
            vals = {"is_counted": True} | vals
        result = super().write(vals)
        if {"product_id", "lot_id", "quantity_counted"} & vals.keys():
            self._check_lots()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_open(self):
        self.count_id._check_open()

    # === BUSINESS === #
    def _check_lots(self):
        for line in self:
            serial = line.product_id.tracking == "serial"
            if line.lot_id and line.lot_id.product_id != line.product_id:
                raise UserError(
                    self.env._(
                        "Serial number %(serial)s is no %(part)s.",
                        serial=line.lot_id.name,
                        part=line.product_id.display_name,
                    )
                )
            if line.quantity_counted and line.product_id.tracking != "none":
                if not line.lot_id:
                    raise UserError(
                        self.env._(
                            "Say which serial number of %(part)s you found.",
                            part=line.product_id.display_name,
                        )
                    )
                if serial and line.quantity_counted > 1:
                    raise UserError(
                        self.env._(
                            "Serial number %(serial)s exists once: count 1 or 0.",
                            serial=line.lot_id.name,
                        )
                    )

    def _get_quants(self):
        """Return the company's own pieces of the line in the book, shelf by shelf."""
        self.ensure_one()
        return self.env["stock.quant"].search(
            [
                ("location_id", "child_of", self.location_id.id),
                ("product_id", "=", self.product_id.id),
                ("lot_id", "=", self.lot_id.id),
                ("owner_id", "=", False),
            ],
            order="location_id, id",
        )

    def _check_still_in_book(self):
        """Refuse to write off what left the place after it was counted.

        :raise UserError: if the book would fall below zero; nothing is booked then
        """
        for line in self.filtered(lambda line: line.difference < 0):
            quants = line._get_quants()
            self.env["after.sales.order"]._lock_quants(quants)
            left = sum(quants.mapped("quantity"))
            if line.uom_id.compare(left + line.difference, 0) < 0:
                raise UserError(
                    self.env._(
                        "%(count)s misses %(missing)g %(part)s, but since the count "
                        "the book has only %(left)g left in %(place)s. Press “Count "
                        "Again”.",
                        count=line.count_id.name,
                        missing=-line.difference,
                        part=line.product_id.display_name,
                        left=left,
                        place=line.location_id.display_name,
                    )
                )

    def _prepare_quants(self):
        """Write the counted quantity on the native quants; return them.

        A loss is taken from the shelves one after the other, a find is laid on the
        first one.
        """
        self.ensure_one()
        quants = self._get_quants()
        if not quants:
            return quants.create(
                {
                    "product_id": self.product_id.id,
                    "location_id": self.location_id.id,
                    "lot_id": self.lot_id.id,
                    "inventory_quantity": self.difference,
                    "inventory_quantity_set": True,
                }
            )
        left, changed = self.difference, quants.browse()
        for quant in quants:
            step = left if left > 0 else max(left, -max(quant.quantity, 0.0))
            if quant == quants[-1]:
                step = left
            if not self.uom_id.is_zero(step):
                quant.write(
                    {
                        "inventory_quantity": quant.quantity + step,
                        "inventory_quantity_set": True,
                    }
                )
                changed |= quant
            left -= step
        return changed
