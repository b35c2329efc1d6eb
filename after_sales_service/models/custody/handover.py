from odoo import fields, models


class AfterSalesHandover(models.Model):
    """What somebody who leaves or moves still holds, and who takes it."""

    _name = "after.sales.handover"
    _description = "Handover on Leaving"
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
    employee_id = fields.Many2one("hr.employee", required=True, index=True)
    reason = fields.Selection(
        [("leave", "Leaving"), ("transfer", "Other post")],
        default="leave",
        required=True,
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    state = fields.Selection(
        [("open", "Open"), ("done", "Settled"), ("cancel", "Cancelled")],
        default="open",
        required=True,
        tracking=True,
        copy=False,
    )

    def _get_transitions(self):
        return {"open": {"done", "cancel"}, "done": set(), "cancel": {"open"}}
