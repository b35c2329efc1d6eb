from odoo import api, fields, models
from odoo.fields import Domain

from .ticket import OPEN_STATES

REGISTERS = (
    "mine",
    "unassigned",
    "overnight",
    "follow_up",
    "waiting",
    "clarification",
    "late",
    "closed",
)


class AfterSalesTeam(models.Model):
    """The registers of a team: how many tickets lie where."""

    _inherit = "after.sales.team"

    is_form_published = fields.Boolean(
        string="Public Form", help="Customers without an account report to this team."
    )
    form_url = fields.Char(string="Address of the Form", compute="_compute_form_url")
    ticket_mine_count = fields.Integer(
        string="My Tickets", compute="_compute_ticket_counts"
    )
    ticket_unassigned_count = fields.Integer(
        string="Unassigned Tickets", compute="_compute_ticket_counts"
    )
    ticket_overnight_count = fields.Integer(
        string="Left from Before Today", compute="_compute_ticket_counts"
    )
    ticket_follow_up_count = fields.Integer(
        string="Tickets to Follow Up", compute="_compute_ticket_counts"
    )
    ticket_waiting_count = fields.Integer(
        string="Paused Tickets", compute="_compute_ticket_counts"
    )
    ticket_clarification_count = fields.Integer(
        string="Clarification Needed", compute="_compute_ticket_counts"
    )
    ticket_late_count = fields.Integer(
        string="Broken Promises", compute="_compute_ticket_counts"
    )
    ticket_closed_count = fields.Integer(
        string="Closed This Month", compute="_compute_ticket_counts"
    )

    # === COMPUTES === #
    def _compute_form_url(self):
        for team in self:
            team.form_url = f"{team.get_base_url()}/after-sales/report/{team.id}"

    @api.depends_context("uid")
    def _compute_ticket_counts(self):
        domains = self.env["after.sales.ticket"]._get_register_domains()
        for register in REGISTERS:  # one query each, however many teams
            counts = dict(
                self.env["after.sales.ticket"]._read_group(
                    Domain("team_id", "in", self.ids) & domains[register],
                    ["team_id"],
                    ["__count"],
                )
            )
            for team in self:
                team[f"ticket_{register}_count"] = counts.get(team._origin, 0)

    # === ACTIONS === #
    def action_open_register(self):
        """Open the tickets of the register that the context names."""
        self.ensure_one()
        register = self.env.context.get("register")
        domains = self.env["after.sales.ticket"]._get_register_domains()
        if register not in domains:
            register = "unassigned"
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "after_sales_service.after_sales_ticket_action"
        )
        views = [(False, mode) for mode in ("list", "kanban", "form", "calendar")]
        if register in ("unassigned", "overnight"):
            oldest = self.env.ref(
                "after_sales_service.after_sales_ticket_view_list_oldest"
            )
            views[0] = (oldest.id, "list")
        return action | {
            "display_name": self.env._(
                "%(team)s: %(register)s",
                team=self.name,
                register=self._fields[f"ticket_{register}_count"]._description_string(
                    self.env
                ),
            ),
            "domain": list(domains[register] & Domain("team_id", "=", self.id)),
            "context": {"default_team_id": self.id},
            "views": views,
        }


class AfterSalesTicket(models.Model):
    _inherit = "after.sales.ticket"

    # === BUSINESS === #
    @api.model
    def _get_register_domains(self):
        """Return which tickets stand in which register, ``{register: Domain}``."""
        is_open = Domain("state", "in", OPEN_STATES)
        unassigned = Domain("user_id", "=", False) & Domain(
            "state", "in", ("new", "clarification")
        )
        return {
            "mine": is_open & Domain("user_id", "=", self.env.uid),
            "unassigned": unassigned,
            "overnight": unassigned & Domain("date_reported", "<", "=0H"),
            "follow_up": Domain("state", "=", "solved")
            | (is_open & Domain("activity_date_deadline", "<=", "today")),
            "waiting": Domain("state", "=", "waiting"),
            "clarification": Domain("state", "=", "clarification"),
            "late": is_open & Domain("is_late", "=", True),
            "closed": Domain("state", "=", "closed")
            & Domain("date_closed", ">=", "=1d"),
        }
