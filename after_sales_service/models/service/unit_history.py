from odoo import fields, models
from odoo.fields import Domain

from ..intake.unit_history import LAST


class AfterSalesUnit(models.Model):
    """What was done on a unit."""

    _inherit = "after.sales.unit"

    order_ids = fields.One2many("after.sales.order", "unit_id", string="Service Orders")

    # === ACTIONS === #
    def action_view_orders(self):
        """Open the service orders on this unit."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Service Orders on %(unit)s", unit=self.name),
            "res_model": "after.sales.order",
            "view_mode": "list,form",
            "domain": [("unit_id", "=", self.id)],
            "context": {"default_unit_id": self.id},
        }

    # === BUSINESS === #
    def _get_owner_orders(self):
        """Return the last service orders for the owner, for the unit's page."""
        domain = self._get_owner_domain() & Domain("state", "!=", "cancel")
        return self.env["after.sales.order"].search(
            domain, order="date_fault desc, id desc", limit=LAST
        )
