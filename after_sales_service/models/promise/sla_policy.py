from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

PROMISES = [
    ("reply", "First reply"),
    ("contact", "Contact"),
    ("appointment", "Appointment"),
    ("arrival", "On site"),
    ("repair", "Repair"),
]
FAULT_LEVELS = [("1", "Level 1"), ("2", "Level 2"), ("3", "Level 3"), ("4", "Level 4")]
URGENCIES = [("general", "General"), ("emergency", "Emergency")]
MAX_HOURS = 26_280  # three years


class AfterSalesSlaPolicy(models.Model):
    """One promised time and the tickets it holds for."""

    _name = "after.sales.sla.policy"
    _description = "After-Sales Promised Time"
    _order = "promise, sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        index=True,
        default=lambda self: self.env.company,
        help="Empty: the promise holds in all companies.",
    )
    promise = fields.Selection(PROMISES, required=True)
    hours_promised = fields.Float(required=True)
    is_around_the_clock = fields.Boolean(string="Around the Clock")
    # What a ticket must be for the promise to hold; empty means any.
    ticket_kind = fields.Selection(
        selection="_get_ticket_kinds", string="Kind of Ticket"
    )
    level = fields.Selection(
        FAULT_LEVELS,
        string="Fault Level",
    )
    urgency = fields.Selection(URGENCIES)
    zone_id = fields.Many2one("after.sales.zone", check_company=True)
    team_id = fields.Many2one("after.sales.team", check_company=True)

    # === CONSTRAINTS === #
    @api.constrains("hours_promised")
    def _check_hours_promised(self):
        for policy in self:
            if not 0 < policy.hours_promised <= MAX_HOURS:
                raise ValidationError(
                    self.env._(
                        "“%(policy)s” promises %(hours)g hours. Enter more than zero "
                        "and at most three years, or archive the promised time.",
                        policy=policy.name,
                        hours=policy.hours_promised,
                    )
                )

    # === BUSINESS === #
    def _get_ticket_kinds(self):
        """Return the kinds of tickets as selection. The intake room fills it."""
        return []

    def _get_criteria(self):
        """Return the fields a ticket must match, the same names in the facts."""
        return ["company_id", "ticket_kind", "level", "urgency", "zone_id", "team_id"]

    @api.model
    def _match(self, facts_list):
        """Return the promises that hold for each set of facts, in one query.

        For each promise the most specific policy wins: the one with the most criteria,
        then the first by sequence.

        :param list[dict] facts_list: values by criterion (ids for records)
        :return: one recordset of policies for each set of facts, in the same order
        """
        companies = {facts["company_id"] for facts in facts_list}
        policies = self.search(Domain("company_id", "in", [*companies, False]))
        criteria = self._get_criteria()
        wanted = {policy: policy._get_wanted(criteria) for policy in policies}
        found = {}  # many tickets share the same facts
        for facts in facts_list:
            key = tuple(facts.get(name) for name in criteria)
            if key not in found:
                found[key] = self._get_winners(wanted, facts)
        return [
            found[tuple(facts.get(name) for name in criteria)] for facts in facts_list
        ]

    def _get_wanted(self, criteria):
        """Return the criteria this policy sets, ``{name: value}``."""
        self.ensure_one()
        values = {
            name: self[name].id if self._fields[name].relational else self[name]
            for name in criteria
        }
        return {name: value for name, value in values.items() if value}

    def _get_winners(self, wanted, facts):
        winners = {}
        for policy, values in wanted.items():  # in the order of the policies
            if any(facts.get(name) != value for name, value in values.items()):
                continue
            best = winners.get(policy.promise)
            if best is None or len(values) > len(wanted[best]):
                winners[policy.promise] = policy
        return self.browse(policy.id for policy in winners.values())
