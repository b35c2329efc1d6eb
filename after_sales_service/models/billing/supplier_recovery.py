from odoo import api, fields, models
from odoo.tools import SQL

from .supplier_claim_line import RECOVERY_GROUPS, VERDICTS

AGES = [
    ("not_sent", "Not sent"),
    ("30", "Up to 30 days"),
    ("60", "31 to 60 days"),
    ("90", "61 to 90 days"),
    ("older", "More than 90 days"),
    ("closed", "Settled or closed"),
]


class AfterSalesSupplierRecovery(models.Model):
    """What was claimed, accepted and recovered, and how old what is open is."""

    _name = "after.sales.supplier.recovery"
    _description = "Recovery from Suppliers"
    _auto = False
    _order = "date_done desc, id desc"
    _depends = {
        "after.sales.supplier.claim": ["state", "date_sent", "supplier_id"],
        "after.sales.supplier.claim.line": [
            "amount",
            "amount_accepted",
            "amount_recovered",
            "claim_id",
            "cost",
            "verdict",
        ],
        "after.sales.order": ["cause_id", "unit_id"],
        "after.sales.unit": ["product_id"],
    }

    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    line_id = fields.Many2one("after.sales.supplier.claim.line", readonly=True)
    claim_id = fields.Many2one("after.sales.supplier.claim", readonly=True)
    order_id = fields.Many2one(
        "after.sales.order", string="Service Order", readonly=True
    )
    supplier_id = fields.Many2one("res.partner", readonly=True)
    product_id = fields.Many2one("product.product", string="Failed Part", readonly=True)
    unit_product_id = fields.Many2one(
        "product.product", string="Unit's Product", readonly=True
    )
    cause_id = fields.Many2one("after.sales.fault.code", readonly=True)
    kind = fields.Selection(
        selection=lambda self: (
            self.env["after.sales.order.line"]
            ._fields["kind"]
            ._description_selection(self.env)
        ),
        readonly=True,
    )
    verdict = fields.Selection(VERDICTS, readonly=True)
    claim_state = fields.Selection(
        selection=lambda self: (
            self.env["after.sales.supplier.claim"]
            ._fields["state"]
            ._description_selection(self.env)
        ),
        readonly=True,
    )
    age = fields.Selection(AGES, string="Open Since", readonly=True)
    date_done = fields.Date(string="Completed", readonly=True)
    cost = fields.Monetary(string="Borne by Us", readonly=True)
    amount = fields.Monetary(string="To Claim", readonly=True)
    amount_claimed = fields.Monetary(string="Claimed", readonly=True)
    amount_accepted = fields.Monetary(string="Accepted", readonly=True)
    amount_recovered = fields.Monetary(string="Recovered", readonly=True)
    amount_open = fields.Monetary(string="Still Open", readonly=True)
    rate = fields.Float(
        string="Recovery Rate (%)",
        readonly=True,
        aggregator="avg",
        groups=RECOVERY_GROUPS,
        help="Of what was borne by us, how much came back.",
    )

    @property
    def _table_query(self):
        return self._get_recovery_query()

    @api.model
    def _get_recovery_query(self):
        """Return one row per verdict; ages count to today.

        SQL, because the age of a claim changes every day and is grouped by.
        """
        return SQL(
            """
            SELECT line.id,
                   line.id AS line_id,
                   line.company_id,
                   line.claim_id,
                   line.order_id,
                   line.supplier_id,
                   line.product_id,
                   unit.product_id AS unit_product_id,
                   job.cause_id,
                   line.kind,
                   line.verdict,
                   claim.state AS claim_state,
                   CASE
                       WHEN line.verdict = 'none' THEN NULL
                       WHEN claim.state IN ('settled', 'closed') THEN 'closed'
                       WHEN claim.date_sent IS NULL THEN 'not_sent'
                       WHEN %(today)s - claim.date_sent <= 30 THEN '30'
                       WHEN %(today)s - claim.date_sent <= 60 THEN '60'
                       WHEN %(today)s - claim.date_sent <= 90 THEN '90'
                       ELSE 'older'
                   END AS age,
                   line.date_done,
                   line.cost,
                   line.amount,
                   CASE WHEN claim.state NOT IN ('draft', 'cancel')
                        THEN line.amount ELSE 0 END AS amount_claimed,
                   COALESCE(line.amount_accepted, 0) AS amount_accepted,
                   COALESCE(line.amount_recovered, 0) AS amount_recovered,
                   CASE
                       WHEN claim.state = 'sent' THEN line.amount
                       WHEN claim.state = 'answered' THEN
                            COALESCE(line.amount_accepted, 0)
                            - COALESCE(line.amount_recovered, 0)
                       ELSE 0
                   END AS amount_open,
                   line.amount_recovered * 100 / NULLIF(line.cost, 0) AS rate
              FROM after_sales_supplier_claim_line line
              JOIN after_sales_order job ON job.id = line.order_id
              LEFT JOIN after_sales_unit unit ON unit.id = job.unit_id
              LEFT JOIN after_sales_supplier_claim claim ON claim.id = line.claim_id
            """,
            today=fields.Date.context_today(self),
        )

    def _read_group_select(self, aggregate_spec, query):
        """Weigh the rate of a group by what was borne, not by lines."""
        if aggregate_spec == "rate:avg":
            return SQL(
                "SUM(%s) * 100 / NULLIF(SUM(%s), 0)",
                self._field_to_sql(self._table, "amount_recovered", query),
                self._field_to_sql(self._table, "cost", query),
            )
        return super()._read_group_select(aggregate_spec, query)

    # === ACTIONS === #
    def action_open(self):
        """Open what stands behind the row: its claim, or its service order."""
        self.ensure_one()
        return (self.claim_id or self.order_id)._get_records_action()
