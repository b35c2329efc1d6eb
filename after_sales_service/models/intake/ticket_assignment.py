from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from .ticket import OPEN_STATES

REASON_SIZE = 500


class AfterSalesTicketAssignment(models.Model):
    """Who had a ticket, since when and why. Rows are added, never changed."""

    _name = "after.sales.ticket.assignment"
    _description = "Assignment of a Ticket"
    _inherit = ["after.sales.ticket.row.mixin", "after.sales.ledger.mixin"]
    _order = "date desc, id desc"
    _rec_name = "ticket_id"

    date = fields.Datetime(required=True)
    user_before_id = fields.Many2one("res.users", string="Before")
    user_id = fields.Many2one("res.users", string="Now")
    author_id = fields.Many2one("res.users", string="Done by", required=True)
    origin = fields.Selection(
        [
            ("rule", "Rule of the team"),
            ("taken", "Taken"),
            ("assigned", "Assigned"),
            ("reassigned", "Reassigned"),
            ("customer", "The customer asked for somebody else"),
        ],
        required=True,
    )
    reason = fields.Char()

    # === BUSINESS === #
    def _get_change_refusal(self):
        return self.env._("Who had a ticket is not changed afterwards. Reassign it.")

    def _get_removal_refusal(self):
        return self.env._("Who had a ticket is not deleted. Reassign it.")


class AfterSalesTicket(models.Model):
    """Who answers for a ticket: by rule, taken, or reassigned with a reason."""

    _inherit = "after.sales.ticket"

    date_assigned = fields.Datetime(string="Assigned On", readonly=True, copy=False)
    assignment_ids = fields.One2many(
        "after.sales.ticket.assignment", "ticket_id", string="Assignments"
    )
    wish_reason = fields.Char(
        string="Somebody Else Wanted",
        readonly=True,
        copy=False,
        help="Why the customer asked for another technician; empty once it is done.",
    )

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        given = tickets.filtered("user_id")
        given.date_assigned = fields.Datetime.now()
        given._log_assignments({})
        (tickets - given)._assign_by_rule()
        return tickets

    def write(self, vals):
        if "user_id" not in vals:
            result = super().write(vals)
            if vals.get("team_id"):
                self._assign_by_rule()
            return result
        moved = self.filtered(lambda ticket: ticket.user_id.id != vals["user_id"])
        moved._check_reassignable()
        before = {ticket: ticket.user_id for ticket in moved}
        result = super().write(vals)
        if moved:
            super(AfterSalesTicket, moved).write(
                {"date_assigned": fields.Datetime.now(), "wish_reason": False}
            )
            moved._log_assignments(before)
            # sudo: agents may not close the supervisor's task; it is done now.
            moved.sudo().activity_unlink(
                ["after_sales_service.mail_activity_type_reassign"]
            )
        return result

    # === ACTIONS === #
    def action_reassign(self):
        """Open the reason why somebody else goes on."""
        return self._open_step("after.sales.ticket.reassign", self.env._("Reassign"))

    def action_assign_by_rule(self):
        """Give the tickets that nobody has to whom the rule of their team names."""
        self.check_access("write")
        free = self.filtered(lambda ticket: not ticket.user_id)
        manual = free.filtered(lambda ticket: ticket.team_id.assign_rule == "manual")
        if manual:
            raise UserError(
                self.env._(
                    "Team %(team)s assigns by hand. Choose a rule in its settings, or "
                    "assign %(ticket)s yourself.",
                    team=manual[0].team_id.name,
                    ticket=manual[0].name,
                )
            )
        free._assign_by_rule()

    # === BUSINESS === #
    def _check_reassignable(self):
        """Refuse to take a ticket from somebody without a word."""
        if (self.env.context.get("after_sales_reason") or "").strip():
            return
        for ticket in self.filtered("user_id"):
            raise UserError(
                self.env._(
                    "%(ticket)s is with %(user)s. Press “Reassign” and say why "
                    "somebody else goes on.",
                    ticket=ticket.name,
                    user=ticket.user_id.name,
                )
            )

    def _reassign(self, user, reason):
        """Give the tickets to somebody else, for a reason that is kept.

        :param user: ``res.users``; empty: to nobody, so that somebody takes it
        :raise UserError: without a reason, or if the person is of another company
        """
        if not (reason or "").strip():
            raise UserError(
                self.env._(
                    "Say why somebody else goes on with %(name)s.", name=self[:1].name
                )
            )
        foreign = self.filtered(
            lambda ticket: user and ticket.company_id not in user.company_ids
        )
        if foreign:
            raise UserError(
                self.env._(
                    "%(user)s does not work for %(company)s and cannot have "
                    "%(ticket)s.",
                    user=user.name,
                    company=foreign[0].company_id.name,
                    ticket=foreign[0].name,
                )
            )
        self.with_context(after_sales_reason=reason.strip()).write({"user_id": user.id})
        fresh = self.filtered(lambda ticket: ticket.state == "new" and ticket.user_id)
        if fresh:
            fresh._move_to("assigned")

    def _log_assignments(self, before):
        """Add one row for each ticket.

        :param dict before: who had it, by ticket
        """
        none = self.env["res.users"]
        # The ledger is the server's; the change of the ticket was allowed.
        self.env["after.sales.ticket.assignment"].sudo().create(
            [
                {
                    "ticket_id": ticket.id,
                    "date": fields.Datetime.now(),
                    "user_before_id": before.get(ticket, none).id,
                    "user_id": ticket.user_id.id,
                    "author_id": self.env.uid,
                    "origin": ticket._get_assignment_origin(before.get(ticket, none)),
                    "reason": self.env.context.get("after_sales_reason"),
                }
                for ticket in self
            ]
        )

    def _get_assignment_origin(self, before):
        self.ensure_one()
        if self.env.context.get("after_sales_rule"):
            return "rule"
        if before:
            return "reassigned"
        return "taken" if self.user_id == self.env.user else "assigned"

    def _assign_by_rule(self):
        """Give open tickets that nobody has to members of their teams."""
        # sudo: who registers a ticket need not see teams, absences and skills.
        free = self.sudo().filtered(
            lambda ticket: (
                not ticket.user_id
                and ticket.kind != "internal"
                and ticket.state in OPEN_STATES
                and ticket.team_id.assign_rule not in (False, "manual")
            )
        )
        for team, tickets in free.grouped("team_id").items():
            for user, chosen in team._choose_users(tickets).items():
                chosen._take_by_rule(user)

    def _take_by_rule(self, user):
        if not user:
            for ticket in self:
                ticket._message_log(
                    body=self.env._(
                        "Nobody of %(team)s is present and fits. Assign it by hand.",
                        team=ticket.team_id.name,
                    )
                )
            return
        self.with_context(after_sales_rule=True).write({"user_id": user.id})
        fresh = self.filtered(lambda ticket: ticket.state == "new")
        if fresh:
            fresh._move_to("assigned")

    def _get_refused_users(self):
        """Return whom the customer asked to be spared, by ticket.

        :rtype: dict
        """
        # sudo: the ledger is read for the rule, and not shown.
        rows = self.sudo().assignment_ids.filtered(lambda row: row.origin == "customer")
        none = self.env["res.users"]
        refused = dict.fromkeys(self, none)
        for row in rows:
            refused[self.browse(row.ticket_id.id)] |= row.user_before_id.sudo(False)
        return refused

    def _get_people(self):
        """Return who works on the ticket. Meant to be extended."""
        self.ensure_one()
        return self.user_id

    def _get_wish_state(self):
        """Tell the portal whether the customer may ask for somebody else.

        :return: ``open``, ``known`` if they have asked already, or an empty text
        """
        self.ensure_one()
        # sudo: customers do not read who works on it, only whether somebody does.
        ticket = self.sudo()
        if ticket.state not in OPEN_STATES or not ticket._get_people():
            return ""
        return "known" if ticket.wish_reason else "open"

    def _ask_for_other(self, reason):
        """Note that the customer wants somebody else, and tell the supervisor.

        :param str reason: in the customer's words, plain text
        :raise UserError: if nobody is assigned yet, or the wish is known already
        """
        self.ensure_one()
        reason = (reason or "").strip()[:REASON_SIZE]
        # sudo: customers read their tickets only; the wish is theirs to express.
        ticket = self.sudo()
        if not reason:
            raise UserError(
                self.env._("Tell us in a few words why you want somebody else.")
            )
        if ticket.state not in OPEN_STATES or not ticket._get_people():
            raise UserError(
                self.env._(
                    "Nobody works on %(ticket)s at this moment.", ticket=ticket.name
                )
            )
        if ticket.wish_reason:
            raise UserError(
                self.env._("We know your wish already and will answer you soon.")
            )
        ticket.wish_reason = reason
        ticket.assignment_ids.create(
            [
                {
                    "ticket_id": ticket.id,
                    "date": fields.Datetime.now(),
                    "user_before_id": user.id,
                    "user_id": ticket.user_id.id,
                    "author_id": self.env.uid,
                    "origin": "customer",
                    "reason": reason,
                }
                for user in ticket._get_people()
            ]
        )
        for user in ticket._get_escalation_users()[self]["supervisor"]:
            reader = ticket.with_context(lang=user.lang, after_sales_no_follow=True)
            reader.activity_schedule(
                "after_sales_service.mail_activity_type_reassign",
                fields.Date.context_today(ticket.with_context(tz=user.tz)),
                summary=reader.env._("The customer asks for somebody else"),
                note=plaintext2html(reason),
                user_id=user.id,
            )
