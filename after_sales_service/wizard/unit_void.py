from odoo import fields, models
from odoo.exceptions import UserError


class AfterSalesUnitVoid(models.TransientModel):
    """Asks for reason and evidence before a unit loses its cover, or gets it back."""

    _name = "after.sales.unit.void"
    _description = "Void or Restore Covers"

    unit_id = fields.Many2one("after.sales.unit", required=True)
    is_cover_void = fields.Boolean(related="unit_id.is_cover_void")
    reason = fields.Selection(
        selection=lambda self: (
            self.env["after.sales.cover.voiding"]
            ._fields["reason"]
            ._description_selection(self.env)
        )
    )
    note = fields.Text(string="What Happened", required=True)
    evidence = fields.Binary(string="Evidence (Photo or Document)")
    evidence_name = fields.Char()

    def action_apply(self):
        self.ensure_one()
        if not self.is_cover_void and not (self.reason and self.evidence):
            raise UserError(
                self.env._(
                    "Give the reason and add a photo or document as evidence: the "
                    "customer may ask for it."
                )
            )
        self.unit_id._void_covers(self.reason, self.note, self._create_attachment())
        return {"type": "ir.actions.act_window_close"}

    def action_restore(self):
        self.ensure_one()
        self.unit_id._restore_covers(self.note)
        return {"type": "ir.actions.act_window_close"}

    def _create_attachment(self):
        return self.env["ir.attachment"].create(
            {
                "name": self.evidence_name or self.env._("Evidence"),
                "datas": self.evidence,
                "res_model": "after.sales.unit",
                "res_id": self.unit_id.id,
            }
        )
