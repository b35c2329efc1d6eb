from dataclasses import replace

from odoo import api, models


class AfterSalesCover(models.Model):
    """A repair warranty may hold for the same fault only: the rule is told which."""

    _inherit = "after.sales.cover"

    # === BUSINESS === #
    def _get_candidate(self):
        candidate = super()._get_candidate()
        return replace(candidate, symptom_id=self.symptom_id.id or 0)

    @api.model
    def _get_line_facts(self, facts, book):
        line_facts = super()._get_line_facts(facts, book)
        return replace(line_facts, symptom_id=facts.get("symptom_id") or 0)


class AfterSalesDecision(models.Model):
    _inherit = "after.sales.decision"

    # === BUSINESS === #
    @api.model
    def _render_reason_other_fault(self, texts):
        return self.env._(
            "%(subject)s: the %(term_text)s is for another fault", **texts
        )
