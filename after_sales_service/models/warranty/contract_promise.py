from odoo import api, fields, models


class AfterSalesContract(models.Model):
    _inherit = "after.sales.contract"

    sla_policy_ids = fields.One2many(
        "after.sales.sla.policy", "contract_id", string="Promised Times", copy=True
    )


class AfterSalesSlaPolicy(models.Model):
    _inherit = "after.sales.sla.policy"

    contract_id = fields.Many2one(
        "after.sales.contract",
        string="Service Contract",
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
        help="Holds only for units under this contract, and goes before all others.",
    )

    # === BUSINESS === #
    def _get_criteria(self):
        return [*super()._get_criteria(), "contract_id"]

    def _get_winners(self, wanted, facts):
        """Let what a contract promises go before what everybody is promised."""
        own = {
            policy: values
            for policy, values in wanted.items()
            if "contract_id" in values
        }
        others = {
            policy: values for policy, values in wanted.items() if policy not in own
        }
        winners = super()._get_winners(own, facts)
        promised = set(winners.mapped("promise"))
        return winners | super()._get_winners(others, facts).filtered(
            lambda policy: policy.promise not in promised
        )

    @api.onchange("promise", "contract_id")
    def _onchange_promise(self):
        """Spare the user a name for each promise of a contract."""
        if self.contract_id and not self.name and self.promise:
            promises = dict(self._fields["promise"]._description_selection(self.env))
            self.name = promises[self.promise]
