from odoo import Command, fields, models


class AfterSalesLoanOut(models.TransientModel):
    """The pad on which a customer signs for a loaner."""

    _name = "after.sales.loan.out"
    _description = "Hand Over a Loaner"

    loan_id = fields.Many2one("after.sales.loan", required=True, readonly=True)
    product_id = fields.Many2one(related="loan_id.product_id")
    serial = fields.Char(string="Serial Number", related="loan_id.lot_id.name")
    partner_id = fields.Many2one(related="loan_id.partner_id")
    date_due = fields.Date(related="loan_id.date_due")
    condition = fields.Selection(
        selection=lambda self: (
            self.env["after.sales.loan"]._fields["condition_out"].selection
        ),
        default="good",
        required=True,
    )
    checklist = fields.Text(
        string="Handed Over With", help="Accessories, meter reading, marks."
    )
    photo_ids = fields.Many2many("ir.attachment", string="Photos")
    signed_by = fields.Char(
        required=True, default=lambda self: self._default_signed_by()
    )
    signature = fields.Image(max_width=1024)

    # === DEFAULTS === #
    def _default_signed_by(self):
        loan = self.env["after.sales.loan"].browse(
            self.env.context.get("default_loan_id")
        )
        return loan.partner_id.name

    # === ACTIONS === #
    def action_apply(self):
        self.ensure_one()
        self.loan_id._hand_over(
            self.signed_by,
            self.signature,
            condition_out=self.condition,
            checklist_out=self.checklist,
            photo_out_ids=[Command.link(photo.id) for photo in self.photo_ids],
        )
        return self.loan_id.action_print_slip() | {"close_on_report_download": True}
