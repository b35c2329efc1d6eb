from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date


class AfterSalesUnit(models.Model):
    _inherit = "after.sales.unit"

    # === ACTIONS === #
    def action_swap_component(self):
        """Open the dialog that changes a component without a service order."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Change Component"),
            "res_model": "after.sales.unit.swap",
            "view_mode": "form",
            "target": "new",
            "context": {"default_unit_id": self.id},
        }

    # === BUSINESS === #
    def _swap_component(self, component, product, serial_in, serial_out, date, reason):
        """Change a component by hand and start the cover that its policy gives.

        :param component: the position (``after.sales.component``)
        :param product: the part that goes in; the old one's if empty
        :param str serial_in: its serial number, may be empty
        :param str serial_out: the serial number read on the part that came out
        :param date date: the day of the change
        :param str reason: kept in the history of the unit
        :return: the new ``after.sales.unit.component``
        :raise UserError: if the day is before the old part was fitted, or ahead
        """
        self.ensure_one()
        self.check_access("write")
        self._check_swap_date(component, date)
        self.lock_for_update(allow_referencing=True)
        new = self._replace_component(
            component, product=product, serial_out=serial_out, date=date
        )
        # Checked above: the row was made by the line before.
        new.sudo().write({"serial": serial_in, "reason": reason})
        return new

    def _check_swap_date(self, component, date):
        fitted = self._get_fitted(component)
        if fitted.date_in and date < fitted.date_in:
            raise UserError(
                self.env._(
                    "%(component)s of %(unit)s was fitted on %(date)s; it cannot come "
                    "out before that day. Correct the date.",
                    component=component.name,
                    unit=self.name,
                    date=format_date(self.env, fitted.date_in),
                )
            )
        if date > fields.Date.context_today(self):
            raise UserError(self.env._("A component cannot be changed in the future."))


class AfterSalesUnitComponent(models.Model):
    _inherit = "after.sales.unit.component"

    reason = fields.Char(string="Why Changed", readonly=True)
    replaces_ids = fields.One2many(
        "after.sales.unit.component", "replaced_by_id", string="Came in Place of"
    )

    # === CONSTRAINS === #
    @api.constrains("serial", "is_current", "component_id")
    def _check_serial_is_free(self):
        """One part sits in one unit; a number alone may be used by several makers."""
        rows = self.filtered(lambda row: row.is_current and row.serial)
        if not rows:
            return
        # A part in a unit that the user may not see sits there all the same.
        others = self.sudo().search_fetch(
            [
                ("serial", "in", rows.mapped("serial")),
                ("is_current", "=", True),
                ("company_id", "in", rows.company_id.ids),
                ("unit_id.place", "not in", ("returned", "scrapped")),
            ],
            ["serial", "unit_id", "product_id"],
        )
        by_serial = others.grouped("serial")
        for row in rows:
            for other in by_serial.get(row.serial, ()):
                if other != row and row._is_same_part(other):
                    raise ValidationError(row._get_duplicate_message(other))

    def _is_same_part(self, other):
        self.ensure_one()
        if self.product_id and other.product_id:
            return self.product_id == other.product_id
        return self.component_id == other.component_id

    def _get_duplicate_message(self, other):
        return self.env._(
            "Part %(serial)s is fitted in unit %(unit)s (%(component)s) already. "
            "Take it out there first, or correct the number.",
            serial=self.serial,
            unit=other.unit_id.name,
            component=other.component_id.name,
        )

    # === ACTIONS === #
    def action_undo_swap(self):
        """Take back a wrong change: the part before is fitted, with its covers."""
        self.ensure_one()
        self.unit_id.check_access("write")
        self._undo_swap()

    # === BUSINESS === #
    def _undo_swap(self):
        """Take back the last change of a position.

        The covers that the change started are ended before their first day, those it
        ended run again. Both rows stay: the wrong one as taken out on the day it came.

        :raise UserError: if a service order changed the part, or it is not the last
        """
        # Checked by the caller: agents have no right on covers.
        new = self.sudo()
        old = new.search([("replaced_by_id", "=", new.id)])
        self._check_undo(old)
        new.unit_id.lock_for_update(allow_referencing=True)
        started = new.unit_id.cover_ids.filtered(
            lambda cover: cover.unit_component_id == new
        )
        for cover in started.filtered("date_start"):
            cover.date_closed = fields.Date.subtract(cover.date_start, days=1)
        ended = new.unit_id.cover_ids.filtered(
            lambda cover: (
                cover.unit_component_id == old and cover.date_closed == new.date_in
            )
        )
        ended.date_closed = False
        new.write({"is_current": False, "date_out": new.date_in})
        old.write(
            {
                "is_current": True,
                "date_out": False,
                "serial_out": False,
                "replaced_by_id": False,
            }
        )
        new.unit_id._message_log(
            body=self.env._(
                "The change of %(component)s on %(date)s was a mistake and was taken "
                "back: %(serial)s is fitted.",
                component=new.component_id.name,
                date=format_date(self.env, new.date_in),
                serial=old.serial or old.product_id.display_name or "–",
            )
        )

    def _check_undo(self, old):
        if not self.is_current or not old:
            raise UserError(
                self.env._(
                    "Only the last change of a position can be taken back. Reload the "
                    "page to see what is fitted now."
                )
            )
        if self.origin:
            raise UserError(
                self.env._(
                    "%(component)s was changed by service order %(order)s. Correct it "
                    "there.",
                    component=self.component_id.name,
                    order=self.origin,
                )
            )
