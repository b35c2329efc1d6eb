from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

CLERK = "after_sales_service.after_sales_group_clerk"


class AfterSalesDealerStatement(models.Model):
    """A confirmed statement becomes a native quotation of what the dealer owes."""

    _inherit = "after.sales.dealer.statement"

    sale_order_id = fields.Many2one(
        "sale.order",
        string="Quotation",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        groups="sales_team.group_sale_salesman,account.group_account_readonly",
    )
    charged_with = fields.Char(
        compute="_compute_charged_with",
        help="The quotation, for those who may not open it, too.",
    )

    # === COMPUTES === #
    @api.depends("sale_order_id.state")
    def _compute_charged_with(self):
        for statement in self:
            statement.charged_with = statement._get_quotation().name

    # === ACTIONS === #
    def action_quote(self):
        """Make one native quotation of what the dealer used and pays for.

        :raise UserError: if the statement is not confirmed, owes nothing, or was
            charged already
        """
        self.ensure_one()
        self._check_may_charge()
        self._lock_for_move()
        self._check_chargeable()
        # Parts clerks have no sales rights; right and state were checked above.
        statement = self.sudo().with_company(self.company_id)
        order = statement.env["sale.order"].create(statement._prepare_quotation_vals())
        statement._link_moves(order)
        statement.sale_order_id = order
        self.message_post(
            body=self.env._(
                "%(quotation)s charges %(dealer)s for what was used.",
                quotation=order.name,
                dealer=self.dealer_id.name,
            )
        )
        return self.action_view_quotation()

    def action_view_quotation(self):
        """Open the quotation for salespeople; others stay on the statement."""
        self.ensure_one()
        # Who works in the warehouse may read orders, but not what is invoiced.
        if not self.env.user.has_group("sales_team.group_sale_salesman"):
            return True
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "res_id": self._get_quotation().id,
            "view_mode": "form",
        }

    # === BUSINESS === #
    def _get_quotation(self):
        """Return the quotation that holds, in superuser mode, or nothing."""
        self.ensure_one()
        order = self.sudo().sale_order_id  # whether it was charged is no secret
        return order.filtered(lambda order: order.state != "cancel")

    def _check_may_charge(self):
        if not (self.env.su or self.env.user.has_group(CLERK)):
            raise AccessError(
                self.env._("Only parts clerks and managers charge a dealer.")
            )
        self.check_access("write")

    def _check_chargeable(self):
        quotation = self._get_quotation()
        if quotation:
            raise UserError(
                self.env._(
                    "%(statement)s was charged with %(quotation)s already. Cancel that "
                    "quotation before you make another one.",
                    statement=self.name,
                    quotation=quotation.name,
                )
            )
        if self.state != "confirmed":
            raise UserError(
                self.env._(
                    "%(statement)s is not confirmed by the dealer yet.",
                    statement=self.name,
                )
            )
        if not self.line_ids.filtered(lambda line: line.charged > 0):
            raise UserError(
                self.env._(
                    "%(dealer)s owes nothing on %(statement)s.",
                    dealer=self.dealer_id.name,
                    statement=self.name,
                )
            )

    def _check_not_charged(self, moves):
        charged = moves.sale_line_id.filtered(lambda line: line.state != "cancel")
        if charged:
            raise UserError(
                self.env._(
                    "%(part)s of this period was charged with %(quotation)s already. "
                    "The days of two statements must not overlap.",
                    part=charged[0].product_id.display_name,
                    quotation=charged[0].order_id.name,
                )
            )

    def _prepare_quotation_vals(self):
        """Return the values of the native quotation. Meant to be extended."""
        self.ensure_one()
        return {
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "warehouse_id": self.dealer_id.warehouse_id.id,
            "origin": self.name,
            "client_order_ref": self.name,
            "order_line": [
                Command.create(
                    {
                        "product_id": line.product_id.id,
                        "product_uom_qty": line.charged,
                        "product_uom_id": line.product_id.uom_id.id,
                        "price_unit": line.price,
                    }
                )
                for line in self.line_ids
                if line.charged > 0
            ],
        }

    def _link_moves(self, order):
        """Say which moves delivered each line, so that nothing is delivered twice.

        The invoice then takes the cost of just these pieces out of the stock.
        """
        first, last = self._get_bounds()
        place = self.dealer_id.location_id
        moves = self.env["stock.move"].search(
            [
                ("state", "=", "done"),
                ("date", ">=", first),
                ("date", "<", last),
                ("product_id", "in", order.order_line.product_id.ids),
                "|",
                "&",
                ("location_id", "child_of", place.id),
                ("location_dest_id.usage", "=", "customer"),
                "&",
                ("location_dest_id", "child_of", place.id),
                ("location_id.usage", "=", "customer"),
            ]
        )
        self._check_not_charged(moves)
        own = moves.grouped("product_id")
        for line in order.order_line:
            own.get(line.product_id, moves.browse()).sale_line_id = line
