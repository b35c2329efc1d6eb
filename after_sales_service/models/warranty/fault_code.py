from odoo import api, fields, models
from odoo.exceptions import ValidationError


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
    parent_id = fields.Many2one(
        "after.sales.fault.code", string="Belongs to", ondelete="restrict"
    )
    parent_path = fields.Char(index=True)
    cover_effect = fields.Selection(
        [("keeps", "Cover stays"), ("voids", "Cover is void")],
        string="Effect on Cover",
        default="keeps",
        required=True,
    )

    _code_unique = models.UniqueIndex(
        "(kind, code, COALESCE(company_id, 0))",
        "This code exists already for the same kind. Choose another code.",
    )

    # === COMPUTES === #
    @api.depends("code", "name")
    def _compute_display_name(self):
        for fault in self:
            fault.display_name = f"{fault.code} {fault.name}"

    # === CONSTRAINS === #
    @api.constrains("parent_id", "kind")
    def _check_parent(self):
        if self._has_cycle():
            raise ValidationError(
                self.env._("A fault code cannot belong to itself. Choose another one.")
            )
        for fault in self:
            if fault.parent_id and fault.parent_id.kind != fault.kind:
                raise ValidationError(
                    self.env._(
                        "“%(code)s” belongs to a code of another kind. Put symptoms "
                        "under symptoms, causes under causes, remedies under remedies.",
                        code=fault.display_name,
                    )
                )
