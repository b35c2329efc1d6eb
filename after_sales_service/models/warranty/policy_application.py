from odoo import api, fields, models
from odoo.tools import format_date

from .policy_effect import PROMISES
from .term import SHARES

EFFECTS = [
    ("new", "New"),
    ("longer", "Better"),
    ("shorter", "Shorter or less"),
    ("other", "Same for the customer"),
    ("same", "The same"),
]
# What is compared, and what the log keeps of before and after.
COMPARED = (
    "date_start",
    "date_end",
    "term",
    "term_unit",
    "meter_limit",
    "is_excluded",
    "is_paused_in_workshop",
    *SHARES.values(),
)


class AfterSalesPolicyApplication(models.Model):
    """Log: somebody applied terms to units already sold, on purpose, and why."""

    _name = "after.sales.policy.application"
    _description = "Application to Units Already Sold"
    _inherit = "after.sales.ledger.mixin"
    _rec_name = "policy_id"
    _order = "id desc"

    policy_id = fields.Many2one(
        "after.sales.warranty.policy",
        required=True,
        ondelete="restrict",
        index=True,
        readonly=True,
    )
    company_id = fields.Many2one(
        "res.company",
        related="policy_id.company_id",
        store=True,
        precompute=True,
        index=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Applied by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    date = fields.Datetime(
        string="Applied on",
        required=True,
        readonly=True,
        default=lambda self: fields.Datetime.now(),
    )
    reason = fields.Text(required=True, readonly=True)
    is_shortening_allowed = fields.Boolean(string="Also Shortened", readonly=True)
    line_ids = fields.One2many(
        "after.sales.policy.application.line",
        "application_id",
        string="Changes",
        readonly=True,
    )
    unit_count = fields.Integer(string="Units Changed", readonly=True)

    # === BUSINESS === #
    def _get_change_refusal(self):
        return self.env._("What was applied is a record and never changed.")

    def _get_removal_refusal(self):
        return self.env._("What was applied is a record and never deleted.")


class AfterSalesPolicyApplicationLine(models.Model):
    """Log: one cover before and after."""

    _name = "after.sales.policy.application.line"
    _description = "Changed Cover"
    _inherit = "after.sales.ledger.mixin"
    _order = "application_id desc, unit_id, id"

    application_id = fields.Many2one(
        "after.sales.policy.application",
        required=True,
        ondelete="cascade",
        index=True,
        readonly=True,
    )
    company_id = fields.Many2one(
        "res.company",
        related="application_id.company_id",
        store=True,
        precompute=True,
        index=True,
    )
    unit_id = fields.Many2one(
        "after.sales.unit", required=True, ondelete="cascade", index=True, readonly=True
    )
    cover_id = fields.Many2one(
        "after.sales.cover", ondelete="cascade", index=True, readonly=True
    )
    effect = fields.Selection(EFFECTS, required=True, readonly=True)
    before = fields.Json(string="Terms Before", readonly=True)
    after = fields.Json(string="Terms After", readonly=True)
    text_before = fields.Char(string="Before", compute="_compute_texts")
    text_after = fields.Char(string="After", compute="_compute_texts")

    # === COMPUTES === #
    @api.depends("before", "after")
    @api.depends_context("lang")
    def _compute_texts(self):
        for line in self:
            line.text_before = self._render_terms(line.before)
            line.text_after = self._render_terms(line.after)

    # === BUSINESS === #
    def _get_change_refusal(self):
        return self.env._("What was applied is a record and never changed.")

    def _get_removal_refusal(self):
        return self.env._("What was applied is a record and never deleted.")

    @api.model
    def _render_terms(self, terms):
        """Return “2025-01-10 – 2027-01-09, Part (%) 100 …” in the reader's language.

        :param dict terms: values of a cover as the log keeps them; dates are texts
        """
        if "is_excluded" not in (terms or {}):
            return self.env._("no cover")
        if terms.get("is_excluded"):
            return self.env._("excluded")
        days = [
            format_date(self.env, terms[fname]) if terms.get(fname) else "…"
            for fname in ("date_start", "date_end")
        ]
        texts = [" – ".join(days)]
        if terms.get("meter_limit"):
            limit = f"{terms['meter_limit']:,.0f}"
            texts.append(self.env._("up to a reading of %(limit)s", limit=limit))
        texts.append(self.env["after.sales.cover"]._render_shares(terms))
        if terms.get("is_paused_in_workshop"):
            texts.append(self.env._("days in our workshop are added"))
        if terms.get("backer"):
            texts.append(self.env._("paid by %(backer)s", backer=terms["backer"]))
        if "repair_days" in terms:
            texts += self._render_promises(terms)
        return ", ".join(filter(None, texts))

    @api.model
    def _render_promises(self, terms):
        """Return what the policy promises beside its terms, as a list of texts."""
        policy = self.env["after.sales.warranty.policy"].new(
            {name: terms[name] for name in PROMISES}
        )
        return [
            f"{label}: {text}" for label, text in policy._describe_promises().items()
        ]
