from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

SUPERVISOR = "after_sales_service.after_sales_group_supervisor"
CLERK = "after_sales_service.after_sales_group_clerk"
ACCOUNTANT = "account.group_account_invoice"
CAUSES = [
    ("defect", "Defect"),
    ("doa", "Defective on arrival"),
    ("wrong", "Wrong delivery"),
    ("transport", "Damaged in transport"),
    ("mind", "Customer changed their mind"),
]
# Who answers for it, where nobody says otherwise.
PARTIES = {
    "defect": "company",
    "doa": "company",
    "wrong": "company",
    "transport": "carrier",
    "mind": "customer",
}
# What the buttons make, nobody links by hand.
DOCUMENTS = {"delivery_picking_id", "move_id", "new_unit_id", "return_picking_id"}
COVER_RULES = [
    ("rest", "The rest of the old unit's covers"),
    ("fresh", "Covers of its own, from its delivery"),
]


class AfterSalesExchangeRule(models.Model):
    """Until when goods are taken back, and what that costs the customer."""

    _name = "after.sales.exchange.rule"
    _description = "Return and Exchange Rule"
    _inherit = "after.sales.rule.mixin"

    product_id = fields.Many2one("product.product", check_company=True)
    categ_id = fields.Many2one("product.category", string="Product Category")
    cause = fields.Selection(
        CAUSES, string="Reason for Return", help="Empty: whatever the reason."
    )
    days = fields.Integer(
        string="Within (Days)", required=True, default=15, help="After delivery."
    )
    restocking_percent = fields.Float(
        string="Restocking Fee (%)",
        help="Of the price, if the customer answers for it.",
    )
    cover_rule = fields.Selection(
        COVER_RULES, string="New Unit Gets", required=True, default="rest"
    )

    _days_not_negative = models.Constraint(
        "CHECK(days >= 0)", "The days to take goods back cannot be negative."
    )
    _percent_in_range = models.Constraint(
        "CHECK(restocking_percent BETWEEN 0 AND 100)",
        "A restocking fee lies between 0 and 100 % of the price.",
    )

    # === BUSINESS === #
    def _fits(self, product, cause):
        self.ensure_one()
        path = product.categ_id.parent_path or ""
        return (
            self.product_id in (product, self.product_id.browse())
            and (not self.categ_id or path.startswith(self.categ_id.parent_path))
            and self.cause in (False, cause)
        )


class AfterSalesExchange(models.Model):
    """A delivered unit that goes back, for its money or for another one."""

    _name = "after.sales.exchange"
    _description = "Return or Exchange"
    _inherit = [
        "after.sales.number.mixin",
        "after.sales.state.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        related="unit_id.company_id", store=True, precompute=True, index=True
    )
    unit_id = fields.Many2one(
        "after.sales.unit", required=True, index=True, ondelete="restrict"
    )
    product_id = fields.Many2one(related="unit_id.product_id", store=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        compute="_compute_partner_id",
        store=True,
        index=True,
    )
    ticket_id = fields.Many2one(
        "after.sales.ticket", index="btree_not_null", check_company=True
    )
    order_id = fields.Many2one(
        "after.sales.order",
        string="Service Order",
        index="btree_not_null",
        check_company=True,
    )
    kind = fields.Selection(
        [("return", "Return for credit"), ("exchange", "Exchange")],
        required=True,
        default="exchange",
        tracking=True,
    )
    cause = fields.Selection(
        CAUSES,
        string="Reason for Return",
        required=True,
        default="defect",
        tracking=True,
    )
    party = fields.Selection(
        [("company", "We"), ("carrier", "Carrier"), ("customer", "Customer")],
        string="Responsible Party",
        compute="_compute_party",
        store=True,
        readonly=False,
        tracking=True,
    )
    note = fields.Text(string="What Happened")
    date = fields.Date(
        string="Asked on", required=True, default=fields.Date.context_today
    )
    rule_id = fields.Many2one(
        "after.sales.exchange.rule", compute="_compute_rule", store=True
    )
    date_limit = fields.Date(string="Return Until", compute="_compute_rule", store=True)
    is_in_time = fields.Boolean(
        string="Within the Rule", compute="_compute_rule", store=True
    )
    exception_reason = fields.Char(
        string="Why All the Same", tracking=True, help="Outside the rule."
    )
    restocking_percent = fields.Float(
        string="Restocking Fee (%)",
        compute="_compute_restocking_percent",
        store=True,
        readonly=False,
    )
    cover_rule = fields.Selection(
        COVER_RULES,
        string="New Unit Gets",
        compute="_compute_rule",
        store=True,
        readonly=False,
    )
    serial_new = fields.Char(string="Serial of the New Unit", copy=False)
    return_picking_id = fields.Many2one(
        "stock.picking", string="Return", readonly=True, copy=False
    )
    delivery_picking_id = fields.Many2one(
        "stock.picking", string="Delivery of the New Unit", readonly=True, copy=False
    )
    new_unit_id = fields.Many2one("after.sales.unit", readonly=True, copy=False)
    move_id = fields.Many2one(
        "account.move", string="Credit Note or Fee", readonly=True, copy=False
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("approved", "Approved"),
            ("received", "Unit received"),
            ("done", "Done"),
            ("refused", "Refused"),
            ("cancel", "Cancelled"),
        ],
        default="draft",
        required=True,
        tracking=True,
        index=True,
        copy=False,
    )

    _one_open = models.UniqueIndex(
        "(unit_id) WHERE state IN ('draft', 'approved', 'received')",
        "There is an open return or exchange of this unit already.",
    )

    # === COMPUTES === #
    @api.depends("unit_id")
    def _compute_partner_id(self):
        """Keep the customer whose unit it was; the return takes it away."""
        for exchange in self:
            exchange.partner_id = exchange.partner_id or exchange.unit_id.partner_id

    @api.depends("cause")
    def _compute_party(self):
        for exchange in self:
            exchange.party = PARTIES.get(exchange.cause)

    @api.depends("unit_id.product_id", "unit_id.date_delivered", "cause", "date")
    def _compute_rule(self):
        rules = self.env["after.sales.exchange.rule"]._get_by_company(self.company_id)
        for exchange in self:
            own = rules.get(exchange.company_id, exchange.rule_id.browse())
            rule = own._get_first(exchange.unit_id.product_id, exchange.cause)
            delivered = exchange.unit_id.date_delivered
            exchange.rule_id = rule
            exchange.cover_rule = rule.cover_rule or "rest"
            exchange.date_limit = (
                delivered + relativedelta(days=rule.days)
                if rule and delivered
                else False
            )
            exchange.is_in_time = bool(
                exchange.date_limit and exchange.date <= exchange.date_limit
            )

    @api.depends("rule_id", "party")
    def _compute_restocking_percent(self):
        for exchange in self:
            is_customers = exchange.party == "customer"
            exchange.restocking_percent = (
                exchange.rule_id.restocking_percent if is_customers else 0.0
            )

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_documents(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_documents(vals)
        facts = {"unit_id", "kind", "cause", "date", "party", "restocking_percent"}
        if facts & vals.keys() and not self.env.su:
            self._check_open_for_facts()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if any(exchange.state not in ("draft", "cancel") for exchange in self):
            raise UserError(self.env._("Only drafts of returns can be deleted."))

    def _get_transitions(self):
        return {
            "draft": {"approved", "refused", "cancel"},
            "approved": {"received", "cancel"},
            "received": {"done"},
            "done": set(),
            "refused": {"draft"},
            "cancel": {"draft"},
        }

    # === ACTIONS === #
    def action_approve(self):
        """Agree that the unit comes back.

        :raise UserError: if it is outside the rule and nobody says why all the same
        """
        self._check_group(SUPERVISOR)
        for exchange in self:
            exchange._check_approvable()
        self._move_to("approved")

    def action_refuse(self):
        self._check_group(SUPERVISOR)
        self._move_to("refused")

    def action_cancel(self):
        self.check_access("write")
        self._move_to("cancel")

    def action_draft(self):
        self.check_access("write")
        self._move_to("draft")

    def action_receive(self):
        """Take the unit back into stock with a native return of its delivery."""
        self._check_group(CLERK)
        for exchange in self:
            exchange._move_to("received")
            exchange._receive()

    def action_deliver(self):
        """Send the other unit with a native delivery; it gets its covers."""
        self._check_group(CLERK)
        for exchange in self:
            exchange._check_kind("exchange")
            piece = exchange._get_new_piece()
            exchange._move_to("done")
            exchange._deliver(*piece)
            exchange._charge_fee()

    def action_credit(self):
        """Credit the returned unit, less the restocking fee."""
        self._check_group(CLERK, ACCOUNTANT)
        for exchange in self:
            exchange._check_kind("return")
            line = exchange._get_line_to_credit()
            exchange._move_to("done")
            exchange._credit(line)

    def action_view_invoice(self):
        self.ensure_one()
        return self.move_id._get_records_action()

    def action_view_transfers(self):
        self.ensure_one()
        pickings = self.return_picking_id | self.delivery_picking_id
        return pickings._get_records_action(name=self.env._("Transfers"))

    # === BUSINESS === #
    def _check_group(self, *groups):
        self.check_access("write")
        if not self.env.su and not any(map(self.env.user.has_group, groups)):
            raise AccessError(self._get_refusal())

    def _check_documents(self, vals):
        if DOCUMENTS & vals.keys() and not self.env.su:
            raise AccessError(self._get_refusal())

    def _get_refusal(self):
        return self.env._(
            "You do not have the right to do this with a return or exchange."
        )

    def _check_kind(self, kind):
        self.ensure_one()
        if self.kind != kind:
            labels = dict(self._fields["kind"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(exchange)s is “%(kind)s”. Use the other button.",
                    exchange=self.name,
                    kind=labels[self.kind],
                )
            )

    def _check_open_for_facts(self):
        fixed = self.filtered(lambda exchange: exchange.state != "draft")
        if fixed:
            raise UserError(
                self.env._(
                    "%(exchange)s was decided about. Cancel it and take it back to "
                    "draft to change its facts.",
                    exchange=fixed[0].name,
                )
            )

    def _check_approvable(self):
        self.ensure_one()
        unit = self.unit_id
        if unit.place != "customer":
            raise UserError(
                self.env._(
                    "%(unit)s is not at a customer. There is nothing to take back.",
                    unit=unit.display_name,
                )
            )
        if not self.is_in_time and not (self.exception_reason or "").strip():
            raise UserError(self._get_exception_question())

    def _get_exception_question(self):
        """Return what is asked of who approves what no rule allows."""
        if not self.rule_id:
            return self.env._(
                "No rule allows %(exchange)s for this cause. Write in “Why All the "
                "Same” why you approve it.",
                exchange=self.name,
            )
        return self.env._(
            "%(exchange)s is outside the rule %(rule)s (until %(date)s). Write in “Why "
            "All the Same” why you approve it.",
            exchange=self.name,
            rule=self.rule_id.name,
            date=format_date(self.env, self.date_limit) or "–",
        )
