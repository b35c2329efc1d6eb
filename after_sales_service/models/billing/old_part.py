from odoo import fields, models


class StockMove(models.Model):
    _inherit = "stock.move"

    after_sales_claim_line_id = fields.Many2one(
        "after.sales.supplier.claim.line",
        string="Supplier Claim Line",
        index="btree_not_null",
        copy=False,
    )


class AfterSalesOldPart(models.Model):
    """The old part as proof of a claim, and its answer as the claim's."""

    _inherit = "after.sales.old.part"

    # === BUSINESS === #
    def _move_to(self, state, **vals):
        result = super()._move_to(state, **vals)
        if state in ("analysed", "supplier", "disposed", "written_off"):
            # Its place and finding are facts of the verdict, whoever noted them.
            self.sudo().order_id._judge_recovery()
        return result

    def _get_claim_line(self):
        """Return the claimed line of the part, in superuser mode; empty if none."""
        self.ensure_one()
        # The desk answers for the part; the claim takes its answer over.
        lines = self.sudo().order_line_id.supplier_claim_line_ids
        return lines.filtered(lambda line: line.claim_id.state == "sent")

    def _do_supplier_answer(self):
        """Write the manufacturer's answer on the claim; credits come by the claim."""
        line = self._get_claim_line()
        picking = False
        if not (line and self.supplier_answer == "credited"):
            picking = super()._do_supplier_answer()
        if line:
            line.write(self._prepare_claim_answer_vals(line))
        return picking

    def _prepare_claim_answer_vals(self, line):
        """Return the answer on the claim's line that the desk's answer means."""
        self.ensure_one()
        note = self.supplier_note or dict(
            self._fields["supplier_answer"]._description_selection(self.env)
        ).get(self.supplier_answer)
        if self.supplier_answer == "replaced":
            return {"answer": "replaced"}
        if self.supplier_answer != "credited":
            return {"answer": "refused", "refuse_reason": note}
        credit = self.supplier_credit
        if not credit or line.currency_id.compare_amounts(credit, line.amount) >= 0:
            return {"answer": "accepted"}
        return {"answer": "partly", "amount_accepted": credit, "refuse_reason": note}

    def _get_replacement_source(self, supplier):
        """Let what comes instead lower the cost: it leaves a place with an account."""
        place = self.company_id.after_sales_supplier_location_id
        return place or super()._get_replacement_source(supplier)

    def _prepare_move_vals(self, source, destination):
        vals = super()._prepare_move_vals(source, destination)
        place = self.company_id.after_sales_supplier_location_id
        if place and source == place:
            # As in _get_claim_line.
            line = self.sudo().order_line_id.supplier_claim_line_ids
            vals["after_sales_claim_line_id"] = line.id
        return vals
