from odoo import api, fields, models
from odoo.tools import format_date


class AfterSalesUnit(models.Model):
    """Who has a loaner, and which loaner stands in for a unit."""

    _inherit = "after.sales.unit"

    loan_id = fields.Many2one(
        "after.sales.loan", string="Running Loan", compute="_compute_loan_id"
    )
    loan_text = fields.Char(string="Loan", compute="_compute_loan_id")

    # === COMPUTES === #
    @api.depends("place", "lot_id", "partner_id")
    def _compute_loan_id(self):
        """Find the loan of each loaner, and the loaner of each unit in repair."""
        # Whoever may read a unit may know who has it.
        loans = (
            self.env["after.sales.loan"]
            .sudo()
            .search(
                [
                    ("state", "=", "out"),
                    "|",
                    ("lot_id", "in", self.lot_id.ids),
                    ("order_id.unit_id", "in", self.ids),
                ]
            )
        )
        by_lot = {loan.lot_id.id: loan for loan in loans}
        by_unit = {loan.order_id.unit_id.id: loan for loan in loans if loan.order_id}
        for unit in self:
            own = by_lot.get(unit.lot_id.id) if unit.lot_id else None
            loan = own or by_unit.get(unit._origin.id)
            unit.loan_id = loan and loan.id
            unit.loan_text = loan and unit._get_loan_text(loan, is_loaner=bool(own))

    def _get_loan_text(self, loan, is_loaner):
        facts = {
            "customer": loan.partner_id.display_name,
            "serial": loan.lot_id.name,
            "date": format_date(self.env, loan.date_due),
        }
        if is_loaner:
            return self.env._("On loan to %(customer)s until %(date)s.", **facts)
        return self.env._(
            "%(customer)s works with our loaner %(serial)s until %(date)s.", **facts
        )
