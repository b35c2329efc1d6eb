from odoo import models


class AfterSalesOrderLine(models.Model):
    """A swap that was none after all is taken back."""

    _inherit = "after.sales.order.line"

    def _take_back_swaps(self):
        """Give the unit its old component back where the new part was not used."""
        # Technicians only read the register of units; the caller was checked.
        for line in self.sudo().filtered("fitted_id"):
            if not line._get_used_quantity():
                line._take_back_swap()

    def _take_back_swap(self):
        """Take what the line fitted out of the unit's history: it never was there.

        What was replaced once more since then is only left out of the chain.
        """
        fitted = self.fitted_id
        unit = fitted.unit_id
        old = fitted.search([("replaced_by_id", "=", fitted.id)])
        if fitted.is_current:
            old.write(
                {
                    "is_current": True,
                    "date_out": False,
                    "serial_out": False,
                    "replaced_by_id": False,
                }
            )
            unit.cover_ids.filtered(
                lambda cover: (
                    cover.unit_component_id in old
                    and cover.date_closed == fitted.date_in
                )
            ).date_closed = False
        else:
            old.replaced_by_id = fitted.replaced_by_id
        name = fitted.display_name
        # Its own cover goes with it.
        fitted.unlink()
        unit._message_log(
            body=self.env._(
                "%(component)s was not replaced after all (%(origin)s).",
                component=name,
                origin=self.order_id.name,
            )
        )
