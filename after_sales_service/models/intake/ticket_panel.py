from odoo import api, fields, models
from odoo.fields import Domain

# What the panel names; the buttons above it open the rest.
UNITS = 5
TICKETS = 5
# Of the tickets made last, those reported last are named: some are entered later.
RECENT = 20


class AfterSalesTicket(models.Model):
    """The customer's file beside the form: what one wants to know while they talk."""

    _inherit = "after.sales.ticket"

    # Colleagues alone: it names what is open inside the house.
    file_panel = fields.Html(
        string="Customer's File",
        compute="_compute_file_panel",
        sanitize=False,  # rendered from our own template, values escaped there
        groups="base.group_user",
    )

    # === COMPUTES === #
    @api.depends("partner_id", "unit_id")
    @api.depends_context("uid", "lang", "tz")
    def _compute_file_panel(self):
        known = self.filtered("partner_id")
        (self - known).file_panel = False
        customers = known.partner_id.commercial_partner_id
        contracts = known._get_customer_contracts(customers)
        tickets = known._get_customer_tickets(customers)
        for ticket in known:
            customer = ticket.partner_id.commercial_partner_id
            ticket.file_panel = self.env["ir.qweb"]._render(
                "after_sales_service.ticket_file_panel",
                ticket._get_file_values()
                | {
                    "contracts": contracts.get(customer, []),
                    "tickets": (tickets.get(customer, self) - ticket._origin)[:TICKETS],
                },
            )

    # === BUSINESS === #
    def _get_file_values(self):
        """Return what the template of the customer's file shows. To be extended.

        :return: values by name, recordsets the reader may read
        """
        self.ensure_one()
        units = self.customer_unit_ids._origin - self.unit_id._origin
        more = len(units) - UNITS
        return {
            "ticket": self,
            "units": units[:UNITS],
            "more": more > 0 and self.env._("and %(count)s more", count=more),
            "get_visits_left": self._get_visits_left,
            "today": fields.Date.context_today(self),
        }

    @api.model
    def _get_visits_left(self, contract):
        """Return what is left of the visits of a contract, empty without a limit."""
        return contract.quota_visits and self.env._(
            "%(left)s of %(all)s visits left",
            left=int(contract.quota_visits_left),
            all=contract.quota_visits,
        )

    def _get_customer_contracts(self, customers):
        """Return the contracts in force, ``{customer: contracts}``."""
        contracts = self.env["after.sales.contract"]
        if not contracts.has_access("read"):
            return {}
        return self._group_by_customer(
            contracts._name, customers, Domain("state", "=", "active")
        )

    def _get_customer_tickets(self, customers):
        """Return the last tickets, open or not, ``{customer: tickets}``."""
        rows = self._read_group(
            Domain("partner_id.commercial_partner_id", "in", customers.ids)
            & Domain("company_id", "in", self.company_id.ids)
            & Domain("state", "!=", "cancel"),
            ["partner_id"],
            ["id:recordset"],
        )
        found = {}
        for partner, tickets in rows:
            customer = partner.commercial_partner_id
            found[customer] = found.get(customer, self.browse()) | tickets
        # Of a customer of many years the last ones are read, not all.
        return {
            customer: tickets.sorted("id", reverse=True)[:RECENT].sorted(
                lambda ticket: (ticket.date_reported, ticket.id), reverse=True
            )
            for customer, tickets in found.items()
        }
