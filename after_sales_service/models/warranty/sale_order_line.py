from odoo import api, fields, models
from odoo.exceptions import ValidationError


class SaleOrderLine(models.Model):
    """A line that sells a warranty extension makes the covers of its units.

    The units are chosen on the line, or they are those that the same order delivers.
    What the line should give is compared with what it gave, so that doing it twice
    changes nothing: confirming, delivering, a new quantity, a credit note and
    cancelling all end in ``_sync_after_sales_covers``.
    """

    _inherit = "sale.order.line"

    after_sales_extension_id = fields.Many2one(
        related="product_id.product_tmpl_id.after_sales_extension_id"
    )
    after_sales_unit_ids = fields.Many2many(
        "after.sales.unit",
        # The name made of both tables is too long for Odoo to find its keys again.
        relation="after_sales_extended_unit_rel",
        string="Units to Extend",
        copy=False,
        help="Empty: the units that this order delivers.",
    )
    after_sales_cover_ids = fields.One2many(
        "after.sales.cover", "sale_line_id", string="Extended Covers"
    )

    # === CONSTRAINS === #
    @api.constrains("after_sales_unit_ids", "product_id", "product_uom_qty")
    def _check_after_sales_units(self):
        for line in self.filtered("after_sales_unit_ids"):
            problem = line._get_after_sales_unit_problem()
            if problem:
                raise ValidationError(
                    self.env._(
                        "%(order)s, “%(line)s”: %(problem)s",
                        order=line.order_id.name,
                        line=line.product_id.display_name,
                        problem=problem,
                    )
                )

    def _get_after_sales_unit_problem(self):
        """Return why the chosen units cannot be extended by the line, else ``""``."""
        self.ensure_one()
        units, extension = self.after_sales_unit_ids, self.after_sales_extension_id
        if not extension:
            return self.env._(
                "This product is no warranty extension. Remove the units."
            )
        wrong = units.filtered(lambda unit: not extension._fits(unit))
        if wrong:
            return self.env._(
                "“%(extension)s” is not for %(unit)s. Choose another unit.",
                extension=extension.name,
                unit=wrong[0].name,
            )
        if len(units) > self.product_uom_qty:
            return self.env._(
                "%(count)s units are chosen, but only %(quantity)g are sold. Correct "
                "the quantity.",
                count=len(units),
                quantity=self.product_uom_qty,
            )
        return ""

    # === CRUD === #
    def write(self, vals):
        result = super().write(vals)
        if {"product_uom_qty", "after_sales_unit_ids"} & set(vals):
            self.filtered(lambda line: line.state == "sale")._sync_after_sales_covers()
        return result

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.filtered(lambda line: line.state == "sale")._sync_after_sales_covers()
        return lines

    # === BUSINESS === #
    def _sync_after_sales_covers(self):
        """Bring the covers of extensions in line with what was sold, in one batch."""
        # Salespeople have no right on covers: these follow from what was sold.
        lines = self.filtered("after_sales_extension_id").sudo()
        if not lines:
            return
        delivered = lines._get_after_sales_delivered()
        given = lines._get_after_sales_refunded()
        vals_list = []
        for line in lines:
            units = line._get_after_sales_extended(delivered, given.get(line, 0.0))
            for unit in units - line._keep_after_sales_covers(units):
                vals_list += line._prepare_after_sales_covers(unit)
        lines.env["after.sales.cover"].create(vals_list)

    def _keep_after_sales_covers(self, units):
        """End the covers of all other units, give back those of ``units``.

        :return: the units that have covers from the line, also ended ones
        """
        self.ensure_one()
        covers = self.after_sales_cover_ids
        kept = covers.filtered(lambda cover: cover.unit_id in units)
        kept.filtered("is_taken_back").write(
            {"is_taken_back": False, "date_closed": False}
        )
        (covers - kept).filtered(lambda cover: not cover.date_closed)._end_extensions(
            self._get_after_sales_today()
        )
        return kept.unit_id

    def _get_after_sales_delivered(self):
        """Return ``{order: units it delivered}``, the first delivered first."""
        units = self.env["after.sales.unit"].search(
            [
                ("sale_line_id.order_id", "in", self.order_id.ids),
                ("place", "not in", ("returned", "scrapped")),
            ],
            order="date_delivered, id",
        )
        return units.grouped(lambda unit: unit.sale_line_id.order_id)

    def _get_after_sales_refunded(self):
        """Return ``{line: quantity that posted credit notes took back}``."""
        quantities = {}
        for line in self:
            for row in line.invoice_lines:
                if row.parent_state == "posted" and row.move_type == "out_refund":
                    quantities[line] = quantities.get(
                        line, 0.0
                    ) + row.product_uom_id._compute_quantity(
                        row.quantity, line.product_uom_id
                    )
        return quantities

    def _get_after_sales_extended(self, delivered, refunded):
        """Return the units that the line extends: chosen ones first, then delivered."""
        self.ensure_one()
        count = int(self.product_uom_qty - refunded)
        if self.state != "sale" or count <= 0:
            return self.env["after.sales.unit"]
        own = delivered.get(self.order_id, self.env["after.sales.unit"]).filtered(
            self.after_sales_extension_id._fits
        )
        return (self.after_sales_unit_ids | own)[:count]

    def _get_after_sales_today(self):
        return fields.Date.context_today(
            self.with_context(tz=self.order_id.partner_id.tz or self.env.user.tz)
        )

    def _prepare_after_sales_covers(self, unit):
        """Return the values of the covers of one unit; not before sold or delivered."""
        self.ensure_one()
        order = self.order_id
        day = unit._get_local_date(order.date_order, order.partner_id, order.company_id)
        if unit.sale_line_id.order_id == order:
            day = max(day, unit.date_delivered or day)
        return self.after_sales_extension_id._prepare_extension_covers(unit, day, self)


class AfterSalesUnit(models.Model):
    _inherit = "after.sales.unit"

    # === BUSINESS === #
    def _create_sold_extensions(self):
        """Make the covers of extensions that the units' own sale orders sell."""
        covers = super()._create_sold_extensions()
        orders = self.sale_line_id.order_id
        if orders:
            lines = orders.order_line.filtered("after_sales_extension_id")
            lines._sync_after_sales_covers()
            covers |= lines.after_sales_cover_ids.filtered(
                lambda cover: cover.unit_id in self
            )
        return covers

    def _create_covers_again(self):
        covers = super()._create_covers_again()
        return covers | self._create_sold_extensions()
