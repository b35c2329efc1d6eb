from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command

ROLES = [
    ("responsible", "Responsible"),
    ("supervisor", "Supervisor"),
    ("manager", "Manager"),
]
RANKS = {role: rank for rank, (role, _label) in enumerate(ROLES)}
DEFAULT_LADDER = (
    (50, "responsible"),
    (75, "supervisor"),
    (100, "supervisor"),
    (150, "manager"),
)


class AfterSalesSlaRung(models.Model):
    """Who is told when a share of a promised time is used."""

    _name = "after.sales.sla.rung"
    _description = "Rung of an Escalation Ladder"
    _order = "share, id"
    _rec_name = "share"

    policy_id = fields.Many2one(
        "after.sales.sla.policy",
        string="Promised Time",
        required=True,
        index=True,
        ondelete="cascade",
    )
    share = fields.Integer(
        string="Time Used (%)",
        required=True,
        help="100 % is the promised moment; more is after it.",
    )
    role = fields.Selection(ROLES, string="Told Is", required=True)
    hours_to_answer = fields.Float(
        string="Hours to Acknowledge",
        default=2.0,
        help="Hours of the promise's own calendar. Who does not acknowledge by then is "
        "passed over: the next higher role is told. 0: nobody higher is told.",
    )
    is_mailed = fields.Boolean(string="By Mail Too", default=True)

    _share_positive = models.Constraint(
        "CHECK(share > 0 AND share <= 1000)",
        "A rung lies between 1 % and 1000 % of the promised time.",
    )
    _hours_positive = models.Constraint(
        "CHECK(hours_to_answer >= 0)",
        "The time to acknowledge cannot be negative. Enter 0 if nobody higher is told.",
    )
    _share_role_uniq = models.Constraint(
        "UNIQUE(policy_id, share, role)",
        "This rung is on the ladder already. Change its share or its role.",
    )

    # === CONSTRAINTS === #
    @api.constrains("share", "role", "policy_id")
    def _check_order(self):
        """The later the rung, the higher who is told: else nobody is helped."""
        for policy in self.policy_id:
            rungs = policy.rung_ids.sorted(lambda rung: (rung.share, RANKS[rung.role]))
            for rung, higher in zip(rungs, rungs[1:], strict=False):
                if RANKS[rung.role] <= RANKS[higher.role]:
                    continue
                labels = dict(self._fields["role"]._description_selection(self.env))
                raise ValidationError(
                    self.env._(
                        "“%(policy)s”: the rung at %(later)s %% would tell the "
                        "%(lower)s after the %(higher)s was told at %(earlier)s %%. "
                        "Put the rungs in order: the later, the higher.",
                        policy=policy.name,
                        later=higher.share,
                        lower=labels[higher.role],
                        higher=labels[rung.role],
                        earlier=rung.share,
                    )
                )


class AfterSalesSlaPolicy(models.Model):
    _inherit = "after.sales.sla.policy"

    rung_ids = fields.One2many(
        "after.sales.sla.rung",
        "policy_id",
        string="Escalation",
        copy=True,
        default=lambda self: self._default_rung_ids(),
    )

    # === DEFAULTS === #
    @api.model
    def _default_rung_ids(self):
        return [
            Command.create({"share": share, "role": role})
            for share, role in DEFAULT_LADDER
        ]

    # === BUSINESS === #
    def _get_next_share(self, told):
        """Return the share of the first rung above ``told`` percent, or None."""
        return next((rung.share for rung in self.rung_ids if rung.share > told), None)
