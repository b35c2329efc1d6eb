from odoo import api, fields, models

from ..promise.sla_policy import FAULT_LEVELS

LEVELS = tuple(dict(FAULT_LEVELS))


class AfterSalesTicket(models.Model):
    """What the fault levels mean: the company's own words, shown while one chooses."""

    _inherit = "after.sales.ticket"

    level_definition = fields.Char(
        string="Level Means", compute="_compute_level_definition"
    )

    # === COMPUTES === #
    @api.depends(
        "level", "company_id", *(f"company_id.after_sales_level_{n}" for n in LEVELS)
    )
    @api.depends_context("lang")
    def _compute_level_definition(self):
        usual = self._get_level_definitions()
        for ticket in self:
            # What a company calls a level is no secret of other companies' agents.
            company = ticket.company_id.sudo()
            ticket.level_definition = ticket.level and (
                company[f"after_sales_level_{ticket.level}"] or usual[ticket.level]
            )

    # === BUSINESS === #
    @api.model
    def _get_level_definitions(self):
        """Return what the levels mean where a company says nothing else."""
        return {
            "1": self.env._("A small defect; the unit works."),
            "2": self.env._("A function is impaired; the unit can be used."),
            "3": self.env._("An important function fails; it can hardly be used."),
            "4": self.env._("The unit stands still, or is dangerous."),
        }
