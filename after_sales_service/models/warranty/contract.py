from odoo import fields, models


class AfterSalesContract(models.Model):
    """A service contract: which units, which cover, from when to when."""

    _name = "after.sales.contract"
    _description = "Service Contract"
    _inherit = ["after.sales.state.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date_end desc, id"
    _check_company_auto = True

    name = fields.Char(required=True, default="New", copy=False, index="trigram")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True
    )
    user_id = fields.Many2one(
        "res.users", string="Salesperson", default=lambda self: self.env.user
    )
    date_start = fields.Date(required=True)
    date_end = fields.Date(required=True)
    calendar_id = fields.Many2one("resource.calendar", string="Service Hours")
    line_ids = fields.One2many("after.sales.contract.line", "contract_id")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("active", "Active"),
            ("suspended", "Suspended"),
            ("expired", "Expired"),
            ("terminated", "Terminated"),
        ],
        default="draft",
        required=True,
        tracking=True,
        index=True,
    )

    def _get_transitions(self):
        return {
            "draft": {"active", "terminated"},
            "active": {"suspended", "expired", "terminated"},
            "suspended": {"active", "expired", "terminated"},
            "expired": set(),
            "terminated": set(),
        }


class AfterSalesContractLine(models.Model):
    """A unit under contract and what the contract pays for it."""

    _name = "after.sales.contract.line"
    _description = "Service Contract Line"
    _order = "contract_id, id"

    contract_id = fields.Many2one(
        "after.sales.contract", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company", related="contract_id.company_id", store=True, index=True
    )
    unit_id = fields.Many2one("after.sales.unit", required=True, index=True)
    share_part = fields.Float(string="Part (%)", default=100.0)
    share_labour = fields.Float(string="Labour (%)", default=100.0)
    share_travel = fields.Float(string="Travel (%)", default=100.0)
    share_freight = fields.Float(string="Freight (%)")
    share_third_party = fields.Float(string="Third Party (%)")
