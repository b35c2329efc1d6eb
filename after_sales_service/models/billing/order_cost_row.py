from odoo import api, fields, models
from odoo.tools import SQL

COST_KINDS = [
    ("part", "Parts"),
    ("labour", "Hours"),
    ("travel", "Travel"),
    ("third_party", "Subcontractors"),
    ("loan", "Loaners"),
    ("revenue", "Charged"),
    ("contract", "Contract Fees"),
    ("recovery", "Recovery from Suppliers"),
]
# The number of a row says from which table it comes and which record it is.
SOURCES = (
    "stock.move",
    "account.move.line",
    "after.sales.time",
    "after.sales.loan",
)


class AfterSalesOrderCost(models.Model):
    """What service orders cost and bring, row by row out of the ledgers.

    Parts come from the stock valuation and, once they are invoiced, from the cost of
    sales; money from posted entries; hours from time entries at the hourly cost of
    their day.
    """

    _name = "after.sales.order.cost"
    _description = "Cost and Margin"
    _auto = False
    _order = "date desc, id desc"
    _depends = {
        "stock.move": [
            "after_sales_claim_line_id",
            "after_sales_line_id",
            "origin_returned_move_id",
            "sale_line_id",
            "state",
            "value",
        ],
        "account.move.line": [
            "account_id",
            "after_sales_claim_line_id",
            "after_sales_contract_id",
            "after_sales_order_id",
            "balance",
            "cogs_origin_id",
            "display_type",
            "parent_state",
        ],
        "account.account": ["account_type"],
        "account.move": ["after_sales_deferred_period_id", "move_type"],
        "after.sales.contract.line": ["contract_id"],
        "after.sales.contract.visit": ["contract_id"],
        "after.sales.cover": ["contract_line_id"],
        "after.sales.decision": ["cover_id"],
        "after.sales.loan": ["amount_cost", "date_back", "order_id"],
        "after.sales.order": [
            "cause_id",
            "contract_visit_id",
            "state",
            "team_id",
            "technician_id",
            "unit_id",
        ],
        "after.sales.order.line": ["decision_id", "order_id", "product_id"],
        "after.sales.supplier.claim.line": ["order_line_id"],
        "after.sales.time": ["amount_cost", "hours", "kind", "order_id"],
        "after.sales.unit": ["product_id"],
        "product.template": ["after_sales_kind"],
        "sale.order": ["after_sales_order_id"],
        "sale.order.line": ["invoice_lines", "order_id"],
    }

    date = fields.Date(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(COST_KINDS, readonly=True)
    order_id = fields.Many2one(
        "after.sales.order", string="Service Order", readonly=True
    )
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    unit_id = fields.Many2one("after.sales.unit", readonly=True)
    unit_product_id = fields.Many2one(
        "product.product", string="Unit's Product", readonly=True
    )
    product_id = fields.Many2one(
        "product.product", string="Part or Work", readonly=True
    )
    contract_id = fields.Many2one("after.sales.contract", readonly=True)
    cause_id = fields.Many2one("after.sales.fault.code", readonly=True)
    technician_id = fields.Many2one("hr.employee", readonly=True)
    team_id = fields.Many2one("after.sales.team", readonly=True)
    cost = fields.Monetary(readonly=True)
    revenue = fields.Monetary(readonly=True)
    recovery = fields.Monetary(string="Recovered", readonly=True)
    margin = fields.Monetary(
        readonly=True, help="What was charged and recovered, less the cost."
    )

    @property
    def _table_query(self):
        return self._get_cost_query()

    # === ACTIONS === #
    def action_open(self):
        """Open the document behind the row, or the service order it belongs to."""
        self.ensure_one()
        number = self.id
        source = self.env[SOURCES[number % len(SOURCES)]].browse(number // len(SOURCES))
        # Who sees costs may not see every document; which one it is may be known.
        found = source.sudo()
        if source._name == "stock.move":
            document = found.picking_id
        elif source._name == "account.move.line":
            document = found.move_id
        elif source._name == "after.sales.time":
            document = found.order_id
        else:
            document = found
        document = document.sudo(False)
        if not (document and document.has_access("read")):
            document = self.order_id or self.contract_id
        return document._get_records_action()

    # === BUSINESS === #
    @api.model
    def _get_rows_action(self, domain):
        """Return the action that lists the rows of ``domain``."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "after_sales_service.after_sales_order_cost_action"
        )
        return action | {
            "domain": domain,
            "context": {},
            "views": [(False, "list"), (False, "pivot")],
        }

    @api.model
    def _get_cost_query(self):
        """Return one row per document that costs or brings something.

        SQL, because the rows stand in four tables and are grouped by facts of orders.
        """
        rows = SQL(" UNION ALL ").join(self._get_row_queries())
        return SQL(
            """
            SELECT entry.id,
                   entry.date,
                   entry.company_id,
                   entry.kind,
                   entry.order_id,
                   COALESCE(job.partner_id, contract.partner_id) AS partner_id,
                   job.unit_id,
                   unit.product_id AS unit_product_id,
                   entry.product_id,
                   COALESCE(
                       entry.contract_id,
                       visit.contract_id,
                       (SELECT MIN(contract_line.contract_id)
                          FROM after_sales_order_line part
                          JOIN after_sales_decision decision
                            ON decision.id = part.decision_id
                          JOIN after_sales_cover cover
                            ON cover.id = decision.cover_id
                          JOIN after_sales_contract_line contract_line
                            ON contract_line.id = cover.contract_line_id
                         WHERE part.order_id = entry.order_id)
                   ) AS contract_id,
                   job.cause_id,
                   COALESCE(entry.technician_id, job.technician_id) AS technician_id,
                   job.team_id,
                   entry.cost,
                   entry.revenue,
                   entry.recovery,
                   entry.revenue + entry.recovery - entry.cost AS margin
              FROM (%(rows)s) entry
              LEFT JOIN after_sales_order job ON job.id = entry.order_id
              LEFT JOIN after_sales_unit unit ON unit.id = job.unit_id
              LEFT JOIN after_sales_contract_visit visit
                     ON visit.id = job.contract_visit_id
              LEFT JOIN after_sales_contract contract
                     ON contract.id = entry.contract_id
            """,
            rows=rows,
        )

    @api.model
    def _get_row_queries(self):
        """Return the queries of all rows. Meant to be extended.

        Each has id, date, company_id, kind, order_id, contract_id, product_id,
        technician_id, cost, revenue, recovery; ids end in the number of their table.
        """
        return [
            self._get_part_query(),
            self._get_replacement_query(),
            self._get_sold_query(),
            self._get_bill_query(),
            self._get_contract_query(),
            self._get_recovery_query(),
            self._get_time_query(),
            self._get_loan_query(),
        ]

    def _get_part_query(self):
        """Return parts at their stock value, unless their cost of sales is booked."""
        return SQL(
            """
            SELECT move.id::bigint * 4 AS id,
                   move.date::date AS date,
                   move.company_id,
                   'part' AS kind,
                   part.order_id,
                   NULL::int AS contract_id,
                   move.product_id,
                   NULL::int AS technician_id,
                   ABS(COALESCE(move.value, 0)) * CASE
                       WHEN move.origin_returned_move_id IS NULL THEN 1 ELSE -1
                   END AS cost,
                   0 AS revenue,
                   0 AS recovery
              FROM stock_move move
              JOIN after_sales_order_line part ON part.id = move.after_sales_line_id
             WHERE move.state = 'done'
               AND NOT EXISTS (
                       SELECT 1
                         FROM sale_order_line_invoice_rel rel
                         JOIN account_move_line sold ON sold.id = rel.invoice_line_id
                         JOIN account_move_line booked
                           ON booked.cogs_origin_id = sold.id
                          AND booked.parent_state = 'posted'
                        WHERE rel.order_line_id = move.sale_line_id
                   )
            """
        )

    def _get_replacement_query(self):
        """Return pieces that suppliers sent instead, at their stock value."""
        return SQL(
            """
            SELECT move.id::bigint * 4,
                   move.date::date,
                   move.company_id,
                   'recovery',
                   part.order_id,
                   NULL::int,
                   move.product_id,
                   NULL::int,
                   0,
                   0,
                   COALESCE(move.value, 0)
              FROM stock_move move
              JOIN after_sales_supplier_claim_line claimed
                ON claimed.id = move.after_sales_claim_line_id
              JOIN after_sales_order_line part ON part.id = claimed.order_line_id
             WHERE move.state = 'done'
               AND move.after_sales_line_id IS NULL
            """
        )

    def _get_sold_query(self):
        """Return what was charged for orders, and its booked cost of sales."""
        return SQL(
            """
            SELECT line.id::bigint * 4 + 1,
                   line.date,
                   line.company_id,
                   CASE WHEN line.display_type = 'cogs' THEN 'part'
                        ELSE 'revenue' END,
                   quotation.after_sales_order_id,
                   NULL::int,
                   line.product_id,
                   NULL::int,
                   CASE WHEN line.display_type = 'cogs' THEN line.balance ELSE 0 END,
                   CASE WHEN line.display_type = 'cogs' THEN 0 ELSE -line.balance END,
                   0
              FROM account_move_line line
              JOIN account_account account ON account.id = line.account_id
              JOIN LATERAL (
                       SELECT MIN(sale_line.order_id) AS order_id
                         FROM sale_order_line_invoice_rel rel
                         JOIN sale_order_line sale_line
                           ON sale_line.id = rel.order_line_id
                        WHERE rel.invoice_line_id
                              = COALESCE(line.cogs_origin_id, line.id)
                   ) sold ON TRUE
              JOIN sale_order quotation ON quotation.id = sold.order_id
             WHERE line.parent_state = 'posted'
               AND line.display_type IN ('product', 'cogs')
               AND quotation.after_sales_order_id IS NOT NULL
               AND (line.display_type = 'product'
                    OR account.account_type LIKE 'expense%%')
            """
        )

    def _get_bill_query(self):
        """Return what vendors billed for orders: subcontractors, trips, freight."""
        return SQL(
            """
            SELECT line.id::bigint * 4 + 1,
                   line.date,
                   line.company_id,
                   CASE WHEN template.after_sales_kind IN ('travel', 'freight')
                        THEN 'travel' ELSE 'third_party' END,
                   line.after_sales_order_id,
                   NULL::int,
                   line.product_id,
                   NULL::int,
                   line.balance,
                   0,
                   0
              FROM account_move_line line
              JOIN account_account account ON account.id = line.account_id
              LEFT JOIN product_product product ON product.id = line.product_id
              LEFT JOIN product_template template
                     ON template.id = product.product_tmpl_id
             WHERE line.parent_state = 'posted'
               AND line.display_type = 'product'
               AND line.after_sales_order_id IS NOT NULL
               AND line.after_sales_claim_line_id IS NULL
               AND account.account_type LIKE 'expense%%'
            """
        )

    def _get_contract_query(self):
        """Return what was invoiced and credited for contracts, when it is earned.

        Posted entries of deferral take a fee out of the day of its invoice and bring
        it back month by month, as in the ledger.
        """
        return SQL(
            """
            SELECT line.id::bigint * 4 + 1,
                   line.date,
                   line.company_id,
                   'contract',
                   NULL::int,
                   line.after_sales_contract_id,
                   line.product_id,
                   NULL::int,
                   0,
                   -line.balance,
                   0
              FROM account_move_line line
              JOIN account_move invoice ON invoice.id = line.move_id
              JOIN account_account account ON account.id = line.account_id
             WHERE line.parent_state = 'posted'
               AND line.display_type = 'product'
               AND line.after_sales_contract_id IS NOT NULL
               AND (
                    invoice.move_type IN ('out_invoice', 'out_refund')
                    OR (
                        invoice.after_sales_deferred_period_id IS NOT NULL
                        AND account.account_type NOT LIKE 'liability%%'
                    )
               )
            """
        )

    def _get_recovery_query(self):
        """Return what suppliers credited."""
        return SQL(
            """
            SELECT line.id::bigint * 4 + 1,
                   line.date,
                   line.company_id,
                   'recovery',
                   part.order_id,
                   NULL::int,
                   claimed.product_id,
                   NULL::int,
                   0,
                   0,
                   -line.balance
              FROM account_move_line line
              JOIN after_sales_supplier_claim_line claimed
                ON claimed.id = line.after_sales_claim_line_id
              JOIN after_sales_order_line part ON part.id = claimed.order_line_id
             WHERE line.parent_state = 'posted'
               AND line.display_type = 'product'
            """
        )

    def _get_time_query(self):
        """Return hours at the hourly cost of their day."""
        return SQL(
            """
            SELECT entry.id::bigint * 4 + 2,
                   entry.date_start::date,
                   entry.company_id,
                   CASE WHEN entry.kind = 'travel' THEN 'travel' ELSE 'labour' END,
                   entry.order_id,
                   NULL::int,
                   NULL::int,
                   entry.technician_id,
                   COALESCE(entry.amount_cost, 0),
                   0,
                   0
              FROM after_sales_time entry
             WHERE entry.order_id IS NOT NULL
            """
        )

    def _get_loan_query(self):
        """Return what loaners cost that came back."""
        return SQL(
            """
            SELECT loan.id::bigint * 4 + 3,
                   loan.date_back::date,
                   loan.company_id,
                   'loan',
                   loan.order_id,
                   NULL::int,
                   loan.product_id,
                   NULL::int,
                   loan.amount_cost,
                   0,
                   0
              FROM after_sales_loan loan
             WHERE loan.order_id IS NOT NULL
               AND loan.amount_cost > 0
            """
        )
