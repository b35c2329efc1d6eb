from odoo import api, models
from odoo.tools import format_date
from odoo.tools.misc import formatLang


class AfterSalesDecision(models.Model):
    """The sentences of a decision, made when somebody reads them, in his language."""

    _inherit = "after.sales.decision"

    # === BUSINESS === #
    def _render_reasons(self, lang=None):
        """Return why the line is covered or paid, one sentence per line of text.

        :param str lang: code of a language; the reader's own if not given
        """
        self.ensure_one()
        decision = self.with_context(lang=lang) if lang else self
        return decision._render_reason_list(self.reasons or [])

    def _render_losers(self, lang=None):
        """Return why the other covers do not pay, one sentence per line of text."""
        self.ensure_one()
        decision = self.with_context(lang=lang) if lang else self
        return decision._render_reason_list(
            [loser for loser in self.losers or [] if loser["code"] != "other_component"]
        )

    @api.model
    def _render_reason_list(self, reasons):
        """Return the sentences of stored reasons; the same sentence only once."""
        sentences = [self._render_reason(item) for item in reasons]
        return "\n".join(dict.fromkeys(filter(None, sentences)))

    @api.model
    def _render_reason(self, reason):
        """Return one sentence in the language of the environment."""
        params = self._get_reason_params(reason.get("params") or {})
        method = getattr(self, f"_render_reason_{reason['code']}", None)
        return method(params) if method else reason["code"]

    @api.model
    def _get_reason_params(self, params):
        """Return the parameters as words: names, dates and terms in the language."""
        texts = dict(params)
        # “source” is a parameter of the translating function itself.
        texts["issuer"] = texts.pop("source", "")
        component = self.env["after.sales.component"]
        if isinstance(params.get("component"), int):
            # The sentence is for everybody who may read the decision.
            component = component.sudo().browse(params["component"]).exists()
        texts["name"] = component.name or ""
        texts["subject"] = component.name or self.env._("Whole unit")
        for key in ("date_start", "date_end"):
            texts[key] = params.get(key) and format_date(self.env, params[key])
        texts["term_text"] = self._render_term(texts)
        # “source” is the name of the first parameter of ``env._``.
        texts.pop("source", None)
        return texts

    @api.model
    def _render_term(self, texts):
        """Return “24-month motor term”, “contract SC/2026/1” or the like."""
        kind, unit = texts.get("kind"), texts.get("term_unit")
        if kind == "contract":
            return self.env._("contract %(name)s", name=texts.get("issuer") or "")
        if kind in ("campaign", "goodwill", "extension"):
            kinds = self.env["after.sales.cover"]._fields["kind"]
            label = dict(kinds._description_selection(self.env))[kind]
            issuer = texts.get("issuer")
            return f"{label} {issuer}" if issuer else label
        values = {
            "term": texts.get("term") or 0,
            "name": _lower_first(texts["name"]) or self.env._("unit"),
        }
        if kind == "repair" and texts.get("issuer"):
            return self.env._(
                "%(term)s-day repair warranty of %(issuer)s",
                issuer=texts["issuer"],
                **values,
            )
        if kind == "repair":
            return self.env._("%(term)s-day repair warranty", **values)
        if kind == "replaced_part":
            return self.env._("warranty of the replaced part")
        if unit == "month":
            return self.env._("%(term)s-month %(name)s term", **values)
        if unit == "year":
            return self.env._("%(term)s-year %(name)s term", **values)
        if unit == "day":
            return self.env._("%(term)s-day %(name)s term", **values)
        return self.env._("warranty")

    @api.model
    def _render_reason_covered(self, texts):
        if not texts["date_end"]:
            return self.env._("%(subject)s: covered by the %(term_text)s", **texts)
        return self.env._(
            "%(subject)s: covered until %(date_end)s by the %(term_text)s", **texts
        )

    @api.model
    def _render_reason_partly(self, texts):
        return self.env._(
            "%(share)s %% are covered, the customer pays the other %(rest)s %%",
            share=f"{texts['share']:g}",
            rest=f"{texts['rest']:g}",
        )

    @api.model
    def _render_reason_split(self, texts):
        return self.env._(
            "%(subject)s: %(hours)s of the standard hours, %(share)s %% covered",
            subject=texts["subject"],
            hours=f"{texts['hours']:g}",
            share=f"{texts['share']:g}",
        )

    @api.model
    def _render_reason_expired(self, texts):
        if texts.get("term") and texts.get("kind") == "product":
            short = self._render_short_term(texts)
            return self.env._(
                "%(subject)s: the %(short)s term ended on %(date_end)s",
                short=short,
                **texts,
            )
        return self.env._(
            "%(subject)s: the %(term_text)s ended on %(date_end)s", **texts
        )

    @api.model
    def _render_short_term(self, texts):
        if texts.get("term_unit") == "year":
            return self.env._("%(term)s-year", term=texts["term"])
        if texts.get("term_unit") == "day":
            return self.env._("%(term)s-day", term=texts["term"])
        return self.env._("%(term)s-month", term=texts["term"])

    @api.model
    def _render_reason_starts_later(self, texts):
        return self.env._(
            "%(subject)s: the %(term_text)s starts only on %(date_start)s", **texts
        )

    @api.model
    def _render_reason_not_started(self, texts):
        return self.env._(
            "%(subject)s: the %(term_text)s has not started, its date is missing",
            **texts,
        )

    @api.model
    def _render_reason_wearing(self, texts):
        return self.env._("%(subject)s: wearing part, not covered", **texts)

    @api.model
    def _render_reason_excluded(self, texts):
        return self.env._("%(subject)s: excluded from the warranty", **texts)

    @api.model
    def _render_reason_void(self, texts):
        return self.env._("%(subject)s: the cover of this unit was voided", **texts)

    @api.model
    def _render_reason_tampered(self, texts):
        return self.env._("%(subject)s: opened by others, the cover is lost", **texts)

    @api.model
    def _render_reason_cause_voids(self, texts):
        # The sentence is for everybody who may read the decision.
        cause = self.env["after.sales.fault.code"].sudo().browse(texts.get("cause"))
        return self.env._(
            "%(subject)s: “%(cause)s” is not covered",
            subject=texts["subject"],
            cause=cause.exists().name or "",
        )

    @api.model
    def _render_reason_meter(self, texts):
        return self.env._(
            "%(subject)s: the meter reads %(meter)s, the limit of the "
            "%(term_text)s is %(limit)s",
            subject=texts["subject"],
            term_text=texts["term_text"],
            meter=f"{texts['meter']:g}",
            limit=f"{texts['meter_limit']:g}",
        )

    @api.model
    def _render_reason_cost_class(self, texts):
        return self.env._(
            "%(subject)s: the %(term_text)s does not cover this kind of cost", **texts
        )

    @api.model
    def _render_reason_quota(self, texts):
        """Return “4 of 4 visits used” or the like."""
        if texts.get("quota") in ("visits", "hours") and texts.get("total"):
            used = f"{texts['total'] - texts['left']:g}"
            values = texts | {"used": used, "total": f"{texts['total']:g}"}
            if texts["quota"] == "visits":
                return self.env._(
                    "%(subject)s: %(used)s of %(total)s visits of the %(term_text)s "
                    "are used",
                    **values,
                )
            return self.env._(
                "%(subject)s: %(used)s of %(total)s hours of the %(term_text)s are "
                "used",
                **values,
            )
        if texts.get("quota") == "amount" and texts.get("total"):
            return self.env._(
                "%(subject)s: the %(total)s for parts of the %(term_text)s are used",
                **texts | {"total": formatLang(self.env, texts["total"])},
            )
        return self.env._(
            "%(subject)s: the quota of the %(term_text)s is used up", **texts
        )

    @api.model
    def _render_reason_quota_partly(self, texts):
        """Return “of 500.00 for parts 120.00 were left”."""
        is_amount = texts["quota"] == "amount"
        for key in ("left", "total"):
            value = texts[key] or 0.0
            texts[key] = formatLang(self.env, value) if is_amount else f"{value:g}"
        if not texts["total"] or texts["total"] == "0":
            return self._render_quota_left(texts)
        if is_amount:
            return self.env._(
                "%(subject)s: of %(total)s for parts %(left)s were left in the "
                "%(term_text)s",
                **texts,
            )
        return self.env._(
            "%(subject)s: of %(total)s hours %(left)s were left in the %(term_text)s",
            **texts,
        )

    @api.model
    def _render_quota_left(self, texts):
        if texts["quota"] == "amount":
            return self.env._(
                "%(subject)s: %(left)s for parts were left in the %(term_text)s",
                **texts,
            )
        return self.env._(
            "%(subject)s: %(left)s hours were left in the %(term_text)s", **texts
        )

    @api.model
    def _render_reason_other_component(self, texts):
        return self.env._(
            "%(subject)s: the %(term_text)s is for something else", **texts
        )

    @api.model
    def _render_reason_other_fault(self, texts):
        return self.env._(
            "%(subject)s: the %(term_text)s was given for another fault", **texts
        )

    @api.model
    def _render_reason_other_symptom(self, texts):
        return self.env._(
            "%(subject)s: the %(term_text)s is for another fault", **texts
        )

    @api.model
    def _render_reason_own_repair(self, texts):
        return self.env._(
            "%(subject)s: the %(term_text)s comes from this very order and holds for "
            "the next one",
            **texts,
        )

    @api.model
    def _render_reason_lower_rank(self, texts):
        return self.env._("%(subject)s: the %(term_text)s was not needed", **texts)

    @api.model
    def _render_reason_no_cover(self, texts):
        return self.env._("%(subject)s: no cover", **texts)

    @api.model
    def _render_reason_never_covered(self, texts):
        return self.env._("Fees are never covered")

    @api.model
    def _render_reason_internal(self, texts):
        return self.env._("Our own administrative work")


def _lower_first(name):
    """Return “motor” for “Motor”, but leave “PLC” and “LED driver” alone."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name
