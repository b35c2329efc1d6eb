from odoo import fields, models


class AfterSalesCoverVoiding(models.Model):
    """Ledger of voidings: why a unit lost its cover and why it got it back."""

    _name = "after.sales.cover.voiding"
    _description = "Voiding of Covers"
    _order = "unit_id, id desc"

    unit_id = fields.Many2one(
        "after.sales.unit", required=True, ondelete="cascade", index=True, readonly=True
    )
    company_id = fields.Many2one(
        "res.company",
        related="unit_id.company_id",
        store=True,
        precompute=True,
        index=True,
    )
    reason = fields.Selection(
        [
            ("misuse", "Misuse"),
            ("opened", "Opened by others"),
            ("force_majeure", "Force majeure"),
            ("other", "Other"),
        ],
        required=True,
        readonly=True,
    )
    note = fields.Text(string="What Happened", required=True, readonly=True)
    attachment_ids = fields.Many2many("ir.attachment", string="Evidence", readonly=True)
    date_voided = fields.Datetime(
        string="Voided on", default=lambda self: fields.Datetime.now(), readonly=True
    )
    user_id = fields.Many2one("res.users", string="Voided by", readonly=True)
    date_restored = fields.Datetime(string="Restored on", readonly=True)
    restored_by_id = fields.Many2one("res.users", string="Restored by", readonly=True)
    restore_note = fields.Text(string="Why Restored", readonly=True)
