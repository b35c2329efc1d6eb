from odoo import api, fields, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    after_sales_order_id = fields.Many2one(
        "after.sales.order", string="Service Order", index="btree_not_null", copy=False
    )
    after_sales_requisition_id = fields.Many2one(
        "after.sales.requisition",
        string="Part Requisition",
        index="btree_not_null",
        copy=False,
    )

    after_sales_loan_id = fields.Many2one(
        "after.sales.loan", string="Loan", index="btree_not_null", copy=False
    )
    after_sales_dealer_use_id = fields.Many2one(
        "after.sales.dealer.use",
        string="Dealer's Report",
        index="btree_not_null",
        copy=False,
    )
    after_sales_dealer_request_id = fields.Many2one(
        "after.sales.dealer.request",
        string="Dealer's Request",
        index="btree_not_null",
        copy=False,
    )

    # === COMPUTES === #
    @api.depends("picking_type_id", "partner_id")
    def _compute_location_id(self):
        """Keep the places of service transfers when their customer changes."""
        kept = self.filtered(
            lambda picking: (
                picking._is_after_sales()
                and picking.location_id
                and picking.location_dest_id
            )
        )
        super(StockPicking, self - kept)._compute_location_id()

    # === BUSINESS === #
    def _is_after_sales(self):
        """Say if the transfer belongs to a service document."""
        self.ensure_one()
        return any(self[fname] for fname in self._prepare_after_sales_links())

    def _prepare_after_sales_links(self):
        """Return the links that a backorder or a return takes over."""
        self.ensure_one()
        return {
            "after_sales_order_id": self.after_sales_order_id.id,
            "after_sales_requisition_id": self.after_sales_requisition_id.id,
            "after_sales_loan_id": self.after_sales_loan_id.id,
            "after_sales_dealer_use_id": self.after_sales_dealer_use_id.id,
            "after_sales_dealer_request_id": self.after_sales_dealer_request_id.id,
        }

    def _prepare_after_sales_return_vals(self):
        """Return the values of the transfer that brings parts of this one back."""
        self.ensure_one()
        picking_type = self.picking_type_id.return_picking_type_id
        return {
            "picking_type_id": (picking_type or self.picking_type_id).id,
            "location_id": self.location_dest_id.id,
            "location_dest_id": self.location_id.id,
            "partner_id": self.partner_id.id,
            "origin": self.env._("Return of %(transfer)s", transfer=self.name),
            "return_id": self.id,
            "company_id": self.company_id.id,
            **self._prepare_after_sales_links(),
        }

    def _create_backorder_picking(self):
        backorder = super()._create_backorder_picking()
        if self._is_after_sales():
            backorder.write(self._prepare_after_sales_links())
        return backorder

    def _validate_after_sales(self):
        """Validate the transfers without asking anything.

        :raise AssertionError: if one of them is not done afterwards; nothing is kept
        """
        for pickings in self.grouped("company_id").values():
            pickings.with_context(
                skip_backorder=True,
                picking_ids_not_to_backorder=pickings.ids,
                skip_sms=True,
                skip_expired=True,
            ).button_validate()
        left = self.filtered(lambda picking: picking.state != "done")
        if left:
            raise AssertionError(f"transfers not done: {left.mapped('name')}")
