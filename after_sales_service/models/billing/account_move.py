from markupsafe import Markup

from odoo import api, fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    after_sales_order_ids = fields.Many2many(
        "after.sales.order",
        string="Service Orders",
        compute="_compute_after_sales_order_ids",
        compute_sudo=True,  # an invoice is opened by people without service rights
        search="_search_after_sales_order_ids",
    )
    after_sales_order_count = fields.Integer(
        string="Service Order Count",
        compute="_compute_after_sales_order_ids",
        compute_sudo=True,  # as above
    )

    after_sales_contract_ids = fields.Many2many(
        "after.sales.contract",
        string="Service Contracts",
        compute="_compute_after_sales_contract_ids",
        compute_sudo=True,  # as above
        search="_search_after_sales_contract_ids",
    )
    after_sales_contract_count = fields.Integer(
        string="Service Contract Count",
        compute="_compute_after_sales_contract_ids",
        compute_sudo=True,  # as above
    )

    # === COMPUTES === #
    @api.depends("line_ids.after_sales_contract_id")
    def _compute_after_sales_contract_ids(self):
        for move in self:
            contracts = move.line_ids.after_sales_contract_id
            move.after_sales_contract_ids = contracts
            move.after_sales_contract_count = len(contracts)

    def _search_after_sales_contract_ids(self, operator, value):
        return [("line_ids.after_sales_contract_id", operator, value)]

    @api.depends("line_ids.sale_line_ids")
    def _compute_after_sales_order_ids(self):
        for move in self:
            orders = move.line_ids.sale_line_ids.order_id.after_sales_order_id
            move.after_sales_order_ids = orders
            move.after_sales_order_count = len(orders)

    def _search_after_sales_order_ids(self, operator, value):
        return [
            ("line_ids.sale_line_ids.order_id.after_sales_order_id", operator, value)
        ]

    # === ACTIONS === #
    def action_view_after_sales_orders(self):
        return self.after_sales_order_ids._get_records_action(
            name=self.env._("Service Orders")
        )

    def action_view_after_sales_contracts(self):
        return self.after_sales_contract_ids._get_records_action(
            name=self.env._("Service Contracts")
        )

    # === BUSINESS === #
    def message_post_with_source(self, source_ref, **kwargs):
        """Leave out Odoo's note for each invoice: ours are logged all at once."""
        if self.env.context.get("after_sales_invoice_by_order"):
            return self.env["mail.message"]
        return super().message_post_with_source(source_ref, **kwargs)

    def _after_sales_log_origin(self):
        """Log from which service order the invoices come, with a link."""
        self._message_log_batch(
            bodies={
                invoice.id: self.env._(
                    "This invoice was made from service order %(order)s.",
                    order=Markup(", ").join(
                        order._get_html_link()
                        for order in invoice.after_sales_order_ids
                    ),
                )
                for invoice in self
            }
        )


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    after_sales_contract_id = fields.Many2one(
        "after.sales.contract",
        string="Service Contract",
        index="btree_not_null",
        ondelete="restrict",
    )
    after_sales_period_id = fields.Many2one(
        "after.sales.contract.period",
        string="Contract Period",
        index="btree_not_null",
        ondelete="restrict",
    )

    def _eligible_for_stock_account(self):
        """Do not book the cost a second time when the move itself has booked it."""
        eligible = super()._eligible_for_stock_account()
        if eligible and self.move_id.is_sale_document(include_receipts=True):
            moves = self._get_stock_moves().filtered(lambda move: move.state == "done")
            eligible = not moves or any(not move.account_move_id for move in moves)
        return eligible
