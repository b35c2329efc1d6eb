from odoo import api, fields, models


class AfterSalesContractRenew(models.TransientModel):
    """Makes the contract of the next period."""

    _name = "after.sales.contract.renew"
    _description = "Renewal of a Service Contract"

    contract_id = fields.Many2one(
        "after.sales.contract", required=True, readonly=True, ondelete="cascade"
    )
    percent = fields.Float(string="Price Adjustment (%)")
    date_start = fields.Date(string="From", readonly=True)
    date_end = fields.Date(string="Until", required=True)
    is_activated = fields.Boolean(
        string="Activate at Once",
        help="The customer has agreed. Else the next contract is a draft.",
    )

    # === DEFAULTS === #
    @api.model
    def default_get(self, fields):
        """Propose a period as long as the one that ends."""
        values = super().default_get(fields)
        contract = self.env["after.sales.contract"].browse(values.get("contract_id"))
        if not contract:
            return values
        vals = contract._prepare_renewal_vals(0.0)
        return values | {
            "percent": contract.renewal_percent,
            "date_start": vals["date_start"],
            "date_end": vals["date_end"],
        }

    # === ACTIONS === #
    def action_apply(self):
        self.ensure_one()
        self.contract_id.check_access("write")
        renewal = self.contract_id._renew(
            self.percent, self.date_end, self.is_activated
        )
        return renewal._get_records_action(name=self.env._("Next Contract"))
