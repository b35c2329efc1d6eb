from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class AfterSalesPartPropose(models.TransientModel):
    """Shows which parts the job may need, why, and where they are."""

    _name = "after.sales.part.propose"
    _description = "Propose Parts"

    requisition_id = fields.Many2one(
        "after.sales.requisition", required=True, readonly=True
    )
    line_ids = fields.One2many(
        "after.sales.part.propose.line",
        "propose_id",
        string="Proposed Parts",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )

    @api.depends("requisition_id")
    def _compute_line_ids(self):
        for wizard in self:
            wizard.line_ids = [
                Command.clear(),
                *(
                    Command.create(vals)
                    for vals in wizard.requisition_id._prepare_proposal_vals()
                ),
            ]

    def action_apply(self):
        """Put the ticked parts on the requisition.

        :raise UserError: if none is ticked
        """
        self.ensure_one()
        chosen = self.line_ids.filtered("is_chosen")
        if not chosen:
            raise UserError(self.env._("Tick the parts you want to ask for."))
        self.requisition_id.line_ids = [
            Command.create(
                {
                    "product_id": line.product_id.id,
                    "quantity": line.quantity,
                    "uom_id": line.product_id.uom_id.id,
                    "reason": line.reason,
                }
            )
            for line in chosen
        ]
        return {"type": "ir.actions.act_window_close"}


class AfterSalesPartProposeLine(models.TransientModel):
    """One part proposed, with what speaks for it."""

    _name = "after.sales.part.propose.line"
    _description = "Proposed Part"
    _order = "sequence, id"

    propose_id = fields.Many2one(
        "after.sales.part.propose", required=True, ondelete="cascade"
    )
    sequence = fields.Integer()
    is_chosen = fields.Boolean(string="Ask")
    product_id = fields.Many2one("product.product", string="Part", required=True)
    quantity = fields.Float(digits="Product Unit", required=True)
    reason = fields.Char(string="Why")
    availability = fields.Char(string="Where It Is")
