from odoo import fields, models

CATEGORIES = [
    ("A", "A – paid"),
    ("B", "B – contract"),
    ("C", "C – free"),
    ("D", "D – administrative"),
]


class AfterSalesDecision(models.Model):
    """Who pays for a line, decided from facts that are kept. Rows are only added."""

    _name = "after.sales.decision"
    _description = "Cover Decision"
    _order = "id desc"

    company_id = fields.Many2one("res.company", required=True, index=True)
    unit_id = fields.Many2one("after.sales.unit", index="btree_not_null")
    category = fields.Selection(CATEGORIES, required=True)
    share = fields.Float(string="Covered (%)")
    cover_id = fields.Many2one("after.sales.cover", ondelete="set null")
    facts = fields.Json(readonly=True)
    reasons = fields.Json(readonly=True)
    losers = fields.Json(readonly=True)
    is_override = fields.Boolean(string="Overridden")
    override_reason = fields.Text()
    user_id = fields.Many2one("res.users", default=lambda self: self.env.user)
    approver_id = fields.Many2one("res.users", string="Approved by")
