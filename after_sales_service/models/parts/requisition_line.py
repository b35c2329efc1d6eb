from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .requisition import SUPERVISOR


class AfterSalesRequisitionLine(models.Model):
    """One part asked for."""

    _name = "after.sales.requisition.line"
    _description = "Part Requisition Line"
    _order = "requisition_id, id"
    _check_company_auto = True

    requisition_id = fields.Many2one(
        "after.sales.requisition", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company", related="requisition_id.company_id", store=True, index=True
    )
    order_id = fields.Many2one(
        related="requisition_id.order_id", store=True, index="btree_not_null"
    )
    order_line_id = fields.Many2one(
        "after.sales.order.line", index="btree_not_null", ondelete="set null"
    )
    product_id = fields.Many2one(
        "product.product",
        string="Part",
        required=True,
        check_company=True,
        domain=[("is_after_sales_part", "=", True)],
    )
    quantity = fields.Float(required=True, default=1.0, digits="Product Unit")
    quantity_issued = fields.Float(
        string="Issued",
        compute="_compute_quantity_issued",
        store=True,
        digits="Product Unit",
    )
    uom_id = fields.Many2one(
        "uom.uom",
        string="Unit of Measure",
        compute="_compute_uom_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('id', 'in', allowed_uom_ids)]",
    )
    allowed_uom_ids = fields.Many2many("uom.uom", compute="_compute_allowed_uom_ids")
    reason = fields.Char(
        string="Why Proposed", readonly=True, help="What speaks for the part."
    )
    availability = fields.Text(string="Where It Is", compute="_compute_availability")
    offer_id = fields.Many2one(
        "product.product",
        string="Can Be Taken Instead",
        compute="_compute_availability",
        help="A successor or substitute that is in stock, or the valid part number.",
    )
    has_colleague = fields.Boolean(
        string="A Colleague Has It", compute="_compute_availability"
    )
    fit_warning = fields.Char(string="Does It Fit?", compute="_compute_fit_warning")
    hint = fields.Text(
        string="Worth Knowing",
        compute="_compute_hint",
        help="If it fits, what can be taken instead, and why it is proposed.",
    )
    leftover = fields.Selection(
        [("kept", "Stays in the van"), ("returned", "Back to the warehouse")],
        string="What Was Not Used",
        copy=False,
    )
    quantity_left = fields.Float(
        string="Not Used", compute="_compute_quantity_left", digits="Product Unit"
    )
    state = fields.Selection(related="requisition_id.state")
    move_ids = fields.One2many(
        "stock.move",
        "after_sales_requisition_line_id",
        groups="stock.group_stock_user,after_sales_service.after_sales_group_auditor",
    )

    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0)",
        "The quantity of a part asked for must be more than zero.",
    )

    # === COMPUTES === #
    @api.depends("product_id")
    def _compute_uom_id(self):
        for line in self:
            if not line.uom_id or line.uom_id not in line.allowed_uom_ids:
                line.uom_id = line.product_id.uom_id

    @api.depends("product_id")
    def _compute_allowed_uom_ids(self):
        for line in self:
            line.allowed_uom_ids = line.product_id.uom_id | line.product_id.uom_ids

    @api.depends("move_ids.state", "move_ids.quantity", "move_ids.location_dest_id")
    def _compute_quantity_issued(self):
        for line in self:
            van = line.requisition_id.van_id
            line.quantity_issued = sum(
                move.product_uom._compute_quantity(move.quantity, line.uom_id)
                * (1 if move.location_dest_id == van else -1)
                for move in line.move_ids
                if move.state == "done"
            )

    @api.depends("product_id", "requisition_id.technician_id")
    def _compute_availability(self):
        """Look for all parts of one van at once."""
        for requisition, lines in self.grouped("requisition_id").items():
            # The van is a location, which technicians may not read.
            van = requisition.sudo().van_id
            found = lines.product_id._origin._get_after_sales_offers(
                van, requisition.company_id
            )
            for line in lines:
                product = line.product_id._origin
                rows, offer = found.get(product, ([], product))
                line.availability = (
                    product and product._get_after_sales_availability_text(rows)
                )
                line.has_colleague = any(row["place"] == "colleague" for row in rows)
                line.offer_id = offer

    @api.depends("product_id", "requisition_id.order_id")
    def _compute_fit_warning(self):
        for line in self:
            line.fit_warning = line.order_id._get_fit_warning(line.product_id)

    @api.depends("fit_warning", "offer_id", "reason")
    def _compute_hint(self):
        for line in self:
            offer = line.offer_id and self.env._(
                "can be taken instead: %(part)s", part=line.offer_id.display_name
            )
            line.hint = " · ".join(filter(None, [line.fit_warning, offer, line.reason]))

    @api.depends("quantity_issued", "order_id.line_ids.quantity_done")
    def _compute_quantity_left(self):
        left = self.order_id._get_left_by_requisition_line()
        for line in self:
            line.quantity_left = left.get(line, 0.0)

    # === CONSTRAINTS === #
    @api.constrains("product_id")
    def _check_product(self):
        for line in self:
            if line.product_id.type != "consu":
                raise ValidationError(
                    self.env._(
                        "%(product)s is a service and cannot be carried in a van.",
                        product=line.product_id.display_name,
                    )
                )

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_editable()
        return lines

    def write(self, vals):
        if {"product_id", "quantity", "uom_id", "requisition_id"} & set(vals):
            self._check_editable()
        if "quantity_issued" in vals and not self.env.su:
            raise UserError(
                self.env._(
                    "The issued quantity follows from the warehouse's transfers."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        self._check_editable()

    # === ACTIONS === #
    def action_take_offer(self):
        """Ask for the part that is in stock instead; the order's line follows."""
        for line in self.filtered("offer_id"):
            offer, planned = line.offer_id, line.order_line_id
            if planned.product_id == line.product_id and planned._is_part_open():
                planned._take_instead(offer)
            else:
                line._ask_instead(offer)

    def action_ask_colleague(self):
        """Choose the colleague whose van has the part."""
        self.ensure_one()
        self._check_editable()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask a Colleague"),
            "res_model": "after.sales.part.ask",
            "view_mode": "form",
            "target": "new",
            "context": {"default_requisition_line_id": self.id},
        }

    # === BUSINESS === #
    def _ask_instead(self, product):
        """Ask for ``product`` and tell what it was chosen for."""
        for line in self:
            line.write(
                {
                    "product_id": product.id,
                    "reason": self.env._(
                        "instead of %(part)s", part=line.product_id.display_name
                    ),
                }
            )

    def _check_editable(self):
        """Let a technician change drafts; a supervisor what waits for a decision."""
        is_supervisor = self.env.user.has_group(SUPERVISOR)
        allowed = {"draft", "submitted"} if is_supervisor else {"draft"}
        if any(line.requisition_id.state not in allowed for line in self):
            raise UserError(
                self.env._(
                    "This requisition was already sent. Bring it back to draft before "
                    "you change its parts."
                )
            )

    def _get_case(self):
        """Return for which use the part is asked, as an approval rule names it."""
        self.ensure_one()
        line = self.order_line_id
        if not self.order_id:
            return "van"
        if self.order_id.is_internal or line.category == "D":
            return "internal"
        if line.category == "B":
            return "contract"
        return "warranty" if line.category == "C" else "paid"

    def _is_missing(self):
        """Say if the warehouse still owes pieces of the line."""
        self.ensure_one()
        return (self.uom_id or self.product_id.uom_id).compare(
            self.quantity_issued, self.quantity
        ) < 0

    def _is_coming_back(self):
        """Say if the warehouse expects pieces of the line back already."""
        self.ensure_one()
        van = self.requisition_id.van_id
        return any(
            move.location_id == van and move.state not in ("done", "cancel")
            for move in self.move_ids
        )

    def _prepare_move_vals(self, source):
        """Return the values of the stock move of one line."""
        self.ensure_one()
        requisition = self.requisition_id
        return {
            "product_id": self.product_id.id,
            "product_uom_qty": self.quantity,
            "product_uom": self.uom_id.id,
            "location_id": source.id,
            "location_dest_id": requisition.van_id.id,
            "company_id": requisition.company_id.id,
            "origin": requisition.name,
            "after_sales_requisition_line_id": self.id,
        }
