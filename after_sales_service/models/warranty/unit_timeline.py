from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date

# More rows than this, and those with the same bars are shown as one.
MANY_ROWS = 8
# Of a group as small as this, every row is shown.
FEW_EQUAL = 3
MAX_TICKS = 8


class AfterSalesUnit(models.Model):
    _inherit = "after.sales.unit"

    cover_timeline = fields.Json(
        string="Timeline of Covers",
        compute="_compute_cover_timeline",
        # Portal and accounting see the same picture without a right on covers.
        compute_sudo=True,
    )

    # === COMPUTES === #
    @api.depends(
        "cover_ids.date_start",
        "cover_ids.date_last",
        "cover_ids.is_void",
        "cover_ids.is_excluded",
        "component_ids.is_current",
    )
    @api.depends_context("lang", "tz")
    def _compute_cover_timeline(self):
        today = fields.Date.context_today(self)
        for unit in self:
            unit.cover_timeline = unit._get_timeline(today)

    # === BUSINESS === #
    def _get_timeline(self, today):
        """Return the covers as rows of bars; places are percent of the whole width.

        A row whose bars cover one another has several lanes. ``rows`` of a row are
        the equal rows it stands for; it has none if it stands for itself.

        :return: ``{"today", "today_text", "ticks": [{"label", "left"}],
            "legend": [{"state", "label"}], "rows": [{"label", "note", "lanes",
            "segments": [{"id", "left", "width", "lane", "state", "kind", "text",
            "title", "details"}], "rows"}]}``
        """
        self.ensure_one()
        covers = self.cover_ids.filtered(lambda cover: cover.unit_id)
        first, last = self._get_timeline_range(covers, today)
        days = (last - first).days or 1

        def place(day):
            return round(100 * (min(max(day, first), last) - first).days / days, 2)

        groups = self._get_timeline_groups(self._get_timeline_rows(covers))
        rows = [
            self._prepare_timeline_row(label, members, place, last, today)
            for label, members in groups
        ]
        return {
            "today": place(today),
            "today_text": self.env._(
                "Today, %(day)s", day=format_date(self.env, today)
            ),
            "ticks": self._get_timeline_ticks(first, last, place),
            "legend": self._get_timeline_legend(rows),
            "rows": rows,
        }

    def _get_timeline_range(self, covers, today):
        shown = covers.filtered(lambda cover: not cover.is_excluded)
        dates = [today, *shown.mapped("date_start"), *shown.mapped("date_last")]
        dates = [day for day in dates if day]
        margin = max(timedelta(days=15), (max(dates) - min(dates)) * 0.04)
        return min(dates) - margin, max(dates) + margin

    def _get_timeline_ticks(self, first, last, place):
        """Return the beginnings of years, so many that their labels have room."""
        step = (last.year - first.year) // MAX_TICKS + 1
        ticks = [
            {"label": str(year), "left": place(fields.Date.to_date(f"{year}-01-01"))}
            for year in range(first.year + 1, last.year + 1, step)
        ]
        # At the right edge there is no room for a label.
        ticks = [tick for tick in ticks if tick["left"] < 95]
        # Room for the label of the year with which the picture begins.
        if not ticks or ticks[0]["left"] > 14:
            ticks.insert(0, {"label": str(first.year), "left": 0})
        return ticks

    def _get_timeline_legend(self, rows):
        """Return the states that occur, with their names, in a fixed order."""
        states = {bar["state"] for row in rows for bar in row["segments"]}
        return [
            {"state": state, "label": label}
            for state, label in self._get_timeline_states().items()
            if state in states
        ]

    def _get_timeline_states(self):
        """Return the names of the states a bar may have. Meant to be extended."""
        return {
            "running": self.env._("Covered"),
            "later": self.env._("Starts later"),
            "ended": self.env._("Ended"),
            "void": self.env._("Void"),
        }

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
            contract = cover.contract_line_id.contract_id
            label, key = cover._get_subject(), cover.component_id or ""
            if cover.kind == "contract":
                label, key = contract.name or cover.origin or label, contract
            rows.setdefault((label, key), self.env["after.sales.cover"])
            rows[label, key] |= cover
        return [(label, row) for (label, _key), row in rows.items()]

    def _get_timeline_groups(self, rows):
        """Put equal rows together where there are too many to be read.

        :param list rows: ``[(label, covers)]``
        :return: ``[(label, [(label, covers), …])]``, in the order of the rows
        """
        groups = {}
        for index, (label, covers) in enumerate(rows):
            key = covers._get_timeline_key() if len(rows) > MANY_ROWS else index
            groups.setdefault(key, []).append((label, covers))
        result = []
        for members in groups.values():
            if len(members) <= FEW_EQUAL:
                result += [(label, [(label, covers)]) for label, covers in members]
            else:
                result.append((self._get_group_label(members), members))
        return result

    def _get_group_label(self, members):
        return self.env._(
            "%(name)s and %(count)s others",
            name=members[0][0],
            count=len(members) - 1,
        )

    def _prepare_timeline_row(self, label, members, place, last, today):
        """Return one row; of several equal ones, with the single ones inside."""
        covers = members[0][1]
        subject = label if len(members) > 1 else None
        segments = covers._prepare_segments(place, last, today, subject)
        return {
            "label": label,
            "note": self._get_timeline_note(covers),
            "lanes": max((bar["lane"] for bar in segments), default=0) + 1,
            "segments": segments,
            "rows": [
                self._prepare_timeline_row(name, [(name, row)], place, last, today)
                for name, row in (members if len(members) > 1 else ())
            ],
        }

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


class AfterSalesCover(models.Model):
    _inherit = "after.sales.cover"

    def _get_timeline_key(self):
        """Return what makes two rows of the timeline look the same."""
        return tuple(
            (
                cover.kind,
                cover.date_start,
                cover.date_last,
                cover.is_void,
                cover.is_excluded,
                cover.contract_line_id.id,
                cover.component_id.is_wearing,
            )
            for cover in self
        )

    def _prepare_segments(self, place, last, today, subject=None):
        """Return the bars of one row; bars that overlap get a lane each."""
        ends, segments = [], []
        for cover in self.filtered(
            lambda cover: cover.date_start and not cover.is_excluded
        ).sorted(lambda cover: (cover.date_start, cover.id)):
            # The day a part is replaced belongs to the old and to the new cover.
            free = (
                lane for lane, end in enumerate(ends) if end and end <= cover.date_start
            )
            lane = next(free, len(ends))
            ends[lane : lane + 1] = [cover.date_last]
            segments.append(
                cover._get_segment(place, last, today, subject) | {"lane": lane}
            )
        return segments

    def _get_segment(self, place, last, today, subject=None):
        """Return the bar of the cover with the sentences that explain it."""
        self.ensure_one()
        left, right = place(self.date_start), place(self.date_last or last)
        return {
            "id": self.id,
            "left": left,
            "width": min(max(round(right - left, 2), 0.8), 100 - left),
            "state": self._get_state(today),
            "kind": self.kind,
            "text": self._get_segment_text(today),
            "title": self._get_sentence(today, subject),
            "details": self._get_details(),
        }

    def _get_segment_text(self, today):
        """Return the few words on the bar: colour alone tells nothing to some."""
        state = self._get_state(today)
        end = self._format_day(self.date_last)
        texts = {
            "void": self.env._("void"),
            "ended": self.env._("ended %(end)s", end=end),
            "later": self.env._(
                "from %(start)s", start=self._format_day(self.date_start)
            ),
            "running": self.env._("until %(end)s", end=end) if end else "→",
        }
        if self.kind == "product":
            return texts[state]
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        # The day first: of a short bar's text the end is cut off.
        return f"{texts[state]} · {kinds[self.kind]}"
