from odoo import api, fields, models


class AfterSalesCheckTemplate(models.Model):
    """A point that belongs on the check-list of some kind of work."""

    _name = "after.sales.check.template"
    _description = "Check-list Point"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True)
    order_kind = fields.Selection(
        selection=lambda self: (
            self.env["after.sales.order"]
            ._fields["kind"]
            ._description_selection(self.env)
        ),
        string="Only for Kind",
    )
    categ_id = fields.Many2one("product.category", string="Only for Category")
    is_safety = fields.Boolean(
        string="Safety", help="Without an answer the order cannot be completed."
    )

    def _applies_to(self, order):
        """Tell whether the point belongs on the check-list of ``order``."""
        self.ensure_one()
        if order.is_internal or order.kind == "remote":
            return self.order_kind == order.kind and not order.is_internal
        if self.company_id and self.company_id != order.company_id:
            return False
        if self.order_kind and self.order_kind != order.kind:
            return False
        category = order.unit_id.product_id.categ_id
        return not self.categ_id or (
            bool(category) and str(self.categ_id.id) in category.parent_path.split("/")
        )

    def _prepare_item_vals(self, order):
        """Return the values of the point on ``order``. Meant to be extended."""
        self.ensure_one()
        return {
            "order_id": order.id,
            "template_id": self.id,
            "sequence": self.sequence,
            "is_safety": self.is_safety,
        }


class AfterSalesCheckItem(models.Model):
    """One point of the check-list on site."""

    _name = "after.sales.check.item"
    _description = "Check-list Item"
    _order = "order_id, sequence, id"

    order_id = fields.Many2one(
        "after.sales.order", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company", related="order_id.company_id", store=True, index=True
    )
    sequence = fields.Integer(default=10)
    template_id = fields.Many2one(
        "after.sales.check.template", string="Point", ondelete="set null"
    )
    name = fields.Char(string="Check", compute="_compute_name", inverse="_inverse_name")
    text = fields.Char(string="Own Wording")
    is_safety = fields.Boolean(string="Safety")
    result = fields.Selection(
        [("ok", "OK"), ("bad", "Not OK"), ("na", "Not applicable")]
    )
    note = fields.Char()

    # === COMPUTES === #
    @api.depends("template_id.name", "text")
    @api.depends_context("lang")
    def _compute_name(self):
        for item in self:
            item.name = item.text or item.template_id.name

    def _inverse_name(self):
        for item in self:
            item.text = item.name if item.name != item.template_id.name else False

    # === ACTIONS === #
    def action_ok(self):
        return self._answer("ok")

    def action_bad(self):
        return self._answer("bad")

    # === BUSINESS === #
    def _answer(self, result):
        """Write the answer down; a dialog stays open for the next point."""
        self.result = result
        if self.env.context.get("after_sales_dialog"):
            return self.order_id.action_open_diagnosis()
        return None

    def _is_answer_missing(self):
        """Tell whether the order has to wait for this point."""
        self.ensure_one()
        return self.is_safety and not self.result
