from odoo import fields, models


class AfterSalesToolMovement(models.Model):
    """The custody ledger of tools. Confirmed rows are never changed or removed."""

    _name = "after.sales.tool.movement"
    _description = "Tool Movement"
    _inherit = ["after.sales.state.mixin", "mail.thread"]
    _order = "date desc, id desc"
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
    equipment_id = fields.Many2one(
        "maintenance.equipment", string="Tool", required=True, index=True
    )
    kind = fields.Selection(
        [
            ("issue", "Issue"),
            ("loan", "Loan"),
            ("return", "Return"),
            ("transfer", "Transfer"),
            ("loss", "Loss"),
            ("scrap", "Scrap"),
        ],
        required=True,
        default="issue",
    )
    employee_id = fields.Many2one(
        "hr.employee", string="Holder", index=True, help="Who answers for it afterwards."
    )
    from_employee_id = fields.Many2one("hr.employee", string="From", index=True)
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    date_due = fields.Date(string="Due Back")
    purpose = fields.Char()
    condition = fields.Selection(
        [("good", "Good"), ("worn", "Worn"), ("damaged", "Damaged")], default="good"
    )
    note = fields.Text()
    signature = fields.Image(copy=False, attachment=True, max_width=1024)
    signed_by = fields.Char(copy=False)
    signed_on = fields.Datetime(copy=False)
    state = fields.Selection(
        [("draft", "Draft"), ("done", "Done"), ("cancel", "Cancelled")],
        default="draft",
        required=True,
        tracking=True,
        index=True,
        copy=False,
    )

    def _get_transitions(self):
        return {"draft": {"done", "cancel"}, "done": set(), "cancel": {"draft"}}
