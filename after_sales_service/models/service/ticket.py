from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

# What the caller asked for, told in kinds of work.
ORDER_KINDS = {"installation": "installation", "inspection": "inspection"}
# How many visits the customer's file beside a ticket names.
LAST_VISITS = 3


class AfterSalesTicket(models.Model):
    _inherit = "after.sales.ticket"

    order_ids = fields.One2many("after.sales.order", "ticket_id", string="Orders")
    order_count = fields.Integer(compute="_compute_order_count")

    def _compute_order_count(self):
        counts = dict(
            self.env["after.sales.order"]._read_group(
                [("ticket_id", "in", self.ids)], ["ticket_id"], ["__count"]
            )
        )
        for ticket in self:
            ticket.order_count = counts.get(ticket, 0)

    # === ACTIONS === #
    def action_create_order(self):
        """Make a service order from what the caller told."""
        self.ensure_one()
        if not self.partner_id:
            raise UserError(
                self.env._(
                    "Whose unit is it? Enter the customer of %(ticket)s first.",
                    ticket=self.name,
                )
            )
        order = self.env["after.sales.order"].create(self._prepare_order_vals())
        return self._get_order_action() | {"res_id": order.id, "view_mode": "form"}

    def action_preview_cover(self):
        """Show what would be covered of the unit, before there is any order."""
        self.ensure_one()
        action = self.unit_id.action_preview()
        day = self._prepare_order_vals()["date_fault"]
        return action | {"context": action["context"] | {"default_date": day}}

    def action_view_orders(self):
        self.ensure_one()
        action = self._get_order_action() | {"domain": [("ticket_id", "=", self.id)]}
        if len(self.order_ids) == 1:
            action |= {"res_id": self.order_ids.id, "view_mode": "form"}
        return action

    # === BUSINESS === #
    def _get_file_values(self):
        """Add the last visits: of the unit, or of the customer where none is chosen."""
        return super()._get_file_values() | {"visits": self._get_last_visits()}

    def _get_last_visits(self):
        self.ensure_one()
        visits = self.env["after.sales.visit"]
        if not visits.has_access("read"):
            return visits
        customer = self.partner_id.commercial_partner_id
        domain = Domain("state", "=", "done") & Domain(
            "partner_id", "child_of", customer.ids
        )
        if self.unit_id:
            domain &= Domain("order_id.unit_id", "=", self.unit_id._origin.id)
        return visits.search(domain, order="date_start desc, id", limit=LAST_VISITS)

    def _get_order_action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Service Orders"),
            "res_model": "after.sales.order",
            "view_mode": "list,form",
            "context": {"default_ticket_id": self.id},
        }

    def _prepare_order_vals(self):
        """Return the values of the service order of one ticket. To be extended."""
        self.ensure_one()
        order = self.env["after.sales.order"]
        zone = order._get_partner_tz(self.partner_id, self.company_id)
        reported = fields.Datetime.context_timestamp(
            self.with_context(tz=zone), self.date_reported
        )
        return {
            "ticket_id": self.id,
            "company_id": self.company_id.id,
            "team_id": self.team_id.id,
            "partner_id": self.partner_id.id,
            "contact_id": self.contact_id.id,
            "site_id": self.unit_id.site_id.id,
            "unit_id": self.unit_id.id,
            "kind": ORDER_KINDS.get(self.kind, "on_site"),
            "is_internal": self.kind == "internal",
            "symptom_id": self.symptom_id.id,
            "symptom_note": self.subject,
            # The customer's day: a call at 23:30 in Shanghai is of that day.
            "date_fault": reported.date(),
        }

    def _get_responsible(self):
        """Besides the ticket's own person the technicians of its open orders answer."""
        return super()._get_responsible() | self._get_technicians()

    def _get_people(self):
        return super()._get_people() | self._get_technicians()

    def _is_at_work(self):
        # sudo: whoever reports the wait need not see the others' orders.
        orders = self.sudo().order_ids
        return super()._is_at_work() or "on_site" in orders.mapped("state")

    def _get_technicians(self):
        """Return the users who work on the open orders."""
        # sudo: agents do not read employees; only users leave this method.
        orders = self.sudo().order_ids.filtered(
            lambda order: order.state not in ("done", "reviewed", "cancel")
        )
        return orders.technician_id.user_id.filtered("active").sudo(False)


class AfterSalesSlaReport(models.Model):
    _inherit = "after.sales.sla.report"

    technician_id = fields.Many2one(
        "hr.employee",
        readonly=True,
        help="Who had the last order of the ticket that was not cancelled.",
    )

    # === BUSINESS === #
    def _get_select(self):
        return [*super()._get_select(), SQL("job.technician_id")]

    def _get_from(self):
        return [
            *super()._get_from(),
            SQL(
                """
                LEFT JOIN LATERAL (SELECT work.technician_id
                    FROM after_sales_order work
                    WHERE work.ticket_id = ticket.id AND work.state != 'cancel'
                    ORDER BY work.id DESC LIMIT 1) job ON TRUE
                """
            ),
        ]
