from odoo import models

from .cover import SHARES

VERDICTS = [
    ("pays", "Pays"),
    ("spare", "Not needed"),
    ("expired", "Ended"),
    ("later", "Starts later"),
    ("void", "Void"),
    ("excluded", "Excluded"),
    ("quota", "Quota used"),
    ("other", "Does not fit"),
]
VERDICT_BY_CODE = {
    "lower_rank": "spare",
    "expired": "expired",
    "meter": "expired",
    "starts_later": "later",
    "not_started": "later",
    "void": "void",
    "tampered": "void",
    "cause_voids": "void",
    "wearing": "excluded",
    "excluded": "excluded",
    "quota": "quota",
}


class AfterSalesDecision(models.Model):
    """All covers that were looked at, as a table."""

    _inherit = "after.sales.decision"

    # === BUSINESS === #
    def _get_candidate_rows(self):
        """Return all covers looked at, the one that pays and the others, as ranked.

        What a loser says comes from the day of the decision, not from today.

        :return: list of dicts: ``cover_id``, ``verdict``, ``kind``, ``subject``,
            ``date_start``, ``date_end``, ``share`` (percent of this kind of cost),
            ``source``, ``reason`` (a sentence), ``is_other`` (for another component)
        """
        self.ensure_one()
        losers = {loser["cover_id"]: loser for loser in self.losers or []}
        ranking = self.ranking or [*self.cover_id.ids, *losers]
        # Which covers were looked at is for everybody who may read the decision.
        covers = self.env["after.sales.cover"].sudo().browse(ranking).exists()
        known = {cover.id: cover for cover in covers}
        return [
            self._get_loser_row(losers[cover_id], known.get(cover_id))
            if cover_id in losers
            else self._get_winner_row(known[cover_id])
            for cover_id in ranking
            if cover_id in losers or cover_id in known
        ]

    def _get_loser_row(self, loser, cover):
        params, code = loser.get("params") or {}, loser["code"]
        texts = self._get_reason_params(params)
        return {
            "cover_id": cover.id if cover else False,
            "verdict": VERDICT_BY_CODE.get(code, "other"),
            "kind": params.get("kind") or (cover.kind if cover else False),
            "subject": cover._get_subject() if cover else texts["subject"],
            "date_start": params.get("date_start"),
            "date_end": params.get("date_end"),
            "share": self._get_candidate_share(cover),
            "source": params.get("source") or "",
            "reason": self._render_reason(loser),
            "is_other": code in ("other_component", "other_fault"),
        }

    def _get_winner_row(self, cover):
        own = [
            reason
            for reason in self.reasons or []
            if reason["code"] in ("covered", "quota_partly", "partly")
            and reason["params"].get("kind", cover.kind) == cover.kind
            and reason["params"].get("date_end")
            in (None, str(cover.date_last or "") or None)
        ]
        return {
            "cover_id": cover.id,
            "verdict": "pays",
            "kind": cover.kind,
            "subject": cover._get_subject(),
            "date_start": cover.date_start,
            "date_end": cover.date_last,
            "share": self._get_candidate_share(cover),
            "source": cover.contract_line_id.contract_id.name or cover.origin or "",
            "reason": self._render_reason_list(own),
            "is_other": False,
        }

    def _get_candidate_share(self, cover):
        fname = SHARES.get((self.facts or {}).get("cost_class"))
        return cover[fname] if cover and fname else 0.0
