from odoo import api, fields, models

from .product_product import CLASSES, CRITICALITIES

SERVICE_LEVELS = {"vital": 99.0, "essential": 97.0, "desirable": 92.0}
COVER_DAYS = {"a": 14, "b": 30, "c": 90}
COUNT_DAYS = {"a": 30, "b": 90, "c": 180}


class AfterSalesStockingClass(models.Model):
    """How parts of one class and criticality are stocked, counted and approved."""

    _name = "after.sales.stocking.class"
    _description = "Stocking Class"
    _order = "abc, criticality desc, id"
    _rec_names_search = ["abc", "criticality"]

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    abc = fields.Selection(CLASSES, string="ABC Class", required=True)
    criticality = fields.Selection(CRITICALITIES, required=True)
    service_level = fields.Float(
        string="Service Level (%)",
        default=97.0,
        required=True,
        help="Probability that the stock lasts until new goods arrive.",
    )
    cover_days = fields.Integer(
        string="Order for (Days)",
        default=30,
        help="The maximum is the minimum and the use of these days.",
    )
    count_days = fields.Integer(
        string="Count Every (Days)",
        default=90,
        help="How often the part is counted at each place. Zero: only at a full count.",
    )
    approval = fields.Selection(
        [
            ("none", "Nobody"),
            ("supervisor", "Supervisor"),
            ("manager", "Manager"),
        ],
        string="Approved by",
        default="none",
        required=True,
        help="Who approves when a technician asks for such a part.",
    )

    _unique = models.Constraint(
        "UNIQUE(company_id, abc, criticality)",
        "There is a stocking class for this combination already. Change that one.",
    )
    _service_level_range = models.Constraint(
        "CHECK(service_level >= 50 AND service_level < 100)",
        "A service level lies between 50 and 99.9 %: nothing is certain.",
    )
    _days_not_negative = models.Constraint(
        "CHECK(cover_days >= 0 AND count_days >= 0)",
        "Days cannot be negative.",
    )

    # === COMPUTES === #
    @api.depends("abc", "criticality")
    def _compute_display_name(self):
        labels = dict(self._fields["criticality"]._description_selection(self.env))
        for row in self:
            row.display_name = (
                f"{(row.abc or '').upper()} · {labels.get(row.criticality, '')}"
            )

    # === BUSINESS === #
    @api.model
    def _prepare_default_vals_list(self, company):
        """Return the values of the nine classes a new company begins with."""
        return [
            {
                "company_id": company.id,
                "abc": abc,
                "criticality": criticality,
                "service_level": SERVICE_LEVELS[criticality],
                "cover_days": COVER_DAYS[abc],
                "count_days": COUNT_DAYS[abc],
                "approval": "supervisor"
                if abc == "a" or criticality == "vital"
                else "none",
            }
            for abc, _label in CLASSES
            for criticality, _text in CRITICALITIES
        ]
