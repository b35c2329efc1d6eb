from odoo import fields, models

from ..warranty.decision import CATEGORIES


class AfterSalesTime(models.Model):
    """Hours of one technician on one order or on administrative work."""

    _name = "after.sales.time"
    _description = "Time Entry"
    _order = "date_start desc, id desc"
    _check_company_auto = True

    order_id = fields.Many2one(
        "after.sales.order", ondelete="cascade", index="btree_not_null"
    )
    visit_id = fields.Many2one("after.sales.visit", ondelete="set null")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    technician_id = fields.Many2one("hr.employee", required=True, index=True)
    kind = fields.Selection(
        [("work", "Work"), ("travel", "Travel"), ("wait", "Waiting")],
        default="work",
        required=True,
    )
    category = fields.Selection(CATEGORIES)
    date_start = fields.Datetime(required=True)
    hours = fields.Float(required=True)
    name = fields.Char(string="Description")
