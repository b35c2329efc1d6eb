from odoo import api, fields, models
from odoo.tools import format_date, format_list

from .cover import SHARES


class AfterSalesCover(models.Model):
    """The cover in words: for screens, certificates and the customer's pages."""

    _inherit = "after.sales.cover"

    sentence = fields.Text(
        string="In Words", compute="_compute_sentence", compute_sudo=True
    )
    policy_id = fields.Many2one(
        related="policy_line_id.policy_id",
        string="Warranty Policy",
        store=True,
        precompute=True,
        index="btree_not_null",
    )
    contract_id = fields.Many2one(
        related="contract_line_id.contract_id",
        string="Service Contract",
        store=True,
        precompute=True,
        index="btree_not_null",
    )

    unit_name = fields.Char(related="unit_id.name", string="Serial Number")
    sibling_ids = fields.Many2many(
        "after.sales.cover",
        string="Other Covers of the Same Component",
        compute="_compute_sibling_ids",
    )
    voiding_ids = fields.One2many(related="unit_id.voiding_ids", string="Voidings")

    # === COMPUTES === #
    @api.depends("unit_id.cover_ids", "component_id", "component_class")
    def _compute_sibling_ids(self):
        for cover in self:
            cover.sibling_ids = cover.unit_id.cover_ids.filtered(
                lambda other, cover=cover: (
                    other != cover._origin
                    and other.component_id == cover.component_id
                    and other.component_class == cover.component_class
                )
            )

    @api.depends(
        "component_id",
        "component_class",
        "kind",
        "date_start",
        "date_last",
        "is_excluded",
        "is_void",
        "term",
        "term_unit",
        "meter_limit",
        *SHARES.values(),
    )
    @api.depends_context("lang", "tz")
    def _compute_sentence(self):
        today = fields.Date.context_today(self)
        for cover in self:
            lines = [cover._get_sentence(today), *cover._get_details()]
            cover.sentence = "\n".join(lines)

    # === ACTIONS === #
    def action_view_unit(self):
        """Open the unit that is covered."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "after.sales.unit",
            "res_id": self.unit_id.id,
            "view_mode": "form",
        }

    # === BUSINESS === #
    def _get_state(self, today):
        """Tell how far the cover is.

        :return: ``excluded``, ``void``, ``waiting``, ``ended``, ``later``, ``running``
        """
        self.ensure_one()
        if self.is_excluded:
            return "excluded"
        if self.is_void:
            return "void"
        if not self.date_start:
            return "waiting"
        if self.date_last and self.date_last < today:
            return "ended"
        return "later" if self.date_start > today else "running"

    def _get_sentence(self, today, subject=None):
        """Return the cover in one sentence, in the reader's language.

        :param date today: the day as whose state the cover is told
        :param str subject: what to call the covered thing; its own name if not given
        """
        self.ensure_one()
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        values = {
            "subject": subject or self._get_subject(),
            "kind": kinds[self.kind],
            "start": self._format_day(self.date_start),
            "end": self._format_day(self.date_last),
        }
        state = self._get_state(today)
        if state == "running" and not self.date_last:
            state = "endless"
        return getattr(self, f"_get_sentence_{state}")(values)

    def _get_sentence_excluded(self, values):
        if self.component_id.is_wearing:
            return self.env._("%(subject)s: wearing part, not covered", **values)
        return self.env._("%(subject)s: excluded from the warranty", **values)

    def _get_sentence_void(self, values):
        return self.env._("%(subject)s: %(kind)s, void", **values)

    def _get_sentence_waiting(self, values):
        return self.env._(
            "%(subject)s: %(kind)s, waiting for the event it starts with", **values
        )

    def _get_sentence_ended(self, values):
        return self.env._("%(subject)s: %(kind)s, ended on %(end)s", **values)

    def _get_sentence_later(self, values):
        if not self.date_last:
            return self.env._("%(subject)s: %(kind)s, starts on %(start)s", **values)
        return self.env._(
            "%(subject)s: %(kind)s, starts on %(start)s, until %(end)s", **values
        )

    def _get_sentence_endless(self, values):
        return self.env._("%(subject)s: %(kind)s, covered without end", **values)

    def _get_sentence_running(self, values):
        return self.env._("%(subject)s: %(kind)s, covered until %(end)s", **values)

    def _get_details(self):
        """Return the sentences below the first one. Meant to be extended.

        :return: a list of texts: which days, what is paid, what else ends it, and
            what made the cover; empty where nothing is promised
        """
        self.ensure_one()
        if self.is_excluded:
            return []
        details = [self._get_period_text(), *self._get_share_texts()]
        if self.meter_limit:
            details.append(
                self.env._(
                    "It ends earlier if the meter reads more than %(limit)s.",
                    limit=f"{self.meter_limit:g}",
                )
            )
        part = self.unit_component_id
        if self.kind == "replaced_part" and (part.serial or part.product_id):
            details.append(
                self.env._(
                    "For the part fitted then: %(part)s.",
                    part=" ".join(
                        filter(None, (part.product_id.name, part.serial or ""))
                    ),
                )
            )
        if self.origin:
            details.append(self.env._("From: %(origin)s.", origin=self.origin))
        return [detail for detail in details if detail]

    def _get_period_text(self):
        """Return “24 months, from … to …, both days included.” or the like."""
        if not self.date_start:
            return ""
        values = {
            "start": self._format_day(self.date_start),
            "end": self._format_day(self.date_last),
            "term": self._get_term_text(),
        }
        if not self.date_last:
            return self.env._("From %(start)s on, without end.", **values)
        if self.date_closed and self.date_last == self.date_closed:
            return self.env._("From %(start)s, ended early on %(end)s.", **values)
        if values["term"]:
            return self.env._(
                "%(term)s: from %(start)s to %(end)s, both days included.", **values
            )
        return self.env._("From %(start)s to %(end)s, both days included.", **values)

    def _get_term_text(self):
        """Return “24 months” or the like, ``""`` for a cover without a term."""
        if not self.term:
            return ""
        if self.term_unit == "day":
            return self.env._("%(term)s days", term=self.term)
        if self.term_unit == "year":
            return self.env._("%(term)s years", term=self.term)
        return self.env._("%(term)s months", term=self.term)

    def _get_share_texts(self):
        """Return one sentence per share: what is paid in full, what in part."""
        names = self._get_share_names()
        shares = {}
        for cost_class, fname in SHARES.items():
            if self[fname]:
                shares.setdefault(self[fname], []).append(names[cost_class])
        return [
            self.env._(
                "We pay %(share)s %% of %(what)s.",
                share=f"{share:g}",
                what=format_list(self.env, what),
            )
            for share, what in sorted(shares.items(), reverse=True)
        ]

    def _get_share_names(self):
        return {
            "part": self.env._("parts"),
            "labour": self.env._("labour"),
            "travel": self.env._("travel"),
            "freight": self.env._("freight"),
            "third_party": self.env._("work of third parties"),
        }

    def _format_day(self, day):
        return format_date(self.env, day) if day else ""

    def _get_certificate_row(self, today):
        """Return what the certificate says about the cover, as texts.

        :return: ``{"subject", "text", "start", "end", "details"}``
        """
        self.ensure_one()
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        texts = {
            "excluded": self.env._("Not covered"),
            "void": self.env._("Void"),
            "waiting": self.env._("Waiting for the event it starts with"),
        }
        has_dates = self.date_start and not self.is_excluded
        return {
            "subject": self._get_subject(),
            "text": texts.get(self._get_state(today), kinds[self.kind]),
            "start": has_dates and self._format_day(self.date_start) or "",
            "end": has_dates and self._format_day(self.date_last) or "",
            "details": [] if self.is_excluded else self._get_share_texts(),
        }
