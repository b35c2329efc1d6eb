from dataclasses import replace
from datetime import date, timedelta

from odoo import api, fields, models

from ...rules.coverage import EARNED_KINDS

# Only Python code can put this object into a context: a caller by RPC cannot.
_DECIDED_LATER = object()
# A change of these may change who pays.
DECIDING_FIELDS = {
    "backer_id",
    "component_class",
    "component_id",
    "date_closed",
    "date_end",
    "date_last",
    "date_start",
    "is_excluded",
    "is_void",
    "kind",
    "meter_limit",
    "order_id",
    "share_freight",
    "share_labour",
    "share_part",
    "share_third_party",
    "share_travel",
    "unit_component_id",
    "unit_id",
}


class AfterSalesCover(models.Model):
    """A cover that comes, goes or changes decides the unit's open lines again."""

    _inherit = "after.sales.cover"

    order_id = fields.Many2one(
        "after.sales.order",
        string="Only for the Fault of",
        ondelete="cascade",
        index="btree_not_null",
        help="The service order for whose fault it was given. Empty: for all faults.",
    )

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        covers = super().create(vals_list)
        covers._decide_open_lines(covers._get_windows())
        return covers

    def write(self, vals):
        is_later = self.env.context.get("after_sales_decided") is _DECIDED_LATER
        if is_later or not DECIDING_FIELDS & vals.keys():
            return super().write(vals)
        before = self._get_windows()
        result = super().write(vals)
        after = self._get_windows()
        if "date_closed" in vals and len(vals) == 1:
            # Closing takes the days after it: nothing changes before.
            self._decide_open_lines(_get_lost_days(before, after))
        else:
            self._decide_open_lines(before + after)
        return result

    def unlink(self):
        windows = self._get_windows()
        result = super().unlink()
        self._decide_open_lines(windows)
        return result

    # === BUSINESS === #
    @api.model
    def _write_each(self, rows):
        """Decide once after all of them, not after each."""
        covers = self.union(*(cover for cover, _vals in rows))
        before = covers._get_windows()
        later = {"after_sales_decided": _DECIDED_LATER}
        result = super()._write_each(
            [(cover.with_context(**later), vals) for cover, vals in rows]
        )
        self._decide_open_lines(before + covers._get_windows())
        return result

    def _get_candidate(self):
        return replace(super()._get_candidate(), order_id=self.order_id.id or 0)

    def _get_windows(self):
        """Return when the covers can decide anything.

        :return: ``[(unit id, first day, last day, number of the order it came from)]``
        """
        return [
            (
                cover.unit_id.id,
                date.min if cover.is_excluded else cover.date_start,
                (not cover.is_excluded and cover.date_last) or date.max,
                cover.kind in EARNED_KINDS and cover.origin,
            )
            for cover in self
            if cover.is_excluded or cover.date_start
        ]

    @api.model
    def _decide_open_lines(self, windows):
        """Decide the lines again whose fault lies in one of ``windows``, in one batch.

        Orders under way are; of finished ones, those whose money is not invoiced:
        their lines are flagged, not changed.
        """
        if not windows:
            return
        by_unit = {}
        for unit_id, *window in windows:
            by_unit.setdefault(unit_id, set()).add(tuple(window))
        # Whoever changes a cover need not see the orders it decides about.
        orders = (
            self.env["after.sales.order"]
            .sudo()
            .search_fetch(
                [
                    ("unit_id", "in", list(by_unit)),
                    ("state", "not in", ("reviewed", "cancel")),
                ],
                ["unit_id", "date_fault", "name"],
            )
        )
        affected = orders.filtered(
            lambda order: any(
                first <= order.date_fault <= last and origin != order.name
                for first, last, origin in by_unit[order.unit_id.id]
            )
        )
        affected.line_ids._decide()


def _get_lost_days(before, after):
    """Return the windows of the days that a closing takes away or gives back."""
    windows = []
    for (unit, _first, old, origin), (_unit, _start, new, _origin) in zip(
        before, after, strict=True
    ):
        if old != new:
            # The earlier of both days is covered with and without the change.
            first = min(old, new) + timedelta(days=1)
            windows.append((unit, first, max(old, new), origin))
    return windows
