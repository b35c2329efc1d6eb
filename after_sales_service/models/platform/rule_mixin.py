from odoo import api, fields, models


class AfterSalesRuleMixin(models.AbstractModel):
    """A company's rules in order: the first that fits decides."""

    _name = "after.sales.rule.mixin"
    _description = "After-Sales Rule"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )

    # === BUSINESS === #
    @api.model
    def _get_rules(self, companies):
        """Return the rules of the companies, in order; one query."""
        # What follows from the rules does so whoever works: not all may read them.
        return self.sudo().search([("company_id", "in", companies.ids)])

    @api.model
    def _get_by_company(self, companies):
        """Return ``{company: its rules in order}`` in one query."""
        rules = self._get_rules(companies).grouped("company_id")
        return {company: rules.get(company, self.browse()) for company in companies}

    def _get_first(self, *facts):
        """Return the first of these rules that fits, or none.

        :param facts: what ``_fits`` of the model asks about
        """
        return next((rule for rule in self if rule._fits(*facts)), self.browse())

    def _fits(self, *facts):
        """Say if the rule speaks about these facts. To be overridden."""
        raise NotImplementedError
