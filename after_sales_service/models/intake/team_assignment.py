from collections import defaultdict
from itertools import count

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...rules.assignment import OPEN, TURN, choose
from .ticket import OPEN_STATES

# Kinds of tickets, told in kinds of work: what skills are asked for.
WORK_KINDS = {"installation": "installation", "inspection": "inspection"}


class AfterSalesZone(models.Model):
    _inherit = "after.sales.zone"

    user_ids = fields.Many2many(
        "res.users",
        string="Looked After by",
        domain=[("share", "=", False)],
        help="Teams that assign by zone give tickets of this zone to these people.",
    )


class AfterSalesTeam(models.Model):
    """By which rule new tickets of a team find their person."""

    _inherit = "after.sales.team"

    assign_rule = fields.Selection(
        [
            ("manual", "By hand"),
            (TURN, "In turn"),
            (OPEN, "Fewest open tickets"),
        ],
        string="Assign New Tickets",
        default="manual",
        required=True,
        help="In turn: who has waited longest gets the next. Absent people get none.",
    )
    is_skill_needed = fields.Boolean(
        string="Only Who Has the Skills",
        help="People who meet the required skills of the product; see Required Skills.",
    )
    is_zone_needed = fields.Boolean(
        string="Only Who Looks After the Zone",
        help="People named at the customer's zone. A zone without names is for all.",
    )

    # === CONSTRAINTS === #
    @api.constrains("assign_rule", "member_ids")
    def _check_rule_has_people(self):
        for team in self:
            if team.assign_rule != "manual" and not team._get_people():
                raise ValidationError(
                    self.env._(
                        "Team %(team)s has nobody to assign tickets to. Enter its "
                        "members, or assign by hand.",
                        team=team.name,
                    )
                )

    # === BUSINESS === #
    def _get_people(self):
        """Return who may get tickets: the members, else the technicians of the team."""
        self.ensure_one()
        if self.member_ids:
            return self.member_ids.filtered("active")
        # Who sets up a team need not be of HR; only users leave this method.
        employees = (
            self.env["hr.employee"]
            .sudo()
            .search([("after_sales_team_id", "=", self.id)])
        )
        return employees.user_id.filtered("active").sudo(False)

    def _choose_users(self, tickets):
        """Return who gets which of the tickets, in constant queries.

        Queries grow with the number of different products only, if skills are asked.

        :return: ``{user: tickets}``; those for whom nobody fits under an empty user
        """
        self.ensure_one()
        people = self._get_people()._after_sales_filter_present(
            self.company_id, fields.Datetime.now()
        )
        loads, turns = self._get_loads(people), self._get_turns(people)
        refused = tickets._get_refused_users()
        skilled = self._get_skilled(people, tickets)
        chosen = {}
        # Later than everything stored, and in the order of this batch.
        following = count(max(turns.values(), default=0) + 1)
        for ticket in tickets:
            fit = people - refused[ticket]
            if self.is_zone_needed and ticket.zone_id.user_ids:
                fit &= ticket.zone_id.user_ids
            if self.is_skill_needed:
                fit &= skilled[ticket._get_skill_key()]
            user_id = choose(fit.ids, self.assign_rule, loads, turns)
            user = people.browse(user_id or [])
            # Who got the last one stands last, and so in the ledger.
            chosen[user] = chosen.pop(user, tickets.browse()) | ticket
            if user_id:
                loads[user_id] += 1
                turns[user_id] = next(following)
        return chosen

    def _get_loads(self, people):
        """Return the open tickets of each person, also those of other teams."""
        rows = self.env["after.sales.ticket"]._read_group(
            [("user_id", "in", people.ids), ("state", "in", OPEN_STATES)],
            ["user_id"],
            ["__count"],
        )
        return defaultdict(int, {user.id: number for user, number in rows})

    def _get_turns(self, people):
        """Return the row by which each person got the last ticket of this team.

        The row, not its time: several mails come in within one second.
        """
        rows = self.env["after.sales.ticket.assignment"]._read_group(
            [
                ("user_id", "in", people.ids),
                ("ticket_id.team_id", "=", self.id),
                ("origin", "!=", "customer"),
            ],
            ["user_id"],
            ["id:max"],
        )
        return {user.id: row_id for user, row_id in rows}

    def _get_skilled(self, people, tickets):
        """Return who may serve what, by product and kind of work."""
        skilled = {}
        if not self.is_skill_needed:
            return skilled
        today = fields.Date.context_today(self)
        employees = self.env["hr.employee"].search(
            [("user_id", "in", people.ids), ("company_id", "=", self.company_id.id)]
        )
        for ticket in tickets:
            key = ticket._get_skill_key()
            if key not in skilled:
                missing = employees._after_sales_missing_skills(*key, today)
                lacking = employees.browse(gap["employee"].id for gap in missing)
                skilled[key] = (employees - lacking).user_id
        return skilled


class AfterSalesTicket(models.Model):
    _inherit = "after.sales.ticket"

    # === BUSINESS === #
    def _get_skill_key(self):
        """Return the product and the kind of work that skills are asked for."""
        self.ensure_one()
        return self.unit_id.product_id, WORK_KINDS.get(self.kind, "on_site")
