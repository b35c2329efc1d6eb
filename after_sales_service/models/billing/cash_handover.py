from odoo import fields, models


class AfterSalesCashHandover(models.Model):
    """Cash that a technician hands to finance."""

    _name = "after.sales.cash.handover"
    _description = "Cash Handover"
    _inherit = ["after.sales.state.mixin", "mail.thread"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(
        string="Number", required=True, default="New", copy=False, index="trigram"
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    technician_id = fields.Many2one("hr.employee", required=True, index=True)
    payment_ids = fields.One2many("account.payment", "after_sales_handover_id")
    amount_expected = fields.Monetary(
        compute="_compute_amount_expected", store=True, string="Expected"
    )
    amount_counted = fields.Monetary(string="Counted")
    difference_reason = fields.Char()
    date_handed = fields.Datetime(copy=False)
    receiver_id = fields.Many2one("res.users", string="Received by", copy=False)
    move_id = fields.Many2one("account.move", string="Journal Entry", copy=False)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("handed", "Handed over"),
            ("confirmed", "Confirmed"),
            ("cancel", "Cancelled"),
        ],
        default="draft",
        required=True,
        tracking=True,
        copy=False,
    )

    def _get_transitions(self):
        return {
            "draft": {"handed", "cancel"},
            "handed": {"draft", "confirmed"},
            "confirmed": set(),
            "cancel": {"draft"},
        }

    def _compute_amount_expected(self):
        self.amount_expected = 0.0
