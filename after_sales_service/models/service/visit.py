from odoo import fields, models


class AfterSalesVisit(models.Model):
    """An appointment: who comes when, and when they came and left."""

    _name = "after.sales.visit"
    _description = "Visit"
    _inherit = ["after.sales.state.mixin", "mail.thread"]
    _order = "date_start, id"
    _check_company_auto = True

    order_id = fields.Many2one(
        "after.sales.order", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company", related="order_id.company_id", store=True, index=True
    )
    partner_id = fields.Many2one(related="order_id.partner_id", store=True)
    technician_id = fields.Many2one("hr.employee", required=True, index=True)
    date_start = fields.Datetime(string="From", required=True, index=True)
    date_end = fields.Datetime(string="Until", required=True)
    date_departed = fields.Datetime(string="On the Way", copy=False)
    date_arrived = fields.Datetime(string="Arrived", copy=False)
    date_left = fields.Datetime(string="Left", copy=False)
    is_confirmed = fields.Boolean(string="Customer Confirmed", copy=False)
    note = fields.Text()
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("travelling", "On the way"),
            ("on_site", "On site"),
            ("done", "Done"),
            ("cancel", "Cancelled"),
        ],
        default="planned",
        required=True,
        tracking=True,
        copy=False,
    )

    def _get_transitions(self):
        return {
            "planned": {"travelling", "on_site", "cancel"},
            "travelling": {"planned", "on_site", "cancel"},
            "on_site": {"done"},
            "done": set(),
            "cancel": {"planned"},
        }
