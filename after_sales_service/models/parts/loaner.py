from odoo import api, fields, models
from odoo.tools import SQL


class AfterSalesLoaner(models.Model):
    """Each loaner of the pool: on the shelf or at whom. Made from the stock."""

    _name = "after.sales.loaner"
    _description = "Loaner"
    _auto = False
    _order = "product_id, id"
    _depends = {
        "after.sales.loan": ["date_due", "date_from", "lot_id", "partner_id", "state"],
        "res.company": ["after_sales_loan_location_id"],
        "stock.location": ["parent_path"],
        "stock.quant": ["location_id", "lot_id", "owner_id", "product_id", "quantity"],
        "stock.warehouse": ["after_sales_loaners_location_id"],
    }

    company_id = fields.Many2one("res.company", readonly=True)
    product_id = fields.Many2one("product.product", string="Loaner", readonly=True)
    lot_id = fields.Many2one("stock.lot", string="Serial Number", readonly=True)
    location_id = fields.Many2one("stock.location", string="Place", readonly=True)
    status = fields.Selection(
        [("free", "Free"), ("reserved", "Reserved"), ("out", "On loan")], readonly=True
    )
    loan_id = fields.Many2one("after.sales.loan", string="Running Loan", readonly=True)
    next_loan_id = fields.Many2one("after.sales.loan", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    date_from = fields.Date(string="From", readonly=True)
    date_due = fields.Date(string="Due Back", readonly=True)
    is_overdue = fields.Boolean(related="loan_id.is_overdue")

    @property
    def _table_query(self):
        """Return one row per serial; its dates are of the running or the next loan.

        SQL, because the pool is what stands in two kinds of places.
        """
        return SQL(
            """
            SELECT quant.lot_id AS id,
                   MIN(quant.company_id) AS company_id,
                   MIN(quant.product_id) AS product_id,
                   quant.lot_id,
                   MIN(quant.location_id) AS location_id,
                   COALESCE(MIN(loan.state), MIN(next.state), 'free') AS status,
                   MIN(loan.id) AS loan_id,
                   MIN(next.id) AS next_loan_id,
                   MIN(COALESCE(loan.partner_id, next.partner_id)) AS partner_id,
                   MIN(COALESCE(loan.date_from, next.date_from)) AS date_from,
                   MIN(COALESCE(loan.date_due, next.date_due)) AS date_due
              FROM stock_quant quant
              JOIN stock_location place ON place.id = quant.location_id
         LEFT JOIN LATERAL (
                   SELECT id, state, partner_id, date_from, date_due
                     FROM after_sales_loan
                    WHERE lot_id = quant.lot_id AND state = 'out'
                    ORDER BY date_from, id
                    LIMIT 1
                   ) loan ON TRUE
         LEFT JOIN LATERAL (
                   SELECT id, state, partner_id, date_from, date_due
                     FROM after_sales_loan
                    WHERE lot_id = quant.lot_id AND state = 'reserved'
                    ORDER BY date_from, id
                    LIMIT 1
                   ) next ON TRUE
             WHERE quant.quantity > 0
               AND quant.lot_id IS NOT NULL
               AND quant.owner_id IS NULL
               AND EXISTS (
                   SELECT 1
                     FROM stock_location pool
                    WHERE place.parent_path LIKE pool.parent_path || '%%'
                      AND (pool.id IN (SELECT after_sales_loaners_location_id
                                         FROM stock_warehouse)
                           OR pool.id IN (SELECT after_sales_loan_location_id
                                            FROM res_company))
                   )
             GROUP BY quant.lot_id
            """
        )

    @api.depends("lot_id", "product_id")
    def _compute_display_name(self):
        for loaner in self:
            # A serial number is no secret to whoever may read the pool.
            serial = loaner.lot_id.sudo().name
            loaner.display_name = f"{serial} · {loaner.product_id.display_name}"

    # === ACTIONS === #
    def action_lend(self):
        """Begin a loan of this loaner."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Loan"),
            "res_model": "after.sales.loan",
            "view_mode": "form",
            "context": {
                "default_product_id": self.product_id.id,
                "default_lot_id": self.lot_id.id,
                "default_company_id": self.company_id.id,
            },
        }
