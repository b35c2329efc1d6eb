from odoo import fields, models

PROMISES = [
    ("reply", "First reply"),
    ("contact", "Contact"),
    ("appointment", "Appointment"),
    ("arrival", "On site"),
    ("repair", "Repair"),
]


class AfterSalesSlaPolicy(models.Model):
    """One promised time and the tickets it holds for."""

    _name = "after.sales.sla.policy"
    _description = "After-Sales Promised Time"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    promise = fields.Selection(PROMISES, required=True)
    hours_promised = fields.Float(string="Hours", required=True)
    is_around_the_clock = fields.Boolean(string="Around the Clock")
    # What a ticket must be for the promise to hold; empty means any.
    ticket_kind = fields.Selection(
        selection="_get_ticket_kinds", string="Kind of Ticket"
    )
    level = fields.Selection(
        [("1", "Level 1"), ("2", "Level 2"), ("3", "Level 3"), ("4", "Level 4")],
        string="Fault Level",
    )
    urgency = fields.Selection([("general", "General"), ("emergency", "Emergency")])
    zone_id = fields.Many2one("after.sales.zone", check_company=True)
    team_id = fields.Many2one("after.sales.team", check_company=True)

    def _get_ticket_kinds(self):
        """Return the kinds of tickets as selection. The intake room fills it."""
        return []
