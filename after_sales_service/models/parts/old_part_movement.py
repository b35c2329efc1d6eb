from odoo import fields, models


class AfterSalesOldPartMovement(models.Model):
    """The ledger of old parts. Rows are added, never changed or removed."""

    _name = "after.sales.old.part.movement"
    _description = "Old Part Movement"
    _inherit = "after.sales.ledger.mixin"
    _order = "date, id"

    old_part_id = fields.Many2one(
        "after.sales.old.part", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company", related="old_part_id.company_id", store=True, index=True
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    user_id = fields.Many2one("res.users", default=lambda self: self.env.user)
    kind = fields.Selection(
        [
            ("open", "Duty opened"),
            ("receive", "Received"),
            ("analyse", "Analysed"),
            ("bench", "Put on the bench"),
            ("bench_back", "Refurbishing given up"),
            ("refurbish", "Refurbished"),
            ("supplier_out", "Sent to the manufacturer"),
            ("supplier_in", "Answer of the manufacturer"),
            ("scrap", "Scrapped"),
            ("customer", "Given to the customer"),
            ("split", "Split"),
            ("serial", "Serial number read"),
            ("write_off_asked", "Write-off asked"),
            ("write_off_refused", "Write-off refused"),
            ("write_off", "Written off"),
            ("cancel", "Cancelled"),
        ],
        required=True,
    )
    note = fields.Char()
    picking_id = fields.Many2one("stock.picking", string="Transfer")

    # === BUSINESS === #
    def _get_change_refusal(self):
        return self.env._("The ledger of old parts is never changed.")
