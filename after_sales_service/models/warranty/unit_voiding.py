from odoo import fields, models
from odoo.exceptions import UserError

from .cover import VOIDABLE_KINDS


class AfterSalesUnit(models.Model):
    _inherit = "after.sales.unit"

    # === BUSINESS: voiding === #
    def _void_covers(self, reason, note, attachments=None):
        """Void what misuse ends: product, extension, part and repair covers.

        :raise UserError: if the user may not, or a unit's covers are void already
        """
        self._check_may_void()
        if any(self.mapped("is_cover_void")):
            raise UserError(
                self.env._("The cover is void already. Reload the page to see why.")
            )
        self._lock_units()
        # Checked above; supervisors have no right to write covers by hand.
        units = self.sudo()
        units.cover_ids.filtered(
            lambda cover: cover.kind in VOIDABLE_KINDS
        ).is_void = True
        units.is_cover_void = True
        voidings = units.env["after.sales.cover.voiding"].create(
            [
                {
                    "unit_id": unit.id,
                    "reason": reason,
                    "note": note,
                    "user_id": self.env.uid,
                    "attachment_ids": [(6, 0, attachments.ids if attachments else [])],
                }
                for unit in units
            ]
        )
        reasons = dict(voidings._fields["reason"]._description_selection(self.env))
        self._log_on_units(
            {
                unit.id: self.env._(
                    "Cover voided: %(reason)s. %(note)s",
                    reason=reasons[reason],
                    note=note or "",
                )
                for unit in self
            }
        )
        return voidings.sudo(False)

    def _restore_covers(self, note):
        """Take back the voiding; both stay in the ledger."""
        self._check_may_void()
        if not all(self.mapped("is_cover_void")):
            raise UserError(self.env._("The cover is not void: nothing to restore."))
        self._lock_units()
        # Checked above; supervisors have no right to write covers by hand.
        units = self.sudo()
        units.cover_ids.is_void = False
        units.is_cover_void = False
        units.voiding_ids.filtered(lambda row: not row.date_restored).write(
            {
                "date_restored": fields.Datetime.now(),
                "restored_by_id": self.env.uid,
                "restore_note": note,
            }
        )
        self._log_on_units(
            {
                unit.id: self.env._("Cover restored. %(note)s", note=note or "")
                for unit in self
            }
        )

    def _check_may_void(self):
        self.check_access("write")
        if not self.env.user.has_group(
            "after_sales_service.after_sales_group_supervisor"
        ):
            raise UserError(
                self.env._(
                    "Only a supervisor may void or restore a cover. Ask yours to do it."
                )
            )

    def _lock_units(self):
        self.lock_for_update(allow_referencing=True)
