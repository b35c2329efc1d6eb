from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AfterSalesOrder(models.Model):
    _inherit = "after.sales.order"

    is_meter_exchanged = fields.Boolean(
        string="Meter Exchanged",
        copy=False,
        help="The meter was exchanged or set back, so it shows less than before.",
    )

    # === CONSTRAINS === #
    @api.constrains("meter", "is_meter_exchanged", "unit_id")
    def _check_meter(self):
        for order in self:
            unit = order.unit_id
            if order.is_meter_exchanged or not order.meter or order.date_done:
                continue
            if order.meter < unit.meter:
                raise ValidationError(
                    self.env._(
                        "The meter of %(unit)s showed %(before)g before; it cannot "
                        "show %(after)g on order %(order)s. Correct the reading, or "
                        "tick “Meter Exchanged”.",
                        unit=unit.name,
                        before=unit.meter,
                        after=order.meter,
                        order=order.name,
                    )
                )

    # === BUSINESS === #
    def _do_completion(self):
        result = super()._do_completion()
        self._log_meter()
        return result

    def _log_meter(self):
        """Add what the orders read to the logs of their units, each once."""
        # The completed order is the proof; technicians only read the log.
        readings = self.env["after.sales.meter.reading"].sudo()
        read = self.filtered(lambda order: order.unit_id and order.meter > 0)
        known = {
            (row.unit_id, row.document, row.value)
            for row in readings.search([("document", "in", read.mapped("name"))])
        }
        readings.create(
            [
                order._prepare_meter_reading_vals()
                for order in read
                if (order.unit_id, order.name, order.meter) not in known
            ]
        )

    def _prepare_meter_reading_vals(self):
        """Return the values of the reading of one order. Meant to be extended."""
        self.ensure_one()
        unit = self.unit_id
        return {
            "unit_id": unit.id,
            "date": unit._get_local_date(
                self.date_done, unit.partner_id, self.company_id
            ),
            "value": self.meter,
            "is_reset": self.is_meter_exchanged,
            "reason": self.env._("Meter exchanged on the order.")
            if self.is_meter_exchanged
            else False,
            "origin": "order",
            "document": self.name,
            "user_id": self.env.uid,
        }
