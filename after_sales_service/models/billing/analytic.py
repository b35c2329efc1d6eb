from odoo import api, fields, models

ANALYTIC = "analytic.group_analytic_accounting"


class AfterSalesTeam(models.Model):
    _inherit = "after.sales.team"

    analytic_account_id = fields.Many2one(
        "account.analytic.account",
        check_company=True,
        groups=ANALYTIC,
        help="Revenue and cost of the team's service orders are booked to it.",
    )


class ProductCategory(models.Model):
    _inherit = "product.category"

    after_sales_analytic_account_id = fields.Many2one(
        "account.analytic.account",
        string="Analytic Account of Service",
        company_dependent=True,
        groups=ANALYTIC,
        help="Service orders on units of this category are booked to it, not to that "
        "of their team.",
    )


class AfterSalesOrder(models.Model):
    """To which analytic account the entries of an order belong."""

    _inherit = "after.sales.order"

    # === BUSINESS === #
    def _get_analytic_account(self):
        """Return the analytic account of one order. Meant to be extended.

        That of the unit's product line, else of the team; empty if neither has one.
        """
        self.ensure_one()
        # Entries are booked to it, whoever completes or invoices the order.
        order = self.sudo().with_company(self.company_id)
        category = order.product_id.categ_id
        while category and not category.after_sales_analytic_account_id:
            category = category.parent_id
        return (
            category.after_sales_analytic_account_id
            or order.team_id.analytic_account_id
        )

    def _get_analytic_distribution(self):
        account = self._get_analytic_account()
        return {str(account.id): 100.0} if account else {}

    def _do_completion(self):
        result = super()._do_completion()
        self._book_hours()
        return result

    def _reopen(self, reason):
        result = super()._reopen(reason)
        self._unbook_hours()
        return result

    def _book_hours(self):
        """Book the hours to the analytic accounts: wages are in no entry of ours."""
        self._unbook_hours()
        # Technicians complete orders without rights in accounting.
        orders = self.sudo().filtered(lambda order: order._get_analytic_account())
        orders.env["account.analytic.line"].create(
            [entry._prepare_analytic_line_vals() for entry in orders.time_ids]
        )

    def _unbook_hours(self):
        self.sudo().time_ids.analytic_line_ids.unlink()  # as above


class AfterSalesOrderLine(models.Model):
    _inherit = "after.sales.order.line"

    def _get_analytic_distribution(self):
        return super()._get_analytic_distribution() or (
            self.order_id._get_analytic_distribution()
        )


class AfterSalesTime(models.Model):
    _inherit = "after.sales.time"

    analytic_line_ids = fields.One2many(
        "account.analytic.line", "after_sales_time_id", groups=ANALYTIC
    )

    def _prepare_analytic_line_vals(self):
        """Return the values of the analytic line of one time entry, to be extended."""
        self.ensure_one()
        account = self.order_id._get_analytic_account()
        return {
            "name": f"{self.order_id.name} {self.technician_id.name}",
            account.plan_id._column_name(): account.id,
            "date": fields.Date.context_today(self, self.date_start),
            "amount": -self.amount_cost,
            "unit_amount": self.hours,
            "company_id": self.company_id.id,
            "partner_id": self.order_id.partner_id.id,
            "user_id": self.technician_id.user_id.id,
            "after_sales_time_id": self.id,
        }


class AccountAnalyticLine(models.Model):
    _inherit = "account.analytic.line"

    after_sales_time_id = fields.Many2one(
        "after.sales.time",
        string="Service Hours",
        index="btree_not_null",
        ondelete="cascade",
    )


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    @api.depends("after_sales_order_id")
    def _compute_analytic_distribution(self):
        result = super()._compute_analytic_distribution()
        for line in self.filtered("after_sales_order_id"):
            line.analytic_distribution = line.analytic_distribution or (
                line.after_sales_order_id._get_analytic_distribution()
            )
        return result
