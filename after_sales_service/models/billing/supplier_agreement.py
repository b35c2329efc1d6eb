from odoo import api, fields, models

from ...rules.recovery import Terms


class AfterSalesSupplierAgreement(models.Model):
    """What a supplier pays for parts that fail: how long, and which share."""

    _name = "after.sales.supplier.agreement"
    _description = "Supplier Warranty Agreement"
    _order = "supplier_id, sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    supplier_id = fields.Many2one("res.partner", required=True, index=True)
    product_id = fields.Many2one(
        "product.product",
        string="Part",
        check_company=True,
        help="Empty: every part of the supplier, or of the category.",
    )
    categ_id = fields.Many2one("product.category", string="Part Category")
    months = fields.Integer(string="Term (Months)", required=True, default=12)
    start_rule = fields.Selection(
        [
            ("receipt", "Our purchase receipt"),
            ("sale", "Sale to the customer"),
        ],
        string="Starts with",
        required=True,
        default="receipt",
    )
    share_part = fields.Float(
        string="Part (%)", default=100.0, help="Of what the part cost us."
    )
    share_labour = fields.Float(
        string="Labour (%)", help="Of the hours at the agreed rate, or at our cost."
    )
    share_freight = fields.Float(
        string="Travel and Freight (%)", help="Of the amount by our price list."
    )
    labour_rate = fields.Monetary(
        string="Hourly Rate", help="Zero: the technician's hourly cost."
    )
    labour_cap = fields.Monetary(
        string="Labour at Most", help="For one service order. Zero: no limit."
    )
    is_return_needed = fields.Boolean(string="Wants the Old Part")
    claim_days = fields.Integer(
        string="Claim Within (Days)",
        help="After the service order was completed. Zero: no limit.",
    )
    tax_ids = fields.Many2many(
        "account.tax",
        string="Taxes on Credit Notes",
        domain=[("type_tax_use", "=", "purchase")],
        check_company=True,
        help="Empty: the supplier's credit notes carry no tax.",
    )

    _shares_in_range = models.Constraint(
        "CHECK(share_part BETWEEN 0 AND 100 AND share_labour BETWEEN 0 AND 100"
        " AND share_freight BETWEEN 0 AND 100)",
        "A supplier's share lies between 0 and 100 %.",
    )
    _months_positive = models.Constraint(
        "CHECK(months > 0)", "The term of a supplier's warranty is one month or more."
    )
    _limits_not_negative = models.Constraint(
        "CHECK(COALESCE(labour_rate, 0) >= 0 AND COALESCE(labour_cap, 0) >= 0"
        " AND COALESCE(claim_days, 0) >= 0)",
        "Rate, limit and days of a supplier agreement cannot be negative.",
    )

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        agreements = super().create(vals_list)
        agreements._take_waiting()
        return agreements

    # === BUSINESS === #
    def _take_waiting(self):
        """Let serial numbers that came without an agreement have these."""
        # Warranties of serial numbers are the server's, whoever makes agreements.
        waiting = (
            self.env["after.sales.supplier.warranty"]
            .sudo()
            .search([("agreement_id", "=", False)])
        )
        for row in waiting:
            row.agreement_id = self._choose(
                row.supplier_id, row.product_id, row.company_id
            )

    @api.model
    def _get_agreements(self, companies):
        """Return the agreements of the companies, in superuser mode; one query."""
        # Claims follow from completed orders and receipts, whoever does them.
        return self.sudo().search([("company_id", "in", companies.ids)])

    def _choose(self, supplier, product, company):
        """Return the most specific of these agreements; empty if none fits.

        The part before its nearest category before the supplier in general.
        """
        partner = supplier.commercial_partner_id
        fitting = self.filtered(
            lambda row: (
                row.company_id == company
                and row.supplier_id.commercial_partner_id == partner
                and row._fits(product)
            )
        )
        return fitting.sorted(
            lambda row: (
                not row.product_id,
                -len((row.categ_id.parent_path or "").split("/")),
                row.sequence,
                row.id,
            )
        )[:1]

    def _fits(self, product):
        self.ensure_one()
        if self.product_id:
            return self.product_id == product
        path = product.categ_id.parent_path or ""
        return not self.categ_id or path.startswith(self.categ_id.parent_path)

    def _get_terms(self):
        """Return the agreement as the rule reads it; None without one."""
        if not self:
            return None
        return Terms(
            months=self.months,
            start_rule=self.start_rule,
            share_part=self.share_part,
            share_labour=self.share_labour,
            share_freight=self.share_freight,
            labour_rate=self.labour_rate,
            labour_cap=self.labour_cap,
            needs_return=self.is_return_needed,
            claim_days=self.claim_days,
        )
