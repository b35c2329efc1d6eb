from odoo import api, fields, models
from odoo.fields import Domain

OFFERED = 3


class AfterSalesTicket(models.Model):
    """Solved cases offered while a ticket is written, and made when it is solved."""

    _inherit = "after.sales.ticket"

    offered_solution_ids = fields.Many2many(
        "after.sales.solution",
        string="Solved Like This",
        compute="_compute_offered_solution_ids",
    )

    # === COMPUTES === #
    @api.depends("symptom_id", "unit_id")
    def _compute_offered_solution_ids(self):
        found = self._search_solutions()
        for ticket in self:
            ticket.offered_solution_ids = found.filtered(
                lambda solution, ticket=ticket: solution._fits(ticket)
            )[:OFFERED]

    # === BUSINESS === #
    def _search_solutions(self):
        """Return the cases of the tickets' symptoms and products, in one query."""
        symptoms = self.symptom_id
        products = self.unit_id.product_id.product_tmpl_id
        if not symptoms and not products:
            return self.env["after.sales.solution"]
        return self.env["after.sales.solution"].search(
            Domain("symptom_id", "in", [*symptoms.ids, False])
            & Domain("product_tmpl_id", "in", [*products.ids, False])
            & Domain("company_id", "in", [*self.company_id.ids, False]),
            order="use_count desc, id desc",
        )

    def _keep_solution(self):
        """Make a solved case of each ticket.

        :return: the new ``after.sales.solution`` records
        """
        return self.env["after.sales.solution"].create(
            [ticket._prepare_solution_vals() for ticket in self]
        )

    def _prepare_solution_vals(self):
        """Return the values of the solved case of one ticket. Meant to be extended."""
        self.ensure_one()
        return {
            "name": self.subject,
            "company_id": self.company_id.id,
            "product_tmpl_id": self.unit_id.product_id.product_tmpl_id.id,
            "symptom_id": self.symptom_id.id,
            "remedy": self.solution,
            "ticket_id": self.id,
        }
