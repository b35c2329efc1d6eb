from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    after_sales_zone_id = fields.Many2one(
        "after.sales.zone",
        string="Service Zone",
        help="Set by hand it wins over the zone found from the address.",
    )
    after_sales_calendar_id = fields.Many2one(
        "resource.calendar",
        string="Service Hours",
        help="Promised times of this customer are counted in these hours.",
    )
    after_sales_site_note = fields.Text(
        string="Site Notes", help="Door code, whom to ask for, where to park."
    )
