from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

MANAGER = "after_sales_service.after_sales_group_manager"
REWARD_FIELDS = {"amount", "approver_id", "date_approved", "date_rewarded"}


class AfterSalesSuggestion(models.Model):
    """What a customer proposes to do better; what is used may be rewarded."""

    _name = "after.sales.suggestion"
    _description = "Suggestion"
    _inherit = [
        "after.sales.number.mixin",
        "after.sales.state.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date desc, id desc"
    _rec_names_search = ["name", "subject"]
    _check_company_auto = True

    subject = fields.Char(required=True, tracking=True)
    description = fields.Html()
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    ticket_id = fields.Many2one(
        "after.sales.ticket", index="btree_not_null", check_company=True
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True
    )
    contact_id = fields.Many2one("res.partner")
    unit_id = fields.Many2one("after.sales.unit", check_company=True)
    date = fields.Date(required=True, default=fields.Date.context_today)
    route_id = fields.Many2one(
        "after.sales.complaint.route", string="About", check_company=True
    )
    department = fields.Char(related="route_id.department", string="Department")
    use = fields.Text(string="What Became of It")
    amount = fields.Monetary(
        string="Reward", tracking=True, copy=False, help="0: thanks, but no money."
    )
    approver_id = fields.Many2one(
        "res.users", string="Approved by", readonly=True, copy=False
    )
    date_approved = fields.Date(string="Approved On", readonly=True, copy=False)
    date_rewarded = fields.Date(string="Rewarded On", readonly=True, copy=False)
    decline_reason = fields.Char(string="Declined Because", copy=False, tracking=True)
    state = fields.Selection(
        [
            ("new", "New"),
            ("approved", "Approved"),
            ("rewarded", "Rewarded"),
            ("declined", "Declined"),
        ],
        default="new",
        required=True,
        tracking=True,
        index=True,
        copy=False,
    )

    _amount_not_negative = models.Constraint(
        "CHECK(amount >= 0)", "A reward cannot be negative."
    )

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get(fname) for vals in vals_list for fname in REWARD_FIELDS):
            self._check_reward_right()
        return super().create(vals_list)

    def write(self, vals):
        if REWARD_FIELDS & vals.keys():
            self._check_reward_right()
        if "amount" in vals and any(
            row.state in ("approved", "rewarded") and row.amount != vals["amount"]
            for row in self
        ):
            raise UserError(
                self.env._("The reward was approved. Take it back to change it.")
            )
        return super().write(vals)

    def _check_reward_right(self):
        """Let managers alone promise money.

        :raise AccessError: if the user is no manager
        """
        if not self.env.su and not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("Rewards are set and approved by after-sales managers.")
            )

    # === ACTIONS === #
    def action_approve(self):
        """Approve the suggestion and its reward."""
        self._check_reward_right()
        self._move_to(
            "approved",
            approver_id=self.env.uid,
            date_approved=fields.Date.context_today(self),
            decline_reason=False,
        )

    def action_reward(self):
        """Note that the customer got the reward, and thank them."""
        self._check_reward_right()
        self._move_to("rewarded", date_rewarded=fields.Date.context_today(self))
        template = self.env.ref(
            "after_sales_service.mail_template_after_sales_suggestion_thanks"
        )
        for suggestion in self:
            if (suggestion.contact_id or suggestion.partner_id).email:
                suggestion.message_post_with_source(
                    template, message_type="comment", subtype_xmlid="mail.mt_comment"
                )

    def action_decline(self):
        """Decline it, with the reason.

        :raise UserError: if the reason is missing
        """
        for suggestion in self:
            if not suggestion.decline_reason:
                raise UserError(
                    self.env._(
                        "Enter in “Declined Because” of %(name)s why it is not used.",
                        name=suggestion.name,
                    )
                )
        self._move_to("declined")

    def action_take_back(self):
        """Decide anew, as long as nothing was paid."""
        approved = self.filtered("approver_id")
        if approved:
            approved._check_reward_right()
            approved.write({"approver_id": False, "date_approved": False})
        self._move_to("new")

    # === BUSINESS === #
    def _get_transitions(self):
        return {
            "new": {"approved", "declined"},
            "approved": {"rewarded", "new"},
            "rewarded": set(),
            "declined": {"new"},
        }
