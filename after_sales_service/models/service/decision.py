from odoo import api, fields, models


class AfterSalesDecision(models.Model):
    _inherit = "after.sales.decision"

    order_line_id = fields.Many2one(
        "after.sales.order.line", ondelete="cascade", index="btree_not_null"
    )

    @api.model
    def _store(self, lines, decisions, facts_list):
        """Keep a row for each line whose decision differs from the one that holds.

        :param lines: service order lines
        :param list decisions: a ``rules.coverage.Decision`` per line, same order
        :param list facts_list: the facts of each line, same order
        :return: ``{line: row}``, the new or the unchanged row
        :rtype: dict
        """
        rows, new_lines, vals_list = {}, [], []
        for line, decision, facts in zip(lines, decisions, facts_list, strict=True):
            vals = self._prepare_row_vals(line, decision, facts)
            kept = (line.decision_id | line.proposed_decision_id).filtered(
                lambda row, vals=vals: row._says(vals)
            )
            if kept:
                rows[line] = kept[0]
            else:
                new_lines.append(line)
                vals_list.append(vals)
        # Nobody has the right to write decisions: the server does, from facts.
        rows.update(zip(new_lines, self.sudo().create(vals_list), strict=True))
        return rows

    def _says(self, vals):
        """Tell whether this row holds the same result for the same reasons."""
        self.ensure_one()
        return (
            not self.is_override
            and self.category == vals["category"]
            and abs(self.share - vals["share"]) < 0.005
            and self.cover_id.id == (vals["cover_id"] or False)
            and self.reasons == vals["reasons"]
        )

    @api.model
    def _prepare_row_vals(self, line, decision, facts):
        """Return the values of the row that keeps ``decision``. To be extended."""
        return decision.to_vals() | {
            "company_id": line.company_id.id,
            "unit_id": line.order_id.unit_id.id,
            "order_line_id": line.id,
            "facts": facts | {"date": fields.Date.to_string(facts["date"])},
        }
