from odoo import api, models


class AfterSalesLineMixin(models.AbstractModel):
    """Lines that are added, changed and removed while their document is open."""

    _name = "after.sales.line.mixin"
    _description = "After-Sales Line"

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_open()
        return lines

    def write(self, vals):
        fixed = self._get_fixed_fields()
        if fixed is None or fixed & vals.keys():
            self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        self._check_open()

    # === BUSINESS === #
    def _check_open(self):
        """Make sure that the documents of the lines may still be changed.

        :raise UserError: says what to do instead
        """
        raise NotImplementedError

    def _get_fixed_fields(self):
        """Return the fields that a closed document keeps; None: all of them."""
        return None
