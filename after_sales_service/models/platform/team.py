import ast

from odoo import fields, models


class AfterSalesTeam(models.Model):
    """A service team: who takes the calls and who drives to the customer."""

    _name = "after.sales.team"
    _description = "After-Sales Team"
    _inherit = ["mail.alias.mixin", "mail.thread"]
    _order = "sequence, name, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    leader_id = fields.Many2one(
        "res.users", string="Supervisor", check_company=True, tracking=True
    )
    member_ids = fields.Many2many("res.users", string="Members")
    warehouse_id = fields.Many2one("stock.warehouse", check_company=True)
    resource_calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working Hours",
        check_company=True,
        help="Promised times of this team are counted in these hours.",
    )

    # === BUSINESS === #
    def _alias_get_creation_values(self):
        """Return the alias: mails to it become tickets of this team."""
        values = super()._alias_get_creation_values()
        values["alias_model_id"] = self.env["ir.model"]._get_id("after.sales.ticket")
        if self.id:
            values["alias_defaults"] = ast.literal_eval(self.alias_defaults or "{}") | {
                "team_id": self.id,
                "channel": "email",
            }
        return values
