from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from .old_part import CLERK, SUPERVISOR


class AfterSalesOldPart(models.Model):
    """What the manufacturer answers, each answer with its native document."""

    _inherit = "after.sales.old.part"

    date_promised = fields.Date(
        string="Answer Promised for",
        copy=False,
        tracking=True,
        help="When the manufacturer has to answer.",
    )
    is_supplier_late = fields.Boolean(
        string="Answer Overdue",
        compute="_compute_is_supplier_late",
        search="_search_is_supplier_late",
    )
    is_supplier_reminded = fields.Boolean(
        copy=False, readonly=True, export_string_translation=False
    )
    found_cause_id = fields.Many2one(
        "after.sales.fault.code",
        string="Cause Found",
        copy=False,
        index="btree_not_null",
        domain=[("kind", "=", "cause")],
        help="What our own analysis found.",
    )
    supplier_cause_id = fields.Many2one(
        "after.sales.fault.code",
        string="Manufacturer's Cause",
        copy=False,
        index="btree_not_null",
        domain=[("kind", "=", "cause")],
    )
    supplier_remedy_id = fields.Many2one(
        "after.sales.fault.code",
        string="Manufacturer's Remedy",
        copy=False,
        index="btree_not_null",
        domain=[("kind", "=", "remedy")],
    )
    serial_new = fields.Char(
        string="Serial of the Replacement",
        copy=False,
        help="The number on the new piece the manufacturer sent.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    supplier_credit = fields.Monetary(string="Credited Amount", copy=False)
    refund_id = fields.Many2one(
        "account.move",
        string="Credit Note",
        copy=False,
        readonly=True,
        groups="account.group_account_invoice,"
        "after_sales_service.after_sales_group_auditor",
    )

    _supplier_credit_positive = models.Constraint(
        "CHECK(supplier_credit >= 0)",
        "What the manufacturer credits cannot be less than zero.",
    )

    # === COMPUTES === #
    @api.depends("date_promised", "state")
    def _compute_is_supplier_late(self):
        today = fields.Date.context_today(self)
        for part in self:
            part.is_supplier_late = (
                part.state == "supplier"
                and bool(part.date_promised)
                and part.date_promised < today
            )

    def _search_is_supplier_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [
            ("state", "=", "supplier"),
            ("date_promised", "<", fields.Date.context_today(self)),
        ]

    # === ACTIONS === #
    def action_close_supplier(self):
        """Write down the manufacturer's answer, with the document it brings."""
        self._check_group(CLERK, SUPERVISOR)
        self._lock_for_move()
        self._check_state("supplier")
        for part in self:
            if not part.supplier_answer:
                raise UserError(
                    self.env._(
                        "Write down what the manufacturer answered about %(part)s.",
                        part=part.display_name,
                    )
                )
        labels = dict(self._fields["supplier_answer"]._description_selection(self.env))
        for part in self:
            picking = part._do_supplier_answer()
            part._add_movement(
                "supplier_in", note=labels[part.supplier_answer], picking=picking
            )
        left = self.filtered(lambda part: part.state == "supplier")
        if left:
            left._move_to("disposed")
        self._close_reminders()

    # === BUSINESS === #
    def _do_supplier_answer(self):
        """Make the native document of the answer.

        :return: the transfer that brings something in, or False
        """
        self.ensure_one()
        if self.supplier_answer == "returned":
            return self._take_back_from_supplier()
        if self.supplier_answer == "replaced":
            return self._receive_replacement()
        if self.supplier_answer == "credited":
            self._create_refund()
        return False

    def _take_back_from_supplier(self):
        """Bring the same piece back to the desk, where it is decided about again."""
        place = self.company_id.after_sales_old_part_location_id
        warehouse = self.order_id.sudo()._get_warehouse()  # a supervisor has no stock
        supplier = self.supplier_id.sudo().with_company(self.company_id)  # as above
        return self._receive_from_supplier(
            warehouse.after_sales_old_part_type_id,
            supplier.property_stock_supplier,
            place,
            self.serial,
        )

    def _receive_replacement(self):
        """Bring the new piece into good stock.

        :raise UserError: if its serial number is not known
        """
        if self.product_id.tracking == "serial" and not self.serial_new:
            raise UserError(
                self.env._(
                    "Write in “Serial of the Replacement” which number the new piece "
                    "of %(part)s has.",
                    part=self.display_name,
                )
            )
        warehouse = self.order_id.sudo()._get_warehouse()  # a supervisor has no stock
        supplier = self.supplier_id.with_company(self.company_id)
        return self._receive_from_supplier(
            warehouse.in_type_id,
            self.sudo()._get_replacement_source(supplier),  # as above
            warehouse.lot_stock_id,
            self.serial_new,
        )

    def _get_replacement_source(self, supplier):
        """Return the location from which a replacement comes. Meant to be extended."""
        return supplier.property_stock_supplier

    def _receive_from_supplier(self, picking_type, source, destination, serial):
        # The right was checked by the button; supervisors have no stock rights.
        part = self.sudo()
        move = part._prepare_move_vals(source, destination)
        move["move_line_ids"][0][2]["lot_id"] = part._get_lot(serial).id
        picking = part.env["stock.picking"].create(
            {
                "picking_type_id": picking_type.id,
                "partner_id": part.supplier_id.id,
                "location_id": source.id,
                "location_dest_id": destination.id,
                "company_id": part.company_id.id,
                "origin": f"{part.order_id.name}, {part.name}",
                "after_sales_order_id": part.order_id.id,
                "move_ids": [Command.create(move)],
            }
        )
        picking._validate_after_sales()
        return picking

    def _create_refund(self):
        """Make the draft of the manufacturer's credit note for the accountant.

        :raise UserError: without an amount
        """
        if self.currency_id.is_zero(self.supplier_credit):
            raise UserError(
                self.env._(
                    "Write in “Credited Amount” what the manufacturer credits for "
                    "%(part)s.",
                    part=self.display_name,
                )
            )
        # The clerk notes the answer; the accountant checks and posts the draft.
        refund = self.env["account.move"].sudo().create(self._prepare_refund_vals())
        self.sudo().refund_id = refund  # as above

    def _prepare_refund_vals(self):
        """Return the values of the draft credit note of one part.

        The line names no product: the piece is no stock, so that its credit lowers
        what free parts cost, not what the stock is worth.
        """
        self.ensure_one()
        # Locations hold the account; supervisors have no stock rights.
        company = self.company_id.sudo()
        account = company.after_sales_warranty_location_id.valuation_account_id
        line = {
            "name": self.env._(
                "%(part)s, %(number)s",
                part=self.product_id.display_name,
                number=self.name,
            ),
            "quantity": 1.0,
            "price_unit": self.supplier_credit,
            "tax_ids": [Command.clear()],
        }
        if account:
            line["account_id"] = account.id
        return {
            "move_type": "in_refund",
            "partner_id": self.supplier_id.id,
            "company_id": company.id,
            "ref": self.name,
            "invoice_date": fields.Date.context_today(self),
            "invoice_origin": self.order_id.name,
            "invoice_line_ids": [Command.create(line)],
        }
