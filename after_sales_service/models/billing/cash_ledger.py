from odoo import fields, models
from odoo.tools import SQL


class AfterSalesCashLedger(models.Model):
    """What each technician took and handed over, and what the box then held."""

    _name = "after.sales.cash.ledger"
    _description = "Technician's Cash Ledger"
    _auto = False
    _order = "date desc, id desc"
    _depends = {
        "account.payment": [
            "after_sales_handover_id",
            "after_sales_method",
            "after_sales_order_id",
            "after_sales_technician_id",
            "amount_company_currency_signed",
            "date",
            "state",
        ],
        "after.sales.cash.handover": [
            "amount_expected",
            "date_confirmed",
            "state",
            "technician_id",
        ],
    }

    date = fields.Date(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    technician_id = fields.Many2one("hr.employee", readonly=True)
    kind = fields.Selection(
        [("taken", "Cash Taken"), ("handed", "Handed over")], readonly=True
    )
    payment_id = fields.Many2one("account.payment", string="Receipt", readonly=True)
    handover_id = fields.Many2one(
        "after.sales.cash.handover", string="Cash Handover", readonly=True
    )
    order_id = fields.Many2one(
        "after.sales.order", string="Service Order", readonly=True
    )
    amount = fields.Monetary(
        string="In or Out", readonly=True, help="What went out is negative."
    )
    balance = fields.Monetary(
        string="In the Box", readonly=True, aggregator=None, help="After this row."
    )

    @property
    def _table_query(self):
        return self._get_ledger_query()

    # === ACTIONS === #
    def action_open(self):
        self.ensure_one()
        return (self.handover_id or self.order_id)._get_records_action()

    # === BUSINESS === #
    def _get_ledger_query(self):
        """Return the rows; SQL, for the balance after each of them.

        What finance counted is a difference of finance: the box gave what was in it.
        """
        return SQL(
            """
            SELECT entry.*,
                   SUM(entry.amount) OVER (
                       PARTITION BY entry.company_id, entry.technician_id
                       ORDER BY entry.date, entry.kind DESC, entry.id
                   ) AS balance
              FROM (
                SELECT payment.id::bigint * 2 AS id,
                       payment.date,
                       payment.company_id,
                       payment.after_sales_technician_id AS technician_id,
                       'taken' AS kind,
                       payment.id AS payment_id,
                       NULL::int AS handover_id,
                       payment.after_sales_order_id AS order_id,
                       payment.amount_company_currency_signed AS amount
                  FROM account_payment payment
                 WHERE payment.after_sales_technician_id IS NOT NULL
                   AND payment.state IN ('in_process', 'paid')
                   AND COALESCE(payment.after_sales_method, 'cash') = 'cash'
                UNION ALL
                SELECT handover.id::bigint * 2 + 1,
                       handover.date_confirmed::date,
                       handover.company_id,
                       handover.technician_id,
                       'handed',
                       NULL::int,
                       handover.id,
                       NULL::int,
                       -handover.amount_expected
                  FROM after_sales_cash_handover handover
                 WHERE handover.state = 'confirmed'
              ) entry
            """
        )
