import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date


class AfterSalesUnit(models.Model):
    _inherit = "after.sales.unit"

    cover_timeline = fields.Json(
        string="Timeline of Covers",
        compute="_compute_cover_timeline",
        # Portal and accounting see the same picture without a right on covers.
        compute_sudo=True,
    )
    public_token = fields.Char(copy=False, groups="base.group_system")

    # === COMPUTES === #
    @api.depends(
        "cover_ids.date_start",
        "cover_ids.date_last",
        "cover_ids.is_void",
        "cover_ids.is_excluded",
        "component_ids.is_current",
    )
    @api.depends_context("lang")
    def _compute_cover_timeline(self):
        today = fields.Date.context_today(self)
        for unit in self:
            unit.cover_timeline = unit._get_timeline(today)

    # === BUSINESS === #
    def _get_timeline(self, today):
        """Return the covers as rows of bars; places are percent of the whole width.

        :return: ``{"today", "ticks": [{"label", "left"}], "rows": [{"label",
            "note", "segments": [{"left", "width", "state", "title"}]}]}``
        """
        self.ensure_one()
        covers = self.cover_ids.filtered(lambda cover: cover.unit_id)
        first, last = self._get_timeline_range(covers, today)
        days = (last - first).days or 1

        def place(day):
            return round(100 * (min(max(day, first), last) - first).days / days, 2)

        return {
            "today": place(today),
            "today_label": format_date(self.env, today),
            "ticks": [
                {
                    "label": str(year),
                    "left": place(fields.Date.to_date(f"{year}-01-01")),
                }
                for year in range(first.year + 1, last.year + 1)
            ],
            "rows": [
                {
                    "label": label,
                    "note": self._get_timeline_note(row),
                    # Drawn one over the other: what holds today comes last, on top.
                    "segments": sorted(
                        (
                            cover._get_segment(place, last, today)
                            for cover in row
                            if cover.date_start and not cover.is_excluded
                        ),
                        key=lambda bar: (bar["state"] == "running", -bar["width"]),
                    ),
                }
                for label, row in self._get_timeline_rows(covers)
            ],
        }

    def _get_timeline_range(self, covers, today):
        dates = [today, *covers.mapped("date_start"), *covers.mapped("date_last")]
        dates = [day for day in dates if day]
        margin = max(timedelta(days=15), (max(dates) - min(dates)) * 0.04)
        return min(dates) - margin, max(dates) + margin

    def _get_timeline_rows(self, covers):
        """Return ``[(label, covers)]``: whole unit, components, then contracts."""
        rows = {}
        for cover in covers.sorted(
            lambda cover: (
                cover.kind == "contract",
                cover.component_id.sequence if cover.component_id else -1,
                cover.component_id.id or 0,
                str(cover.date_start or ""),
                cover.id,
            )
        ):
            label = cover._get_subject()
            if cover.kind == "contract":
                label = cover.contract_line_id.contract_id.name or cover.origin
            rows.setdefault(label, self.env["after.sales.cover"])
            rows[label] |= cover
        return list(rows.items())

    def _get_timeline_note(self, covers):
        """Return what is to say about a row that no bar can show."""
        shown = covers.filtered(lambda cover: not cover.is_excluded)
        if covers and not shown:
            if any(covers.component_id.mapped("is_wearing")):
                return self.env._("Wearing part, not covered")
            return self.env._("Excluded from the warranty")
        if any(not cover.date_start for cover in shown):
            return self.env._("Waiting for the event it starts with")
        return ""

    # === BUSINESS: certificate === #
    def _get_public_url(self):
        """Return the address behind the QR code; who has it sees no owner."""
        self.ensure_one()
        # Whoever may print need not write; the token is made on first use. It is not
        # the portal's token: that one opens the owner's page.
        unit = self.sudo()
        if not unit.public_token:
            unit.public_token = secrets.token_urlsafe(24)
        path = f"/after-sales/warranty/{self.id}/{unit.public_token}"
        return f"{self.get_base_url()}{path}"

    def _get_masked_serial(self):
        """Return the serial number with only its last four characters."""
        self.ensure_one()
        return "•" * max(0, len(self.name) - 4) + self.name[-4:]

    def _get_certificate_rows(self):
        """Return the covers as texts, those that ended before today left out."""
        self.ensure_one()
        today = fields.Date.context_today(self)
        # The certificate is for the customer, who has no right on covers.
        covers = self.sudo().cover_ids.filtered(
            lambda cover: not cover.date_last or cover.date_last >= today
        )
        return [cover._get_certificate_row(today) for cover in covers]


class AfterSalesCover(models.Model):
    _inherit = "after.sales.cover"

    def _get_state(self, today):
        """Return ``void``, ``ended``, ``later`` or ``running``."""
        self.ensure_one()
        if self.is_void:
            return "void"
        if self.date_last and self.date_last < today:
            return "ended"
        return "later" if self.date_start > today else "running"

    def _get_segment(self, place, last, today):
        """Return the bar of the cover with the sentence that explains it."""
        self.ensure_one()
        left, right = place(self.date_start), place(self.date_last or last)
        return {
            "left": left,
            "width": max(round(right - left, 2), 0.5),
            "state": self._get_state(today),
            "kind": self.kind,
            "title": self._get_sentence(today),
        }

    def _get_sentence(self, today):
        """Return the cover in one sentence, in the reader's language."""
        self.ensure_one()
        state = self._get_state(today)
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        values = {
            "subject": self._get_subject(),
            "kind": kinds[self.kind],
            "start": format_date(self.env, self.date_start),
            "end": format_date(self.env, self.date_last) if self.date_last else "…",
        }
        if state == "void":
            return self.env._("%(subject)s: %(kind)s, void", **values)
        if state == "ended":
            return self.env._("%(subject)s: %(kind)s, ended on %(end)s", **values)
        if state == "later":
            return self.env._(
                "%(subject)s: %(kind)s, starts on %(start)s, until %(end)s", **values
            )
        return self.env._("%(subject)s: %(kind)s, covered until %(end)s", **values)

    def _get_certificate_row(self, today):
        """Return what the certificate says about the cover, as texts."""
        self.ensure_one()
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        text = kinds[self.kind]
        if self.is_excluded:
            text = self.env._("Not covered")
        elif self.is_void:
            text = self.env._("Void")
        elif not self.date_start:
            text = self.env._("Waiting for the event it starts with")
        has_dates = self.date_start and not self.is_excluded
        return {
            "subject": self._get_subject(),
            "text": text,
            "start": has_dates and format_date(self.env, self.date_start) or "",
            "end": has_dates
            and self.date_last
            and format_date(self.env, self.date_last)
            or "",
        }
