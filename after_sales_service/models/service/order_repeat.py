from odoo import fields, models
from odoo.fields import Domain


class AfterSalesOrder(models.Model):
    """The same fault again within the repair warranty: linked to the job before."""

    _inherit = "after.sales.order"

    repeat_of_id = fields.Many2one(
        "after.sales.order",
        string="Repeat of",
        index="btree_not_null",
        copy=False,
        readonly=True,
        help="The order whose repair warranty pays for this one.",
    )
    repeat_ids = fields.One2many(
        "after.sales.order", "repeat_of_id", string="Repeated by"
    )

    # === BUSINESS === #
    def _follow_repeats(self):
        """Link orders to those whose repair warranty pays for a line of theirs.

        Where none pays any more, for another cause was found, the link goes.
        """
        repairs = {
            order: order.line_ids.decision_id.cover_id.filtered(
                lambda cover: cover.kind == "repair"
            )[:1]
            for order in self
        }
        earlier = self._find_repaired(repairs)
        for order, cover in repairs.items():
            first = earlier.get((order.company_id, cover.origin), self.browse())
            if cover and first == order:
                continue
            if order.repeat_of_id != first:
                order._set_repeat(first)

    def _find_repaired(self, repairs):
        """Return ``{(company, number): order}`` of the orders the covers came from."""
        names = {cover.origin for cover in repairs.values() if cover.origin}
        if not names:
            return {}
        orders = self.search(
            Domain("name", "in", list(names))
            & Domain("company_id", "in", self.company_id.ids)
        )
        return {(order.company_id, order.name): order for order in orders}

    def _set_repeat(self, first):
        self.ensure_one()
        self.repeat_of_id = first
        ticket = self.ticket_id
        if not first:
            return
        if ticket and first.ticket_id not in (ticket, ticket.repeat_of_id):
            ticket.repeat_of_id = ticket.repeat_of_id or first.ticket_id
        self._message_log(
            body=self.env._(
                "Repeat of %(order)s: its repair warranty pays.", order=first.name
            )
        )


class AfterSalesOrderLine(models.Model):
    _inherit = "after.sales.order.line"

    # === BUSINESS === #
    def _decide(self, force=False):
        result = super()._decide(force)
        # The link follows from the decision, whoever changed a fact.
        self.order_id.sudo()._follow_repeats()
        return result

    def _prepare_cover_facts(self):
        facts = super()._prepare_cover_facts()
        return facts | {"symptom_id": self.order_id.symptom_id.id}
