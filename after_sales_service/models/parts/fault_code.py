from collections import defaultdict

from odoo import fields, models

# The fields of an old part in which a fault code is named.
FOUND = ("found_cause_id", "supplier_cause_id", "supplier_remedy_id")


class AfterSalesFaultCode(models.Model):
    _inherit = "after.sales.fault.code"

    old_part_count = fields.Integer(
        string="Old Parts",
        compute="_compute_old_part_count",
        help="Analysed old parts for which the code was found, by us or by the maker.",
    )

    # === COMPUTES === #
    def _compute_old_part_count(self):
        parts = self.env["after.sales.old.part"]
        found = defaultdict(set)
        if parts.has_access("read"):
            for fname in FOUND:
                for code, ids in parts._read_group(
                    [(fname, "in", self.ids)], [fname], ["id:array_agg"]
                ):
                    found[code.id].update(ids)
        for code in self:
            code.old_part_count = len(found[code.id])

    # === ACTIONS === #
    def action_view_old_parts(self):
        """Open the old parts behind the number."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "after_sales_service.after_sales_old_part_action"
        )
        return action | {
            "domain": ["|", "|", *((fname, "=", self.id) for fname in FOUND)],
            "context": {},
        }
