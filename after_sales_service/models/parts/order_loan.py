from odoo import api, fields, models


class AfterSalesOrder(models.Model):
    _inherit = "after.sales.order"

    loan_ids = fields.One2many("after.sales.loan", "order_id", string="Loaners")
    loan_count = fields.Integer(string="Loaner Count", compute="_compute_loan_count")

    # === COMPUTES === #
    @api.depends("loan_ids")
    def _compute_loan_count(self):
        # How many there are is no secret to whoever may read the order.
        counts = dict(
            self.env["after.sales.loan"]
            .sudo()
            ._read_group(
                [("order_id", "in", self.ids), ("state", "!=", "cancel")],
                ["order_id"],
                ["__count"],
            )
        )
        for order in self:
            order.loan_count = counts.get(order, 0)

    # === ACTIONS === #
    def action_lend(self):
        """Show the loaners of this order, or begin a loan for its customer."""
        self.ensure_one()
        loans = self.loan_ids.filtered(lambda loan: loan.state != "cancel")
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Loaners"),
            "res_model": "after.sales.loan",
            "context": {
                "default_order_id": self.id,
                "default_partner_id": self.partner_id.id,
                "default_company_id": self.company_id.id,
            },
        }
        if not loans:
            return action | {"view_mode": "form"}
        return action | {
            "view_mode": "list,form",
            "domain": [("order_id", "=", self.id)],
        }
