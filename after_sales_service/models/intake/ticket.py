from odoo import fields, models

from .sla import TICKET_KINDS


class AfterSalesTicket(models.Model):
    """One entry of the call register."""

    _name = "after.sales.ticket"
    _description = "Ticket"
    _inherit = [
        "after.sales.state.mixin",
        "portal.mixin",
        "mail.thread.cc",
        "mail.activity.mixin",
    ]
    _order = "date_reported desc, id desc"
    _check_company_auto = True

    name = fields.Char(
        string="Number", required=True, default="New", copy=False, index="trigram"
    )
    subject = fields.Char(required=True)
    description = fields.Html()
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    team_id = fields.Many2one("after.sales.team", check_company=True, index=True)
    user_id = fields.Many2one("res.users", string="Responsible", tracking=True)
    taken_by_id = fields.Many2one(
        "res.users", string="Taken by", default=lambda self: self.env.user
    )
    date_reported = fields.Datetime(
        string="Reported", required=True, default=fields.Datetime.now, copy=False
    )
    channel = fields.Selection(
        [
            ("phone", "Phone"),
            ("email", "E-mail"),
            ("letter", "Letter"),
            ("visit", "Visit"),
            ("portal", "Portal"),
            ("web", "Web form"),
            ("chat", "Chat"),
        ],
        default="phone",
        required=True,
    )
    kind = fields.Selection(TICKET_KINDS, default="repair", required=True)
    partner_id = fields.Many2one("res.partner", string="Customer", index=True)
    contact_id = fields.Many2one("res.partner", string="Contact")
    phone = fields.Char()
    unit_id = fields.Many2one("after.sales.unit", index=True, check_company=True)
    symptom_id = fields.Many2one(
        "after.sales.fault.code", domain=[("kind", "=", "symptom")]
    )
    level = fields.Selection(
        [("1", "Level 1"), ("2", "Level 2"), ("3", "Level 3"), ("4", "Level 4")],
        string="Fault Level",
        default="2",
    )
    urgency = fields.Selection(
        [("general", "General"), ("emergency", "Emergency")], default="general"
    )
    quality_class = fields.Selection([("general", "General"), ("major", "Major")])
    zone_id = fields.Many2one("after.sales.zone", string="Zone")
    clock_ids = fields.One2many("after.sales.sla.clock", "ticket_id")
    repeat_of_id = fields.Many2one(
        "after.sales.ticket", string="Repeat of", index="btree_not_null"
    )
    pause_reason = fields.Char(copy=False)
    outcome = fields.Selection(
        [
            ("repaired", "Repaired"),
            ("answered", "Answered"),
            ("replaced", "Replaced"),
            ("refused", "Refused"),
            ("no_fault", "No fault found"),
            ("duplicate", "Duplicate"),
        ],
        copy=False,
        tracking=True,
    )
    state = fields.Selection(
        [
            ("new", "New"),
            ("clarification", "Clarification"),
            ("assigned", "Assigned"),
            ("in_progress", "In progress"),
            ("waiting", "Waiting"),
            ("solved", "Solved"),
            ("closed", "Closed"),
            ("cancel", "Cancelled"),
        ],
        default="new",
        required=True,
        tracking=True,
        index=True,
        copy=False,
    )

    def _get_transitions(self):
        return {
            "new": {"clarification", "assigned", "in_progress", "solved", "cancel"},
            "clarification": {"new", "assigned", "cancel"},
            "assigned": {
                "new",
                "clarification",
                "in_progress",
                "waiting",
                "solved",
                "cancel",
            },
            "in_progress": {"assigned", "waiting", "solved", "cancel"},
            "waiting": {"assigned", "in_progress", "solved", "cancel"},
            "solved": {"in_progress", "closed"},
            "closed": {"in_progress"},
            "cancel": {"new"},
        }
