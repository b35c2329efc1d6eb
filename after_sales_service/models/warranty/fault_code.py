from odoo import fields, models


class AfterSalesFaultCode(models.Model):
    """Symptoms, causes and remedies as a tree; a cause may void the cover."""

    _name = "after.sales.fault.code"
    _description = "After-Sales Fault Code"
    _parent_store = True
    _rec_names_search = ["code", "name"]
    _order = "kind, code, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True)
    kind = fields.Selection(
        [("symptom", "Symptom"), ("cause", "Cause"), ("remedy", "Remedy")],
        required=True,
    )
    parent_id = fields.Many2one("after.sales.fault.code", ondelete="restrict")
    parent_path = fields.Char(index=True)
    cover_effect = fields.Selection(
        [("keeps", "Cover stays"), ("voids", "Cover is void")],
        string="Effect on Cover",
        default="keeps",
        required=True,
    )
