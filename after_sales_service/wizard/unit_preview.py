from odoo import api, fields, models

from ..models.warranty.cover import SHARES


class AfterSalesUnitPreview(models.TransientModel):
    """Shows what would be covered on a day, before there is any order."""

    _name = "after.sales.unit.preview"
    _description = "Preview of Cover"

    unit_id = fields.Many2one("after.sales.unit", required=True)
    date = fields.Date(string="Fault on", default=fields.Date.context_today)
    cause_id = fields.Many2one(
        "after.sales.fault.code", domain=[("kind", "=", "cause")]
    )
    is_tampered = fields.Boolean(string="Opened by Others")
    table = fields.Html(compute="_compute_table", sanitize=False)

    @api.depends("unit_id", "date", "cause_id", "is_tampered")
    @api.depends_context("lang")
    def _compute_table(self):
        for preview in self:
            preview.table = self.env["ir.qweb"]._render(
                "after_sales_service.after_sales_unit_preview_table",
                {"classes": preview._get_classes(), "rows": preview._get_rows()},
            )

    def _get_classes(self):
        cover = self.env["after.sales.cover"]
        return [
            cover._fields[fname]._description_string(self.env)
            for fname in SHARES.values()
        ]

    def _get_rows(self):
        render = self.env["after.sales.decision"]._render_reason_list
        if not self.unit_id:
            return []
        rows = []
        for row in self.unit_id._get_cover_preview(
            self.date, self.cause_id, self.is_tampered
        ):
            decisions = list(row["decisions"].values())
            reasons = [
                reason.to_json()
                for decision in decisions[:2]
                for reason in decision.reasons
            ]
            rows.append(
                {
                    "name": row["component"].name or self.env._("Whole unit"),
                    "shares": [f"{decision.share:g} %" for decision in decisions],
                    "is_covered": any(decision.share for decision in decisions),
                    "reason": render(reasons),
                }
            )
        return rows
