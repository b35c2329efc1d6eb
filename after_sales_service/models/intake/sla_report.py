from odoo import api, fields, models
from odoo.tools import SQL

from ..promise.sla_policy import FAULT_LEVELS, PROMISES, URGENCIES
from .sla import TICKET_KINDS


class AfterSalesSlaReport(models.Model):
    """Promises kept and broken: one row per clock, to be counted by whatever one asks.

    A view of the database: it costs nothing when tickets are written, and always shows
    what the clocks say.
    """

    _name = "after.sales.sla.report"
    _description = "Promises Kept"
    _auto = False
    _order = "date_start desc, id desc"
    _rec_name = "ticket_id"

    ticket_id = fields.Many2one("after.sales.ticket", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    policy_id = fields.Many2one(
        "after.sales.sla.policy", string="Promised Time", readonly=True
    )
    team_id = fields.Many2one("after.sales.team", readonly=True)
    user_id = fields.Many2one("res.users", string="Responsible", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    zone_id = fields.Many2one("after.sales.zone", readonly=True)
    promise = fields.Selection(PROMISES, readonly=True)
    ticket_kind = fields.Selection(TICKET_KINDS, string="Kind", readonly=True)
    level = fields.Selection(
        FAULT_LEVELS,
        string="Fault Level",
        readonly=True,
    )
    urgency = fields.Selection(URGENCIES, readonly=True)
    result = fields.Selection(
        [
            ("kept", "Kept"),
            ("broken", "Broken"),
            ("open", "Open"),
            ("cancel", "Fell away"),
        ],
        readonly=True,
    )
    date_start = fields.Datetime(string="Started", readonly=True)
    date_stop = fields.Datetime(string="Stopped", readonly=True)
    count_kept = fields.Integer(string="Kept", readonly=True)
    count_broken = fields.Integer(string="Broken", readonly=True)
    share_kept = fields.Float(
        string="On Time (%)",
        aggregator="avg",
        digits=(5, 1),
        readonly=True,
        help="Of the promises that are decided: kept, or broken while still open.",
    )
    hours_promised = fields.Float(aggregator="avg", readonly=True)
    hours_used = fields.Float(
        aggregator="avg", readonly=True, help="Working hours until the last event."
    )
    count_delay = fields.Integer(string="Late Notices", readonly=True)
    share_new_kept = fields.Float(
        string="New Date Kept (%)",
        aggregator="avg",
        digits=(5, 1),
        readonly=True,
        help="Of the promises for which the customer was told another date.",
    )
    count_escalation = fields.Integer(
        string="Escalations", readonly=True, help="People who were told."
    )
    count_climbed = fields.Integer(
        string="Not Acknowledged", readonly=True, help="Escalations that climbed."
    )

    @property
    def _table_query(self):
        return SQL(
            "SELECT %s FROM %s",
            SQL(", ").join(self._get_select()),
            SQL(" ").join(self._get_from()),
        )

    # === ACTIONS === #
    def action_open_ticket(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "after.sales.ticket",
            "res_id": self.ticket_id.id,
            "view_mode": "form",
        }

    # === BUSINESS === #
    @api.model
    def _get_select(self):
        """Return the columns. Meant to be extended.

        SQL, since the ORM cannot show two tables as one to pivot and graph.

        :rtype: list[SQL]
        """
        return [
            SQL("clock.id"),
            SQL("clock.ticket_id"),
            SQL("clock.company_id"),
            SQL("clock.policy_id"),
            SQL("clock.promise"),
            SQL("clock.date_start"),
            SQL("clock.date_stop"),
            SQL("clock.hours_promised"),
            SQL("clock.hours_used"),
            SQL("ticket.team_id"),
            SQL("ticket.user_id"),
            SQL("ticket.partner_id"),
            SQL("ticket.zone_id"),
            SQL("ticket.kind AS ticket_kind"),
            SQL("ticket.level"),
            SQL("ticket.urgency"),
            SQL("judged.result"),
            SQL("(judged.result = 'kept')::int AS count_kept"),
            SQL("(judged.result = 'broken')::int AS count_broken"),
            SQL(
                "CASE judged.result WHEN 'kept' THEN 100.0 WHEN 'broken' THEN 0.0 "
                "END AS share_kept"
            ),
            SQL("notices.count AS count_delay"),
            SQL(
                "CASE WHEN clock.date_expected IS NOT NULL "
                "AND clock.date_stop IS NOT NULL "
                "THEN 100.0 * (clock.date_stop <= clock.date_expected)::int "
                "END AS share_new_kept"
            ),
            SQL("told.count AS count_escalation"),
            SQL("told.climbed AS count_climbed"),
        ]

    @api.model
    def _get_from(self):
        """Return the tables. Meant to be extended.

        :rtype: list[SQL]
        """
        now = fields.Datetime.now()
        return [
            SQL("after_sales_sla_clock clock"),
            SQL("JOIN after_sales_ticket ticket ON ticket.id = clock.ticket_id"),
            SQL(
                """
                CROSS JOIN LATERAL (SELECT CASE
                    WHEN clock.state = 'kept' THEN 'kept'
                    WHEN clock.state = 'broken' OR clock.date_broken IS NOT NULL
                        OR (clock.state = 'running' AND clock.deadline < %s)
                        THEN 'broken'
                    WHEN clock.state = 'cancel' THEN 'cancel'
                    ELSE 'open' END AS result) judged
                """,
                now,
            ),
            SQL(
                """
                LEFT JOIN LATERAL (SELECT COUNT(*) AS count
                    FROM after_sales_sla_delay delay
                    WHERE delay.clock_id = clock.id) notices ON TRUE
                """
            ),
            SQL(
                """
                LEFT JOIN LATERAL (SELECT COUNT(*) AS count,
                        COUNT(*) FILTER (WHERE row.origin = 'climb') AS climbed
                    FROM after_sales_sla_escalation row
                    WHERE row.clock_id = clock.id) told ON TRUE
                """
            ),
        ]
