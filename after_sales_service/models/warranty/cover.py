from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

from .term import METER_UNITS, SHARES, TERM_UNITS
from .warranty_policy import START_EVENTS, START_PICKS

# What misuse ends; a recall, a contract and a goodwill promise stay.
VOIDABLE_KINDS = ("product", "extension", "replaced_part", "repair")
# Of these, what is void from its first day if the unit's cover is void then. What we
# earn by our own later work (repaired, replaced) is a new promise and holds.
BORN_VOID_KINDS = ("product", "extension")
__all__ = ["SHARES", "VOIDABLE_KINDS", "AfterSalesCover"]


class AfterSalesCover(models.Model):
    """A promise on one unit or one of its components: from when to when, how much.

    What a later change of the policy must not touch (term, start rule, shares) is
    copied here when the cover is made. ``date_end`` is the last covered day.
    """

    _name = "after.sales.cover"
    _description = "Cover"
    _inherit = ["after.sales.term"]
    _order = "unit_id, date_start, id"

    company_id = fields.Many2one("res.company", required=True, index=True)
    unit_id = fields.Many2one(
        "after.sales.unit", required=True, ondelete="cascade", index=True
    )
    partner_id = fields.Many2one(
        related="unit_id.partner_id", store=True, precompute=True, index=True
    )
    product_id = fields.Many2one(
        related="unit_id.product_id", store=True, precompute=True, index=True
    )
    component_id = fields.Many2one("after.sales.component", ondelete="restrict")
    component_class = fields.Selection(
        selection=lambda self: (
            self.env["after.sales.component"]
            ._fields["component_class"]
            ._description_selection(self.env)
        ),
        string="Class",
    )
    unit_component_id = fields.Many2one(
        "after.sales.unit.component",
        string="Fitted Component",
        ondelete="cascade",
        index="btree_not_null",
    )
    kind = fields.Selection(
        [
            ("campaign", "Campaign or recall"),
            ("repair", "Repair warranty"),
            ("replaced_part", "Replaced part"),
            ("product", "Product warranty"),
            ("extension", "Extension"),
            ("contract", "Contract"),
            ("goodwill", "Goodwill"),
        ],
        required=True,
        default="product",
        index=True,
    )
    policy_line_id = fields.Many2one(
        "after.sales.warranty.policy.line",
        string="Term",
        ondelete="set null",
        index="btree_not_null",
    )
    contract_line_id = fields.Many2one(
        "after.sales.contract.line",
        ondelete="cascade",
        index="btree_not_null",
    )

    term = fields.Integer(string="Length")
    term_unit = fields.Selection(TERM_UNITS, string="Counted in")
    start_rule = fields.Selection(START_EVENTS, string="Starts with")
    start_rule_other = fields.Selection(START_EVENTS, string="And")
    start_pick = fields.Selection(START_PICKS, string="Which of the Two")
    start_limit_days = fields.Integer(string="Latest Start (Days after Delivery)")
    is_paused_in_workshop = fields.Boolean(string="Pauses in Our Workshop")
    symptom_id = fields.Many2one(
        "after.sales.fault.code",
        string="Only This Fault",
        help="A repair warranty that holds for the same fault only.",
    )
    date_start = fields.Date(string="From", index=True)
    date_end = fields.Date(string="Until", index=True)
    # Of an exchanged unit's cover: the day on which the old unit's term began.
    date_counted = fields.Date(string="Counted from")
    # “Until” is computed from this and the stays in our workshop, again and again.
    date_end_plain = fields.Date(string="Until, without Pauses")
    base_cover_id = fields.Many2one(
        "after.sales.cover",
        string="Continues",
        ondelete="set null",
        index="btree_not_null",
        help="The cover that an extension goes on after.",
    )
    date_earliest = fields.Date(
        string="Not before", help="The day on which an extension was bought."
    )
    sale_line_id = fields.Many2one(
        "sale.order.line",
        string="Sold by",
        ondelete="set null",
        index="btree_not_null",
        copy=False,
    )
    is_taken_back = fields.Boolean(
        string="Sale Taken Back", help="The extension was cancelled or credited."
    )
    date_closed = fields.Date(
        string="Ended Early on", help="The last day it holds, if it ended before."
    )
    date_last = fields.Date(
        string="Last Covered Day",
        compute="_compute_date_last",
        store=True,
        precompute=True,
        index=True,
    )
    meter_limit = fields.Float()
    meter_unit = fields.Selection(METER_UNITS, string="Meter")
    share_part = fields.Float(string="Part (%)")
    share_labour = fields.Float(string="Labour (%)")
    share_travel = fields.Float(string="Travel (%)")
    share_freight = fields.Float(string="Freight (%)")
    share_third_party = fields.Float(string="Third Party (%)")
    is_excluded = fields.Boolean(string="Excluded")
    backer_id = fields.Many2one(
        "res.partner",
        string="Paid by Supplier",
        help="The supplier or manufacturer who stands behind it.",
    )
    is_void = fields.Boolean(string="Void")
    is_running = fields.Boolean(
        string="Holds Today", compute="_compute_is_running", search="_search_is_running"
    )
    origin = fields.Char(help="What made this cover: a delivery, an order, a contract.")

    _dates_in_order = models.Constraint(
        "CHECK(date_end IS NULL OR date_start IS NULL OR date_end >= date_start)",
        "A cover cannot end before it starts. Correct one of its dates.",
    )
    _shares_in_range = models.Constraint(
        "CHECK(LEAST(share_part, share_labour, share_travel, share_freight, "
        "share_third_party) >= 0 AND GREATEST(share_part, share_labour, share_travel, "
        "share_freight, share_third_party) <= 100)",
        "The shares of a cover lie between 0 and 100 %.",
    )

    # === COMPUTES === #
    @api.depends("date_end", "date_closed")
    def _compute_date_last(self):
        for cover in self:
            cover.date_last = min(
                filter(None, (cover.date_end, cover.date_closed)), default=False
            )

    @api.depends("date_start", "date_last", "is_excluded", "is_void")
    def _compute_is_running(self):
        today = fields.Date.context_today(self)
        for cover in self:
            cover.is_running = cover._is_running_on(today)

    def _is_running_on(self, day):
        """Tell if the cover holds on ``day``, its first and last day included."""
        self.ensure_one()
        return bool(
            not self.is_excluded
            and not self.is_void
            and self.date_start
            and self.date_start <= day
            and (not self.date_last or self.date_last >= day)
        )

    @api.model
    def _get_running_domain(self):
        today = fields.Date.context_today(self)
        return (
            Domain("is_excluded", "=", False)
            & Domain("is_void", "=", False)
            & Domain("date_start", "<=", today)
            & (Domain("date_last", "=", False) | Domain("date_last", ">=", today))
        )

    def _search_is_running(self, operator, value):
        if operator != "in":
            return NotImplemented
        running = self._get_running_domain()
        return running if True in value else ~running

    @api.depends("kind", "component_id", "component_class", "date_last")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for cover in self:
            until = cover.date_last and format_date(self.env, cover.date_last)
            cover.display_name = " · ".join(
                filter(None, (kinds.get(cover.kind), cover._get_subject(), until))
            )

    # === CONSTRAINS === #
    @api.constrains("unit_id", "component_id", "unit_component_id")
    def _check_component(self):
        for cover in self:
            problem = cover._get_component_problem()
            if problem:
                raise ValidationError(problem)

    def _get_component_problem(self):
        """Return a sentence if what is covered is no part of the unit, else ``""``."""
        self.ensure_one()
        product = self.unit_id.product_id.product_tmpl_id
        if self.component_id and self.component_id.product_tmpl_id != product:
            return self.env._(
                "“%(component)s” is a position of %(other)s, but the cover is for unit "
                "%(unit)s, a %(product)s. Choose a position of its own product.",
                component=self.component_id.name,
                other=self.component_id.product_tmpl_id.display_name,
                unit=self.unit_id.name,
                product=product.display_name,
            )
        row = self.unit_component_id
        if row and row.unit_id != self.unit_id:
            return self.env._(
                "“%(component)s” sits in unit %(other)s, but the cover is for unit "
                "%(unit)s. Choose what is fitted in that unit.",
                component=row.display_name,
                other=row.unit_id.name,
                unit=self.unit_id.name,
            )
        return ""

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        units = self.env["after.sales.unit"]
        for vals in vals_list:
            vals.setdefault("date_end_plain", vals.get("date_end"))
            if vals.get("kind", "product") in BORN_VOID_KINDS:
                unit = units.browse(vals.get("unit_id"))
                vals["is_void"] = bool(vals.get("is_void") or unit.is_cover_void)
        return super().create(vals_list)

    # === BUSINESS === #
    @api.model
    def _write_each(self, rows):
        """Write ``[(cover, vals)]``, to each its own values. Meant to be extended."""
        for cover, vals in rows:
            cover.write(vals)

    def _set_dates(self, start, plain_end):
        """Let the term run from ``start`` to ``plain_end``, pauses added."""
        self.ensure_one()
        end = self.unit_id._get_paused_end(start, plain_end, self.is_paused_in_workshop)
        dates = {"date_start": start, "date_end_plain": plain_end, "date_end": end}
        if any(self[fname] != day for fname, day in dates.items()):
            self.write(dates)

    def _recount_end(self):
        """Compute the ends anew from the plain ones and the stays in our workshop."""
        for cover in self.filtered("date_start"):
            cover._set_dates(cover.date_start, cover.date_end_plain or cover.date_end)

    def _get_subject(self):
        """Return the name of what is covered, in the reader's language."""
        self.ensure_one()
        if self.component_id:
            return self.component_id.name
        if self.component_class:
            field = self._fields["component_class"]
            return dict(field._description_selection(self.env))[self.component_class]
        return self.env._("Whole unit")
