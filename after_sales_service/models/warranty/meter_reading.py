from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...rules.meter import Reading, order_problem


class AfterSalesMeterReading(models.Model):
    """What the meter of a unit showed. Rows are added, never changed or removed."""

    _name = "after.sales.meter.reading"
    _description = "Meter Reading"
    _inherit = "after.sales.ledger.mixin"
    _rec_name = "value"
    _order = "date desc, id desc"

    unit_id = fields.Many2one(
        "after.sales.unit", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company",
        related="unit_id.company_id",
        store=True,
        precompute=True,
        index=True,
    )
    date = fields.Date(
        string="Read on", required=True, default=fields.Date.context_today
    )
    value = fields.Float(string="Reading", required=True, aggregator="max")
    is_reset = fields.Boolean(
        string="Meter Exchanged",
        help="The meter was exchanged or set back: it counts from this reading on.",
    )
    reason = fields.Char(help="Why the meter shows less than before.")
    origin = fields.Selection(
        [
            ("order", "Service order"),
            ("manual", "By hand"),
            ("import", "Import"),
            ("portal", "Customer on the portal"),
        ],
        string="Source",
        default="manual",
        required=True,
    )
    document = fields.Char(help="The number of the service order.")
    user_id = fields.Many2one(
        "res.users",
        string="Entered by",
        default=lambda self: self.env.user,
        readonly=True,
    )

    _value_positive = models.Constraint(
        "CHECK(value >= 0)", "A meter reading cannot be negative."
    )

    # === CONSTRAINS === #
    @api.constrains("is_reset", "reason")
    def _check_reason(self):
        for reading in self:
            if reading.is_reset and not (reading.reason or "").strip():
                raise ValidationError(
                    self.env._(
                        "Say why the meter of %(unit)s starts anew, for example that "
                        "it was exchanged.",
                        unit=reading.unit_id.name,
                    )
                )

    @api.constrains("unit_id", "date", "value", "is_reset")
    def _check_counts_up(self):
        # Who enters a reading need not see the readings of all others.
        for unit, readings in self.sudo()._get_log(self.unit_id).items():
            problem = order_problem(readings)
            if problem:
                before, after = problem
                raise ValidationError(
                    self.env._(
                        "The meter of %(unit)s showed %(before)g on %(date_before)s "
                        "and cannot show %(after)g on %(date_after)s. Correct the "
                        "reading, or tick “Meter Exchanged” and say why.",
                        unit=unit.name,
                        before=before.value,
                        date_before=before.day,
                        after=after.value,
                        date_after=after.day,
                    )
                )

    # === BUSINESS === #
    def _get_change_refusal(self):
        return self.env._(
            "Meter readings are not changed. Add another one; if the wrong one is "
            "too high, tick “Meter Exchanged” and say that it was a mistake."
        )

    def _get_removal_refusal(self):
        return self.env._("Meter readings are not deleted. Add the right one instead.")

    @api.model
    def _get_log(self, units):
        """Return ``{unit: [Reading]}`` of the units, in one query."""
        log = {unit: [] for unit in units}
        for reading in self.search_fetch([("unit_id", "in", units.ids)]):
            log[reading.unit_id].append(reading._to_rule())
        return log

    def _to_rule(self):
        """Return this row as the rules read it."""
        self.ensure_one()
        return Reading(self.date, self.id, self.value, self.is_reset)
