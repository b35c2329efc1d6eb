from odoo import api, fields, models
from odoo.tools import float_compare

from ...rules.meter import Reading, forecast_day, usage_per_day


class AfterSalesUnit(models.Model):
    _inherit = "after.sales.unit"

    meter = fields.Float(
        string="Meter Reading",
        compute="_compute_meter",
        inverse="_inverse_meter",
        store=True,
        help="The last reading. A new number here adds a reading of today.",
    )
    meter_reading_ids = fields.One2many(
        "after.sales.meter.reading", "unit_id", string="Meter Readings"
    )
    meter_per_day = fields.Float(
        string="Average Use a Day",
        compute="_compute_meter_per_day",
        digits=(16, 2),
        help="From the readings of the last twelve months.",
    )

    # === COMPUTES === #
    @api.depends("meter_reading_ids.value", "meter_reading_ids.date")
    def _compute_meter(self):
        for unit in self:
            readings = unit.meter_reading_ids
            last = readings.sorted(lambda row: (row.date, row._origin.id or 0))[-1:]
            unit.meter = last.value

    def _inverse_meter(self):
        is_import = self.env.context.get("import_file")
        readings = self.env["after.sales.meter.reading"]
        log = readings._get_log(self)
        readings.create(
            [
                {
                    "unit_id": unit.id,
                    "value": unit.meter,
                    "origin": "import" if is_import else "manual",
                }
                for unit in self
                if unit._is_new_meter(log[unit])
            ]
        )

    @api.depends("meter_reading_ids.value", "meter_reading_ids.date")
    def _compute_meter_per_day(self):
        for unit in self:
            unit.meter_per_day = usage_per_day(unit._get_meter_log()) or 0.0

    # === ACTIONS === #
    def action_add_meter_reading(self):
        """Open the dialog for a reading, or for an exchanged meter."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Meter Reading"),
            "res_model": "after.sales.meter.reading",
            "view_mode": "form",
            "target": "new",
            "context": {"default_unit_id": self.id},
        }

    # === BUSINESS === #
    def _is_new_meter(self, log):
        """Say if the meter on the form differs from the last reading."""
        self.ensure_one()
        last = max(log).value if log else 0.0
        return float_compare(self.meter, last, precision_digits=6) != 0

    def _get_meter_log(self):
        """Return the readings as the rules read them.

        A single reading says nothing about the use; the meter of a unit is taken to
        have shown zero on the day it was first used, else accepted, else delivered.
        """
        self.ensure_one()
        log = [row._to_rule() for row in self.meter_reading_ids]
        began = self.date_first_use or self.date_installed or self.date_delivered
        if len(log) == 1 and began and began < log[0].day and not log[0].is_reset:
            log.append(Reading(began, 0, 0.0))
        return log

    def _get_meter_forecast(self, value):
        """Return the day on which the meter reaches ``value``, or False.

        A value that was reached gives the day it was first read. False means that
        nobody can know: there is no usage in the readings.

        :param float value: what the meter shows on that day
        """
        self.ensure_one()
        return forecast_day(self._get_meter_log(), value) or False
