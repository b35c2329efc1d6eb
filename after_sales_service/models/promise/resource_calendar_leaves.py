from odoo import api, models

from .resource_calendar import QUIET

HOURS = {"date_from", "date_to", "calendar_id", "resource_id", "company_id"}


class ResourceCalendarLeaves(models.Model):
    """Public holidays: promised times that run over them move."""

    _inherit = "resource.calendar.leaves"

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        leaves = super().create(vals_list)
        leaves._after_sales_get_calendars()._after_sales_hours_changed()
        return leaves

    def write(self, vals):
        if not HOURS & vals.keys():
            return super().write(vals)
        calendars = self._after_sales_get_calendars()
        result = super().write(vals)
        (calendars | self._after_sales_get_calendars())._after_sales_hours_changed()
        return result

    def unlink(self):
        calendars = self._after_sales_get_calendars()
        result = super().unlink()
        calendars._after_sales_hours_changed()
        return result

    # === BUSINESS === #
    def _after_sales_get_calendars(self):
        """Return the calendars whose hours public holidays among these take away."""
        holidays = self.filtered(lambda leave: not leave.resource_id)
        calendars = holidays.calendar_id
        everywhere = holidays.filtered(lambda leave: not leave.calendar_id)
        if everywhere and not self.env.context.get(QUIET):
            # Whoever enters holidays need not see the calendars of all contracts.
            used = self.env["after.sales.sla.clock"].sudo()._get_open_calendars()
            calendars |= used.filtered(
                lambda calendar: (
                    not calendar.company_id
                    or calendar.company_id in everywhere.company_id
                    or not all(everywhere.mapped("company_id"))
                )
            ).sudo(False)
        return calendars
