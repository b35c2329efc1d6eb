from odoo import fields, models


class AfterSalesLoanBack(models.TransientModel):
    """The check of a loaner that comes back."""

    _name = "after.sales.loan.back"
    _description = "Take Back a Loaner"

    loan_id = fields.Many2one("after.sales.loan", required=True, readonly=True)
    product_id = fields.Many2one(related="loan_id.product_id")
    serial = fields.Char(string="Serial Number", related="loan_id.lot_id.name")
    partner_id = fields.Many2one(related="loan_id.partner_id")
    days_late = fields.Integer(related="loan_id.days_late")
    condition_out = fields.Selection(related="loan_id.condition_out")
    checklist_out = fields.Text(related="loan_id.checklist_out")
    condition = fields.Selection(
        selection=lambda self: (
            self.env["after.sales.loan"]._fields["condition_in"].selection
        ),
        required=True,
    )
    note = fields.Text(string="What Was Found")
    photo_ids = fields.Many2many("ir.attachment", string="Photos")

    # === ACTIONS === #
    def action_apply(self):
        self.ensure_one()
        self.loan_id._take_back(self.condition, self.note, self.photo_ids)
        return {"type": "ir.actions.act_window_close"}
