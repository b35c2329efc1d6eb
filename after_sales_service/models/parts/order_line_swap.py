from odoo import models


class AfterSalesOrderLine(models.Model):
    """A swap that was none after all is taken back."""

    _inherit = "after.sales.order.line"

    def _take_back_swaps(self):
        """Give the unit its old component back where the new part was not used.

        What was replaced once more since then stays: the newer swap knows better.
        """
        # Technicians only read the register of units; the caller was checked.
        for line in self.sudo():
            fitted = line.fitted_id
            if not fitted.is_current or line._get_used_quantity():
                continue
            unit, day = fitted.unit_id, fitted.date_in
            old = fitted.search([("replaced_by_id", "=", fitted.id)])
            old.write(
                {
                    "is_current": True,
                    "date_out": False,
                    "serial_out": False,
                    "replaced_by_id": False,
                }
            )
            unit.cover_ids.filtered(
                lambda cover, old=old, day=day: (
                    cover.unit_component_id in old and cover.date_closed == day
                )
            ).date_closed = False
            name = fitted.display_name
            # It never was in the unit; its own cover goes with it.
            fitted.unlink()
            unit._message_log(
                body=self.env._(
                    "%(component)s was not replaced after all (%(origin)s).",
                    component=name,
                    origin=line.order_id.name,
                )
            )
