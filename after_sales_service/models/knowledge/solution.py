from odoo import fields, models


class AfterSalesSolution(models.Model):
    """A solved case, offered again when the same symptom is reported."""

    _name = "after.sales.solution"
    _description = "Solved Case"
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, index="trigram")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True)
    product_tmpl_id = fields.Many2one("product.template", string="Product", index=True)
    symptom_id = fields.Many2one(
        "after.sales.fault.code", domain=[("kind", "=", "symptom")], index=True
    )
    cause_id = fields.Many2one(
        "after.sales.fault.code", domain=[("kind", "=", "cause")]
    )
    remedy = fields.Html(translate=True)
    order_id = fields.Many2one("after.sales.order", string="From Order")
