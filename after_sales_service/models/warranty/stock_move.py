from odoo import fields, models


class StockMove(models.Model):
    _inherit = "stock.move"

    # The register's memory of what it has seen: a move counts once, also when past
    # deliveries are registered in several runs and a serial was delivered twice.
    is_after_sales_registered = fields.Boolean(
        string="Seen by the Register of Units", copy=False, readonly=True
    )
