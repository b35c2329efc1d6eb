from odoo import api, models

SHARES = {
    "part": "share_part",
    "labour": "share_labour",
    "travel": "share_travel",
    "freight": "share_freight",
    "third_party": "share_third_party",
}
TERM_UNITS = [("day", "Days"), ("month", "Months"), ("year", "Years")]
METER_UNITS = [("hour", "Hours"), ("km", "Kilometres"), ("cycle", "Cycles")]


class AfterSalesTerm(models.AbstractModel):
    """How long something is covered and how much of it: policy, extension, cover.

    Who inherits has the fields ``term``, ``term_unit``, ``meter_limit``,
    ``meter_unit`` and the shares; ``is_excluded`` is optional.
    """

    _name = "after.sales.term"
    _description = "Term of a Warranty"

    # === BUSINESS === #
    def _get_length_text(self):
        """Return “24 months or 2,000 hours” in the reader's language."""
        self.ensure_one()
        if "is_excluded" in self._fields and self.is_excluded:
            return self.env._("excluded")
        texts = {
            "day": self.env._("%(count)s days", count=self.term),
            "month": self.env._("%(count)s months", count=self.term),
            "year": self.env._("%(count)s years", count=self.term),
        }
        calendar = texts[self.term_unit or "month"] if self.term else ""
        meter = self._get_meter_text()
        if calendar and meter:
            return self.env._(
                "%(calendar)s or %(meter)s, whichever ends first",
                calendar=calendar,
                meter=meter,
            )
        return calendar or meter

    def _get_meter_text(self):
        if self.meter_limit <= 0:
            return ""
        limit = f"{self.meter_limit:,.0f}"
        return {
            "hour": self.env._("%(limit)s hours", limit=limit),
            "km": self.env._("%(limit)s km", limit=limit),
            "cycle": self.env._("%(limit)s cycles", limit=limit),
        }[self.meter_unit or "hour"]

    def _get_terms_text(self):
        """Return length and shares in one line, in the reader's language."""
        self.ensure_one()
        if "is_excluded" in self._fields and self.is_excluded:
            return self.env._("excluded")
        shares = self._render_shares(self._get_share_values())
        return ", ".join(filter(None, (self._get_length_text(), shares)))

    @api.model
    def _render_shares(self, shares):
        """Return “part 100 %, labour 50 %” in the reader's language.

        :param dict shares: ``{field of a share: percent}``; what is 0 is not named
        """
        names = {
            "share_part": self.env._("part"),
            "share_labour": self.env._("labour"),
            "share_travel": self.env._("travel"),
            "share_freight": self.env._("freight"),
            "share_third_party": self.env._("third party"),
        }
        return ", ".join(
            self.env._("%(what)s %(share)s %%", what=name, share=f"{shares[fname]:g}")
            for fname, name in names.items()
            if shares.get(fname)
        )

    def _get_share_values(self):
        """Return the shares as ``{field: percent}``."""
        self.ensure_one()
        return {fname: self[fname] for fname in SHARES.values()}
