from datetime import timedelta

from odoo import fields, models

from ...rules.warranty_dates import add_term
from .term import METER_UNITS, TERM_UNITS


class AfterSalesExtension(models.Model):
    """What a warranty extension promises; it is sold as a product on sale orders."""

    _name = "after.sales.extension"
    _description = "Warranty Extension"
    _inherit = ["after.sales.term"]
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty, as on products: for all companies."
    )
    term = fields.Integer(string="Length", required=True, default=12)
    term_unit = fields.Selection(
        TERM_UNITS, string="Counted in", default="month", required=True
    )
    meter_limit = fields.Float(
        help="The cover ends with this reading, if not before by the calendar. "
        "0: no limit."
    )
    meter_unit = fields.Selection(METER_UNITS, string="Meter", default="hour")
    start = fields.Selection(
        [
            ("after", "After the product warranty"),
            ("at_once", "At once"),
        ],
        string="Starts",
        default="after",
        required=True,
        help="After: each component's own term goes on. At once: the whole unit, from "
        "the day of the sale or delivery.",
    )
    is_paused_in_workshop = fields.Boolean(string="Pauses in Our Workshop")
    covered_tmpl_ids = fields.Many2many(
        "product.template",
        string="For Products",
        check_company=True,
        help="Empty: for all products.",
    )
    share_part = fields.Float(string="Part (%)", default=100.0)
    share_labour = fields.Float(string="Labour (%)", default=100.0)
    share_travel = fields.Float(string="Travel (%)", default=100.0)
    share_freight = fields.Float(string="Freight (%)")
    share_third_party = fields.Float(string="Third Party (%)")
    product_tmpl_ids = fields.One2many(
        "product.template", "after_sales_extension_id", string="Sold as"
    )

    _term_positive = models.Constraint(
        "CHECK(term > 0)", "An extension lasts one day, month or year at least."
    )
    _meter_limit_positive = models.Constraint(
        "CHECK(meter_limit >= 0)",
        "The meter limit of an extension cannot be negative.",
    )
    _shares_in_range = models.Constraint(
        "CHECK(LEAST(share_part, share_labour, share_travel, share_freight, "
        "share_third_party) >= 0 AND GREATEST(share_part, share_labour, share_travel, "
        "share_freight, share_third_party) <= 100)",
        "The shares of an extension lie between 0 and 100 %.",
    )

    # === BUSINESS === #
    def _fits(self, unit):
        """Tell whether the extension can be sold for a unit."""
        self.ensure_one()
        if self.company_id and self.company_id != unit.company_id:
            return False
        templates = self.covered_tmpl_ids
        return not templates or unit.product_id.product_tmpl_id in templates

    def _prepare_extension_covers(self, unit, day, sale_line):
        """Return the values of the covers of one unit. Meant to be extended.

        :param day: the day from which the extension may hold: sold or delivered
        :param sale_line: the ``sale.order.line`` that sold it
        """
        self.ensure_one()
        base = {
            "company_id": unit.company_id.id,
            "unit_id": unit.id,
            "kind": "extension",
            "sale_line_id": sale_line.id,
            "origin": sale_line.order_id.name,
            "is_paused_in_workshop": self.is_paused_in_workshop,
            "term": self.term,
            "term_unit": self.term_unit,
            "meter_limit": self.meter_limit,
            "meter_unit": self.meter_unit,
            "date_earliest": day,
            **self._get_share_values(),
        }
        # A term by the meter alone has no day after which something could follow.
        terms = unit.cover_ids.filtered(
            lambda cover: (
                cover.kind == "product"
                and cover.term
                and not cover.is_excluded
                and not cover.date_closed
            )
        )
        if self.start == "at_once" or not terms:
            end = add_term(day, self.term, self.term_unit)
            return [base | {"date_start": day, "date_end": end}]
        return [
            base
            | {
                "component_id": cover.component_id.id,
                "component_class": cover.component_class,
                "base_cover_id": cover.id,
            }
            | cover._get_continuation(day, self.term, self.term_unit)
            for cover in terms
        ]


class AfterSalesCover(models.Model):
    _inherit = "after.sales.cover"

    # === BUSINESS: extensions === #
    def _get_continuation(self, earliest, term, term_unit):
        """Return the days of an extension of this cover; empty until it has started.

        :param earliest: the day before which the extension does not hold
        """
        self.ensure_one()
        if not self.date_end:
            return {"date_start": False, "date_end": False}
        start = max(self.date_end + timedelta(days=1), earliest or self.date_end)
        return {"date_start": start, "date_end": add_term(start, term, term_unit)}

    def _restart_extensions(self):
        """Move extensions after the covers among ``self`` that they continue."""
        for cover in self.filtered(
            lambda cover: cover.base_cover_id and not cover.date_closed
        ):
            days = cover.base_cover_id._get_continuation(
                cover.date_earliest, cover.term, cover.term_unit
            )
            cover._set_dates(days["date_start"], days["date_end"])

    def _end_extensions(self, day):
        """Take back extensions: what has not begun goes, what has begun ends.

        :param day: the last day on which those that have begun still hold
        """
        begun = self.filtered(
            lambda cover: cover.date_start and cover.date_start <= day
        )
        (self - begun).unlink()
        begun.filtered(
            lambda cover: not cover.date_last or cover.date_last > day
        ).write({"date_closed": day, "is_taken_back": True})
