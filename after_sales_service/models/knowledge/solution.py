from odoo import fields, models


class AfterSalesSolution(models.Model):
    """A solved case, offered again when the same symptom is reported."""

    _name = "after.sales.solution"
    _description = "Solved Case"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, index="trigram")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True)
    product_tmpl_id = fields.Many2one(
        "product.template", string="Product", index=True, check_company=True
    )
    symptom_id = fields.Many2one(
        "after.sales.fault.code", domain=[("kind", "=", "symptom")], index=True
    )
    cause_id = fields.Many2one(
        "after.sales.fault.code", domain=[("kind", "=", "cause")]
    )
    remedy = fields.Html(translate=True)
    ticket_id = fields.Many2one("after.sales.ticket", string="From Ticket")
    order_id = fields.Many2one("after.sales.order", string="From Order")
    use_count = fields.Integer(string="Times Used", readonly=True, copy=False)

    # === ACTIONS === #
    def action_use(self):
        """Take this case as the solution of the ticket it was offered on."""
        self.ensure_one()
        ticket = self.env["after.sales.ticket"].browse(
            self.env.context.get("ticket_id", [])
        )
        ticket.ensure_one()
        ticket.solution = self.remedy
        # Counting the use is no change of the case itself.
        self.sudo().use_count += 1
        action = ticket.action_solve()
        action["context"]["default_solution"] = self.remedy
        return action

    # === BUSINESS === #
    def _fits(self, ticket):
        """Return whether the case is worth offering on a ticket."""
        self.ensure_one()
        product = ticket.unit_id.product_id.product_tmpl_id
        if self.symptom_id:
            return self.symptom_id == ticket.symptom_id and (
                not self.product_tmpl_id or self.product_tmpl_id == product
            )
        return bool(self.product_tmpl_id) and self.product_tmpl_id == product
