from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class AfterSalesLoan(models.Model):
    """What a late or damaged loaner costs the customer."""

    _inherit = "after.sales.loan"

    currency_id = fields.Many2one(related="company_id.currency_id")
    amount_late = fields.Monetary(
        string="Charge for Late Return",
        compute="_compute_amount_late",
        store=True,
        readonly=False,
        help="Days after the due day at the day's price of the settings. Before tax.",
    )
    amount_damage = fields.Monetary(
        string="Charge for Damage", copy=False, help="Before tax."
    )
    sale_line_ids = fields.One2many(
        "sale.order.line",
        "after_sales_loan_id",
        string="Charged With",
        groups="sales_team.group_sale_salesman,account.group_account_invoice,"
        "after_sales_service.after_sales_group_auditor",
    )
    is_charged = fields.Boolean(
        string="Charged", compute="_compute_is_charged", search="_search_is_charged"
    )

    _charges_not_negative = models.Constraint(
        "CHECK(COALESCE(amount_late, 0) >= 0 AND COALESCE(amount_damage, 0) >= 0)",
        "A charge for a loaner cannot be negative. Enter zero to charge nothing.",
    )

    # === COMPUTES === #
    @api.depends("date_back")
    def _compute_amount_late(self):
        for loan in self:
            price = loan.company_id.after_sales_loan_day_price
            loan.amount_late = loan.days_late * price if loan.date_back else 0.0

    @api.depends("sale_line_ids.order_id.state")
    def _compute_is_charged(self):
        for loan in self:
            # Whoever lends may know that it was charged, not read the quotation.
            loan.is_charged = bool(loan.sudo()._get_charge_lines())

    def _search_is_charged(self, operator, value):
        if operator != "in":
            return NotImplemented
        charged = [("sale_line_ids.order_id.state", "!=", "cancel")]
        # As in the compute.
        found = self.sudo().search(charged)
        return [("id", "in" if True in value else "not in", found.ids)]

    # === ACTIONS === #
    def action_charge(self):
        """Put the charges on the quotation of the service order, or on one of its own.

        :raise UserError: if it is still out, nothing is to be paid, or it was charged
        """
        self.ensure_one()
        self.check_access("write")
        self._lock_for_move()
        self._check_chargeable()
        # Whoever lends need not have rights in sales; right and state are checked.
        loan = self.sudo()
        quotation = loan._get_charge_quotation()
        quotation.order_line = [
            Command.create(vals) for vals in loan._prepare_charge_vals_list()
        ]
        self.message_post(
            body=self.env._(
                "Charged with quotation %(quotation)s.", quotation=quotation.name
            )
        )
        # Who works in the warehouse may read orders, but not what is invoiced: the
        # form would refuse.
        if self.env.user.has_group("sales_team.group_sale_salesman"):
            return quotation.sudo(False)._get_records_action()
        return True

    # === BUSINESS === #
    def _check_chargeable(self):
        self.ensure_one()
        if self.state != "returned":
            raise UserError(
                self.env._(
                    "%(loan)s has not come back. Take it back and check it before you "
                    "charge anything.",
                    loan=self.display_name,
                )
            )
        if self.currency_id.is_zero(self.amount_late + self.amount_damage):
            raise UserError(
                self.env._(
                    "Nothing is to be charged for %(loan)s. Enter the charge for late "
                    "return or damage first.",
                    loan=self.display_name,
                )
            )
        lines = self.sudo()._get_charge_lines()  # only its number is told
        if lines:
            raise UserError(
                self.env._(
                    "%(loan)s is charged with quotation %(quotation)s already. Cancel "
                    "that one first.",
                    loan=self.display_name,
                    quotation=lines.order_id[:1].name,
                )
            )

    def _get_charge_lines(self):
        return self.sale_line_ids.filtered(lambda line: line.order_id.state != "cancel")

    def _get_charge_quotation(self):
        """Return the quotation in preparation of the service order, or a new one."""
        self.ensure_one()
        draft = self.order_id.sale_order_ids.filtered(
            lambda quotation: quotation.state == "draft"
        )[:1]
        return draft or self.env["sale.order"].create(self._prepare_quotation_vals())

    def _prepare_quotation_vals(self):
        """Return the values of the quotation of the charges. Meant to be extended."""
        self.ensure_one()
        if self.order_id:
            return self.order_id._prepare_quotation_vals()
        return {
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "origin": self.name,
            "warehouse_id": self.warehouse_id.id,
        }

    def _prepare_charge_vals_list(self):
        """Return the values of one quotation line per charge. Meant to be extended."""
        self.ensure_one()
        loan = self.with_context(lang=self.partner_id.lang or self.env.lang)
        late = loan.env._(
            "Late return of %(serial)s: %(days)s days",
            serial=loan.lot_id.name,
            days=loan.days_late,
        )
        damage = loan.env._(
            "Damage to %(serial)s: %(note)s",
            serial=loan.lot_id.name,
            note=loan.check_note or "–",
        )
        charges = (
            ("product_product_loan_late", late, self.amount_late),
            ("product_product_loan_damage", damage, self.amount_damage),
        )
        return [
            {
                "product_id": self.env.ref(f"after_sales_service.{product}").id,
                "name": name,
                "product_uom_qty": 1.0,
                "price_unit": amount,
                "after_sales_loan_id": self.id,
            }
            for product, name, amount in charges
            if not self.currency_id.is_zero(amount)
        ]
