from odoo import api, fields, models


class AfterSalesDecision(models.Model):
    _inherit = "after.sales.decision"

    order_line_id = fields.Many2one(
        "after.sales.order.line",
        string="Service Line",
        ondelete="cascade",
        index="btree_not_null",
    )
    order_id = fields.Many2one(related="order_line_id.order_id", string="Service Order")
    decision_text = fields.Char(string="Decision", compute="_compute_decision_text")
    change_text = fields.Text(
        string="What Changed",
        compute="_compute_change_text",
        help="Facts and result that differ from the decision before.",
    )

    # === COMPUTES === #
    @api.depends("category", "share")
    @api.depends_context("lang")
    def _compute_decision_text(self):
        line = self.env["after.sales.order.line"]
        for decision in self:
            decision.decision_text = line._get_decision_label(
                decision.category, decision.share
            )

    @api.depends("facts", "reasons", "category", "share")
    @api.depends_context("lang")
    def _compute_change_text(self):
        """Compare each row with the one before it on the same line, in one query."""
        before = {}
        rows = self.search([("order_line_id", "in", self.order_line_id.ids)])
        for row in rows.sorted("id"):
            before.setdefault(row.order_line_id, []).append(row)
        for decision in self:
            older = [
                row
                for row in before.get(decision.order_line_id, ())
                if row.id < (decision._origin.id or 0)
            ]
            decision.change_text = decision._render_changes(older[-1:])

    def _render_changes(self, older):
        """Return what this row changed, one sentence per line of text."""
        self.ensure_one()
        if not older:
            return self.env._("First decision")
        before = older[0]
        changes = self._get_changes(before)
        if before.decision_text != self.decision_text:
            changes.append(
                self.env._(
                    "Decision: %(old)s → %(new)s",
                    old=before.decision_text,
                    new=self.decision_text,
                )
            )
        elif not changes:
            changes.append(self.env._("Other covers, the same result"))
        return "\n".join(changes)

    # === BUSINESS === #
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
                lambda row, vals=vals: row._says(vals) and row._saw(vals)
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
            and self.payer_id.id == vals["payer_id"]
            and self.reasons == vals["reasons"]
        )

    def _saw(self, vals):
        """Tell whether this row was made from the same covers and draws alike."""
        self.ensure_one()
        # Rows from before 19.0.1.1 know neither.
        return (
            self.ranking is None
            or self.ranking is False
            or (
                self.losers == vals["losers"]
                and self.ranking == vals["ranking"]
                and (self.draws or []) == vals["draws"]
            )
        )

    def _is_same_result(self, other):
        """Tell whether ``other`` comes to the same for customer and ledger."""
        self.ensure_one()
        return (
            not self.is_override
            and self.category == other.category
            and abs(self.share - other.share) < 0.005
            and self.cover_id.kind == other.cover_id.kind
        )

    @api.model
    def _prepare_row_vals(self, line, decision, facts):
        """Return the values of the row that keeps ``decision``. To be extended."""
        cover = self.env["after.sales.cover"].browse(decision.cover_id or ())
        return decision.to_vals() | {
            # Who stands behind a cover does not depend on what the user may read.
            "payer_id": cover.sudo().backer_id.id,
            "company_id": line.company_id.id,
            "unit_id": line.order_id.unit_id.id,
            "order_line_id": line.id,
            "facts": facts | {"date": fields.Date.to_string(facts["date"])},
        }
