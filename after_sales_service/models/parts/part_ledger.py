from odoo import fields, models
from odoo.tools import SQL

# A van with its shelves, and who answers for it: its holder, else who had it last.
VANS = SQL(
    """
    SELECT shelf.id AS location_id,
           van.id AS van_id,
           (ARRAY_AGG(employee.id ORDER BY employee.active DESC, employee.id))[1]
               AS technician_id
      FROM stock_location van
      JOIN hr_employee employee ON employee.after_sales_van_id = van.id
      JOIN stock_location shelf ON shelf.parent_path LIKE van.parent_path || '%%'
     GROUP BY shelf.id, van.id
    """
)


class AfterSalesPartLedger(models.Model):
    """What went into and out of each technician's van. Made from the native moves."""

    _name = "after.sales.part.ledger"
    _description = "Technician's Part Ledger"
    _auto = False
    _order = "date desc, id desc"
    _depends = {
        "hr.employee": ["after_sales_van_id", "active"],
        "stock.location": ["parent_path", "usage"],
        "stock.move": ["after_sales_line_id", "location_id", "location_dest_id"],
        "stock.move.line": [
            "date",
            "state",
            "location_id",
            "location_dest_id",
            "owner_id",
            "product_id",
            "quantity_product_uom",
        ],
        "stock.picking": ["after_sales_order_id", "after_sales_requisition_id"],
    }

    date = fields.Datetime(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    technician_id = fields.Many2one("hr.employee", readonly=True)
    van_id = fields.Many2one("stock.location", readonly=True)
    product_id = fields.Many2one("product.product", string="Part", readonly=True)
    lot_id = fields.Many2one("stock.lot", string="Serial Number", readonly=True)
    kind = fields.Selection(
        [
            ("issued", "Issued"),
            ("used", "Used"),
            ("returned", "Returned"),
            ("adjusted", "At counts"),
        ],
        readonly=True,
    )
    quantity = fields.Float(
        string="In (+) or Out (−)", digits="Product Unit", readonly=True
    )
    picking_id = fields.Many2one("stock.picking", string="Transfer", readonly=True)
    order_id = fields.Many2one(
        "after.sales.order", string="Service Order", readonly=True
    )

    @property
    def _table_query(self):
        return self._get_ledger_query()

    def _get_ledger_query(self):
        """Return the rows: one per done move line and van it touches.

        SQL, because a van is at one end of some lines and at the other end of others.
        """
        return SQL(
            """
            WITH van AS (%(vans)s)
            SELECT line.id * 2 + side.is_in AS id,
                   line.date,
                   line.company_id,
                   van.technician_id,
                   van.van_id,
                   line.product_id,
                   line.lot_id,
                   line.picking_id,
                   COALESCE(part.order_id, picking.after_sales_order_id) AS order_id,
                   CASE
                       WHEN far.usage IN ('customer', 'production') THEN 'used'
                       WHEN far.usage = 'inventory' THEN 'adjusted'
                       WHEN side.is_in = 1 THEN 'issued'
                       ELSE 'returned'
                   END AS kind,
                   CASE WHEN side.is_in = 1 THEN 1 ELSE -1 END
                       * line.quantity_product_uom AS quantity
              FROM stock_move_line line
              JOIN stock_move move ON move.id = line.move_id
              LEFT JOIN stock_picking picking ON picking.id = line.picking_id
              LEFT JOIN after_sales_order_line part
                     ON part.id = move.after_sales_line_id
              JOIN LATERAL (
                       VALUES (0, line.location_id, line.location_dest_id),
                              (1, line.location_dest_id, line.location_id)
                   ) side (is_in, location_id, far_id) ON TRUE
              JOIN van ON van.location_id = side.location_id
              JOIN stock_location far ON far.id = side.far_id
              LEFT JOIN van other ON other.location_id = side.far_id
             WHERE line.state = 'done'
               AND line.owner_id IS NULL
               AND other.van_id IS DISTINCT FROM van.van_id
            """,
            vans=VANS,
        )


class AfterSalesPartBalance(models.Model):
    """Opening + issued + counted = used + returned + closing, per van and part."""

    _name = "after.sales.part.balance"
    _description = "Technician's Part Balance"
    _auto = False
    _order = "technician_id, product_id, id"
    _depends = AfterSalesPartLedger._depends | {"product.product": ["standard_price"]}

    company_id = fields.Many2one("res.company", readonly=True)
    technician_id = fields.Many2one("hr.employee", readonly=True)
    van_id = fields.Many2one("stock.location", readonly=True)
    product_id = fields.Many2one("product.product", string="Part", readonly=True)
    opening = fields.Float(digits="Product Unit", readonly=True)
    issued = fields.Float(digits="Product Unit", readonly=True)
    used = fields.Float(digits="Product Unit", readonly=True)
    returned = fields.Float(digits="Product Unit", readonly=True)
    adjusted = fields.Float(string="At Counts", digits="Product Unit", readonly=True)
    closing = fields.Float(digits="Product Unit", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    value_adjusted = fields.Monetary(
        string="Counted in Value",
        readonly=True,
        groups="after_sales_service.after_sales_group_supervisor,"
        "after_sales_service.after_sales_group_clerk,"
        "after_sales_service.after_sales_group_auditor",
        help="What was found or missing at counts, at today's cost.",
    )
    value_closing = fields.Monetary(
        string="Closing in Value",
        readonly=True,
        groups="after_sales_service.after_sales_group_supervisor,"
        "after_sales_service.after_sales_group_clerk,"
        "after_sales_service.after_sales_group_auditor",
        help="What the person answers for, at today's cost.",
    )

    @property
    def _table_query(self):
        """Sum the ledger; the context may hold the first and the last day.

        ``after_sales_date_from`` and ``after_sales_date_to``: days as text; without
        them everything counts and the opening is zero.
        """
        first = self.env.context.get("after_sales_date_from") or "1970-01-01"
        last = self.env.context.get("after_sales_date_to") or "9999-12-30"
        return SQL(
            """
            SELECT MIN(ledger.id) AS id, ledger.company_id, ledger.technician_id,
                   ledger.van_id, ledger.product_id,
                   COALESCE(SUM(quantity) FILTER (
                       WHERE date < %(first)s), 0) AS opening,
                   COALESCE(SUM(quantity) FILTER (
                       WHERE date >= %(first)s AND kind = 'issued'), 0) AS issued,
                   -COALESCE(SUM(quantity) FILTER (
                       WHERE date >= %(first)s AND kind = 'used'), 0) AS used,
                   -COALESCE(SUM(quantity) FILTER (
                       WHERE date >= %(first)s AND kind = 'returned'), 0) AS returned,
                   COALESCE(SUM(quantity) FILTER (
                       WHERE date >= %(first)s AND kind = 'adjusted'), 0) AS adjusted,
                   SUM(quantity) AS closing,
                   COALESCE(SUM(quantity) FILTER (
                       WHERE date >= %(first)s AND kind = 'adjusted'), 0)
                       * %(cost)s AS value_adjusted,
                   SUM(quantity) * %(cost)s AS value_closing
              FROM (%(ledger)s) ledger
              JOIN product_product product ON product.id = ledger.product_id
             WHERE date < %(last)s::date + 1
             GROUP BY ledger.company_id, ledger.technician_id, ledger.van_id,
                      ledger.product_id, product.id
            """,
            first=fields.Date.to_date(first),
            last=fields.Date.to_date(last),
            cost=SQL(
                "COALESCE("
                "(product.standard_price ->> ledger.company_id::text)::float, 0)"
            ),
            ledger=self.env["after.sales.part.ledger"]._get_ledger_query(),
        )

    def action_view_ledger(self):
        """Open the rows behind one line of the balance."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "after_sales_service.after_sales_part_ledger_action"
        )
        return action | {
            "domain": [
                ("van_id", "=", self.van_id.id),
                ("product_id", "=", self.product_id.id),
            ],
            "context": {},
        }


class AfterSalesVanStock(models.Model):
    """What is in the vans now, for people without stock rights."""

    _name = "after.sales.van.stock"
    _description = "Van Stock"
    _auto = False
    _order = "technician_id, product_id, id"
    _depends = {
        "hr.employee": ["after_sales_van_id", "active"],
        "stock.location": ["parent_path"],
        "stock.quant": [
            "location_id",
            "lot_id",
            "owner_id",
            "product_id",
            "quantity",
            "reserved_quantity",
        ],
    }

    company_id = fields.Many2one("res.company", readonly=True)
    technician_id = fields.Many2one("hr.employee", readonly=True)
    van_id = fields.Many2one("stock.location", readonly=True)
    product_id = fields.Many2one("product.product", string="Part", readonly=True)
    lot_id = fields.Many2one("stock.lot", string="Serial Number", readonly=True)
    quantity = fields.Float(string="In the Van", digits="Product Unit", readonly=True)
    reserved_quantity = fields.Float(
        string="Promised", digits="Product Unit", readonly=True
    )
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit of Measure")

    @property
    def _table_query(self):
        return SQL(
            """
            WITH van AS (%(vans)s)
            SELECT quant.id, quant.company_id, van.technician_id, van.van_id,
                   quant.product_id, quant.lot_id, quant.quantity,
                   quant.reserved_quantity
              FROM stock_quant quant
              JOIN van ON van.location_id = quant.location_id
             WHERE quant.owner_id IS NULL AND quant.quantity <> 0
            """,
            vans=VANS,
        )
